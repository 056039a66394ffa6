/** An incremental of two price levels: the generated codec, hot and plain, and a DataView by hand. */
import { type Candidate, RING } from "../candidate.js";
import { element, ofRing } from "../peers/peer.js";
import { type BookObject, content, LEVELS, PRICE, TIME } from "./book-object.js";
import type { Encoding, PlainDecoder, PlainEncoder, Stepping, Wrapping } from "./codec.js";
import { fill, ringView, slotOf } from "./ring-buffer.js";

interface EntryEncoder {
  next(): this;
  price(): { mantissaNumber(value: number): unknown };
  quantity(value: number): this;
  instrumentId(value: number): this;
  sequence(value: number): this;
  orderCount(value: number): this;
  level(value: number): this;
  action(value: number): this;
  entryType(value: number): this;
}

interface EntryDecoder extends Stepping {
  price(): { mantissaNumber(): number };
  quantity(): number;
  instrumentId(): number;
  sequence(): number;
  orderCount(): number;
  level(): number;
  action(): number;
  entryType(): number;
}

interface BookEncoder extends Encoding {
  transactTimeNumber(value: number): this;
  matchEvent(bits: number): this;
  entriesCount(count: number): EntryEncoder;
}

interface BookDecoder extends Wrapping {
  transactTimeNumber(): number;
  matchEvent(): number;
  entries(): EntryDecoder;
}

/** A plain message: prices are composites. */
interface PlainBook extends Omit<BookObject, "entries"> {
  readonly entries: readonly (Omit<BookObject["entries"][number], "price"> & {
    readonly price: { readonly mantissa: bigint };
  })[];
}

/** The generated module. */
interface BookCodecs {
  readonly BookIncrementalEncoder: (new () => BookEncoder) & PlainEncoder;
  readonly BookIncrementalDecoder: (new () => BookDecoder) & PlainDecoder<PlainBook>;
}

/** The hot form. */
function hot(codecs: BookCodecs): Candidate {
  const view = ringView();
  const encoder = new codecs.BookIncrementalEncoder();
  const decoder = new codecs.BookIncrementalDecoder();

  function encode(index: number): number {
    const i = index & (RING - 1);
    encoder
      .wrapAndApplyHeader(view, slotOf(index))
      .transactTimeNumber(TIME + i)
      .matchEvent(0x82);
    const entries = encoder.entriesCount(LEVELS);
    for (let n = 0; n < LEVELS; n++) {
      entries.next();
      entries.price().mantissaNumber(PRICE + 2500 * n + i);
      entries
        .quantity(308 + 172 * n)
        .instrumentId(13_950)
        .sequence(20_707_877 + n + i)
        .orderCount(89 + 52 * n)
        .level(1 + n)
        .action(n & 1)
        .entryType(0x30 + (n & 1));
    }
    return encoder.encodedLength();
  }

  function decode(index: number): number {
    decoder.wrapAndApplyHeader(view, slotOf(index));
    let total = (decoder.transactTimeNumber() + decoder.matchEvent()) | 0;
    const entries = decoder.entries();
    while (entries.hasNext()) {
      entries.next();
      total = (total + entries.price().mantissaNumber()) | 0;
      total =
        (total +
          entries.quantity() +
          entries.instrumentId() +
          entries.sequence() +
          entries.orderCount() +
          entries.level() +
          entries.action() +
          entries.entryType()) |
        0;
    }
    return total;
  }

  fill(encode);
  return { name: "generated, hot", text: "none", encode, decode, ring: view };
}

/** The plain form: an object to bytes and back. */
function plain(codecs: BookCodecs): Candidate {
  const { BookIncrementalEncoder: Encoder, BookIncrementalDecoder: Decoder } = codecs;
  const contents = ofRing((index) => {
    const { transactTime, matchEvent, entries } = content(index);
    return {
      transactTime: BigInt(transactTime),
      matchEvent,
      entries: entries.map((entry) => ({ ...entry, price: { mantissa: BigInt(entry.price) } })),
    };
  });
  const encoded = contents.map((each) => Encoder.encode(each));

  function decode(index: number): number {
    const { transactTime, matchEvent, entries } = Decoder.decode(element(encoded, index));
    let total = (Number(transactTime) + matchEvent) | 0;
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i];
      if (entry === undefined) continue;
      total = (total + Number(entry.price.mantissa)) | 0;
      total =
        (total +
          entry.quantity +
          entry.instrumentId +
          entry.sequence +
          entry.orderCount +
          entry.level +
          entry.action +
          entry.entryType) |
        0;
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

  function encode(index: number): number {
    const i = index & (RING - 1);
    const offset = slotOf(index);
    view.setUint16(offset, 9, true);
    view.setUint16(offset + 2, 1, true);
    view.setUint16(offset + 4, 101, true);
    view.setUint16(offset + 6, 0, true);
    putLong(offset + 8, TIME + i);
    view.setUint8(offset + 16, 0x82);
    view.setUint16(offset + 17, 25, true);
    view.setUint8(offset + 19, LEVELS);
    let p = offset + 20;
    for (let n = 0; n < LEVELS; n++, p += 25) {
      putLong(p, PRICE + 2500 * n + i);
      view.setUint32(p + 8, 308 + 172 * n, true);
      view.setUint32(p + 12, 13_950, true);
      view.setUint32(p + 16, 20_707_877 + n + i, true);
      view.setUint16(p + 20, 89 + 52 * n, true);
      view.setUint8(p + 22, 1 + n);
      view.setUint8(p + 23, n & 1);
      view.setUint8(p + 24, 0x30 + (n & 1));
    }
    return p - offset;
  }

  function decode(index: number): number {
    const offset = slotOf(index);
    let total =
      (view.getUint32(offset + 12, true) * TWO_POW_32 +
        view.getUint32(offset + 8, true) +
        view.getUint8(offset + 16)) |
      0;
    const at = offset + 8 + view.getUint16(offset, true);
    const blockLength = view.getUint16(at, true);
    const count = view.getUint8(at + 2);
    let p = at + 3;
    for (let i = 0; i < count; i++, p += blockLength) {
      const price = view.getInt32(p + 4, true) * TWO_POW_32 + view.getUint32(p, true);
      total = (total + price) | 0;
      total =
        (total +
          view.getUint32(p + 8, true) +
          view.getUint32(p + 12, true) +
          view.getUint32(p + 16, true) +
          view.getUint16(p + 20, true) +
          view.getUint8(p + 22) +
          view.getUint8(p + 23) +
          view.getUint8(p + 24)) |
        0;
    }
    return total;
  }

  fill(encode);
  return { name: "DataView by hand", text: "none", encode, decode, ring: view };
}

/** What is measured beside the peers, in the order of the report. */
export function candidates(codecs: unknown): readonly Candidate[] {
  const module = codecs as BookCodecs;
  return [hot(module), plain(module), floor()];
}
