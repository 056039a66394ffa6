import { align } from "./bits.js";
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
 * A ring for messages from one thread to another. Claiming allocates nothing: the tail has one writer.
 *
 * Same layout as the ring for many producers.
 */
export class OneToOneRingBuffer extends RingBufferBase {
  override tryClaim(msgTypeId: number, length: number): number {
    this.checkMessage(msgTypeId, length);
    const { buffer, capacity, mask } = this;
    const recordLength = length + RECORD_HEADER_LENGTH;
    const required = align(recordLength, RECORD_ALIGNMENT);
    const tail = buffer.getInt64(this.tailOffset);
    let head = buffer.getInt64(this.headCacheOffset);

    if (required > capacity - (tail - head)) {
      head = buffer.getInt64Volatile(this.headOffset);
      if (required > capacity - (tail - head)) return INSUFFICIENT_CAPACITY;
      buffer.putInt64(this.headCacheOffset, head);
    }

    let record = tail & mask;
    let newTail = tail + required;
    const bytesToEnd = capacity - record;
    if (required > bytesToEnd) {
      let fits = required <= (head & mask);
      if (!fits) {
        head = buffer.getInt64Volatile(this.headOffset);
        fits = required <= (head & mask);
        if (fits) buffer.putInt64(this.headCacheOffset, head);
      }
      newTail = tail + bytesToEnd + (fits ? required : 0);
      buffer.putInt64Release(this.tailOffset, newTail);
      buffer.putInt32(recordTypeOffset(record), PADDING_MSG_TYPE_ID);
      buffer.putInt32Release(recordLengthOffset(record), bytesToEnd);
      if (!fits) return INSUFFICIENT_CAPACITY;
      record = 0;
    } else {
      buffer.putInt64Release(this.tailOffset, newTail);
    }

    buffer.putInt32(recordLengthOffset(record), -recordLength);
    buffer.putInt32(recordTypeOffset(record), msgTypeId);
    return recordBodyOffset(record);
  }
}
