import type { AtomicBuffer } from "../atomic-buffer.js";
import { alignFrame, FRAME_ALIGNMENT } from "./frame-descriptor.js";

/**
 * Finds where complete frames end, from `offset` on and not beyond `limitOffset`.
 *
 * @returns the start of the first gap; at or behind `limitOffset` if there is none
 * Source: driver-protocol §16; Aeron TermGapScanner
 */
export function scanForGap(term: AtomicBuffer, offset: number, limitOffset: number): number {
  let gapOffset = offset;
  while (gapOffset < limitOffset) {
    const frameLength = term.getInt32Volatile(gapOffset);
    if (frameLength <= 0) break;
    // Nothing reaches over the end of the term, whatever a length claims.
    if (frameLength > term.capacity - gapOffset) return term.capacity;
    gapOffset += alignFrame(frameLength);
  }
  return gapOffset;
}

/**
 * Bytes from a gap's start to the next frame, or to `limitOffset` if none follows.
 *
 * @param gapOffset start of a gap, before `limitOffset`
 */
export function measureGap(term: AtomicBuffer, gapOffset: number, limitOffset: number): number {
  let end = gapOffset + FRAME_ALIGNMENT;
  while (end < limitOffset && term.getInt32Volatile(end) === 0) end += FRAME_ALIGNMENT;
  return end - gapOffset;
}
