/**
 * Position arithmetic of a log of three terms used in turn.
 *
 * A position counts bytes from the start of the stream: `(termId - initialTermId) × termLength + termOffset`.
 * Term ids are int32 and wrap, hence the `| 0`. A position is exact below 2^53; only logs with terms of 4 MiB
 * and more can go beyond, after 9 PB.
 *
 * A shift makes the term length, not `**`: that is a call of some 20 ns, a quarter of a driver's duty cycle.
 *
 * Source: driver-protocol §8; Aeron LogBufferDescriptor.
 */

/** Terms in a log. */
export const PARTITION_COUNT = 3;

/** log2 of the term length, which is a power of two. */
export function positionBitsToShift(termLength: number): number {
  return 31 - Math.clz32(termLength);
}

/** Position in bytes of an offset in a term. */
export function computePosition(
  termId: number,
  termOffset: number,
  bitsToShift: number,
  initialTermId: number,
): number {
  return ((termId - initialTermId) | 0) * (1 << bitsToShift) + termOffset;
}

/** Position in bytes of the start of a term. */
export function computeTermBeginPosition(
  termId: number,
  bitsToShift: number,
  initialTermId: number,
): number {
  return ((termId - initialTermId) | 0) * (1 << bitsToShift);
}

/** Term id that a position falls into. */
export function computeTermIdFromPosition(
  position: number,
  bitsToShift: number,
  initialTermId: number,
): number {
  return (Math.floor(position / (1 << bitsToShift)) + initialTermId) | 0;
}

/** Offset in its term of a position. */
export function computeTermOffsetFromPosition(position: number, bitsToShift: number): number {
  // The low 32 bits of a position hold its offset: every term length divides 2^32.
  return position & ((1 << bitsToShift) - 1);
}

/** Partition, 0..2, of the term that is `termCount` terms after the initial one. */
export function indexByTermCount(termCount: number): number {
  return termCount % PARTITION_COUNT;
}

/** Partition, 0..2, of a term. */
export function indexByTerm(initialTermId: number, activeTermId: number): number {
  return ((activeTermId - initialTermId) | 0) % PARTITION_COUNT;
}

/** Partition, 0..2, of a position. */
export function indexByPosition(position: number, bitsToShift: number): number {
  return Math.floor(position / (1 << bitsToShift)) % PARTITION_COUNT;
}

/** Position behind the last byte that a log with this term length can ever hold. */
export function computeMaxPosition(termLength: number): number {
  return termLength * 2147483648;
}

/**
 * High half of the position of a term's first byte, for comparing positions of the term by their low halves alone;
 * -1, which no position has, for a term whose end lies behind the low half's range.
 */
export function highOfTerm(termBeginPosition: number, termLength: number): number {
  const endsAtWrap = (termBeginPosition + termLength) % 2 ** 32 === 0;
  return endsAtWrap ? -1 : Math.floor(termBeginPosition / 2 ** 32);
}
