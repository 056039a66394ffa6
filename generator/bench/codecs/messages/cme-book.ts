/** The busiest message of a real exchange: the generated codec, hot and plain, and a DataView by hand. */
import { type Candidate, RING } from "../candidate.js";
import { element, ofRing } from "../peers/peer.js";
import {
  type CmeBookObject,
  content,
  ENTRIES,
  ORDER_ID,
  ORDERS,
  PRICE,
  TIME,
} from "./cme-book-object.js";
import type { Encoding, PlainDecoder, PlainEncoder, Stepping, Wrapping } from "./codec.js";
import { fill, ringView, slotOf } from "./ring-buffer.js";

interface EntryEncoder {
  next(): this;
  mdEntryPx(): { mantissaNumber(value: number): unknown };
  mdEntrySize(value: number): this;
  securityID(value: number): this;
  rptSeq(value: number): this;
  numberOfOrders(value: number): this;
  mdPriceLevel(value: number): this;
  mdUpdateAction(value: number): this;
  mdEntryType(value: number): this;
  tradeableSize(value: number): this;
}

interface OrderEncoder {
  next(): this;
  orderIDNumber(value: number): this;
  mdOrderPriorityNumber(value: number): this;
  mdDisplayQty(value: number): this;
  referenceID(value: number): this;
  orderUpdateAction(value: number): this;
}

interface CmeBookEncoder extends Encoding {
  transactTimeNumber(value: number): this;
  matchEventIndicator(bits: number): this;
  noMDEntriesCount(count: number): EntryEncoder;
  noOrderIDEntriesCount(count: number): OrderEncoder;
}

interface CmeBookDecoder extends Wrapping {
  transactTimeNumber(): number;
  matchEventIndicator(): number;
  noMDEntries(): Stepping & {
    mdEntryPx(): { mantissaNumber(): number };
    mdEntrySize(): number;
    securityID(): number;
    rptSeq(): number;
    numberOfOrders(): number;
    mdPriceLevel(): number;
    mdUpdateAction(): number;
    mdEntryType(): number;
    tradeableSize(): number;
  };
  noOrderIDEntries(): Stepping & {
    orderIDNumber(): number;
    mdOrderPriorityNumber(): number;
    mdDisplayQty(): number;
    referenceID(): number;
    orderUpdateAction(): number;
  };
}

/** A plain message: prices are composites, optional values may be undefined. */
interface PlainCmeBook extends Omit<CmeBookObject, "noMDEntries"> {
  readonly noMDEntries: readonly (Omit<CmeBookObject["noMDEntries"][number], "mdEntryPx"> & {
    readonly mdEntryPx: { readonly mantissa?: bigint };
  })[];
}

/** The generated module. */
interface CmeCodecs {
  readonly MDIncrementalRefreshBook46Encoder: (new () => CmeBookEncoder) & PlainEncoder;
  readonly MDIncrementalRefreshBook46Decoder: (new () => CmeBookDecoder) &
    PlainDecoder<PlainCmeBook>;
}

/** The hot form. */
function hot(codecs: CmeCodecs): Candidate {
  const view = ringView();
  const encoder = new codecs.MDIncrementalRefreshBook46Encoder();
  const decoder = new codecs.MDIncrementalRefreshBook46Decoder();

  function encode(index: number): number {
    const i = index & (RING - 1);
    encoder
      .wrapAndApplyHeader(view, slotOf(index))
      .transactTimeNumber(TIME + i)
      .matchEventIndicator(0x84);
    const entries = encoder.noMDEntriesCount(ENTRIES);
    for (let n = 0; n < ENTRIES; n++) {
      entries.next();
      entries.mdEntryPx().mantissaNumber(PRICE + 10_000_000 * n + i);
      entries
        .mdEntrySize(19 + n)
        .securityID(157_660)
        .rptSeq(411 + n + i)
        .numberOfOrders(3 + n)
        .mdPriceLevel(1 + n)
        .mdUpdateAction(n & 1)
        .mdEntryType(0x30 + (n & 1))
        .tradeableSize(19 + n);
    }
    const orders = encoder.noOrderIDEntriesCount(ORDERS);
    for (let n = 0; n < ORDERS; n++) {
      orders
        .next()
        .orderIDNumber(ORDER_ID + n + i)
        .mdOrderPriorityNumber(ORDER_ID + 7 + n)
        .mdDisplayQty(12 + n)
        .referenceID(1 + n)
        .orderUpdateAction(1);
    }
    return encoder.encodedLength();
  }

  function decode(index: number): number {
    decoder.wrapAndApplyHeader(view, slotOf(index));
    let total = (decoder.transactTimeNumber() + decoder.matchEventIndicator()) | 0;
    const entries = decoder.noMDEntries();
    while (entries.hasNext()) {
      entries.next();
      total = (total + entries.mdEntryPx().mantissaNumber()) | 0;
      total =
        (total +
          entries.mdEntrySize() +
          entries.securityID() +
          entries.rptSeq() +
          entries.numberOfOrders() +
          entries.mdPriceLevel() +
          entries.mdUpdateAction() +
          entries.mdEntryType() +
          entries.tradeableSize()) |
        0;
    }
    const orders = decoder.noOrderIDEntries();
    while (orders.hasNext()) {
      orders.next();
      total = (total + orders.orderIDNumber()) | 0;
      total = (total + orders.mdOrderPriorityNumber()) | 0;
      total =
        (total + orders.mdDisplayQty() + orders.referenceID() + orders.orderUpdateAction()) | 0;
    }
    return total;
  }

  fill(encode);
  return { name: "generated, hot", text: "none", encode, decode, ring: view };
}

/** The plain form: an object to bytes and back. */
function plain(codecs: CmeCodecs): Candidate {
  const { MDIncrementalRefreshBook46Encoder: Encoder } = codecs;
  const { MDIncrementalRefreshBook46Decoder: Decoder } = codecs;
  const contents = ofRing((index) => {
    const { transactTime, matchEventIndicator, noMDEntries, noOrderIDEntries } = content(index);
    return {
      transactTime: BigInt(transactTime),
      matchEventIndicator,
      noMDEntries: noMDEntries.map((entry) => ({
        ...entry,
        mdEntryPx: { mantissa: BigInt(entry.mdEntryPx) },
      })),
      noOrderIDEntries: noOrderIDEntries.map((entry) => ({
        ...entry,
        orderID: BigInt(entry.orderID),
        mdOrderPriority: BigInt(entry.mdOrderPriority),
      })),
    };
  });
  const encoded = contents.map((each) => Encoder.encode(each));

  function decode(index: number): number {
    const decoded = Decoder.decode(element(encoded, index));
    const { noMDEntries, noOrderIDEntries } = decoded;
    let total = (Number(decoded.transactTime) + decoded.matchEventIndicator) | 0;
    for (let i = 0; i < noMDEntries.length; i++) {
      const entry = noMDEntries[i];
      if (entry === undefined) continue;
      total = (total + Number(entry.mdEntryPx.mantissa)) | 0;
      total =
        (total +
          entry.mdEntrySize +
          entry.securityID +
          entry.rptSeq +
          entry.numberOfOrders +
          entry.mdPriceLevel +
          entry.mdUpdateAction +
          entry.mdEntryType +
          entry.tradeableSize) |
        0;
    }
    for (let i = 0; i < noOrderIDEntries.length; i++) {
      const entry = noOrderIDEntries[i];
      if (entry === undefined) continue;
      total = (total + Number(entry.orderID)) | 0;
      total = (total + Number(entry.mdOrderPriority)) | 0;
      total = (total + entry.mdDisplayQty + entry.referenceID + entry.orderUpdateAction) | 0;
    }
    return total;
  }

  const encode = (index: number): number => Encoder.encode(element(contents, index)).length;
  return { name: "generated, plain", text: "none", encode, decode };
}

const TWO_POW_32 = 4_294_967_296;

/** What a DataView costs at least, without checks and without a shape to keep. */
function floor(): Candidate {
  const view = ringView();

  function putLong(at: number, value: number): void {
    const high = Math.floor(value / TWO_POW_32);
    view.setUint32(at, value - high * TWO_POW_32, true);
    view.setInt32(at + 4, high, true);
  }

  function takeLong(at: number): number {
    return view.getInt32(at + 4, true) * TWO_POW_32 + view.getUint32(at, true);
  }

  function encode(index: number): number {
    const i = index & (RING - 1);
    const offset = slotOf(index);
    view.setUint16(offset, 11, true);
    view.setUint16(offset + 2, 46, true);
    view.setUint16(offset + 4, 1, true);
    view.setUint16(offset + 6, 12, true);
    putLong(offset + 8, TIME + i);
    view.setUint8(offset + 16, 0x84);
    view.setUint16(offset + 19, 32, true);
    view.setUint8(offset + 21, ENTRIES);
    let p = offset + 22;
    for (let n = 0; n < ENTRIES; n++, p += 32) {
      putLong(p, PRICE + 10_000_000 * n + i);
      view.setInt32(p + 8, 19 + n, true);
      view.setInt32(p + 12, 157_660, true);
      view.setUint32(p + 16, 411 + n + i, true);
      view.setInt32(p + 20, 3 + n, true);
      view.setUint8(p + 24, 1 + n);
      view.setUint8(p + 25, n & 1);
      view.setUint8(p + 26, 0x30 + (n & 1));
      view.setInt32(p + 27, 19 + n, true);
    }
    view.setUint16(p, 24, true);
    view.setUint8(p + 7, ORDERS);
    p += 8;
    for (let n = 0; n < ORDERS; n++, p += 24) {
      putLong(p, ORDER_ID + n + i);
      putLong(p + 8, ORDER_ID + 7 + n);
      view.setInt32(p + 16, 12 + n, true);
      view.setUint8(p + 20, 1 + n);
      view.setUint8(p + 21, 1);
    }
    return p - offset;
  }

  function decode(index: number): number {
    const offset = slotOf(index);
    let total = (takeLong(offset + 8) + view.getUint8(offset + 16)) | 0;
    let p = offset + 8 + view.getUint16(offset, true);
    let blockLength = view.getUint16(p, true);
    let count = view.getUint8(p + 2);
    p += 3;
    for (let n = 0; n < count; n++, p += blockLength) {
      total = (total + takeLong(p)) | 0;
      total =
        (total +
          view.getInt32(p + 8, true) +
          view.getInt32(p + 12, true) +
          view.getUint32(p + 16, true) +
          view.getInt32(p + 20, true) +
          view.getUint8(p + 24) +
          view.getUint8(p + 25) +
          view.getUint8(p + 26) +
          view.getInt32(p + 27, true)) |
        0;
    }
    blockLength = view.getUint16(p, true);
    count = view.getUint8(p + 7);
    p += 8;
    for (let n = 0; n < count; n++, p += blockLength) {
      total = (total + takeLong(p)) | 0;
      total = (total + takeLong(p + 8)) | 0;
      total =
        (total + view.getInt32(p + 16, true) + view.getUint8(p + 20) + view.getUint8(p + 21)) | 0;
    }
    return total;
  }

  fill(encode);
  return { name: "DataView by hand", text: "none", encode, decode, ring: view };
}

/** What is measured beside the peers, in the order of the report. */
export function candidates(codecs: unknown): readonly Candidate[] {
  const module = codecs as CmeCodecs;
  return [hot(module), plain(module), floor()];
}
