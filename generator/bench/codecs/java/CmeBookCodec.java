import mktdata.MDEntryTypeBook;
import mktdata.MDIncrementalRefreshBook46Decoder;
import mktdata.MDIncrementalRefreshBook46Encoder;
import mktdata.MDUpdateAction;
import mktdata.MessageHeaderDecoder;
import mktdata.MessageHeaderEncoder;
import mktdata.OrderUpdateAction;
import org.agrona.concurrent.UnsafeBuffer;

final class CmeBookCodec implements Codec {
    private static final long TIME = 1_536_760_535_644_820L;
    private static final long PRICE = 15_230_000_000_000L;
    private static final long ORDER_ID = 644_820_404_111L;
    private static final int ENTRIES = 4;
    private static final int ORDERS = 2;

    private final byte[] bytes = new byte[RING * SLOT];
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final MessageHeaderEncoder headerEncoder = new MessageHeaderEncoder();
    private final MessageHeaderDecoder headerDecoder = new MessageHeaderDecoder();
    private final MDIncrementalRefreshBook46Encoder encoder = new MDIncrementalRefreshBook46Encoder();
    private final MDIncrementalRefreshBook46Decoder decoder = new MDIncrementalRefreshBook46Decoder();

    CmeBookCodec(final boolean strings) {
    }

    public byte[] bytes() {
        return bytes;
    }

    public int encode(final int index) {
        final int i = index & (RING - 1);
        encoder.wrapAndApplyHeader(buffer, i * SLOT, headerEncoder).transactTime(TIME + i);
        encoder.matchEventIndicator().clear().lastQuoteMsg(true).endOfEvent(true);
        final MDIncrementalRefreshBook46Encoder.NoMDEntriesEncoder entries = encoder.noMDEntriesCount(ENTRIES);
        for (int n = 0; n < ENTRIES; n++) {
            entries.next().mDEntryPx().mantissa(PRICE + 10_000_000L * n + i);
            entries
                .mDEntrySize(19 + n)
                .securityID(157_660)
                .rptSeq(411 + n + i)
                .numberOfOrders(3 + n)
                .mDPriceLevel((short)(1 + n))
                .mDUpdateAction((n & 1) == 0 ? MDUpdateAction.New : MDUpdateAction.Change)
                .mDEntryType((n & 1) == 0 ? MDEntryTypeBook.Bid : MDEntryTypeBook.Offer)
                .tradeableSize(19 + n);
        }
        final MDIncrementalRefreshBook46Encoder.NoOrderIDEntriesEncoder orders =
            encoder.noOrderIDEntriesCount(ORDERS);
        for (int n = 0; n < ORDERS; n++) {
            orders.next()
                .orderID(ORDER_ID + n + i)
                .mDOrderPriority(ORDER_ID + 7 + n)
                .mDDisplayQty(12 + n)
                .referenceID((short)(1 + n))
                .orderUpdateAction(OrderUpdateAction.Update);
        }
        return MessageHeaderEncoder.ENCODED_LENGTH + encoder.encodedLength();
    }

    public int decode(final int index) {
        decoder.wrapAndApplyHeader(buffer, (index & (RING - 1)) * SLOT, headerDecoder);
        int total = (int)decoder.transactTime() + decoder.matchEventIndicator().getRaw();
        final MDIncrementalRefreshBook46Decoder.NoMDEntriesDecoder entries = decoder.noMDEntries();
        while (entries.hasNext()) {
            entries.next();
            total += (int)entries.mDEntryPx().mantissa();
            total += entries.mDEntrySize() + entries.securityID() + (int)entries.rptSeq() +
                entries.numberOfOrders() + entries.mDPriceLevel() + entries.mDUpdateActionRaw() +
                entries.mDEntryTypeRaw() + entries.tradeableSize();
        }
        final MDIncrementalRefreshBook46Decoder.NoOrderIDEntriesDecoder orders = decoder.noOrderIDEntries();
        while (orders.hasNext()) {
            orders.next();
            total += (int)orders.orderID();
            total += (int)orders.mDOrderPriority();
            total += orders.mDDisplayQty() + orders.referenceID() + orders.orderUpdateActionRaw();
        }
        return total;
    }
}
