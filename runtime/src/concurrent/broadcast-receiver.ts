import { AtomicBuffer } from "./atomic-buffer.js";
import { align } from "./bits.js";
import {
  BROADCAST_LATEST_OFFSET,
  BROADCAST_TAIL_INTENT_OFFSET,
  BROADCAST_TAIL_OFFSET,
  broadcastCapacity,
} from "./broadcast-buffer-descriptor.js";
import { CorruptBufferError } from "./errors.js";
import { fence } from "./memory-order.js";
import {
  PADDING_MSG_TYPE_ID,
  RECORD_ALIGNMENT,
  RECORD_HEADER_LENGTH,
  recordBodyOffset,
  recordLengthOffset,
  recordTypeOffset,
} from "./record-descriptor.js";
import type { MessageHandler } from "./ring-buffer.js";

/** What one look at a broadcast buffer yields. */
export const BroadcastResult = {
  /** Nothing new. */
  NONE: 0,
  /** One message was handed out. */
  MESSAGE: 1,
  /** The transmitter has overtaken this receiver: messages are lost, the next look starts at the newest. */
  LAPPED: -1,
} as const;
/** One of the results above. */
export type BroadcastResult = (typeof BroadcastResult)[keyof typeof BroadcastResult];

const SCRATCH_LENGTH_MIN = 4096;

/**
 * Receives what a broadcast transmitter sends, from the newest message at construction on.
 *
 * Each message is copied out and the copy is confirmed before anyone sees it.
 *
 * Source: driver-protocol §4; Agrona BroadcastReceiver and CopyBroadcastReceiver.
 */
export class BroadcastReceiver {
  readonly buffer: AtomicBuffer;
  /** Bytes of records. */
  readonly capacity: number;
  readonly #tailIntentOffset: number;
  readonly #tailOffset: number;
  readonly #latestOffset: number;
  /** Position of the next record. */
  #cursor: number;
  #lappedCount: number = 0;
  #scratch: AtomicBuffer;

  /** @throws {BufferLayoutError} if the buffer is not a power of two and the trailer long */
  constructor(buffer: AtomicBuffer) {
    const capacity = broadcastCapacity(buffer.capacity);
    this.buffer = buffer;
    this.capacity = capacity;
    this.#tailIntentOffset = capacity + BROADCAST_TAIL_INTENT_OFFSET;
    this.#tailOffset = capacity + BROADCAST_TAIL_OFFSET;
    this.#latestOffset = capacity + BROADCAST_LATEST_OFFSET;
    this.#cursor = buffer.getInt64Volatile(this.#latestOffset);
    this.#scratch = new AtomicBuffer(new ArrayBuffer(SCRATCH_LENGTH_MIN));
  }

  /** How often messages were lost because the transmitter overtook. */
  lappedCount(): number {
    return this.#lappedCount;
  }

  /**
   * Hands the next message, if there is one, to `handler`: a private copy, valid until the call returns.
   *
   * @throws {CorruptBufferError} if a confirmed record is impossible; the next call starts at the newest one
   */
  receive(handler: MessageHandler): BroadcastResult {
    const { buffer, capacity } = this;
    const tail = buffer.getInt64Volatile(this.#tailOffset);
    let cursor = this.#cursor;
    if (tail <= cursor) return BroadcastResult.NONE;
    if (!this.#isValid(cursor)) return this.#lapped();

    let record = cursor & (capacity - 1);
    if (buffer.getInt32(recordTypeOffset(record)) === PADDING_MSG_TYPE_ID) {
      cursor += capacity - record;
      record = 0;
    }
    const length = buffer.getInt32(recordLengthOffset(record));
    const msgTypeId = buffer.getInt32(recordTypeOffset(record));
    const bodyLength = length - RECORD_HEADER_LENGTH;
    // A length that is being overwritten may be anything: it bounds the copy only after this.
    const isPossible = bodyLength >= 0 && length <= capacity - record && msgTypeId > 0;
    if (isPossible) {
      if (bodyLength > this.#scratch.capacity) {
        this.#scratch = new AtomicBuffer(new ArrayBuffer(align(bodyLength, SCRATCH_LENGTH_MIN)));
      }
      buffer.copyTo(recordBodyOffset(record), this.#scratch, 0, bodyLength);
    }

    fence();
    if (!this.#isValid(this.#cursor)) return this.#lapped();
    if (!isPossible) {
      this.#cursor = buffer.getInt64Volatile(this.#latestOffset);
      // Standing on the impossible record itself would find it again for ever.
      if (this.#cursor <= cursor) this.#cursor = tail;
      throw new CorruptBufferError(
        `record must have a header, a type and end inside the buffer: offset=${record} length=${length} msgTypeId=${msgTypeId} capacity=${capacity}`,
      );
    }
    this.#cursor = cursor + align(length, RECORD_ALIGNMENT);
    handler(msgTypeId, this.#scratch, 0, bodyLength);
    return BroadcastResult.MESSAGE;
  }

  /** No byte from `position` on has been or is being overwritten. */
  #isValid(position: number): boolean {
    return position + this.capacity > this.buffer.getInt64Volatile(this.#tailIntentOffset);
  }

  #lapped(): BroadcastResult {
    this.#lappedCount++;
    this.#cursor = this.buffer.getInt64Volatile(this.#latestOffset);
    return BroadcastResult.LAPPED;
  }
}
