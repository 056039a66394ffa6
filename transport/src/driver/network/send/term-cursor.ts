import {
  computeTermIdFromPosition,
  computeTermOffsetFromPosition,
  indexByPosition,
  positionBitsToShift,
} from "@alerion/runtime/concurrent";

/** A position in a log, with the term, partition and offset it falls into at hand. */
export class TermCursor {
  readonly termLength: number;
  readonly #initialTermId: number;
  readonly #bitsToShift: number;
  /** Bytes. A double from the start: see AtomicBuffer on representation changes. */
  position: number = 0.5;
  termId: number = 0;
  /** Partition, 0..2. */
  index: number = 0;
  termOffset: number = 0;

  constructor(termLength: number, initialTermId: number, position: number) {
    this.termLength = termLength;
    this.#initialTermId = initialTermId;
    this.#bitsToShift = positionBitsToShift(termLength);
    this.moveTo(position);
  }

  /** Goes on by some bytes, at most to the end of the term: that is the start of the next. */
  advance(length: number): void {
    this.position += length;
    this.termOffset += length;
    if (this.termOffset < this.termLength) return;
    this.termOffset = 0;
    this.termId = (this.termId + 1) | 0;
    this.index = this.index === 2 ? 0 : this.index + 1;
  }

  /** Goes anywhere. */
  moveTo(position: number): void {
    this.position = position;
    this.termId = computeTermIdFromPosition(position, this.#bitsToShift, this.#initialTermId);
    this.termOffset = computeTermOffsetFromPosition(position, this.#bitsToShift);
    this.index = indexByPosition(position, this.#bitsToShift);
  }
}
