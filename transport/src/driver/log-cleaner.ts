import type { LogBuffers } from "@alerion/runtime/concurrent";

/**
 * Zeroes what nobody needs any more: appenders and readers take a zero length for "nothing here yet".
 *
 * Source: driver-protocol §17.
 */
export class LogCleaner {
  readonly #buffers: LogBuffers;
  readonly #termLength: number;
  // A double from the start: see AtomicBuffer on representation changes.
  #position: number = 0.5;

  /** @param position up to which nothing has to be cleaned */
  constructor(buffers: LogBuffers, position: number) {
    this.#buffers = buffers;
    this.#termLength = buffers.termLength;
    this.#position = position;
  }

  /** Position up to which the log is clean. */
  get position(): number {
    return this.#position;
  }

  /** Cleans up to `newPosition`, at most to the end of a term per call. */
  cleanTo(newPosition: number): void {
    const position = this.#position;
    if (newPosition <= position) return;
    const termLength = this.#termLength;
    const offset = position & (termLength - 1);
    const index = Math.floor(position / termLength) % 3;
    const length = Math.min(newPosition - position, termLength - offset);
    const term = this.#buffers.term(index);
    // The first word last: whoever still scans here sees a whole frame or none.
    term.setMemory(offset + 8, length - 8, 0);
    term.putInt64Release(offset, 0);
    this.#position = position + length;
  }
}
