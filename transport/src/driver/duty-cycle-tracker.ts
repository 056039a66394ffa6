import type { AtomicCounter } from "@alerion/runtime/concurrent";
import type { CachedClock } from "./network/cached-clock.js";

/** Measures the time from one duty cycle to the next: its maximum, and how often it was too long. */
export class DutyCycleTracker {
  readonly #maxCycleTime: AtomicCounter;
  readonly #exceededCount: AtomicCounter;
  readonly #thresholdNs: number;
  readonly #time: CachedClock;
  // Doubles from the start, so that their representation never changes.
  #lastNs: number = -0.5;
  #maxNs: number = 0.5;

  /** @param time of the agent's cycle. Not handed to `measure`: a double that is passed on may be garbage */
  constructor(
    maxCycleTime: AtomicCounter,
    exceededCount: AtomicCounter,
    thresholdNs: number,
    time: CachedClock,
  ) {
    this.#maxCycleTime = maxCycleTime;
    this.#exceededCount = exceededCount;
    this.#thresholdNs = thresholdNs;
    this.#time = time;
  }

  /** A cycle begins. */
  measure(): void {
    const { nowNs } = this.#time;
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
