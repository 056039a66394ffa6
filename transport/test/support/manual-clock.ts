import type { Clock } from "@alerion/runtime/concurrent";

/** Time that stands still until a test moves it. */
export class ManualClock implements Clock {
  #monoNs = 1_000_000_000;
  #epochMs = 1_700_000_000_000;

  epochMs(): number {
    return this.#epochMs;
  }

  monoNs(): number {
    return this.#monoNs;
  }

  /** The wall clock jumps; the monotonic one does not notice. */
  stepEpochMs(durationMs: number): void {
    this.#epochMs += durationMs;
  }

  /** Time within a millisecond: the wall clock does not show it. */
  advanceUs(durationUs: number): void {
    this.#monoNs += durationUs * 1000;
  }

  advanceMs(durationMs: number): void {
    this.#monoNs += durationMs * 1_000_000;
    this.#epochMs += durationMs;
  }
}

/** Numbers that look random and are the same for the same seed (mulberry32). */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  int32(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) | 0;
  }

  /** An integer in 0..limit-1. */
  below(limit: number): number {
    return (this.int32() >>> 0) % limit;
  }
}
