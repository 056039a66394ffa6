import { type AtomicBuffer, measureGap, scanForGap } from "@alerion/runtime/concurrent";
import type { CachedClock } from "../cached-clock.js";
import type { FeedbackDelay } from "./feedback-delay.js";

/** Is told of gaps. */
export interface LossHandler {
  /** A gap has waited long enough. `isNew` tells its first time from repeats. */
  onGapDetected(termId: number, termOffset: number, length: number, isNew: boolean): void;
}

/**
 * Finds the first gap of an image and says when it is to be repaired. One gap is looked after at a time.
 *
 * Source: driver-protocol §16; Aeron `LossDetector`.
 */
export class LossDetector {
  /** Whether the last scan met a gap that it did not know. */
  hasFoundLoss: boolean = false;
  readonly #delay: FeedbackDelay;
  readonly #clock: CachedClock;
  readonly #handler: LossHandler;
  #termId: number = 0;
  #termOffset: number = -1;
  #length: number = 0;
  #isNew: boolean = false;
  // A double from the start: see AtomicBuffer on representation changes.
  #deadlineNs: number = 0.5;

  constructor(delay: FeedbackDelay, clock: CachedClock, handler: LossHandler) {
    this.#delay = delay;
    this.#clock = clock;
    this.#handler = handler;
  }

  /**
   * Hot. Walks over what is complete.
   *
   * @param offset where everything before is complete
   * @param limitOffset how far something has come in, within the same term
   * @returns offset up to which everything is complete now
   */
  scan(term: AtomicBuffer, termId: number, offset: number, limitOffset: number): number {
    this.hasFoundLoss = false;
    const gapOffset = scanForGap(term, offset, limitOffset);
    if (gapOffset >= limitOffset) return gapOffset;
    const length = measureGap(term, gapOffset, limitOffset);
    if (gapOffset !== this.#termOffset || termId !== this.#termId || length !== this.#length) {
      this.#termId = termId;
      this.#termOffset = gapOffset;
      this.#length = length;
      this.#deadlineNs = this.#clock.nowNs + this.#delay.initialDelayNs();
      this.#isNew = true;
      this.hasFoundLoss = true;
    }
    if (this.#deadlineNs <= this.#clock.nowNs) {
      this.#handler.onGapDetected(termId, gapOffset, length, this.#isNew);
      this.#deadlineNs = this.#clock.nowNs + this.#delay.retryDelayNs();
      this.#isNew = false;
    }
    return gapOffset;
  }
}
