/** Numbers that a seed decides: the same on every machine (mulberry32). */
export class Random {
  #state;

  /** @param {number} seed uint32 */
  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** @returns {number} uint32 */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return (bits ^ (bits >>> 14)) >>> 0;
  }

  /**
   * @param {number} limit at least 1
   * @returns {number} 0..limit - 1
   */
  below(limit) {
    return this.next() % limit;
  }

  /**
   * @template T
   * @param {readonly T[]} items at least one
   * @returns {T}
   */
  pick(items) {
    return /** @type {T} */ (items[this.below(items.length)]);
  }
}
