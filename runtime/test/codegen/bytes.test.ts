import { describe, expect, test } from "vitest";
import { CodecError, copyBytes, writeBytesData, writeBytesField } from "../../src/codegen/index.js";

/** Every path: whole words, half words, single bytes, and the copy of arrays above 256. */
const LENGTHS = [...Array.from({ length: 40 }, (_, length) => length), 255, 256, 257, 1000];
const ODD_OFFSET = 3;

function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 37 + 129) & 0xff);
}

/** Memory full of 0xee, seen through a view that does not begin where it does. */
function memory(length: number) {
  const bytes = new Uint8Array(length + 32).fill(0xee);
  return { bytes, view: new DataView(bytes.buffer, 5) };
}

describe("bytes between a view and an array", () => {
  test.each(LENGTHS)("copy of %d bytes is exact and touches nothing else", (length) => {
    const { bytes, view } = memory(length + 20);
    bytes.set(pattern(length), 5 + ODD_OFFSET);
    const target = new Uint8Array(length + 4).fill(0x11);
    expect(copyBytes(view, ODD_OFFSET, length, target, 2)).toBe(length);
    expect([...target]).toEqual([0x11, 0x11, ...pattern(length), 0x11, 0x11]);
  });

  test.each(LENGTHS)("a field takes %d bytes and zeros behind them", (length) => {
    const { bytes, view } = memory(length + 20);
    const source = Buffer.concat([Buffer.from([9, 9]), pattern(length), Buffer.from([9])]);
    writeBytesField(view, ODD_OFFSET, length + 4, source, 2, length, "field");
    const expected = [...pattern(length), 0, 0, 0, 0, 0xee];
    expect([...bytes.subarray(5 + ODD_OFFSET, 5 + ODD_OFFSET + length + 5)]).toEqual(expected);
    expect([...bytes.subarray(0, 5 + ODD_OFFSET)]).toEqual(Array.from({ length: 8 }, () => 0xee));
  });

  test.each(LENGTHS)("var data takes %d bytes and touches nothing else", (length) => {
    const { bytes, view } = memory(length + 20);
    const limit = ODD_OFFSET + length;
    const source = pattern(length);
    expect(writeBytesData(view, ODD_OFFSET, limit, source, 0, length, 65_534, "data")).toBe(length);
    expect([...bytes.subarray(5 + ODD_OFFSET, 5 + limit + 1)]).toEqual([...source, 0xee]);
  });

  test("what does not fit is refused before a byte is written", () => {
    const { bytes, view } = memory(40);
    const source = pattern(12);
    const attempts = [
      () => writeBytesField(view, 0, 11, source, 0, 12, "field"),
      () => writeBytesField(view, 0, 12, source, 1, 12, "field"),
      () => writeBytesData(view, 0, 11, source, 0, 12, 100, "data"),
      () => writeBytesData(view, 0, 40, source, 0, 12, 11, "data"),
      () => copyBytes(view, 0, 12, new Uint8Array(12), 1),
    ];
    for (const attempt of attempts) expect(attempt).toThrow(CodecError);
    expect(bytes.every((byte) => byte === 0xee)).toBe(true);
  });
});
