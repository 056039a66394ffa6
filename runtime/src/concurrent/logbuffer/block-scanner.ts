import type { AtomicBuffer } from "../atomic-buffer.js";
import { CorruptBufferError } from "../errors.js";
import { alignFrame, DATA_HEADER_LENGTH, isPadding } from "./frame-descriptor.js";

/**
 * Finds the longest run of complete frames from `offset` that ends at or before `limitOffset`.
 *
 * Padding is always a run of its own, even one that ends behind the limit: its header is all that counts.
 *
 * @returns the offset behind the run; `offset` if there is none
 * @throws {CorruptBufferError} if a frame cannot be
 * Source: driver-protocol §10.2; Aeron TermBlockScanner
 */
export function scanBlock(term: AtomicBuffer, offset: number, limitOffset: number): number {
  let end = offset;
  while (end < limitOffset) {
    const frameLength = term.getInt32Volatile(end);
    if (frameLength <= 0) break;
    if (frameLength < DATA_HEADER_LENGTH || frameLength > term.capacity - end) {
      throw new CorruptBufferError(
        `frame must have a header and end inside its term: offset=${end} frameLength=${frameLength} termLength=${term.capacity}`,
      );
    }
    const alignedLength = alignFrame(frameLength);
    if (isPadding(term, end)) {
      return end === offset ? end + alignedLength : end;
    }
    if (end + alignedLength > limitOffset) break;
    end += alignedLength;
  }
  return end;
}
