import { isPowerOfTwo } from "./bits.js";
import { BufferLayoutError } from "./errors.js";

/**
 * A broadcast buffer: a power of two of record bytes, then a trailer with three counters in one line.
 *
 *   0 … capacity      records, see record-descriptor.ts
 *   capacity +  0     tail intent  int64, how far bytes may already be overwritten
 *   capacity +  8     tail         int64, end of the newest record
 *   capacity + 16     latest       int64, start of the newest record
 *   capacity + 128    end
 *
 * Source: driver-protocol §4; Agrona BroadcastBufferDescriptor.
 */

/** Bytes after the records. */
export const BROADCAST_TRAILER_LENGTH = 128;
/** Offset of the tail intent in the trailer. */
export const BROADCAST_TAIL_INTENT_OFFSET = 0;
/** Offset of the tail in the trailer. */
export const BROADCAST_TAIL_OFFSET = 8;
/** Offset of the newest record's position in the trailer. */
export const BROADCAST_LATEST_OFFSET = 16;
/** A broadcast buffer takes at least this many bytes of records, so that its longest message is not empty. */
export const BROADCAST_CAPACITY_MIN = 128;

/**
 * Record bytes of a broadcast buffer that occupies `bufferLength` bytes.
 *
 * @throws {BufferLayoutError} unless what remains without the trailer is a power of two of at least 128
 */
export function broadcastCapacity(bufferLength: number): number {
  const capacity = bufferLength - BROADCAST_TRAILER_LENGTH;
  if (!isPowerOfTwo(capacity) || capacity < BROADCAST_CAPACITY_MIN) {
    throw new BufferLayoutError(
      `broadcast buffer length must be a power of two of at least ${BROADCAST_CAPACITY_MIN} plus ${BROADCAST_TRAILER_LENGTH}: length=${bufferLength}`,
    );
  }
  return capacity;
}
