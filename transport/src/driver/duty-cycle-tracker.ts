import type { AtomicCounter } from "@alerion/runtime/concurrent";

/** Measures the time from one duty cycle to the next: its maximum, and how often it was too long. */
export class DutyCycleTracker {
  readonly #maxCycleTime: AtomicCounter;
  readonly #exceededCount: AtomicCounter;
  readonly #thresholdNs: number;
  // Doubles from the start, so that their representation never changes.
  #lastNs: number = -0.5;
  #maxNs: number = 0.5;

  constructor(maxCycleTime: AtomicCounter, exceededCount: AtomicCounter, thresholdNs: number) {
    this.#maxCycleTime = maxCycleTime;
    this.#exceededCount = exceededCount;
    this.#thresholdNs = thresholdNs;
  }

  /** A cycle begins. */
  measure(nowNs: number): void {
    if (this.#lastNs >= 0) {
      const cycleNs = nowNs - this.#lastNs;
      if (cycleNs > this.#maxNs) {
        this.#maxNs = cycleNs;
        this.#maxCycleTime.set(cycleNs);
      }
      if (cycleNs > this.#thresholdNs) this.#exceededCount.increment();
    }
    this.#lastNs = nowNs;
  }
}
