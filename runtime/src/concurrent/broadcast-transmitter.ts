import type { AtomicBuffer } from "./atomic-buffer.js";
import { align } from "./bits.js";
import {
  BROADCAST_LATEST_OFFSET,
  BROADCAST_TAIL_INTENT_OFFSET,
  BROADCAST_TAIL_OFFSET,
  broadcastCapacity,
} from "./broadcast-buffer-descriptor.js";
import { MessageLengthError, MessageTypeIdError } from "./errors.js";
import { fence } from "./memory-order.js";
import {
  PADDING_MSG_TYPE_ID,
  RECORD_ALIGNMENT,
  RECORD_HEADER_LENGTH,
  recordBodyOffset,
  recordLengthOffset,
  recordTypeOffset,
} from "./record-descriptor.js";

/**
 * Sends messages from one thread to any number of receivers, which it never waits for: a slow one is lapped.
 *
 * Source: driver-protocol §4; Agrona BroadcastTransmitter.
 */
export class BroadcastTransmitter {
  readonly buffer: AtomicBuffer;
  /** Bytes of records. */
  readonly capacity: number;
  /** Bytes of the longest message. */
  readonly maxMsgLength: number;
  readonly #tailIntentOffset: number;
  readonly #tailOffset: number;
  readonly #latestOffset: number;

  /** @throws {BufferLayoutError} if the buffer is not a power of two and the trailer long */
  constructor(buffer: AtomicBuffer) {
    const capacity = broadcastCapacity(buffer.capacity);
    this.buffer = buffer;
    this.capacity = capacity;
    this.maxMsgLength = capacity / 8;
    this.#tailIntentOffset = capacity + BROADCAST_TAIL_INTENT_OFFSET;
    this.#tailOffset = capacity + BROADCAST_TAIL_OFFSET;
    this.#latestOffset = capacity + BROADCAST_LATEST_OFFSET;
  }

  /**
   * Sends `length` bytes of `source` from `offset`.
   *
   * @throws {MessageTypeIdError} unless `msgTypeId` is positive
   * @throws {MessageLengthError} if `length` is outside 0..maxMsgLength
   */
  transmit(msgTypeId: number, source: AtomicBuffer, offset: number, length: number): void {
    if (!(msgTypeId > 0)) throw new MessageTypeIdError(msgTypeId);
    if (!(length >= 0 && length <= this.maxMsgLength)) {
      throw new MessageLengthError(length, this.maxMsgLength);
    }
    const { buffer, capacity } = this;
    const tail = buffer.getInt64(this.#tailOffset);
    const recordLength = length + RECORD_HEADER_LENGTH;
    const alignedLength = align(recordLength, RECORD_ALIGNMENT);
    const tailIndex = tail & (capacity - 1);
    const bytesToEnd = capacity - tailIndex;
    const isWrapped = alignedLength > bytesToEnd;
    const start = isWrapped ? tail + bytesToEnd : tail;
    const record = isWrapped ? 0 : tailIndex;
    const newTail = start + alignedLength;

    // Receivers must learn that old bytes are going before a single one goes.
    buffer.putInt64Release(this.#tailIntentOffset, newTail);
    fence();

    if (isWrapped) {
      buffer.putInt32(recordLengthOffset(tailIndex), bytesToEnd);
      buffer.putInt32(recordTypeOffset(tailIndex), PADDING_MSG_TYPE_ID);
    }
    buffer.putInt32(recordLengthOffset(record), recordLength);
    buffer.putInt32(recordTypeOffset(record), msgTypeId);
    buffer.copyFrom(recordBodyOffset(record), source, offset, length);

    buffer.putInt64Release(this.#latestOffset, start);
    // The store that publishes.
    buffer.putInt64Release(this.#tailOffset, newTail);
  }
}
