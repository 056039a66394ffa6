import type { AtomicBuffer } from "./atomic-buffer.js";
import { align } from "./bits.js";
import { CorruptBufferError, MessageLengthError, MessageTypeIdError } from "./errors.js";
import {
  PADDING_MSG_TYPE_ID,
  RECORD_ALIGNMENT,
  RECORD_HEADER_LENGTH,
  recordBodyOffset,
  recordLengthOffset,
  recordTypeOffset,
} from "./record-descriptor.js";
import {
  RING_CONSUMER_HEARTBEAT_OFFSET,
  RING_CORRELATION_COUNTER_OFFSET,
  RING_HEAD_CACHE_POSITION_OFFSET,
  RING_HEAD_POSITION_OFFSET,
  RING_TAIL_POSITION_OFFSET,
  ringCapacity,
} from "./ring-buffer-descriptor.js";
import { ControlledAction } from "./ring-buffer.js";
import type { ControlledMessageHandler, MessageHandler } from "./ring-buffer.js";

/**
 * What the rings for one and for many producers share: the single consumer, the trailer, the claim's two ends.
 *
 * The consumer zeroes what it has read before it moves the head, so that a producer's claim always begins
 * with a zero length: that is how unfinished records are told from finished ones.
 */
export abstract class RingBufferBase {
  readonly buffer: AtomicBuffer;
  /** Bytes of records. */
  readonly capacity: number;
  /** Bytes of the longest message. */
  readonly maxMsgLength: number;

  protected readonly mask: number;
  protected readonly tailOffset: number;
  protected readonly headCacheOffset: number;
  protected readonly headOffset: number;
  readonly #correlationOffset: number;
  readonly #heartbeatOffset: number;

  /** @throws {BufferLayoutError} if the buffer is not a power of two and the trailer long */
  constructor(buffer: AtomicBuffer) {
    const capacity = ringCapacity(buffer.capacity);
    this.buffer = buffer;
    this.capacity = capacity;
    this.maxMsgLength = capacity / 8;
    this.mask = capacity - 1;
    this.tailOffset = capacity + RING_TAIL_POSITION_OFFSET;
    this.headCacheOffset = capacity + RING_HEAD_CACHE_POSITION_OFFSET;
    this.headOffset = capacity + RING_HEAD_POSITION_OFFSET;
    this.#correlationOffset = capacity + RING_CORRELATION_COUNTER_OFFSET;
    this.#heartbeatOffset = capacity + RING_CONSUMER_HEARTBEAT_OFFSET;
  }

  /**
   * Reserves a record for `length` bytes of body, to be filled, then committed or aborted.
   *
   * @returns the offset of the body in `buffer`, or INSUFFICIENT_CAPACITY (negative)
   * @throws {MessageTypeIdError} unless `msgTypeId` is positive
   * @throws {MessageLengthError} if `length` is outside 0..maxMsgLength
   * @throws {CorruptBufferError} if the tail position cannot be
   */
  abstract tryClaim(msgTypeId: number, length: number): number;

  /**
   * Copies a message into the ring.
   *
   * @returns false if it does not fit now
   * @throws {MessageTypeIdError} unless `msgTypeId` is positive
   * @throws {MessageLengthError} if `length` is outside 0..maxMsgLength
   * @throws {CorruptBufferError} if the tail position cannot be
   */
  write(msgTypeId: number, source: AtomicBuffer, offset: number, length: number): boolean {
    const index = this.tryClaim(msgTypeId, length);
    if (index < 0) return false;
    this.buffer.copyFrom(index, source, offset, length);
    this.commit(index);
    return true;
  }

  /** Makes a claimed record visible to the consumer. */
  commit(index: number): void {
    const record = index - RECORD_HEADER_LENGTH;
    const length = this.buffer.getInt32(recordLengthOffset(record));
    // The store that publishes: length and body were written before it.
    this.buffer.putInt32Release(recordLengthOffset(record), -length);
  }

  /** Gives a claimed record up: the consumer skips it. */
  abort(index: number): void {
    this.buffer.putInt32(recordTypeOffset(index - RECORD_HEADER_LENGTH), PADDING_MSG_TYPE_ID);
    this.commit(index);
  }

  /**
   * Hands up to `limit` messages to `handler`, at most to the end of the buffer.
   *
   * A handler that throws has consumed its message.
   *
   * @returns messages handed out
   * @throws {CorruptBufferError} if a record's length is impossible; everything up to the end of the buffer
   *   or the tail is then dropped, so that the next call goes on behind it
   */
  read(handler: MessageHandler, limit: number = Number.MAX_SAFE_INTEGER): number {
    const buffer = this.buffer;
    const head = buffer.getInt64(this.headOffset);
    const headIndex = head & this.mask;
    const bytesMax = this.capacity - headIndex;
    let bytesRead = 0;
    let messageCount = 0;
    try {
      while (bytesRead < bytesMax && messageCount < limit) {
        const record = headIndex + bytesRead;
        const length = buffer.getInt32Volatile(recordLengthOffset(record));
        if (length <= 0) break;
        const claimed = this.producerPosition() - head - bytesRead;
        // Bytes that nobody has claimed are no record, whatever they are.
        if (claimed <= 0) break;
        if (isImpossible(length, Math.min(claimed, bytesMax - bytesRead))) {
          bytesRead = this.#bytesToDrop(head, headIndex);
          throw this.#corrupt(record, length);
        }
        bytesRead += align(length, RECORD_ALIGNMENT);
        const msgTypeId = buffer.getInt32(recordTypeOffset(record));
        if (msgTypeId === PADDING_MSG_TYPE_ID) continue;
        messageCount++;
        handler(msgTypeId, buffer, recordBodyOffset(record), length - RECORD_HEADER_LENGTH);
      }
    } finally {
      if (bytesRead > 0) this.#release(head, headIndex, bytesRead);
    }
    return messageCount;
  }

  /**
   * As `read`, steered by what the handler returns. A handler that throws has consumed its message.
   *
   * @throws {CorruptBufferError} as `read`
   */
  controlledRead(
    handler: ControlledMessageHandler,
    limit: number = Number.MAX_SAFE_INTEGER,
  ): number {
    const buffer = this.buffer;
    let head = buffer.getInt64(this.headOffset);
    let headIndex = head & this.mask;
    let bytesMax = this.capacity - headIndex;
    let bytesRead = 0;
    let messageCount = 0;
    try {
      while (bytesRead < bytesMax && messageCount < limit) {
        const record = headIndex + bytesRead;
        const length = buffer.getInt32Volatile(recordLengthOffset(record));
        if (length <= 0) break;
        const claimed = this.producerPosition() - head - bytesRead;
        // Bytes that nobody has claimed are no record, whatever they are.
        if (claimed <= 0) break;
        if (isImpossible(length, Math.min(claimed, bytesMax - bytesRead))) {
          bytesRead = this.#bytesToDrop(head, headIndex);
          throw this.#corrupt(record, length);
        }
        const alignedLength = align(length, RECORD_ALIGNMENT);
        bytesRead += alignedLength;
        const msgTypeId = buffer.getInt32(recordTypeOffset(record));
        if (msgTypeId === PADDING_MSG_TYPE_ID) continue;
        const bodyLength = length - RECORD_HEADER_LENGTH;
        const action = handler(msgTypeId, buffer, recordBodyOffset(record), bodyLength);
        if (action === ControlledAction.ABORT) {
          bytesRead -= alignedLength;
          break;
        }
        messageCount++;
        if (action === ControlledAction.BREAK) break;
        if (action === ControlledAction.COMMIT) {
          this.#release(head, headIndex, bytesRead);
          head += bytesRead;
          headIndex += bytesRead;
          bytesMax -= bytesRead;
          bytesRead = 0;
        }
      }
    } finally {
      if (bytesRead > 0) this.#release(head, headIndex, bytesRead);
    }
    return messageCount;
  }

  /** Next value of the counter that all ids of a media driver and its clients come from. */
  nextCorrelationId(): number {
    return this.buffer.getAndAddInt64(this.#correlationOffset, 1);
  }

  /** The consumer's last sign of life, epoch ms; 0 before the first, -1 after a clean close. */
  consumerHeartbeatTimeMs(): number {
    return this.buffer.getInt64Volatile(this.#heartbeatOffset);
  }

  /** The consumer's sign of life, epoch ms. */
  setConsumerHeartbeatTimeMs(timeMs: number): void {
    this.buffer.putInt64Release(this.#heartbeatOffset, timeMs);
  }

  /** Bytes ever claimed. */
  producerPosition(): number {
    return this.buffer.getInt64Volatile(this.tailOffset);
  }

  /** Bytes ever consumed. */
  consumerPosition(): number {
    return this.buffer.getInt64Volatile(this.headOffset);
  }

  /** Bytes claimed and not consumed, as of some moment during the call. */
  size(): number {
    const head = this.consumerPosition();
    const size = this.producerPosition() - head;
    return Math.max(0, Math.min(size, this.capacity));
  }

  /** @throws {MessageTypeIdError | MessageLengthError} if a message of this kind cannot be in a ring */
  protected checkMessage(msgTypeId: number, length: number): void {
    if (!(msgTypeId > 0)) throw new MessageTypeIdError(msgTypeId);
    if (!(length >= 0 && length <= this.maxMsgLength)) {
      throw new MessageLengthError(length, this.maxMsgLength);
    }
  }

  /** Consumed bytes are zero before the head, and with it the right to claim them, moves on. */
  #release(head: number, headIndex: number, bytesRead: number): void {
    this.buffer.setMemory(headIndex, bytesRead, 0);
    this.buffer.putInt64Release(this.headOffset, head + bytesRead);
  }

  /** From the head to the end of the buffer, or to the tail if that comes first. */
  #bytesToDrop(head: number, headIndex: number): number {
    const size = this.producerPosition() - head;
    const bytesMax = this.capacity - headIndex;
    return size > 0 && size < bytesMax ? align(size, RECORD_ALIGNMENT) : bytesMax;
  }

  #corrupt(record: number, length: number): CorruptBufferError {
    return new CorruptBufferError(
      `record must have a header and end inside the ring: offset=${record} length=${length} capacity=${this.capacity}`,
    );
  }
}

/**
 * A record needs a header and ends inside the buffer and inside what was claimed: one that did not would move
 * the head past the tail, and what is written next would never be read.
 */
function isImpossible(length: number, lengthMax: number): boolean {
  return length < RECORD_HEADER_LENGTH || align(length, RECORD_ALIGNMENT) > lengthMax;
}
