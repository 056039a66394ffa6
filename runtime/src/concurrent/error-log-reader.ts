import type { AtomicBuffer } from "./atomic-buffer.js";
import { align } from "./bits.js";
import {
  ERROR_COUNT_OFFSET,
  ERROR_FIRST_OBSERVATION_OFFSET,
  ERROR_LAST_OBSERVATION_OFFSET,
  ERROR_RECORD_ALIGNMENT,
  ERROR_TEXT_OFFSET,
} from "./error-log-descriptor.js";

/** One distinct error of an error log. */
export interface ErrorObservation {
  readonly count: number;
  /** Epoch ms. */
  readonly firstObservationMs: number;
  /** Epoch ms. */
  readonly lastObservationMs: number;
  readonly text: string;
  /** Where the record lies, in bytes. */
  readonly offset: number;
  /** Bytes of the record without padding. */
  readonly length: number;
}

/**
 * Calls `visit` for each distinct error last seen at `sinceMs` or later, in the order of first appearance.
 *
 * A record that cannot be ends the reading, as an empty one does.
 *
 * @returns errors visited
 */
export function readErrorLog(
  buffer: AtomicBuffer,
  visit: (observation: ErrorObservation) => void,
  sinceMs: number = 0,
): number {
  const decoder = new TextDecoder();
  let visitedCount = 0;
  let offset = 0;
  while (offset + ERROR_TEXT_OFFSET <= buffer.capacity) {
    const length = buffer.getInt32Volatile(offset);
    if (length < ERROR_TEXT_OFFSET || offset + length > buffer.capacity) break;
    const lastObservationMs = buffer.getInt64Volatile(offset + ERROR_LAST_OBSERVATION_OFFSET);
    if (lastObservationMs >= sinceMs) {
      visitedCount++;
      visit({
        count: buffer.getInt32Volatile(offset + ERROR_COUNT_OFFSET),
        firstObservationMs: buffer.getInt64(offset + ERROR_FIRST_OBSERVATION_OFFSET),
        lastObservationMs,
        // A copy, because a decoder refuses shared memory.
        text: decoder.decode(buffer.u8.slice(offset + ERROR_TEXT_OFFSET, offset + length)),
        offset,
        length,
      });
    }
    offset = align(offset + length, ERROR_RECORD_ALIGNMENT);
  }
  return visitedCount;
}
