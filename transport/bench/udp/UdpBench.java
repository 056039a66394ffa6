import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.FragmentHandler;
import org.agrona.concurrent.UnsafeBuffer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The peer of the UDP benchmark on the official client and driver: the same program as peer.ts, which says what the
 * roles do.
 *
 * UdpBench DIRECTORY ping|pong|send|receive|streams name=value ...
 */
public final class UdpBench {
    private static final int FRAGMENT_LIMIT = 64;
    private static final int BURST = 64;
    private static final int LATENCY_UNIT_NS = 10;
    private static final int LATENCY_MAX = 200_000;
    private static final Map<String, String> GIVEN = new HashMap<>();
    private static final int[] HISTOGRAM = new int[LATENCY_MAX + 1];
    private static boolean isInvoker;
    private static MediaDriver driver;
    private static Aeron aeron;
    private static long received;
    private static long sum;

    public static void main(final String[] args) {
        for (int i = 2; i < args.length; i++) {
            final int end = args[i].indexOf('=');
            GIVEN.put(args[i].substring(0, end), args[i].substring(end + 1));
        }
        isInvoker = "invoker".equals(GIVEN.get("driver"));
        final Aeron.Context context =
            new Aeron.Context().aeronDirectoryName(args[0]).useConductorAgentInvoker(true);
        if (isInvoker) {
            driver = MediaDriver.launch(new MediaDriver.Context().aeronDirectoryName(args[0])
                .threadingMode(ThreadingMode.INVOKER).dirDeleteOnStart(true)
                .socketRcvbufLength(2 << 20).socketSndbufLength(2 << 20).initialWindowLength(2 << 20));
            context.driverAgentInvoker(driver.sharedAgentInvoker());
        }
        aeron = Aeron.connect(context);
        aeron.conductorAgentInvoker().start();
        switch (args[1]) {
            case "ping" -> ping();
            case "pong" -> pong();
            case "send" -> send();
            case "receive" -> receive();
            case "streams" -> streams();
            default -> throw new IllegalArgumentException(args[1]);
        }
        System.exit(0);
    }

    private static void idle() {
        if (isInvoker) {
            driver.sharedAgentInvoker().invoke();
        } else {
            Thread.yield();
        }
    }

    private static void duty() {
        if (isInvoker) {
            driver.sharedAgentInvoker().invoke();
        }
        aeron.conductorAgentInvoker().invoke();
    }

    private static void ping() {
        final ExclusivePublication out = aeron.addExclusivePublication(GIVEN.get("channel"), number("stream"));
        final Subscription inp = aeron.addSubscription(GIVEN.get("answers"), number("stream") + 1);
        while (!out.isConnected() || inp.imageCount() == 0) {
            duty();
        }
        final UnsafeBuffer source = new UnsafeBuffer(java.nio.ByteBuffer.allocateDirect(2048));
        final FragmentHandler handler = (buffer, offset, bytes, header) -> sum = buffer.getInt(offset);
        trips(out, inp, handler, source, number("warmUpMs"));
        java.util.Arrays.fill(HISTOGRAM, 0);
        final long count = trips(out, inp, handler, source, number("measureMs"));
        System.out.println("{\"count\":" + count + ",\"p50\":" + percentile(count, 0.5) +
            ",\"p99\":" + percentile(count, 0.99) + ",\"p999\":" + percentile(count, 0.999) + "}");
    }

    private static long trips(
        final ExclusivePublication out, final Subscription inp, final FragmentHandler handler,
        final UnsafeBuffer source, final int durationMs) {
        final int length = number("length");
        final long end = System.nanoTime() + durationMs * 1_000_000L;
        long count = 0;
        int sequence = (int)sum;
        while (System.nanoTime() < end) {
            for (int i = 0; i < 100; i++) {
                sequence++;
                final long start = System.nanoTime();
                source.putInt(0, sequence);
                while (out.offer(source, 0, length) < 0) {
                    idle();
                }
                if (isInvoker) {
                    driver.sharedAgentInvoker().invoke();
                }
                while (sum != sequence) {
                    if (inp.poll(handler, 1) == 0) {
                        idle();
                    }
                }
                final long latency = (System.nanoTime() - start) / LATENCY_UNIT_NS;
                HISTOGRAM[(int)Math.min(latency, LATENCY_MAX)]++;
            }
            count += 100;
            aeron.conductorAgentInvoker().invoke();
        }
        return count;
    }

    private static double percentile(final long count, final double fraction) {
        long left = (long)Math.ceil(count * fraction);
        for (int i = 0; i < HISTOGRAM.length; i++) {
            left -= HISTOGRAM[i];
            if (left <= 0) {
                return i * LATENCY_UNIT_NS / 1000.0;
            }
        }
        return LATENCY_MAX * LATENCY_UNIT_NS / 1000.0;
    }

    private static void pong() {
        final Subscription inp = aeron.addSubscription(GIVEN.get("channel"), number("stream"));
        final ExclusivePublication out = aeron.addExclusivePublication(GIVEN.get("answers"), number("stream") + 1);
        final FragmentHandler handler = (buffer, offset, length, header) -> {
            while (out.offer(buffer, offset, length) < 0) {
                idle();
            }
            if (isInvoker) {
                driver.sharedAgentInvoker().invoke();
            }
        };
        System.out.println("ready");
        while (inp.imageCount() == 0) {
            duty();
        }
        while (inp.imageCount() > 0) {
            for (int i = 0; i < 1024; i++) {
                if (inp.poll(handler, FRAGMENT_LIMIT) == 0) {
                    idle();
                }
            }
            aeron.conductorAgentInvoker().invoke();
        }
    }

    private static void send() {
        final ExclusivePublication out = aeron.addExclusivePublication(GIVEN.get("channel"), number("stream"));
        while (!out.isConnected()) {
            duty();
        }
        final UnsafeBuffer source = new UnsafeBuffer(java.nio.ByteBuffer.allocateDirect(2048));
        final int length = number("length");
        final long end = System.nanoTime() + (number("warmUpMs") + number("measureMs") + 500) * 1_000_000L;
        while (System.nanoTime() < end && out.isConnected()) {
            for (int i = 0; i < 64; i++) {
                int sent = 0;
                while (sent < BURST && out.offer(source, 0, length) > 0) {
                    sent++;
                }
                if (isInvoker || sent == 0) {
                    idle();
                }
            }
            aeron.conductorAgentInvoker().invoke();
        }
        System.out.println("{\"scavenges\":0}");
    }

    private static void receive() {
        final Subscription inp = aeron.addSubscription(GIVEN.get("channel"), number("stream"));
        final FragmentHandler handler = (buffer, offset, length, header) -> received++;
        System.out.println("ready");
        while (inp.imageCount() == 0) {
            duty();
        }
        pollFor(inp, handler, number("warmUpMs"));
        final long before = received;
        final long start = System.nanoTime();
        pollFor(inp, handler, number("measureMs"));
        final double rate = (received - before) * 1e9 / (System.nanoTime() - start);
        System.out.println("{\"rate\":" + rate + ",\"scavenges\":0}");
    }

    private static void pollFor(final Subscription inp, final FragmentHandler handler, final int durationMs) {
        final long end = System.nanoTime() + durationMs * 1_000_000L;
        while (System.nanoTime() < end) {
            for (int i = 0; i < 256; i++) {
                final int polled = inp.poll(handler, FRAGMENT_LIMIT);
                if (isInvoker || polled == 0) {
                    idle();
                }
            }
            aeron.conductorAgentInvoker().invoke();
        }
    }

    private static void streams() {
        final int count = number("streams");
        final List<ExclusivePublication> outs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            aeron.addSubscription(GIVEN.get("channel"), 1000 + i);
            outs.add(aeron.addExclusivePublication(GIVEN.get("channel") + "|term-length=64k", 1000 + i));
        }
        while (!outs.stream().allMatch(ExclusivePublication::isConnected)) {
            duty();
        }
        cycles(number("warmUpMs"));
        final long start = System.nanoTime();
        final long turns = cycles(number("measureMs"));
        final double cycleNs = (System.nanoTime() - start) / (double)turns;
        System.out.println("{\"cycleNs\":" + cycleNs + ",\"perStreamNs\":" + cycleNs / count + "}");
    }

    private static long cycles(final int durationMs) {
        final long end = System.nanoTime() + durationMs * 1_000_000L;
        long turns = 0;
        while (System.nanoTime() < end) {
            for (int i = 0; i < 16; i++) {
                driver.sharedAgentInvoker().invoke();
            }
            turns += 16;
            aeron.conductorAgentInvoker().invoke();
        }
        return turns;
    }

    private static int number(final String name) {
        return Integer.parseInt(GIVEN.get(name));
    }
}
