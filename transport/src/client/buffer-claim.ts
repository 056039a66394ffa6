import {
  AtomicBuffer,
  DATA_HEADER_LENGTH,
  DATA_RESERVED_VALUE_OFFSET,
  FRAME_FLAGS_OFFSET,
  FRAME_TYPE_OFFSET,
  FrameType,
} from "@alerion/runtime/concurrent";

const EMPTY = new AtomicBuffer(new ArrayBuffer(0));

/**
 * A stretch of a log that a publication has claimed: to be filled, then committed or aborted. One object serves
 * any number of claims, one after another.
 *
 * Readers wait in front of an open claim, so end it soon. A claim that is never ended is overridden by the driver
 * after its unblock timeout (15 s).
 */
export class BufferClaim {
  /** The term. Borrowed: valid until `commit` or `abort`. */
  buffer: AtomicBuffer = EMPTY;
  /** Of the payload in `buffer`. */
  offset: number = 0;
  /** Bytes of payload. */
  length: number = 0;

  /** @internal Points at the payload of a frame. */
  wrap(buffer: AtomicBuffer, frameOffset: number, length: number): void {
    this.buffer = buffer;
    this.offset = frameOffset + DATA_HEADER_LENGTH;
    this.length = length;
  }

  /** The header's flags. */
  flags(): number {
    return this.buffer.getUint8(this.offset - DATA_HEADER_LENGTH + FRAME_FLAGS_OFFSET);
  }

  /** Sets the header's flags; a whole message has BEGIN and END. */
  setFlags(flags: number): this {
    this.buffer.putUint8(this.offset - DATA_HEADER_LENGTH + FRAME_FLAGS_OFFSET, flags);
    return this;
  }

  /** The header's type: DATA, or one that `setHeaderType` has set. */
  headerType(): number {
    return this.buffer.getUint16(this.offset - DATA_HEADER_LENGTH + FRAME_TYPE_OFFSET);
  }

  /** Sets the header's type. */
  setHeaderType(type: number): this {
    this.buffer.putUint16(this.offset - DATA_HEADER_LENGTH + FRAME_TYPE_OFFSET, type);
    return this;
  }

  /** The reserved value. */
  reservedValue(): bigint {
    return this.buffer.getBigInt64(this.offset - DATA_HEADER_LENGTH + DATA_RESERVED_VALUE_OFFSET);
  }

  /** Sets the reserved value: a number within ±2^53, or any int64 as a bigint. */
  setReservedValue(value: number | bigint): this {
    const offset = this.offset - DATA_HEADER_LENGTH + DATA_RESERVED_VALUE_OFFSET;
    if (typeof value === "number") this.buffer.putInt64(offset, value);
    else this.buffer.putBigInt64(offset, value);
    return this;
  }

  /** Publishes the message. */
  commit(): void {
    // The store that publishes: everything before it is written.
    this.buffer.putInt32Release(this.offset - DATA_HEADER_LENGTH, this.length + DATA_HEADER_LENGTH);
  }

  /** Gives the message up: readers skip its bytes. */
  abort(): void {
    this.setHeaderType(FrameType.PAD);
    this.commit();
  }
}
