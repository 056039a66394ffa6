import io.aeron.Aeron;
import io.aeron.Counter;
import io.aeron.ExclusivePublication;
import io.aeron.FragmentAssembler;
import io.aeron.Image;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.exceptions.RegistrationException;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import org.agrona.concurrent.UnsafeBuffer;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An unmodified Java client under whatever driver serves a directory: IpcClient DIRECTORY CASE [ARGUMENT …].
 *
 * Each case prints what it saw and ends with "ok"; a broken expectation ends the program with status 1.
 * Byte k of message i is (i * 31 + k * 7) and 0xff.
 */
public final class IpcClient {
    private static final String IPC = "aeron:ipc";
    private static final int COMMANDS_UNDER_WAY = 50;
    private static final long DEADLINE_NS = 120_000_000_000L;
    private static final UnsafeBuffer SOURCE = new UnsafeBuffer(new byte[1 << 20]);

    public static void main(final String[] args) {
        try (Aeron aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(args[0]))) {
            switch (args[1]) {
                case "exchange" -> exchange(aeron, args[2], Integer.parseInt(args[3]));
                case "publish" -> publish(aeron, Integer.parseInt(args[2]), Integer.parseInt(args[3]));
                case "consume" -> consume(aeron, Integer.parseInt(args[2]), Integer.parseInt(args[3]));
                case "lifecycle" -> lifecycle(aeron);
                case "counters" -> counters(aeron);
                case "commands" -> commands(aeron, args[2], Integer.parseInt(args[3]));
                case "errors" -> errors(aeron);
                case "reject" -> reject(args[0]);
                case "hang" -> hang(aeron);
                default -> throw new IllegalArgumentException(args[1]);
            }
        }
        System.out.println("ok");
    }

    /** Publishes and polls in one thread: lengths from 0 to the longest message. */
    private static void exchange(final Aeron aeron, final String kind, final int count) {
        final String channel = IPC + "?term-length=1m";
        final Subscription subscription = aeron.addSubscription(IPC, 10);
        final Publication publication = "exclusive".equals(kind) ?
            aeron.addExclusivePublication(channel, 10) : aeron.addPublication(channel, 10);
        await(publication::isConnected);
        final int[] received = {0};
        final FragmentHandler handler = new FragmentAssembler((buffer, offset, length, header) -> {
            check(length == lengthOf(received[0], publication.maxMessageLength()), "length of " + received[0]);
            for (int k = 0; k < length; k++) {
                check(buffer.getByte(offset + k) == byteOf(received[0], k), "byte " + k + " of " + received[0]);
            }
            received[0]++;
        });
        int sent = 0;
        final BufferClaim claim = new BufferClaim();
        final long deadline = System.nanoTime() + DEADLINE_NS;
        while (received[0] < count) {
            check(System.nanoTime() < deadline, "in time: sent=" + sent + " received=" + received[0]);
            if (sent < count) {
                final int length = lengthOf(sent, publication.maxMessageLength());
                final long result;
                if (length <= publication.maxPayloadLength() && sent % 3 == 0) {
                    result = publication.tryClaim(length, claim);
                    if (result > 0) {
                        for (int k = 0; k < length; k++) {
                            claim.buffer().putByte(claim.offset() + k, byteOf(sent, k));
                        }
                        claim.commit();
                    }
                } else {
                    for (int k = 0; k < length; k++) {
                        SOURCE.putByte(k, byteOf(sent, k));
                    }
                    result = publication.offer(SOURCE, 0, length);
                }
                if (result > 0) {
                    sent++;
                } else {
                    check(result == Publication.BACK_PRESSURED || result == Publication.ADMIN_ACTION, "result " + result);
                }
            }
            subscription.poll(handler, 10);
        }
        System.out.println("received " + received[0] + " position " + publication.position());
    }

    /** Sends count messages of 8 to 1300 bytes on a shared publication; waits until all are consumed. */
    private static void publish(final Aeron aeron, final int streamId, final int count) {
        final Publication publication = aeron.addPublication(IPC, streamId);
        await(publication::isConnected);
        for (int i = 0; i < count; ) {
            final int length = 8 + i % 1293;
            for (int k = 0; k < length; k++) {
                SOURCE.putByte(k, byteOf(i, k));
            }
            if (publication.offer(SOURCE, 0, length) > 0) {
                i++;
            } else {
                Thread.onSpinWait();
            }
        }
        System.out.println("sent " + count);
    }

    private static void consume(final Aeron aeron, final int streamId, final int count) {
        final Subscription subscription = aeron.addSubscription(IPC, streamId);
        final int[] received = {0};
        final FragmentHandler handler = (buffer, offset, length, header) -> {
            check(length == 8 + received[0] % 1293, "length of " + received[0]);
            for (int k = 0; k < length; k++) {
                check(buffer.getByte(offset + k) == byteOf(received[0], k), "byte " + k + " of " + received[0]);
            }
            received[0]++;
        };
        System.out.println("ready");
        await(() -> {
            subscription.poll(handler, 10);
            return received[0] >= count;
        });
        System.out.println("received " + received[0]);
    }

    private static void lifecycle(final Aeron aeron) {
        final int[] unavailable = {0};
        final Subscription subscription = aeron.addSubscription(
            IPC, 10, image -> {}, image -> unavailable[0]++);
        final Publication one = aeron.addPublication(IPC, 10);
        final Publication same = aeron.addPublication(IPC + "?alias=x", 10);
        check(one.sessionId() == same.sessionId(), "one session for a shared publication");
        final ExclusivePublication exclusive = aeron.addExclusivePublication(
            IPC + "?init-term-id=7|term-id=9|term-offset=128|term-length=64k|session-id=77", 10);
        check(exclusive.position() == 2 * 65536 + 128, "start position " + exclusive.position());
        await(() -> subscription.imageCount() == 2);
        final Image image = subscription.imageBySessionId(77);
        check(image.joinPosition() == exclusive.position(), "join position " + image.joinPosition());
        check("aeron:ipc".equals(image.sourceIdentity()), "source identity");
        exclusive.close();
        await(() -> unavailable[0] == 1);
        check(image.isEndOfStream(), "end of stream");
        one.close();
        check(same.isConnected(), "connected while shared");
        same.close();
        await(() -> unavailable[0] == 2);
        final ExclusivePublication revoked = aeron.addExclusivePublication(IPC, 10);
        await(() -> subscription.imageCount() == 1);
        final Image last = subscription.imageAtIndex(0);
        check(revoked.offer(SOURCE, 0, 100) > 0, "offer");
        revoked.revoke();
        await(() -> unavailable[0] == 3);
        check(last.isPublicationRevoked(), "revoked");
        final long session = aeron.nextSessionId(10);
        check(session < -1 || session > 1000, "session outside of the reserved range: " + session);
        System.out.println("unavailable " + unavailable[0]);
    }

    private static void counters(final Aeron aeron) {
        final Counter counter = aeron.addCounter(2001, "java counter");
        counter.set(42);
        check(aeron.countersReader().getCounterValue(counter.id()) == 42, "value");
        check("java counter".equals(aeron.countersReader().getCounterLabel(counter.id())), "label");
        final Counter constant = aeron.addStaticCounter(2002, "static", 4711L);
        final Counter again = aeron.addStaticCounter(2002, "ignored", 4711L);
        check(constant.id() == again.id(), "static counter found again");
        final int id = counter.id();
        counter.close();
        await(() -> aeron.countersReader().getCounterState(id) != 1);
        System.out.println("static " + constant.id());
    }

    /** Adds counters and gives them back, some under way at any time: a stress of the rings between client and driver. */
    private static void commands(final Aeron aeron, final String name, final int count) {
        System.out.println("ready");
        final ArrayDeque<long[]> underWay = new ArrayDeque<>();
        int sent = 0;
        int done = 0;
        while (done < count) {
            while (sent < count && underWay.size() < COMMANDS_UNDER_WAY) {
                underWay.add(new long[] {aeron.asyncAddCounter(2003, name + " " + sent), sent});
                sent++;
            }
            final long[] oldest = underWay.peek();
            final Counter counter = aeron.getCounter(oldest[0]);
            if (counter == null) {
                Thread.yield();
                continue;
            }
            final String label = name + " " + oldest[1];
            check(label.equals(aeron.countersReader().getCounterLabel(counter.id())), "label " + label);
            check(counter.registrationId() == oldest[0], "registration id of " + label);
            check(counter.getAndAdd(1) == 0, "value of " + label);
            counter.close();
            underWay.remove();
            done++;
        }
        System.out.println("counters " + done);
    }

    private static void errors(final Aeron aeron) {
        for (final String channel : new String[] {
            "aeron:ipc?term-length=5", "aeron:ipc?mtu=33", "aeron:ipc?pub-wnd=1024"}) {
            try {
                aeron.addPublication(channel, 10);
                check(false, channel + " was taken");
            } catch (final RegistrationException ex) {
                System.out.println(ex.errorCode() + " " + channel);
            }
        }
        aeron.addExclusivePublication(IPC + "?session-id=5", 10);
        try {
            aeron.addExclusivePublication(IPC + "?session-id=5", 10);
            check(false, "clash was taken");
        } catch (final RegistrationException ex) {
            System.out.println(ex.errorCode() + " clash");
        }
    }

    private static void reject(final String directory) {
        final AtomicReference<String> reason = new AtomicReference<>();
        try (Aeron aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(directory)
            .publicationErrorFrameHandler(frame -> reason.set(frame.errorMessage())))) {
            final Subscription subscription = aeron.addSubscription(IPC, 10);
            final Publication publication = aeron.addPublication(IPC, 10);
            await(() -> subscription.imageCount() == 1);
            subscription.imageAtIndex(0).reject("not wanted");
            await(() -> subscription.imageCount() == 0 && reason.get() != null);
            await(() -> !publication.isConnected());
            System.out.println("rejected " + reason.get());
        }
    }

    /** Holds an unfinished claim until it is killed. */
    private static void hang(final Aeron aeron) {
        final Publication publication = aeron.addPublication(IPC, 10);
        await(publication::isConnected);
        final BufferClaim claim = new BufferClaim();
        await(() -> publication.tryClaim(100, claim) > 0);
        System.out.println("claimed");
        await(() -> false);
    }

    private static int lengthOf(final int i, final int max) {
        return i % 500 == 499 ? max : i % 10 == 9 ? (i * 131) % 9000 : i % 1200;
    }

    private static byte byteOf(final int i, final int k) {
        return (byte)(i * 31 + k * 7);
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(final Condition condition) {
        final long deadline = System.nanoTime() + DEADLINE_NS;
        while (!condition.holds()) {
            check(System.nanoTime() < deadline, "condition in time");
            Thread.onSpinWait();
        }
    }

    private static void check(final boolean holds, final String what) {
        if (!holds) {
            System.out.println("failed: " + what);
            System.exit(1);
        }
    }
}
