import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  alignFrame,
  checkMtuLength,
  checkPageSize,
  checkTermLength,
  computeLogLength,
  computeMaxMessageLength,
  computeMaxPosition,
  computePosition,
  computeRequiredLength,
  computeTermBeginPosition,
  computeTermIdFromPosition,
  computeTermOffsetFromPosition,
  indexByPosition,
  indexByTerm,
  indexByTermCount,
  positionBitsToShift,
} from "@alerion/runtime/concurrent";

const bits = fc.integer({ min: 16, max: 30 });
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

describe("position arithmetic", () => {
  it("agrees with exact arithmetic for every term length, term id and offset below 2^53", () => {
    fc.assert(
      fc.property(
        bits,
        int32,
        fc.nat(2 ** 31 - 1),
        fc.nat(2 ** 30),
        (shift, initialTermId, termCount, raw) => {
          const termLength = 2 ** shift;
          const termOffset = (raw % termLength) & ~31;
          const exact = (BigInt(termCount) << BigInt(shift)) + BigInt(termOffset);
          fc.pre(exact < 2n ** 53n);
          const termId = (initialTermId + termCount) | 0;
          const position = computePosition(termId, termOffset, shift, initialTermId);
          expect(BigInt(position)).toBe(exact);
          expect(positionBitsToShift(termLength)).toBe(shift);
          expect(computeTermBeginPosition(termId, shift, initialTermId)).toBe(
            position - termOffset,
          );
          expect(computeTermIdFromPosition(position, shift, initialTermId)).toBe(termId);
          expect(computeTermOffsetFromPosition(position, shift)).toBe(termOffset);
          const index = Number((exact >> BigInt(shift)) % 3n);
          expect(indexByPosition(position, shift)).toBe(index);
          expect(indexByTerm(initialTermId, termId)).toBe(index);
          expect(indexByTermCount(termCount)).toBe(index);
          expect(position).toBeLessThan(computeMaxPosition(termLength));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("computes what a message takes in the log like the sum over its frames", () => {
    fc.assert(
      fc.property(fc.nat(200_000), fc.integer({ min: 1, max: 2046 }), (length, units) => {
        const maxPayload = units * 32;
        let sum = 0;
        let rest = length;
        do {
          const payload = Math.min(rest, maxPayload);
          sum += Math.ceil((payload + 32) / 32) * 32;
          rest -= payload;
        } while (rest > 0);
        expect(computeRequiredLength(length, maxPayload)).toBe(sum);
        expect(alignFrame(length)).toBe(Math.ceil(length / 32) * 32);
      }),
    );
  });

  it("bounds messages by an eighth of the term and 16 MiB", () => {
    expect(computeMaxMessageLength(65536)).toBe(8192);
    expect(computeMaxMessageLength(2 ** 30)).toBe(16 * 1024 * 1024);
  });

  it("sizes a log file as three terms and 4096 bytes in whole pages", () => {
    expect(computeLogLength(65536, 4096)).toBe(200704);
    expect(computeLogLength(65536, 2 * 1024 * 1024)).toBe(2 * 1024 * 1024);
    expect(computeLogLength(2 ** 30, 4096)).toBe(3 * 2 ** 30 + 4096);
  });

  it("refuses term lengths, MTUs and page sizes that no log can have", () => {
    for (const length of [0, 32768, 65537, 2 ** 31, -65536, Number.NaN]) {
      expect(() => checkTermLength(length)).toThrow("term length must be a power of two");
    }
    for (const length of [0, 32, 33, 65536, 1400, Number.NaN]) {
      expect(() => checkMtuLength(length)).toThrow("MTU must be a multiple of 32");
    }
    for (const size of [0, 1024, 5000, 2 ** 31]) {
      expect(() => checkPageSize(size)).toThrow("page size must be a power of two");
    }
    checkTermLength(2 ** 30);
    checkMtuLength(65504);
    checkPageSize(4096);
  });
});
