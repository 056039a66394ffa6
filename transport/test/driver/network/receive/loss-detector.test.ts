import { AtomicBuffer } from "@alerion/runtime/concurrent";
import { describe, expect, it } from "vitest";
import { CachedClock } from "../../../../src/driver/network/cached-clock.js";
import {
  type FeedbackDelay,
  GroupFeedbackDelay,
  StaticFeedbackDelay,
} from "../../../../src/driver/network/receive/feedback-delay.js";
import { LossDetector } from "../../../../src/driver/network/receive/loss-detector.js";
import { SeededRandom } from "../../../support/manual-clock.js";

const TERM_LENGTH = 64 * 1024;
const TERM_ID = -3;
const DELAY_NS = 1000;
const RETRY_NS = 100_000;

class Fixture {
  readonly term = new AtomicBuffer(new ArrayBuffer(TERM_LENGTH));
  readonly clock = new CachedClock();
  readonly gaps: [termOffset: number, length: number, isNew: boolean][] = [];
  readonly termIds = new Set<number>();
  readonly detector: LossDetector;

  constructor(delay: FeedbackDelay = new StaticFeedbackDelay(DELAY_NS, RETRY_NS)) {
    this.detector = new LossDetector(delay, this.clock, {
      onGapDetected: (termId, termOffset, length, isNew) => {
        this.termIds.add(termId);
        this.gaps.push([termOffset, length, isNew]);
      },
    });
  }

  frame(offset: number, length: number): void {
    this.term.putInt32(offset, length);
  }

  scan(offset: number, limit: number): number {
    return this.detector.scan(this.term, TERM_ID, offset, limit);
  }
}

describe("the loss detector", () => {
  it("walks over complete frames to the limit", () => {
    const fixture = new Fixture();
    fixture.frame(0, 100);
    fixture.frame(128, 32);
    expect(fixture.scan(0, 160)).toBe(160);
    expect(fixture.detector.hasFoundLoss).toBe(false);
    expect(fixture.gaps).toEqual([]);
  });

  it("names a whole gap when its delay is over, and again after the retry delay", () => {
    const fixture = new Fixture();
    fixture.frame(0, 96);
    fixture.frame(256, 64);
    expect(fixture.scan(0, 320)).toBe(96);
    expect(fixture.detector.hasFoundLoss).toBe(true);
    expect(fixture.gaps).toEqual([]);
    fixture.clock.nowNs += DELAY_NS;
    fixture.scan(96, 320);
    expect(fixture.detector.hasFoundLoss).toBe(false);
    expect(fixture.gaps).toEqual([[96, 160, true]]);
    fixture.clock.nowNs += RETRY_NS - 1;
    fixture.scan(96, 320);
    expect(fixture.gaps).toHaveLength(1);
    fixture.clock.nowNs += 1;
    fixture.scan(96, 320);
    expect(fixture.gaps[1]).toEqual([96, 160, false]);
    expect([...fixture.termIds]).toEqual([TERM_ID]);
  });

  it("ends the gap at the limit where nothing follows it", () => {
    const fixture = new Fixture(new StaticFeedbackDelay(0));
    expect(fixture.scan(0, 512)).toBe(0);
    expect(fixture.gaps).toEqual([[0, 512, true]]);
  });

  it("waits anew when the gap has changed", () => {
    const fixture = new Fixture();
    fixture.scan(0, 512);
    fixture.clock.nowNs += DELAY_NS - 1;
    fixture.frame(256, 32);
    fixture.scan(0, 512);
    fixture.clock.nowNs += 1;
    fixture.scan(0, 512);
    expect(fixture.gaps).toEqual([]);
    fixture.clock.nowNs += DELAY_NS;
    fixture.scan(0, 512);
    expect(fixture.gaps).toEqual([[0, 256, true]]);
  });

  it("looks after the first gap only", () => {
    const fixture = new Fixture(new StaticFeedbackDelay(0));
    fixture.frame(32, 32);
    fixture.frame(96, 32);
    fixture.scan(0, 128);
    expect(fixture.gaps).toEqual([[0, 32, true]]);
  });
});

describe("feedback delays in a group", () => {
  const maxNs = 10_000_000;

  it("lie between 0 and the longest", () => {
    const delay = new GroupFeedbackDelay(maxNs, 10, new SeededRandom(1));
    for (let i = 0; i < 10_000; i++) {
      const ns = delay.initialDelayNs();
      expect(ns).toBeGreaterThanOrEqual(0);
      expect(ns).toBeLessThanOrEqual(maxNs);
    }
  });

  it("are long for most: few ask early", () => {
    const delay = new GroupFeedbackDelay(maxNs, 10, new SeededRandom(2));
    const delays = Array.from({ length: 10_000 }, () => delay.retryDelayNs()).sort((a, b) => a - b);
    const quantile = (q: number): number => delays[Math.floor(q * delays.length)] ?? 0;
    // Inverse of the distribution: F⁻¹(q) = (T/λ)·ln(q·(e^λ-1) + 1).
    const lambda = Math.log(10) + 1;
    for (const q of [0.01, 0.1, 0.5, 0.9]) {
      const expected = (maxNs / lambda) * Math.log(q * (Math.exp(lambda) - 1) + 1);
      expect(Math.abs(quantile(q) - expected)).toBeLessThan(maxNs / 50);
    }
  });

  it("ends of the random range give the ends of the delay", () => {
    const lowest = new GroupFeedbackDelay(maxNs, 10, { int32: () => 0 });
    const highest = new GroupFeedbackDelay(maxNs, 10, { int32: () => -1 });
    expect(lowest.initialDelayNs()).toBe(0);
    expect(highest.initialDelayNs()).toBeGreaterThan(maxNs * 0.999);
  });
});
