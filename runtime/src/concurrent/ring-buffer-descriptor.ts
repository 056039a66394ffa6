import { isPowerOfTwo } from "./bits.js";
import { BufferLayoutError } from "./errors.js";

/**
 * A ring buffer: a power of two of record bytes, then a trailer. Each trailer field has a cache line pair of
 * its own.
 *
 *   0 … capacity        records, see record-descriptor.ts
 *   capacity + 128      tail position        int64, producers
 *   capacity + 256      head cache position  int64, producers
 *   capacity + 384      head position        int64, consumer
 *   capacity + 512      correlation counter  int64, everyone (atomic add)
 *   capacity + 640      consumer heartbeat   int64, epoch ms, consumer
 *   capacity + 768      end
 *
 * Source: driver-protocol §3; Agrona RingBufferDescriptor.
 */

/** Bytes after the records. */
export const RING_TRAILER_LENGTH = 768;
/** Offset of the tail position in the trailer. */
export const RING_TAIL_POSITION_OFFSET = 128;
/** Offset of the producers' copy of the head position in the trailer. */
export const RING_HEAD_CACHE_POSITION_OFFSET = 256;
/** Offset of the head position in the trailer. */
export const RING_HEAD_POSITION_OFFSET = 384;
/** Offset of the counter that all correlation ids come from in the trailer. */
export const RING_CORRELATION_COUNTER_OFFSET = 512;
/** Offset of the consumer's last sign of life in the trailer. */
export const RING_CONSUMER_HEARTBEAT_OFFSET = 640;
/** A ring takes at least this many bytes of records, so that its longest message is not empty. */
export const RING_CAPACITY_MIN = 128;

/**
 * Record bytes of a ring that occupies `bufferLength` bytes.
 *
 * @throws {BufferLayoutError} unless what remains without the trailer is a power of two of at least 128
 */
export function ringCapacity(bufferLength: number): number {
  const capacity = bufferLength - RING_TRAILER_LENGTH;
  if (!isPowerOfTwo(capacity) || capacity < RING_CAPACITY_MIN) {
    throw new BufferLayoutError(
      `ring length must be a power of two of at least ${RING_CAPACITY_MIN} plus ${RING_TRAILER_LENGTH}: length=${bufferLength}`,
    );
  }
  return capacity;
}
