/**
 * Encoding for the charsets that platforms can only decode: tables turned round once, on first use.
 */
import { decodeBytes } from "./decode-bytes.js";
import { CodecError } from "./errors.js";

/** Bytes of a character, big endian in one number, by the character. */
type Table = ReadonlyMap<string, number>;

let tables: Map<string, Table> | undefined;

function tableOf(charset: string): Table {
  tables ??= new Map();
  let table = tables.get(charset);
  if (table === undefined) {
    table = buildTable(charset);
    tables.set(charset, table);
  }
  return table;
}

/** Decodes every sequence of one, two and (for GB18030 and EUC-JP) more bytes; the shortest one wins. */
function buildTable(charset: string): Table {
  const table = new Map<string, number>();
  const add = (bytes: readonly number[]): void => {
    const text = decodeBytes(Uint8Array.from(bytes), charset);
    const point = text.codePointAt(0);
    if (point === undefined || point === 0xfffd || text.length > (point > 0xffff ? 2 : 1)) return;
    if (!table.has(text))
      table.set(
        text,
        bytes.reduce((value, byte) => value * 256 + byte, 0),
      );
  };
  const leads: number[] = [];
  for (let byte = 0; byte < 256; byte++) {
    const before = table.size;
    add([byte]);
    if (table.size === before && byte >= 0x80) leads.push(byte);
  }
  for (const lead of leads) for (let trail = 0x30; trail < 0xff; trail++) add([lead, trail]);
  if (charset === "euc-jp") {
    for (let a = 0xa1; a < 0xff; a++) for (let b = 0xa1; b < 0xff; b++) add([0x8f, a, b]);
  }
  if (charset === "gb18030") addFourByteGb18030(add);
  return table;
}

/** The BMP part of the four-byte area, 0x81308130 to 0x8431a439; the rest is computed. */
function addFourByteGb18030(add: (bytes: readonly number[]) => void): void {
  for (let a = 0x81; a <= 0x84; a++) {
    for (let b = 0x30; b <= 0x39; b++) {
      for (let c = 0x81; c <= 0xfe; c++) {
        for (let d = 0x30; d <= 0x39; d++) add([a, b, c, d]);
      }
    }
  }
}

/** GB18030 maps U+10000 and above linearly from 0x90308130. Source: GB 18030-2005. */
function gb18030Supplementary(point: number): number {
  let linear = point - 0x10000;
  const d = linear % 10;
  linear = (linear - d) / 10;
  const c = linear % 126;
  linear = (linear - c) / 126;
  const b = linear % 10;
  const a = (linear - b) / 10;
  return (((0x90 + a) * 256 + 0x30 + b) * 256 + 0x81 + c) * 256 + 0x30 + d;
}

function codeOf(character: string, charset: string, table: Table, what: string): number {
  const code = table.get(character);
  if (code !== undefined) return code;
  const point = character.codePointAt(0) ?? 0;
  if (charset === "gb18030" && point > 0xffff) return gb18030Supplementary(point);
  throw new CodecError(
    "TEXT_NOT_ENCODABLE",
    `${what} must be encodable in ${charset}: character=U+${point.toString(16).padStart(4, "0")}`,
  );
}

function sizeOf(code: number): number {
  return code < 0x100 ? 1 : code < 0x10000 ? 2 : code < 0x1000000 ? 3 : 4;
}

/** Bytes of `text` in `charset`. @throws {CodecError} TEXT_NOT_ENCODABLE */
export function legacyLength(text: string, charset: string, what: string): number {
  const table = tableOf(charset);
  let length = 0;
  for (const character of text) length += sizeOf(codeOf(character, charset, table, what));
  return length;
}

/** Writes `text`, which {@link legacyLength} has measured, at `offset`. */
export function encodeLegacy(text: string, charset: string, view: DataView, offset: number): void {
  const table = tableOf(charset);
  let at = offset;
  for (const character of text) {
    const code = codeOf(character, charset, table, "text");
    for (let shift = sizeOf(code) - 1; shift >= 0; shift--) {
      view.setUint8(at++, Math.floor(code / 256 ** shift) % 256);
    }
  }
}
