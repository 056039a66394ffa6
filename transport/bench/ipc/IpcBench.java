import io.aeron.Aeron;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.UnsafeBuffer;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/**
 * The peer of the IPC benchmark on the official client: the same program as peer.ts, which says what the roles do.
 *
 * IpcBench DIRECTORY ping|pong|send|receive|solo name=value ...
 */
public final class IpcBench {
    private static final int FRAGMENT_LIMIT = 64;
    private static final int BURST = 256;
    private static final int LATENCY_NS_MAX = 200_000;
    private static final Map<String, String> GIVEN = new HashMap<>();
    private static final int[] HISTOGRAM = new int[LATENCY_NS_MAX + 1];
    private static long received;
    private static long sum;

    public static void main(final String[] args) {
        for (int i = 2; i < args.length; i++) {
            final int end = args[i].indexOf('=');
            GIVEN.put(args[i].substring(0, end), args[i].substring(end + 1));
        }
        final Aeron aeron = Aeron.connect(
            new Aeron.Context().aeronDirectoryName(args[0]).useConductorAgentInvoker(true));
        aeron.conductorAgentInvoker().start();
        switch (args[1]) {
            case "ping" -> ping(aeron);
            case "pong" -> pong(aeron);
            case "send" -> send(aeron);
            case "receive" -> receive(aeron);
            case "solo" -> solo(aeron);
            default -> throw new IllegalArgumentException(args[1]);
        }
        System.exit(0);
    }

    private static void ping(final Aeron aeron) {
        final AgentInvoker conductor = aeron.conductorAgentInvoker();
        final Publication publication = publication(aeron, number("stream"));
        final Subscription subscription = aeron.addSubscription(GIVEN.get("channel"), number("stream") + 1);
        final UnsafeBuffer source = new UnsafeBuffer(java.nio.ByteBuffer.allocateDirect(1024));
        final int length = number("length");
        final FragmentHandler handler = (buffer, offset, bytes, header) -> sum = buffer.getLong(offset);
        while (!publication.isConnected() || subscription.imageCount() == 0) {
            conductor.invoke();
        }
        roundTrips(conductor, publication, subscription, handler, source, length, number("warmUpMs"));
        java.util.Arrays.fill(HISTOGRAM, 0);
        final long count = roundTrips(conductor, publication, subscription, handler, source, length, number("measureMs"));
        plainTrips(conductor, publication, subscription, handler, source, length, 200);
        final double mean = plainTrips(conductor, publication, subscription, handler, source, length, 1000);
        System.out.println("{\"count\":" + count + ",\"clockNs\":" + clockNs() + ",\"mean\":" + mean + ",\"p50\":" + percentile(count, 0.5) +
            ",\"p99\":" + percentile(count, 0.99) + ",\"p999\":" + percentile(count, 0.999) + "}");
    }

    private static long roundTrips(
        final AgentInvoker conductor, final Publication publication, final Subscription subscription,
        final FragmentHandler handler, final UnsafeBuffer source, final int length, final int durationMs) {
        final long end = System.nanoTime() + durationMs * 1_000_000L;
        long count = 0;
        long sequence = sum;
        while (System.nanoTime() < end) {
            for (int i = 0; i < 1000; i++) {
                sequence++;
                final long start = System.nanoTime();
                source.putLong(0, sequence);
                while (publication.offer(source, 0, length) < 0) {
                    conductor.invoke();
                }
                int spins = 0;
                while (sum != sequence) {
                    if (subscription.poll(handler, 1) == 0 && (++spins & 1023) == 0) {
                        conductor.invoke();
                    }
                }
                final long latency = System.nanoTime() - start;
                HISTOGRAM[(int)Math.min(latency, LATENCY_NS_MAX)]++;
            }
            count += 1000;
            conductor.invoke();
        }
        return count;
    }

    /** What a reading of the clock takes, the least of some rounds. */
    private static double clockNs() {
        final int readings = 10_000;
        double least = Double.MAX_VALUE;
        long total = 0;
        for (int round = 0; round < 200; round++) {
            final long start = System.nanoTime();
            for (int i = 0; i < readings; i++) {
                total += System.nanoTime();
            }
            least = Math.min(least, (System.nanoTime() - start) / (double)readings);
        }
        return total != 0 ? least : Double.NaN;
    }

    /** Round trips without a clock around each; the mean in ns. */
    private static double plainTrips(
        final AgentInvoker conductor, final Publication publication, final Subscription subscription,
        final FragmentHandler handler, final UnsafeBuffer source, final int length, final int durationMs) {
        final long start = System.nanoTime();
        long count = 0;
        long sequence = sum;
        while (System.nanoTime() < start + durationMs * 1_000_000L) {
            for (int i = 0; i < 1000; i++) {
                sequence++;
                source.putLong(0, sequence);
                while (publication.offer(source, 0, length) < 0) {
                    conductor.invoke();
                }
                int spins = 0;
                while (sum != sequence) {
                    if (subscription.poll(handler, 1) == 0 && (++spins & 1023) == 0) {
                        conductor.invoke();
                    }
                }
            }
            count += 1000;
            conductor.invoke();
        }
        return (System.nanoTime() - start) / (double)count;
    }

    private static long percentile(final long count, final double fraction) {
        long left = (long)Math.ceil(count * fraction);
        for (int i = 0; i < HISTOGRAM.length; i++) {
            left -= HISTOGRAM[i];
            if (left <= 0) {
                return i;
            }
        }
        return LATENCY_NS_MAX;
    }

    private static void pong(final Aeron aeron) {
        final AgentInvoker conductor = aeron.conductorAgentInvoker();
        final Subscription subscription = aeron.addSubscription(GIVEN.get("channel"), number("stream"));
        final Publication publication = publication(aeron, number("stream") + 1);
        final FragmentHandler handler = (buffer, offset, length, header) -> {
            while (publication.offer(buffer, offset, length) < 0) {
                conductor.invoke();
            }
        };
        System.out.println("ready");
        boolean hadImage = false;
        for (long turns = 0; !hadImage || subscription.imageCount() > 0; turns++) {
            final int count = subscription.poll(handler, FRAGMENT_LIMIT);
            if (count == 0 && (turns & 1023) == 0) {
                conductor.invoke();
                hadImage |= subscription.imageCount() > 0;
            }
        }
    }

    private static void send(final Aeron aeron) {
        final AgentInvoker conductor = aeron.conductorAgentInvoker();
        final Publication publication = publication(aeron, number("stream"));
        final UnsafeBuffer source = new UnsafeBuffer(java.nio.ByteBuffer.allocateDirect(1024));
        final BufferClaim claim = new BufferClaim();
        final int length = number("length");
        final boolean isClaim = "claim".equals(GIVEN.get("mode"));
        while (!publication.isConnected()) {
            conductor.invoke();
        }
        final long end = System.nanoTime() + (number("warmUpMs") + number("measureMs") + 500) * 1_000_000L;
        while (System.nanoTime() < end && publication.isConnected()) {
            for (int i = 0; i < 64; i++) {
                final int sent = isClaim ?
                    claimBurst(publication, claim, source, length, BURST) :
                    offerBurst(publication, source, length, BURST);
                if (sent == 0) {
                    conductor.invoke();
                }
            }
            conductor.invoke();
        }
    }

    private static int offerBurst(
        final Publication publication, final UnsafeBuffer source, final int length, final int limit) {
        int sent = 0;
        for (int i = 0; i < limit; i++) {
            source.putInt(0, i);
            if (publication.offer(source, 0, length) > 0) {
                sent++;
            } else {
                break;
            }
        }
        return sent;
    }

    private static int claimBurst(
        final Publication publication, final BufferClaim claim, final UnsafeBuffer source, final int length,
        final int limit) {
        int sent = 0;
        for (int i = 0; i < limit; i++) {
            source.putInt(0, i);
            if (publication.tryClaim(length, claim) > 0) {
                claim.buffer().putBytes(claim.offset(), source, 0, length);
                claim.commit();
                sent++;
            } else {
                break;
            }
        }
        return sent;
    }

    private static void receive(final Aeron aeron) {
        final AgentInvoker conductor = aeron.conductorAgentInvoker();
        final Subscription subscription = aeron.addSubscription(GIVEN.get("channel"), number("stream"));
        final FragmentHandler handler = (buffer, offset, length, header) -> {
            received++;
            sum += buffer.getInt(offset);
        };
        System.out.println("ready");
        while (subscription.imageCount() == 0) {
            conductor.invoke();
        }
        pollFor(conductor, subscription, handler, number("warmUpMs"));
        final long before = received;
        final long start = System.nanoTime();
        pollFor(conductor, subscription, handler, number("measureMs"));
        final double rate = (received - before) * 1e9 / (System.nanoTime() - start);
        System.out.println("{\"rate\":" + rate + ",\"scavenges\":" + collections() + "}");
    }

    private static long collections() {
        long count = 0;
        for (final GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
            count += bean.getCollectionCount();
        }
        return count;
    }

    private static void pollFor(
        final AgentInvoker conductor, final Subscription subscription, final FragmentHandler handler,
        final int durationMs) {
        final long end = System.nanoTime() + durationMs * 1_000_000L;
        while (System.nanoTime() < end) {
            for (int i = 0; i < 1000; i++) {
                subscription.poll(handler, FRAGMENT_LIMIT);
            }
            conductor.invoke();
        }
    }

    /** Sends and polls in one thread: what the instructions cost, without the other core. */
    private static void solo(final Aeron aeron) {
        final AgentInvoker conductor = aeron.conductorAgentInvoker();
        final Subscription subscription = aeron.addSubscription(GIVEN.get("channel"), number("stream"));
        final Publication publication = publication(aeron, number("stream"));
        final UnsafeBuffer source = new UnsafeBuffer(java.nio.ByteBuffer.allocateDirect(1024));
        final BufferClaim claim = new BufferClaim();
        final int length = number("length");
        final boolean isClaim = "claim".equals(GIVEN.get("mode"));
        final FragmentHandler handler = (buffer, offset, bytes, header) -> {
            received++;
            sum += buffer.getInt(offset);
        };
        while (!publication.isConnected() || subscription.imageCount() == 0) {
            conductor.invoke();
        }
        final int batch = number("batch");
        double offerNs = Double.MAX_VALUE;
        double pollNs = Double.MAX_VALUE;
        final long end = System.nanoTime() + number("measureMs") * 1_000_000L;
        while (System.nanoTime() < end) {
            final long start = System.nanoTime();
            final int sent = isClaim ?
                claimBurst(publication, claim, source, length, batch) : offerBurst(publication, source, length, batch);
            final long middle = System.nanoTime();
            final long before = received;
            while (received - before < sent) {
                subscription.poll(handler, FRAGMENT_LIMIT);
            }
            final long done = System.nanoTime();
            if (sent == batch) {
                offerNs = Math.min(offerNs, (double)(middle - start) / sent);
                pollNs = Math.min(pollNs, (double)(done - middle) / sent);
            }
            conductor.invoke();
        }
        System.out.println("{\"offerNs\":" + offerNs + ",\"pollNs\":" + pollNs + ",\"scavenges\":0}");
    }

    private static Publication publication(final Aeron aeron, final int streamId) {
        final String channel = GIVEN.get("channel");
        return "shared".equals(GIVEN.get("kind")) ?
            aeron.addPublication(channel, streamId) : aeron.addExclusivePublication(channel, streamId);
    }

    private static int number(final String name) {
        return Integer.parseInt(GIVEN.get(name));
    }
}
