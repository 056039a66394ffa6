import io.aeron.Aeron;
import io.aeron.FragmentAssembler;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * One end of a stream as a process of its own, on the unmodified Java client: the same program as
 * interop/test/support/stream-peer.mjs, which says what the roles do.
 *
 * StreamPeer DIRECTORY publish|consume|live name=value ...
 */
public final class StreamPeer {
    private static final int SHORT_LENGTH = 32;
    private static final int SEQUENCE_FACTOR = 0x9e3779b1;
    private static final int WORD_FACTOR = 0x85ebca6b;
    private static final Map<String, String> GIVEN = new HashMap<>();
    private static final Set<String> LINES = ConcurrentHashMap.newKeySet();
    private static long deadlineMs;
    private static int idleTurns;

    public static void main(final String[] args) throws Exception {
        for (int i = 2; i < args.length; i++) {
            final int end = args[i].indexOf('=');
            GIVEN.put(args[i].substring(0, end), args[i].substring(end + 1));
        }
        deadlineMs = System.currentTimeMillis() + number("deadlineMs", 240_000);
        final Thread reader = new Thread(StreamPeer::readLines);
        reader.setDaemon(true);
        reader.start();
        switch (args[1]) {
            case "publish" -> {
                try (Aeron aeron = connect(args[0], 10_000)) {
                    publish(aeron);
                }
            }
            case "consume" -> {
                try (Aeron aeron = connect(args[0], 10_000)) {
                    consume(aeron);
                }
            }
            case "serve" -> {
                try (Aeron aeron = connect(args[0], 10_000)) {
                    serve(aeron);
                }
            }
            case "request" -> {
                try (Aeron aeron = connect(args[0], 10_000)) {
                    request(aeron);
                }
            }
            case "live" -> live(args[0]);
            default -> throw new IllegalArgumentException(args[1]);
        }
        System.exit(0);
    }

    private static void publish(final Aeron aeron) {
        final Publication publication = addPublication(aeron);
        for (final String destination : text("destinations", "").split(" ")) {
            if (!destination.isEmpty()) {
                publication.addDestination(destination);
            }
        }
        while (!publication.isConnected()) {
            inTime();
            Thread.onSpinWait();
        }
        System.out.println("connected");
        while (!LINES.contains("go")) {
            LockSupport.parkNanos(1_000_000);
        }
        final int count = number("count", 0);
        final int id = number("id", 0);
        final int longEvery = number("longEvery", 0);
        final String mode = text("mode", "offer");
        final int lengthMax = publication.maxMessageLength();
        final UnsafeBuffer source = new UnsafeBuffer(new byte[longEvery == 0 ? 64 : lengthMax]);
        final BufferClaim claim = new BufferClaim();
        long turns = 0;
        for (int sequence = 0; sequence < count;) {
            final int length = lengthOf(sequence, longEvery, lengthMax);
            final long result;
            if (length == SHORT_LENGTH && ("claim".equals(mode) || "mixed".equals(mode) && (sequence & 1) == 0)) {
                result = publication.tryClaim(length, claim);
                if (result > 0) {
                    fill(claim.buffer(), claim.offset(), id, sequence, length);
                    claim.commit();
                }
            } else {
                fill(source, 0, id, sequence, length);
                result = publication.offer(source, 0, length);
            }
            if (result > 0) {
                sequence++;
                idleTurns = 0;
            } else {
                check(result != Publication.CLOSED && result != Publication.MAX_POSITION_EXCEEDED, "result " + result);
                idle();
            }
            if (++turns % 1_000_000 == 0) {
                inTime();
            }
        }
        System.out.println("done published=" + count);
        publication.close();
    }

    private static void consume(final Aeron aeron) {
        final int publishers = number("publishers", 1);
        final int count = number("count", 0);
        final int longEvery = number("longEvery", 0);
        final int lengthMax = number("lengthMax", 0);
        final int[] next = new int[publishers];
        final long[] received = {0};
        final FragmentHandler handler = new FragmentAssembler((buffer, offset, length, header) -> {
            final int publisher = buffer.getInt(offset, ByteOrder.LITTLE_ENDIAN);
            final int sequence = buffer.getInt(offset + 4, ByteOrder.LITTLE_ENDIAN);
            if (sequence != next[publisher]) {
                check(false, "publisher " + publisher + " sequence " + sequence + " expected " + next[publisher]);
            }
            if (length != lengthOf(sequence, longEvery, lengthMax) || !isWhole(buffer, offset, length)) {
                check(false, "message whole: publisher " + publisher + " sequence " + sequence);
            }
            next[publisher] = sequence + 1;
            received[0]++;
        });
        final Subscription subscription = aeron.addSubscription(text("channel", "aeron:ipc"), number("stream", 10));
        for (final String destination : text("destinations", "").split(" ")) {
            if (!destination.isEmpty()) {
                subscription.addDestination(destination);
            }
        }
        System.out.println("ready");
        boolean hasImage = false;
        long turns = 0;
        while (received[0] < (long)publishers * count) {
            if (subscription.poll(handler, 256) == 0) {
                idle();
            } else {
                idleTurns = 0;
            }
            if (!hasImage && subscription.imageCount() > 0) {
                hasImage = true;
                System.out.println("image");
            }
            if (++turns % 10_000 == 0) {
                inTime();
                check(!aeron.isClosed(), "client open");
            }
        }
        System.out.println("done received=" + received[0]);
    }

    /** Sends back what comes, to each client on its own response stream, until all clients have left. */
    private static void serve(final Aeron aeron) {
        final Map<Integer, Publication> responses = new ConcurrentHashMap<>();
        final java.util.Queue<io.aeron.Image> arrived = new java.util.concurrent.ConcurrentLinkedQueue<>();
        final java.util.concurrent.atomic.AtomicInteger gone = new java.util.concurrent.atomic.AtomicInteger();
        final Subscription subscription = aeron.addSubscription(
            text("channel", ""), number("stream", 10), arrived::add, image -> gone.incrementAndGet());
        System.out.println("ready");
        while (gone.get() < number("publishers", 1)) {
            io.aeron.Image image;
            while ((image = arrived.poll()) != null) {
                responses.put(image.sessionId(), aeron.addExclusivePublication(
                    "aeron:udp?control-mode=response|control=" + text("control", "") +
                    "|response-correlation-id=" + image.correlationId(), number("stream", 10) + 1));
            }
            final int fragments = subscription.poll((buffer, offset, length, header) -> {
                final Publication publication = responses.get(header.sessionId());
                check(publication != null, "response publication");
                while (publication.offer(buffer, offset, length) <= 0) {
                    inTime();
                    LockSupport.parkNanos(50_000);
                }
            }, responses.isEmpty() ? 0 : 10);
            if (fragments == 0) {
                inTime();
                LockSupport.parkNanos(50_000);
            }
        }
        System.out.println("done served");
    }

    /** Sends messages and checks that each comes back, one after the other. */
    private static void request(final Aeron aeron) {
        final Subscription subscription = aeron.addSubscription(
            "aeron:udp?control-mode=response|control=" + text("control", ""), number("stream", 10) + 1);
        final Publication publication = aeron.addExclusivePublication(
            text("channel", "") + "|response-correlation-id=" + subscription.registrationId(), number("stream", 10));
        final UnsafeBuffer source = new UnsafeBuffer(new byte[64]);
        final int id = number("id", 0);
        final int count = number("count", 0);
        final int[] received = {0};
        for (int sequence = 0; sequence < count; sequence++) {
            fill(source, 0, id, sequence, SHORT_LENGTH);
            while (publication.offer(source, 0, SHORT_LENGTH) <= 0) {
                inTime();
                LockSupport.parkNanos(50_000);
            }
            while (received[0] <= sequence) {
                final int fragments = subscription.poll((buffer, offset, length, header) -> {
                    check(buffer.getInt(offset, ByteOrder.LITTLE_ENDIAN) == id &&
                        buffer.getInt(offset + 4, ByteOrder.LITTLE_ENDIAN) == received[0] &&
                        isWhole(buffer, offset, length), "answer one's own");
                    received[0]++;
                }, 10);
                if (fragments == 0) {
                    inTime();
                    LockSupport.parkNanos(20_000);
                }
            }
        }
        System.out.println("done received=" + received[0]);
        publication.close();
    }

    /** Comes back after each driver's end. */
    private static void live(final String directory) {
        for (int generation = 0; !LINES.contains("stop"); generation++) {
            final String[] reason = {null};
            final Aeron aeron = connect(directory, number("driverTimeoutMs", 10_000), error -> {
                if (reason[0] == null) {
                    reason[0] = error.getClass().getSimpleName();
                }
            });
            try {
                final Subscription subscription = "publish".equals(text("does", "both")) ? null :
                    aeron.addSubscription(text("channel", "aeron:ipc"), number("stream", 10));
                final Publication publication = "consume".equals(text("does", "both")) ? null : addPublication(aeron);
                System.out.println("connected " + generation);
                exchange(aeron, publication, subscription);
            } catch (final Exception ex) {
                // The driver went while it was asked.
                reason[0] = ex.getClass().getSimpleName();
            }
            if (aeron.isClosed()) {
                System.out.println("lost " + reason[0]);
            }
            aeron.close();
        }
    }

    private static void exchange(
        final Aeron aeron, final Publication publication, final Subscription subscription) {
        final UnsafeBuffer source = new UnsafeBuffer(new byte[64]);
        final BufferClaim claim = new BufferClaim();
        final int id = number("id", 0);
        final int burst = number("burst", 4);
        final int sleepMs = number("sleepMs", 0);
        final long[] received = {0};
        long reported = 0;
        final FragmentHandler handler = (buffer, offset, length, header) -> {
            check(isWhole(buffer, offset, length), "message whole");
            received[0]++;
        };
        int sequence = 0;
        for (long turns = 0; !aeron.isClosed() && !LINES.contains("stop"); turns++) {
            for (int i = 0; i < burst && publication != null; i++) {
                if ((sequence & 1) == 0) {
                    if (publication.tryClaim(SHORT_LENGTH, claim) <= 0) {
                        break;
                    }
                    fill(claim.buffer(), claim.offset(), id, sequence, SHORT_LENGTH);
                    claim.commit();
                } else {
                    fill(source, 0, id, sequence, SHORT_LENGTH);
                    if (publication.offer(source, 0, SHORT_LENGTH) <= 0) {
                        break;
                    }
                }
                sequence++;
            }
            if (subscription != null) {
                subscription.poll(handler, 64);
            }
            if (turns % 64 == 0) {
                if (sleepMs > 0) {
                    LockSupport.parkNanos(sleepMs * 1_000_000L);
                }
                if (received[0] > reported + 1000) {
                    reported = received[0];
                    System.out.println("alive received=" + reported);
                }
            }
        }
    }

    private static Publication addPublication(final Aeron aeron) {
        final String channel = text("channel", "aeron:ipc");
        return "exclusive".equals(text("kind", "")) ?
            aeron.addExclusivePublication(channel, number("stream", 10)) :
            aeron.addPublication(channel, number("stream", 10));
    }

    private static Aeron connect(final String directory, final long driverTimeoutMs) {
        return connect(directory, driverTimeoutMs, error -> {
            System.out.println("error: " + error);
        });
    }

    private static Aeron connect(
        final String directory, final long driverTimeoutMs, final org.agrona.ErrorHandler onError) {
        while (true) {
            try {
                return Aeron.connect(new Aeron.Context()
                    .aeronDirectoryName(directory).driverTimeoutMs(driverTimeoutMs).errorHandler(onError));
            } catch (final io.aeron.exceptions.AeronException ex) {
                inTime();
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    private static int lengthOf(final int sequence, final int longEvery, final int lengthMax) {
        if (longEvery == 0 || sequence % longEvery != longEvery - 1) {
            return SHORT_LENGTH;
        }
        final int number = sequence / longEvery;
        if (number % 4 == 3) {
            return lengthMax & ~3;
        }
        return Math.min(lengthMax & ~3, (1408 + (number * 4099) % 60_000) & ~3);
    }

    private static void fill(
        final MutableDirectBuffer buffer, final int offset, final int id, final int sequence, final int length) {
        buffer.putInt(offset, id, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(offset + 4, sequence, ByteOrder.LITTLE_ENDIAN);
        final int seed = sequence * SEQUENCE_FACTOR + id;
        final int count = length >> 2;
        for (int k = 2; k < count; k++) {
            buffer.putInt(offset + 4 * k, seed + k * WORD_FACTOR, ByteOrder.LITTLE_ENDIAN);
        }
    }

    private static boolean isWhole(final DirectBuffer buffer, final int offset, final int length) {
        final int seed = buffer.getInt(offset + 4, ByteOrder.LITTLE_ENDIAN) * SEQUENCE_FACTOR +
            buffer.getInt(offset, ByteOrder.LITTLE_ENDIAN);
        final int count = length >> 2;
        for (int k = 2; k < count; k++) {
            if (buffer.getInt(offset + 4 * k, ByteOrder.LITTLE_ENDIAN) != seed + k * WORD_FACTOR) {
                return false;
            }
        }
        return true;
    }

    /** The other processes must run, too, on a machine with fewer cores than there are of us. */
    private static void idle() {
        if (++idleTurns > 2000) {
            LockSupport.parkNanos(50_000);
        } else {
            Thread.onSpinWait();
        }
    }

    private static void inTime() {
        check(System.currentTimeMillis() < deadlineMs, "in time");
    }

    private static String text(final String name, final String fallback) {
        return GIVEN.getOrDefault(name, fallback);
    }

    private static int number(final String name, final int fallback) {
        return GIVEN.containsKey(name) ? Integer.parseInt(GIVEN.get(name)) : fallback;
    }

    private static void readLines() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in))) {
            String line;
            while ((line = in.readLine()) != null) {
                LINES.add(line);
            }
        } catch (final java.io.IOException ignore) {
            // Whoever talked to us is gone.
        }
    }

    private static void check(final boolean holds, final String what) {
        if (!holds) {
            System.out.println("failed: " + what);
            System.exit(1);
        }
    }
}
