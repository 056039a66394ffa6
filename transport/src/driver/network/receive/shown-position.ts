import type { AtomicCounter } from "@alerion/runtime/concurrent";

const TWO_POW_32 = 4294967296;

/**
 * A position that a counter shows. One writer.
 *
 * The value is a field and `show` takes nothing: a double that is handed to a function makes a number on the heap
 * wherever the function is not inlined. While the high half stays only the low one is stored.
 */
export class ShownPosition {
  // A double from the start: see AtomicBuffer on representation changes.
  value: number = 0.5;
  readonly #counter: AtomicCounter;
  #high: number;

  /** @param value what the counter shows already */
  constructor(counter: AtomicCounter, value: number) {
    this.#counter = counter;
    this.value = value;
    this.#high = Math.floor(value / TWO_POW_32);
  }

  /** Hot. Lets everybody see the value. */
  show(): void {
    const high = Math.floor(this.value / TWO_POW_32);
    if (high === this.#high) {
      this.#counter.setLow32(this.value | 0);
      return;
    }
    this.#high = high;
    this.#counter.set(this.value);
  }
}
