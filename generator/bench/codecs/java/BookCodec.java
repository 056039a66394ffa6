import alerion.examples.marketdata.BookIncrementalDecoder;
import alerion.examples.marketdata.BookIncrementalEncoder;
import alerion.examples.marketdata.EntryType;
import alerion.examples.marketdata.MessageHeaderDecoder;
import alerion.examples.marketdata.MessageHeaderEncoder;
import alerion.examples.marketdata.UpdateAction;
import org.agrona.concurrent.UnsafeBuffer;

final class BookCodec implements Codec {
    private static final long TIME = 1_732_368_000_000_000L;
    private static final long PRICE = 45_122_500_000L;
    private static final int LEVELS = 2;

    private final byte[] bytes = new byte[RING * SLOT];
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final MessageHeaderEncoder headerEncoder = new MessageHeaderEncoder();
    private final MessageHeaderDecoder headerDecoder = new MessageHeaderDecoder();
    private final BookIncrementalEncoder encoder = new BookIncrementalEncoder();
    private final BookIncrementalDecoder decoder = new BookIncrementalDecoder();

    BookCodec(final boolean strings) {
    }

    public byte[] bytes() {
        return bytes;
    }

    public int encode(final int index) {
        final int i = index & (RING - 1);
        encoder.wrapAndApplyHeader(buffer, i * SLOT, headerEncoder).transactTime(TIME + i);
        encoder.matchEvent().clear().lastQuote(true).endOfEvent(true);
        final BookIncrementalEncoder.EntriesEncoder entries = encoder.entriesCount(LEVELS);
        for (int n = 0; n < LEVELS; n++) {
            entries.next().price().mantissa(PRICE + 2500 * n + i);
            entries
                .quantity(308 + 172 * n)
                .instrumentId(13_950)
                .sequence(20_707_877 + n + i)
                .orderCount(89 + 52 * n)
                .level((short)(1 + n))
                .action((n & 1) == 0 ? UpdateAction.New : UpdateAction.Change)
                .entryType((n & 1) == 0 ? EntryType.Bid : EntryType.Offer);
        }
        return MessageHeaderEncoder.ENCODED_LENGTH + encoder.encodedLength();
    }

    public int decode(final int index) {
        decoder.wrapAndApplyHeader(buffer, (index & (RING - 1)) * SLOT, headerDecoder);
        int total = (int)decoder.transactTime() + decoder.matchEvent().getRaw();
        final BookIncrementalDecoder.EntriesDecoder entries = decoder.entries();
        while (entries.hasNext()) {
            entries.next();
            total += (int)entries.price().mantissa();
            total += (int)entries.quantity() + (int)entries.instrumentId() + (int)entries.sequence() +
                entries.orderCount() + entries.level() + entries.actionRaw() + entries.entryTypeRaw();
        }
        return total;
    }
}
