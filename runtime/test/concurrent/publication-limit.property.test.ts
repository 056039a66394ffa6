import {
  AtomicBuffer,
  BACK_PRESSURED,
  DATA_HEADER_LENGTH,
  ExclusiveAppender,
  SharedAppender,
} from "@alerion/runtime/concurrent";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeCounter, makeLog } from "./support/log-fixture.js";

const TERM_LENGTH = 65536;
const FRAME_LENGTH = 64;
const LENGTH = FRAME_LENGTH - DATA_HEADER_LENGTH;
const TERMS_PER_WRAP = 2 ** 32 / TERM_LENGTH;
const source = new AtomicBuffer(new ArrayBuffer(64));

/** Terms round the places where the low half of a position wraps, and a few others. */
const termCounts = fc
  .tuple(fc.constantFrom(0, 1, 2, 1000), fc.integer({ min: -2, max: 2 }))
  .map(([wraps, terms]) => Math.max(0, wraps * TERMS_PER_WRAP + terms));
const offsets = fc.oneof(
  fc.constantFrom(0, TERM_LENGTH - FRAME_LENGTH, TERM_LENGTH),
  fc.nat(TERM_LENGTH / FRAME_LENGTH).map((frames) => frames * FRAME_LENGTH),
);
/** Limit less position. */
const distances = fc.oneof(
  fc.integer({ min: -200, max: 200 }),
  fc.constantFrom(-(2 ** 32), 2 ** 32, 2 ** 33, -TERM_LENGTH, TERM_LENGTH),
);

describe.each([
  ["exclusive", ExclusiveAppender],
  ["shared", SharedAppender],
] as const)("the %s appender", (_, Appender) => {
  it.each(["append", "claim"] as const)(
    "stops at the limit exactly, wherever 32 bits wrap: %s",
    (how) => {
      fc.assert(
        fc.property(termCounts, offsets, distances, (termCount, termOffset, distance) => {
          const position = termCount * TERM_LENGTH + termOffset;
          const limit = Math.max(0, position + distance);
          const log = makeLog({ termLength: TERM_LENGTH, termCount, termOffset });
          const appender = new Appender(log, makeCounter(limit));
          const result =
            how === "append"
              ? appender.append(source, 0, LENGTH, undefined)
              : appender.claim(LENGTH);
          if (position >= limit) {
            expect(result).toBe(BACK_PRESSURED);
            expect(appender.position()).toBe(position);
            expect(log.metadata.activeTermCount()).toBe(termCount);
          } else {
            expect(result).not.toBe(BACK_PRESSURED);
            expect(appender.position()).toBeGreaterThanOrEqual(
              Math.min(position + FRAME_LENGTH, (termCount + 1) * TERM_LENGTH),
            );
          }
        }),
        { numRuns: 400 },
      );
    },
  );
});
