import type { ClaimSink } from "@alerion/runtime/codegen";

/**
 * A claim sink over plain memory: messages stand back to back in one page, as they would in a log
 * buffer or a datagram. `claim` answers 0 when the page is full.
 */
export class PageSink implements ClaimSink {
  readonly view: DataView;
  /** Where the open claim, or the next one, begins. */
  offset = 0;

  constructor(capacity: number) {
    this.view = new DataView(new ArrayBuffer(capacity));
  }

  claim(length: number): number {
    return this.offset + length <= this.view.byteLength ? this.offset + length : 0;
  }

  commit(length: number): void {
    this.offset += length;
  }

  abort(): void {
    // Nothing was published: the next claim begins at the same offset.
  }

  /** Starts the page again. */
  reset(): void {
    this.offset = 0;
  }
}
