import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Measures one codec in this process and prints a row as JSON; the twin of measure.ts.
 *
 *   java CodecBench CODEC TEXT     CODEC is a class of this folder, TEXT is bytes, strings or none
 */
public final class CodecBench {
    private static final double BATCH_NS = 500_000;
    private static final int WARM_UP_ROUNDS = 3_000;
    private static final int ROUNDS = 150;

    private static int sink;

    private static int encodeLoop(final Codec codec, final int count) {
        int sum = 0;
        for (int index = 0; index < count; index++) {
            sum += codec.encode(index);
        }
        return sum;
    }

    private static int decodeLoop(final Codec codec, final int count) {
        int sum = 0;
        for (int index = 0; index < count; index++) {
            sum += codec.decode(index);
        }
        return sum;
    }

    private static double time(final Codec codec, final boolean encodes, final int count) {
        final long start = System.nanoTime();
        sink += encodes ? encodeLoop(codec, count) : decodeLoop(codec, count);
        return (System.nanoTime() - start) / (double) count;
    }

    private static int batch(final double ns) {
        return Math.max(1, (int) Math.round(BATCH_NS / ns / Codec.RING)) * Codec.RING;
    }

    private static double garbage(final Codec codec, final boolean encodes) {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long id = Thread.currentThread().getId();
        final int count = 64 * Codec.RING;
        double least = Double.MAX_VALUE;
        for (int i = 0; i < 9; i++) {
            final long before = threads.getThreadAllocatedBytes(id);
            final long own = threads.getThreadAllocatedBytes(id) - before;
            final long start = threads.getThreadAllocatedBytes(id);
            time(codec, encodes, count);
            final long bytes = threads.getThreadAllocatedBytes(id) - start - own;
            least = Math.min(least, Math.max(0, bytes) / (double) count);
        }
        return least;
    }

    private static String timing(final double[] ns) {
        Arrays.sort(ns);
        return "{\"min\":" + ns[0] + ",\"median\":" + ns[ns.length / 2] + "}";
    }

    public static void main(final String[] args) throws Exception {
        final Codec codec = (Codec) Class.forName(args[0])
            .getDeclaredConstructor(boolean.class)
            .newInstance("strings".equals(args[1]));
        int checksum = 0;
        for (int index = 0; index < Codec.RING; index++) {
            codec.encode(index);
            checksum += codec.decode(index);
        }

        int encodeCount = Codec.RING;
        int decodeCount = Codec.RING;
        for (int round = 0; round < WARM_UP_ROUNDS; round++) {
            encodeCount = batch(time(codec, true, encodeCount));
            decodeCount = batch(time(codec, false, decodeCount));
        }
        final double[] encodeNs = new double[ROUNDS];
        final double[] decodeNs = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            encodeNs[round] = time(codec, true, encodeCount);
            decodeNs[round] = time(codec, false, decodeCount);
        }
        System.out.println("{\"encode\":" + timing(encodeNs) + ",\"decode\":" + timing(decodeNs) +
            ",\"encodeGarbage\":" + garbage(codec, true) + ",\"decodeGarbage\":" + garbage(codec, false) +
            ",\"wire\":" + codec.encode(0) + ",\"checksum\":" + checksum +
            ",\"java\":\"" + System.getProperty("java.vm.version") +
            "\",\"hex\":\"" + HexFormat.of().formatHex(codec.bytes()) + "\"}");
    }
}
