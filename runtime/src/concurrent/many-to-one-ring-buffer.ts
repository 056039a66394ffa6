import { align } from "./bits.js";
import { CorruptBufferError } from "./errors.js";
import {
  PADDING_MSG_TYPE_ID,
  RECORD_ALIGNMENT,
  RECORD_HEADER_LENGTH,
  recordBodyOffset,
  recordLengthOffset,
  recordTypeOffset,
} from "./record-descriptor.js";
import { RingBufferBase } from "./ring-buffer-base.js";
import { INSUFFICIENT_CAPACITY } from "./ring-buffer.js";

/**
 * A ring for messages from many threads and processes to one: the to-driver buffer of the CnC file.
 *
 * Moving the tail takes a 64-bit compare-and-set, hence three bigints per claim: this is for commands.
 *
 * Source: driver-protocol §3; Agrona ManyToOneRingBuffer.
 */
export class ManyToOneRingBuffer extends RingBufferBase {
  override tryClaim(msgTypeId: number, length: number): number {
    this.checkMessage(msgTypeId, length);
    const recordLength = length + RECORD_HEADER_LENGTH;
    const record = this.#claimCapacity(align(recordLength, RECORD_ALIGNMENT));
    if (record < 0) return INSUFFICIENT_CAPACITY;
    // Negative first: the consumer waits at this record, and unblock can tell how long it is. Then the type.
    this.buffer.putInt32Release(recordLengthOffset(record), -recordLength);
    this.buffer.putInt32(recordTypeOffset(record), msgTypeId);
    return recordBodyOffset(record);
  }

  /**
   * Turns the unfinished record at the head, left by a producer that died, into padding.
   *
   * To be called only when the head has not moved for a time that every living producer is faster than.
   *
   * @returns true if reading can go on
   */
  unblock(): boolean {
    const buffer = this.buffer;
    const head = buffer.getInt64Volatile(this.headOffset);
    const tail = buffer.getInt64Volatile(this.tailOffset);
    if (head === tail) return false;
    const headIndex = head & this.mask;
    const tailIndex = tail & this.mask;
    const limit = headIndex < tailIndex ? tailIndex : this.capacity;
    const length = buffer.getInt32Volatile(recordLengthOffset(headIndex));
    if (length < 0) {
      // An impossible length (a hostile producer) is cut at what is claimed.
      this.#pad(headIndex, Math.min(Math.max(-length, RECORD_HEADER_LENGTH), limit - headIndex));
      return true;
    }
    if (length > 0) return false;
    for (let i = headIndex + RECORD_ALIGNMENT; i < limit; i += RECORD_ALIGNMENT) {
      if (buffer.getInt32Volatile(i) !== 0) {
        if (!this.#isZeroBetween(headIndex, i)) return false;
        this.#pad(headIndex, i - headIndex);
        return true;
      }
    }
    // Nothing was written up to the end, yet claims go on behind it: the gap ends there. (The reference waits for
    // a record in the same lap and stays blocked.)
    const bytesToEnd = this.capacity - headIndex;
    if (tail - head <= bytesToEnd || !this.#isZeroBetween(headIndex, this.capacity)) return false;
    this.#pad(headIndex, bytesToEnd);
    return true;
  }

  /** Offset of a record of `required` bytes, or INSUFFICIENT_CAPACITY. Each retry means another producer won. */
  #claimCapacity(required: number): number {
    const { buffer, capacity, mask } = this;
    let head = buffer.getInt64Volatile(this.headCacheOffset);
    for (;;) {
      const tail = buffer.getInt64Volatile(this.tailOffset);
      // A number that is not exact would never compare equal, and the claim never end.
      if (!Number.isSafeInteger(tail)) throw corruptTail(tail);
      if (required > capacity - (tail - head)) {
        head = buffer.getInt64Volatile(this.headOffset);
        if (required > capacity - (tail - head)) return INSUFFICIENT_CAPACITY;
        buffer.putInt64Release(this.headCacheOffset, head);
      }

      const tailIndex = tail & mask;
      const bytesToEnd = capacity - tailIndex;
      if (required <= bytesToEnd) {
        if (buffer.compareAndSetInt64(this.tailOffset, tail, tail + required)) return tailIndex;
        continue;
      }

      // The record goes to the start, and padding fills the rest of this lap.
      let fits = required <= (head & mask);
      if (!fits) {
        head = buffer.getInt64Volatile(this.headOffset);
        fits = required <= (head & mask);
        if (fits) buffer.putInt64Release(this.headCacheOffset, head);
      }
      const newTail = tail + bytesToEnd + (fits ? required : 0);
      if (buffer.compareAndSetInt64(this.tailOffset, tail, newTail)) {
        buffer.putInt32Release(recordLengthOffset(tailIndex), -bytesToEnd);
        this.#pad(tailIndex, bytesToEnd);
        return fits ? 0 : INSUFFICIENT_CAPACITY;
      }
    }
  }

  #pad(record: number, length: number): void {
    this.buffer.putInt32(recordTypeOffset(record), PADDING_MSG_TYPE_ID);
    this.buffer.putInt32Release(recordLengthOffset(record), length);
  }

  /** Nobody came to life between the look at the gap's end and now. */
  #isZeroBetween(from: number, to: number): boolean {
    for (let i = to - RECORD_ALIGNMENT; i >= from; i -= RECORD_ALIGNMENT) {
      if (this.buffer.getInt32Volatile(i) !== 0) return false;
    }
    return true;
  }
}

function corruptTail(tail: number): CorruptBufferError {
  return new CorruptBufferError(`tail position must be exact as a number: tail=${tail}`);
}
