/**
 * What a bad network does to one packet after another, from a seed.
 *
 * @typedef {object} Impairments
 * @property {number} delayMs  mean delay, one way
 * @property {number} jitterMs  half the width of the delay's spread
 * @property {number} loss  probability that a packet is lost
 * @property {number} duplicate  probability that it comes twice
 * @property {number} reorder  probability that it overtakes: it is not delayed
 * @property {number} corrupt  probability that one of its bits is flipped
 */

/** A network that does nothing to packets. */
export const NONE = { delayMs: 0, jitterMs: 0, loss: 0, duplicate: 0, reorder: 0, corrupt: 0 };

/** Decides, packet by packet. The same seed gives the same decisions. */
export class Impairer {
  /** @type {Impairments} */
  #impairments;
  #state;
  counts = { passed: 0, lost: 0, duplicated: 0, reordered: 0, corrupted: 0 };

  constructor(/** @type {number} */ seed, /** @type {Impairments} */ impairments) {
    this.#state = seed >>> 0;
    this.#impairments = impairments;
  }

  /** Uniform in [0, 1): mulberry32. */
  random() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let x = this.#state;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  }

  /**
   * Delays in ms of the copies that arrive: none for a lost packet. May flip a bit of `packet`.
   *
   * @param {Uint8Array} packet
   * @param {number} from  bits before this byte stay as they are
   */
  decide(packet, from) {
    const { loss, corrupt, duplicate } = this.#impairments;
    if (this.random() < loss) {
      this.counts.lost++;
      return [];
    }
    if (this.random() < corrupt) {
      const bit = Math.floor(this.random() * (packet.length - from) * 8);
      const index = from + (bit >> 3);
      packet[index] = /** @type {number} */ (packet[index]) ^ (1 << (bit & 7));
      this.counts.corrupted++;
    }
    this.counts.passed++;
    const delays = [this.#delay()];
    if (this.random() < duplicate) {
      this.counts.duplicated++;
      delays.push(this.#delay());
    }
    return delays;
  }

  #delay() {
    const { delayMs, jitterMs, reorder } = this.#impairments;
    if (reorder > 0 && this.random() < reorder) {
      this.counts.reordered++;
      return 0;
    }
    return delayMs + (this.random() + this.random() - 1) * jitterMs;
  }
}
