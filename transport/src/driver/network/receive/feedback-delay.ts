import type { Random } from "../../random.js";

/** How long to wait with a NAK: in a group somebody else may ask first, or the packet may only be late. */
export interface FeedbackDelay {
  /** From finding a gap to its first NAK. */
  initialDelayNs(): number;
  /** From one NAK of a gap to the next. */
  retryDelayNs(): number;
}

/** Fixed delays, for unicast; none at all where gaps are filled instead of repaired. */
export class StaticFeedbackDelay implements FeedbackDelay {
  readonly #initialDelayNs: number;
  readonly #retryDelayNs: number;

  constructor(initialDelayNs: number, retryDelayNs: number = initialDelayNs) {
    this.#initialDelayNs = initialDelayNs;
    this.#retryDelayNs = retryDelayNs;
  }

  initialDelayNs(): number {
    return this.#initialDelayNs;
  }

  retryDelayNs(): number {
    return this.#retryDelayNs;
  }
}

/**
 * Random delays for a group: few receivers ask early, so that most hear the retransmit before they would.
 *
 * With λ = ln(G) + 1 for a group of G and T the longest delay: x is uniform over λ/T from λ/(T(e^λ-1)) on, the
 * delay is (T/λ)·ln(x·(e^λ-1)·T/λ).
 * Source: driver-protocol §16; Nonnenmacher and Biersack, "Optimal multicast feedback".
 */
export class GroupFeedbackDelay implements FeedbackDelay {
  readonly #random: Random;
  readonly #randMax: number;
  readonly #baseX: number;
  readonly #constantT: number;
  readonly #factorT: number;

  constructor(maxBackoffNs: number, groupSize: number, random: Random) {
    const lambda = Math.log(groupSize) + 1;
    this.#random = random;
    this.#randMax = lambda / maxBackoffNs;
    this.#baseX = lambda / (maxBackoffNs * (Math.exp(lambda) - 1));
    this.#constantT = maxBackoffNs / lambda;
    this.#factorT = (Math.exp(lambda) - 1) * (maxBackoffNs / lambda);
  }

  initialDelayNs(): number {
    const uniform = (this.#random.int32() >>> 0) / 4294967296;
    const x = uniform * this.#randMax + this.#baseX;
    return Math.floor(this.#constantT * Math.log(x * this.#factorT));
  }

  retryDelayNs(): number {
    return this.initialDelayNs();
  }
}
