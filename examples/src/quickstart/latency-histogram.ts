/** Bars of the widest bucket. */
const WIDTH = 40;

/**
 * Counts times in buckets that double: below 1 µs, below 2 µs, and so on. Recording allocates nothing; percentiles
 * are exact, all times are kept.
 */
export class LatencyHistogram {
  readonly #timesNs: Float64Array;
  #count = 0;
  #isSorted = true;

  /** @param capacity how many times can be recorded; further ones are dropped */
  constructor(capacity: number) {
    this.#timesNs = new Float64Array(capacity);
  }

  get count(): number {
    return this.#count;
  }

  record(timeNs: number): void {
    if (this.#count === this.#timesNs.length) return;
    this.#timesNs[this.#count++] = timeNs;
    this.#isSorted = false;
  }

  /** Time in ns that this part (0 to 1) of all does not exceed; 0 without any. */
  percentile(part: number): number {
    const index = Math.max(0, Math.ceil(this.#count * part) - 1);
    return this.#sorted()[index] ?? 0;
  }

  /** One line for each bucket from the first to the last that is not empty: limit, share, bar. */
  lines(): string[] {
    const times = this.#sorted();
    const lines: string[] = [];
    const buckets: { limitUs: number; count: number }[] = [];
    let index = 0;
    for (let limitUs = 1; index < this.#count; limitUs *= 2) {
      const start = index;
      while (index < this.#count && (times[index] ?? 0) < limitUs * 1000) index++;
      if (index > 0) buckets.push({ limitUs, count: index - start });
    }
    const widest = Math.max(0, ...buckets.map(({ count }) => count));
    for (const { limitUs, count } of buckets) {
      const share = `${((100 * count) / this.#count).toFixed(2)} %`;
      const bar = "#".repeat(Math.ceil((WIDTH * count) / widest));
      lines.push(`< ${String(limitUs).padStart(6)} µs ${share.padStart(8)} ${bar}`.trimEnd());
    }
    return lines;
  }

  #sorted(): Float64Array {
    const recorded = this.#timesNs.subarray(0, this.#count);
    if (!this.#isSorted) recorded.sort();
    this.#isSorted = true;
    return recorded;
  }
}
