import type { AtomicBuffer } from "./atomic-buffer.js";
import { counterOffset } from "./counters-descriptor.js";
import type { CountersReader } from "./counters-reader.js";

/**
 * One counter's value, whether a count, a position or a time. Exact within ±2^53.
 *
 * The methods without "atomic" in their comment are for the one thread that writes the counter.
 */
export class AtomicCounter {
  readonly id: number;
  readonly #values: AtomicBuffer;
  readonly #offset: number;

  /** @throws {BufferRangeError} if there is no room for such a counter */
  constructor(counters: CountersReader, counterId: number) {
    counters.checkCounterId(counterId);
    this.id = counterId;
    this.#values = counters.values;
    this.#offset = counterOffset(counterId);
  }

  /**
   * The words of all counters' values, and the index of this one's low half among them: for a hot path that
   * compares halves. What writes the value may write between two loads of them.
   */
  get words(): Int32Array {
    return this.#values.i32;
  }

  /** See `words`. */
  get wordIndex(): number {
    return this.#offset >> 2;
  }

  /** The value, ordered before later reads. */
  get(): number {
    return this.#values.getInt64Volatile(this.#offset);
  }

  /** The value as the writing thread knows it. */
  getPlain(): number {
    return this.#values.getInt64(this.#offset);
  }

  /** Sets the value so that whoever reads it sees everything written before. */
  set(value: number): void {
    this.#values.putInt64Release(this.#offset, value);
  }

  /**
   * Sets the low 32 bits as `set` does the whole. While the high half stays, as that of a position does within
   * its term, this is as untorn as one 64-bit store and takes a fifth of the time.
   */
  setLow32(low: number): void {
    this.#values.putInt32Release(this.#offset, low);
  }

  /** Sets the value, ordered with nothing. */
  setPlain(value: number): void {
    this.#values.putInt64(this.#offset, value);
  }

  /** Adds one; single writer. */
  increment(): void {
    this.#values.putInt64Release(this.#offset, this.#values.getInt64(this.#offset) + 1);
  }

  /**
   * Adds a few, 0 to 2^31 - 1, as `getAndAdd` does; single writer. Most often only the low half changes: a fifth of
   * the time, and no double.
   */
  addFew(delta: number): void {
    const values = this.#values;
    const low = values.getInt32(this.#offset);
    const sum = (low + delta) | 0;
    if (sum >>> 0 < low >>> 0) values.putInt64Release(this.#offset, this.getPlain() + delta);
    else values.putInt32Release(this.#offset, sum);
  }

  /** Adds `delta` and yields the value before; single writer. */
  getAndAdd(delta: number): number {
    const value = this.#values.getInt64(this.#offset);
    this.#values.putInt64Release(this.#offset, value + delta);
    return value;
  }

  /** Adds `delta` and yields the value before; atomic among any writers, allocates. */
  getAndAddAtomic(delta: number): number {
    return this.#values.getAndAddInt64(this.#offset, delta);
  }

  /** Raises the value to `value` and says whether it did; single writer. */
  proposeMax(value: number): boolean {
    if (this.#values.getInt64(this.#offset) >= value) return false;
    this.#values.putInt64Release(this.#offset, value);
    return true;
  }
}
