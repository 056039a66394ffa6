import type { ClaimSink } from "@alerion/runtime/codegen";

/** A claim sink over an array: messages back to back, blocked once it is full. */
export class ArraySink implements ClaimSink {
  readonly view: DataView;
  offset = 0;
  #claimed = 0;

  constructor(capacity: number) {
    this.view = new DataView(new ArrayBuffer(capacity));
  }

  claim(length: number): number {
    if (length > this.view.byteLength - this.offset) return -2;
    this.#claimed = length;
    return this.offset + length;
  }

  commit(length: number): void {
    if (length > this.#claimed) throw new RangeError("more was written than claimed");
    this.offset += length;
  }

  abort(): void {
    this.#claimed = 0;
  }
}
