/** A small order message: the generated codec, hot and plain, and a DataView by hand. */
import { type Candidate, RING } from "../candidate.js";
import { element, ofRing } from "../peers/peer.js";
import { type CancelObject, content, ORDER_ID, sum, SYMBOL, TIME } from "./cancel-object.js";
import type { Encoding, PlainDecoder, PlainEncoder, Wrapping } from "./codec.js";
import { fill, ringView, slotOf } from "./ring-buffer.js";

interface CancelEncoder extends Encoding {
  orderIdNumber(value: number): this;
  transactTimeNumber(value: number): this;
  side(value: number): this;
  symbol(text: string): this;
  symbolBytes(bytes: Uint8Array): this;
}

interface CancelDecoder extends Wrapping {
  orderIdNumber(): number;
  transactTimeNumber(): number;
  side(): number;
  symbol(): string;
  copySymbol(target: Uint8Array): number;
}

/** The generated module. */
interface CancelCodecs {
  readonly CancelOrderEncoder: (new () => CancelEncoder) & PlainEncoder;
  readonly CancelOrderDecoder: (new () => CancelDecoder) & PlainDecoder<CancelObject>;
}

/** The hot form, text as bytes. */
function hotBytes({ CancelOrderEncoder, CancelOrderDecoder }: CancelCodecs): Candidate {
  const view = ringView();
  const encoder = new CancelOrderEncoder();
  const decoder = new CancelOrderDecoder();
  const symbol = Buffer.from(SYMBOL);
  const scratch = new Uint8Array(8);

  function encode(index: number): number {
    const i = index & (RING - 1);
    return encoder
      .wrapAndApplyHeader(view, slotOf(index))
      .orderIdNumber(ORDER_ID + i)
      .transactTimeNumber(TIME + i)
      .side(0x31)
      .symbolBytes(symbol)
      .encodedLength();
  }

  function decode(index: number): number {
    decoder.wrapAndApplyHeader(view, slotOf(index));
    const total =
      (((decoder.orderIdNumber() + decoder.transactTimeNumber()) | 0) + decoder.side()) | 0;
    const length = decoder.copySymbol(scratch);
    return (total + length + (scratch[0] ?? 0) + (scratch[length - 1] ?? 0)) | 0;
  }

  fill(encode);
  return { name: "generated, hot", text: "bytes", encode, decode, ring: view };
}

/** The hot form, text as strings. */
function hotStrings({ CancelOrderEncoder, CancelOrderDecoder }: CancelCodecs): Candidate {
  const view = ringView();
  const encoder = new CancelOrderEncoder();
  const decoder = new CancelOrderDecoder();

  function encode(index: number): number {
    const i = index & (RING - 1);
    return encoder
      .wrapAndApplyHeader(view, slotOf(index))
      .orderIdNumber(ORDER_ID + i)
      .transactTimeNumber(TIME + i)
      .side(0x31)
      .symbol(SYMBOL)
      .encodedLength();
  }

  function decode(index: number): number {
    decoder.wrapAndApplyHeader(view, slotOf(index));
    const total =
      (((decoder.orderIdNumber() + decoder.transactTimeNumber()) | 0) + decoder.side()) | 0;
    const symbol = decoder.symbol();
    return (
      (total + symbol.length + symbol.charCodeAt(0) + symbol.charCodeAt(symbol.length - 1)) | 0
    );
  }

  fill(encode);
  return { name: "generated, hot", text: "strings", encode, decode, ring: view };
}

/** The plain form: an object to bytes and back. */
function plain({ CancelOrderEncoder, CancelOrderDecoder }: CancelCodecs): Candidate {
  const contents = ofRing((index) => {
    const { orderId, transactTime, side, symbol } = content(index, "strings");
    return { orderId: BigInt(orderId), transactTime: BigInt(transactTime), side, symbol };
  });
  const encoded = contents.map((each) => CancelOrderEncoder.encode(each));
  return {
    name: "generated, plain",
    text: "strings",
    encode: (index) => CancelOrderEncoder.encode(element(contents, index)).length,
    decode: (index) => sum(CancelOrderDecoder.decode(element(encoded, index)), "strings"),
  };
}

const TWO_POW_32 = 4_294_967_296;

function putNumbers(view: DataView, offset: number, i: number): void {
  view.setUint16(offset, 25, true);
  view.setUint16(offset + 2, 3, true);
  view.setUint16(offset + 4, 100, true);
  view.setUint16(offset + 6, 1, true);
  putLong(view, offset + 8, ORDER_ID + i);
  putLong(view, offset + 16, TIME + i);
  view.setUint8(offset + 24, 0x31);
}

function putLong(view: DataView, at: number, value: number): void {
  const high = Math.floor(value / TWO_POW_32);
  view.setUint32(at, value - high * TWO_POW_32, true);
  view.setInt32(at + 4, high, true);
}

function sumNumbers(view: DataView, offset: number): number {
  const orderId = view.getInt32(offset + 12, true) * TWO_POW_32 + view.getUint32(offset + 8, true);
  const time = view.getUint32(offset + 20, true) * TWO_POW_32 + view.getUint32(offset + 16, true);
  return (((orderId + time) | 0) + view.getUint8(offset + 24)) | 0;
}

/** What a DataView costs at least, without checks and without a shape to keep; text as bytes. */
function floorBytes(): Candidate {
  const view = ringView();
  const symbol = Buffer.from(SYMBOL);
  const scratch = new Uint8Array(8);

  function encode(index: number): number {
    const offset = slotOf(index);
    putNumbers(view, offset, index & (RING - 1));
    for (let i = 0; i < 8; i++) view.setUint8(offset + 25 + i, symbol[i] ?? 0);
    return 33;
  }

  function decode(index: number): number {
    const offset = slotOf(index);
    for (let i = 0; i < 8; i++) scratch[i] = view.getUint8(offset + 25 + i);
    return (sumNumbers(view, offset) + 8 + (scratch[0] ?? 0) + (scratch[7] ?? 0)) | 0;
  }

  fill(encode);
  return { name: "DataView by hand", text: "bytes", encode, decode, ring: view };
}

/** The same with strings, one character at a time. */
function floorStrings(): Candidate {
  const view = ringView();

  function encode(index: number): number {
    const offset = slotOf(index);
    putNumbers(view, offset, index & (RING - 1));
    for (let i = 0; i < 8; i++) view.setUint8(offset + 25 + i, SYMBOL.charCodeAt(i));
    return 33;
  }

  function decode(index: number): number {
    const offset = slotOf(index);
    let symbol = "";
    for (let i = 0; i < 8; i++) symbol += String.fromCharCode(view.getUint8(offset + 25 + i));
    return (
      (sumNumbers(view, offset) +
        symbol.length +
        symbol.charCodeAt(0) +
        symbol.charCodeAt(symbol.length - 1)) |
      0
    );
  }

  fill(encode);
  return { name: "DataView by hand", text: "strings", encode, decode, ring: view };
}

/** What is measured beside the peers, in the order of the report. */
export function candidates(codecs: unknown): readonly Candidate[] {
  const module = codecs as CancelCodecs;
  return [hotBytes(module), floorBytes(), hotStrings(module), plain(module), floorStrings()];
}
