import alerion.examples.orderentry.CancelOrderDecoder;
import alerion.examples.orderentry.CancelOrderEncoder;
import alerion.examples.orderentry.MessageHeaderDecoder;
import alerion.examples.orderentry.MessageHeaderEncoder;
import alerion.examples.orderentry.Side;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;

final class CancelCodec implements Codec {
    private static final long ORDER_ID = 7_042_118_338L;
    private static final long TIME = 1_732_368_000_000_000L;
    private static final String SYMBOL = "ALRNMAR7";

    private final byte[] bytes = new byte[RING * SLOT];
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final MessageHeaderEncoder headerEncoder = new MessageHeaderEncoder();
    private final MessageHeaderDecoder headerDecoder = new MessageHeaderDecoder();
    private final CancelOrderEncoder encoder = new CancelOrderEncoder();
    private final CancelOrderDecoder decoder = new CancelOrderDecoder();
    private final byte[] symbol = SYMBOL.getBytes(StandardCharsets.US_ASCII);
    private final byte[] scratch = new byte[8];
    private final boolean strings;

    CancelCodec(final boolean strings) {
        this.strings = strings;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int encode(final int index) {
        final int i = index & (RING - 1);
        encoder.wrapAndApplyHeader(buffer, i * SLOT, headerEncoder)
            .orderId(ORDER_ID + i)
            .transactTime(TIME + i)
            .side(Side.Buy);
        if (strings) {
            encoder.symbol(SYMBOL);
        } else {
            encoder.putSymbol(symbol, 0);
        }
        return MessageHeaderEncoder.ENCODED_LENGTH + encoder.encodedLength();
    }

    public int decode(final int index) {
        decoder.wrapAndApplyHeader(buffer, (index & (RING - 1)) * SLOT, headerDecoder);
        final int total = (int)(decoder.orderId() + decoder.transactTime()) + decoder.sideRaw();
        if (strings) {
            final String text = decoder.symbol();
            return total + text.length() + text.charAt(0) + text.charAt(text.length() - 1);
        }
        final int length = decoder.getSymbol(scratch, 0);
        return total + length + scratch[0] + scratch[length - 1];
    }
}
