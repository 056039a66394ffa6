import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AtomicBuffer, BufferRangeError } from "@alerion/runtime/concurrent";

const LENGTH = 256;
const offset8 = fc.integer({ min: 0, max: LENGTH / 8 - 1 }).map((k) => k * 8);
const safeInteger = fc.maxSafeInteger();

for (const [kind, make] of [
  ["ArrayBuffer", () => new ArrayBuffer(LENGTH)],
  ["SharedArrayBuffer", () => new SharedArrayBuffer(LENGTH)],
] as const) {
  describe(`atomic buffer over ${kind}`, () => {
    it("keeps every safe integer as an int64, in each kind of access", () => {
      const buffer = new AtomicBuffer(make());
      fc.assert(
        fc.property(offset8, safeInteger, (offset, value) => {
          buffer.putInt64(offset, value);
          expect(buffer.getBigInt64(offset)).toBe(BigInt(value));
          expect(buffer.getInt64(offset)).toBe(value);
          buffer.putInt64Release(offset, -value);
          expect(buffer.getInt64Volatile(offset)).toBe(0 - value);
          buffer.putInt64Volatile(offset, value);
          expect(buffer.getBigInt64Volatile(offset)).toBe(BigInt(value));
          expect(buffer.view.getBigInt64(offset, true)).toBe(BigInt(value));
        }),
      );
    });

    it("yields the nearest double of any int64 and stores the largest one back exactly", () => {
      const buffer = new AtomicBuffer(make());
      fc.assert(
        fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
          buffer.putBigInt64(8, value);
          expect(buffer.getInt64(8)).toBe(Number(value));
        }),
      );
      buffer.putBigInt64(0, 2n ** 63n - 1n);
      buffer.putInt64(8, buffer.getInt64(0));
      expect(buffer.getBigInt64(8)).toBe(2n ** 63n - 1n);
    });

    it("adds and compares atomically on 32 and 64 bits", () => {
      const buffer = new AtomicBuffer(make());
      fc.assert(
        fc.property(safeInteger, fc.integer(), fc.integer(), (start, small, delta) => {
          buffer.putInt64(0, start);
          expect(buffer.getAndAddInt64(0, delta)).toBe(start);
          expect(buffer.getBigInt64(0)).toBe(BigInt(start) + BigInt(delta));
          buffer.putInt32(16, small);
          expect(buffer.getAndAddInt32(16, delta)).toBe(small);
          expect(buffer.getInt32(16)).toBe((small + delta) | 0);
          expect(buffer.compareAndSetInt32(16, small + delta, small)).toBe(true);
          expect(buffer.compareAndSetInt32(16, small + 1, 0)).toBe(false);
          expect(buffer.getInt32(16)).toBe(small);
          buffer.putInt64(24, start);
          expect(buffer.compareAndSetInt64(24, start, small)).toBe(true);
          expect(buffer.getInt64(24)).toBe(small);
        }),
      );
    });

    it("copies any range like the obvious loop", () => {
      const bytes = fc.uint8Array({ minLength: 4096, maxLength: 4096 });
      fc.assert(
        fc.property(
          bytes,
          fc.nat(1200),
          fc.nat(1200),
          fc.nat(1200),
          (content, from, to, length) => {
            const source = new AtomicBuffer(new ArrayBuffer(4096));
            source.putBytes(0, content, 0, content.length);
            const target = new AtomicBuffer(new SharedArrayBuffer(4096));
            const expected = new Uint8Array(4096);
            expected.set(content.subarray(from, from + length), to);
            target.copyFrom(to, source, from, length);
            expect(target.u8.every((byte, i) => byte === expected[i])).toBe(true);
            const back = new Uint8Array(length);
            target.getBytes(to, back, 0, length);
            expect(back).toEqual(content.slice(from, from + length));
          },
        ),
        { numRuns: 50 },
      );
    });
  });
}

describe("atomic buffer", () => {
  it("refuses a range outside its memory or off the alignment", () => {
    const memory = new ArrayBuffer(64);
    for (const [byteOffset, length] of [
      [4, 8],
      [-8, 8],
      [0, 65],
      [64, 1],
      [0, -1],
      [0.5, 8],
      [Number.NaN, 8],
    ] as const) {
      expect(() => new AtomicBuffer(memory, byteOffset, length)).toThrow(BufferRangeError);
    }
    expect(new AtomicBuffer(memory, 64).capacity).toBe(0);
    expect(() => new AtomicBuffer(memory).slice(8, 57)).toThrow(BufferRangeError);
  });

  it("keeps ASCII text and replaces what is not ASCII", () => {
    const buffer = new AtomicBuffer(new ArrayBuffer(64));
    expect(buffer.putStringAscii(8, "aeron:ipc")).toBe(13);
    expect(buffer.getStringAscii(8)).toBe("aeron:ipc");
    buffer.putStringAscii(8, "aé€");
    expect(buffer.getStringAscii(8)).toBe("a??");
    buffer.putInt32(8, 53);
    expect(() => buffer.getStringAscii(8)).toThrow(BufferRangeError);
    buffer.putInt32(8, -1);
    expect(() => buffer.getStringAscii(8)).toThrow(BufferRangeError);
    expect(() => buffer.putStringAscii(60, "x")).toThrow(BufferRangeError);
  });
});
