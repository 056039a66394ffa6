import type { AtomicBuffer } from "../atomic-buffer.js";
import { BufferLayoutError } from "../errors.js";
import { DATA_HEADER_LENGTH, DATA_FRAME_WORD } from "./frame-descriptor.js";
import {
  checkMtuLength,
  checkPageSize,
  checkTermLength,
  LOG_ACTIVE_TERM_COUNT_OFFSET,
  LOG_ACTIVE_TRANSPORT_COUNT_OFFSET,
  LOG_CORRELATION_ID_OFFSET,
  LOG_DEFAULT_FRAME_HEADER_LENGTH_OFFSET,
  LOG_DEFAULT_FRAME_HEADER_OFFSET,
  LOG_END_OF_STREAM_POSITION_OFFSET,
  LOG_INITIAL_TERM_ID_OFFSET,
  LOG_IS_CONNECTED_OFFSET,
  LOG_IS_PUBLICATION_REVOKED_OFFSET,
  LOG_METADATA_LENGTH,
  LOG_MTU_LENGTH_OFFSET,
  LOG_PAGE_SIZE_OFFSET,
  LOG_PUBLICATION_WINDOW_OFFSET,
  LOG_TAIL_COUNTERS_OFFSET,
  LOG_TERM_LENGTH_OFFSET,
  LOG_TYPE_OFFSET,
} from "./log-buffer-descriptor.js";
import {
  computePosition,
  indexByTermCount,
  PARTITION_COUNT,
  positionBitsToShift,
} from "./position.js";

/** A raw tail: the term id above the offset. */
export function packTail(termId: number, termOffset: number): bigint {
  return (BigInt(termId) << 32n) | BigInt(termOffset);
}

/** The 4096 bytes at the end of a log buffer: what its publisher, its driver and its readers agree through. */
export class LogBufferMetadata {
  readonly buffer: AtomicBuffer;

  /** @throws {BufferLayoutError} unless the buffer is 4096 bytes long */
  constructor(buffer: AtomicBuffer) {
    if (buffer.capacity !== LOG_METADATA_LENGTH) {
      throw new BufferLayoutError(
        `log metadata must be ${LOG_METADATA_LENGTH} bytes: length=${buffer.capacity}`,
      );
    }
    this.buffer = buffer;
  }

  // -- tails: written by publishers -------------------------------------------------------------------------

  /** Terms between the initial and the active one. */
  activeTermCount(): number {
    return this.buffer.getInt32Volatile(LOG_ACTIVE_TERM_COUNT_OFFSET);
  }

  setActiveTermCount(termCount: number): void {
    this.buffer.putInt32Release(LOG_ACTIVE_TERM_COUNT_OFFSET, termCount);
  }

  /** Term id of a partition's raw tail. */
  tailTermId(partitionIndex: number): number {
    return this.buffer.getInt32Volatile(LOG_TAIL_COUNTERS_OFFSET + partitionIndex * 8 + 4);
  }

  /** Offset of a partition's raw tail; beyond the term length once the term has been tripped. */
  tailOffset(partitionIndex: number): number {
    return this.buffer.getInt32Volatile(LOG_TAIL_COUNTERS_OFFSET + partitionIndex * 8) >>> 0;
  }

  /** A partition's raw tail, exact and untorn. Allocates. */
  rawTail(partitionIndex: number): bigint {
    return this.buffer.getBigInt64Volatile(LOG_TAIL_COUNTERS_OFFSET + partitionIndex * 8);
  }

  setRawTail(partitionIndex: number, termId: number, termOffset: number): void {
    this.buffer.putBigInt64Release(
      LOG_TAIL_COUNTERS_OFFSET + partitionIndex * 8,
      packTail(termId, termOffset),
    );
  }

  /** Replaces a raw tail if it still is `expected`. */
  compareAndSetRawTail(partitionIndex: number, expected: bigint, update: bigint): boolean {
    return this.buffer.compareAndSetBigInt64(
      LOG_TAIL_COUNTERS_OFFSET + partitionIndex * 8,
      expected,
      update,
    );
  }

  /**
   * Position up to which publishers have claimed, in bytes.
   *
   * The tail's two halves are read one by one: the term id only ever changes together with the offset, so
   * equal ids before and after prove that the offset belongs to them. Each retry is a rotation.
   */
  producerPosition(): number {
    const termLength = this.termLength();
    for (;;) {
      const index = indexByTermCount(this.activeTermCount());
      const termId = this.tailTermId(index);
      const termOffset = this.tailOffset(index);
      if (this.tailTermId(index) === termId) {
        return computePosition(
          termId,
          Math.min(termOffset, termLength),
          positionBitsToShift(termLength),
          this.initialTermId(),
        );
      }
    }
  }

  /**
   * Moves the log on to the next term, unless another publisher already has.
   *
   * `termCount` and `termId` are those of the tail at which the caller met the end of the term, not the
   * current ones: a late caller then finds nothing left to do.
   *
   * @returns true if the active term count was moved by this call
   */
  rotate(termCount: number, termId: number): boolean {
    const nextTermId = (termId + 1) | 0;
    const nextTermCount = (termCount + 1) | 0;
    const nextIndex = indexByTermCount(nextTermCount);
    const expectedTermId = (nextTermId - PARTITION_COUNT) | 0;
    const update = packTail(nextTermId, 0);
    for (;;) {
      const rawTail = this.rawTail(nextIndex);
      if (Number(rawTail >> 32n) !== expectedTermId) break;
      if (this.compareAndSetRawTail(nextIndex, rawTail, update)) break;
    }
    return this.buffer.compareAndSetInt32(LOG_ACTIVE_TERM_COUNT_OFFSET, termCount, nextTermCount);
  }

  // -- state: written by the driver -------------------------------------------------------------------------

  /** Where the stream ends; END_OF_STREAM_NOT_SET (2^63) while it goes on. */
  endOfStreamPosition(): number {
    return this.buffer.getInt64Volatile(LOG_END_OF_STREAM_POSITION_OFFSET);
  }

  setEndOfStreamPosition(position: number): void {
    this.buffer.putInt64Release(LOG_END_OF_STREAM_POSITION_OFFSET, position);
  }

  isConnected(): boolean {
    return this.buffer.getInt32Volatile(LOG_IS_CONNECTED_OFFSET) === 1;
  }

  setConnected(isConnected: boolean): void {
    this.buffer.putInt32Release(LOG_IS_CONNECTED_OFFSET, isConnected ? 1 : 0);
  }

  /** Transports that an image has heard of lately. */
  activeTransportCount(): number {
    return this.buffer.getInt32Volatile(LOG_ACTIVE_TRANSPORT_COUNT_OFFSET);
  }

  setActiveTransportCount(count: number): void {
    this.buffer.putInt32Release(LOG_ACTIVE_TRANSPORT_COUNT_OFFSET, count);
  }

  isPublicationRevoked(): boolean {
    return this.buffer.getUint8Volatile(LOG_IS_PUBLICATION_REVOKED_OFFSET) === 1;
  }

  setPublicationRevoked(isRevoked: boolean): void {
    this.buffer.putUint8Release(LOG_IS_PUBLICATION_REVOKED_OFFSET, isRevoked ? 1 : 0);
  }

  // -- fixed when the log is made ---------------------------------------------------------------------------

  correlationId(): number {
    return this.buffer.getInt64(LOG_CORRELATION_ID_OFFSET);
  }

  setCorrelationId(correlationId: number): void {
    this.buffer.putInt64(LOG_CORRELATION_ID_OFFSET, correlationId);
  }

  initialTermId(): number {
    return this.buffer.getInt32(LOG_INITIAL_TERM_ID_OFFSET);
  }

  setInitialTermId(initialTermId: number): void {
    this.buffer.putInt32(LOG_INITIAL_TERM_ID_OFFSET, initialTermId);
  }

  mtuLength(): number {
    return this.buffer.getInt32(LOG_MTU_LENGTH_OFFSET);
  }

  setMtuLength(mtuLength: number): void {
    this.buffer.putInt32(LOG_MTU_LENGTH_OFFSET, mtuLength);
  }

  termLength(): number {
    return this.buffer.getInt32(LOG_TERM_LENGTH_OFFSET);
  }

  setTermLength(termLength: number): void {
    this.buffer.putInt32(LOG_TERM_LENGTH_OFFSET, termLength);
  }

  pageSize(): number {
    return this.buffer.getInt32(LOG_PAGE_SIZE_OFFSET);
  }

  setPageSize(pageSize: number): void {
    this.buffer.putInt32(LOG_PAGE_SIZE_OFFSET, pageSize);
  }

  publicationWindowLength(): number {
    return this.buffer.getInt32(LOG_PUBLICATION_WINDOW_OFFSET);
  }

  setPublicationWindowLength(length: number): void {
    this.buffer.putInt32(LOG_PUBLICATION_WINDOW_OFFSET, length);
  }

  /** One of LogType. */
  type(): number {
    return this.buffer.getUint8(LOG_TYPE_OFFSET);
  }

  setType(type: number): void {
    this.buffer.putUint8(LOG_TYPE_OFFSET, type);
  }

  /** Any further int32 by its offset: windows, socket buffers, max resend. */
  int32(offset: number): number {
    return this.buffer.getInt32(offset);
  }

  setInt32(offset: number, value: number): void {
    this.buffer.putInt32(offset, value);
  }

  /** Any further int64 by its offset: tags, timeouts. Aligned to 8 or not. */
  int64(offset: number): bigint {
    return this.buffer.view.getBigInt64(offset, true);
  }

  setInt64(offset: number, value: bigint): void {
    this.buffer.view.setBigInt64(offset, value, true);
  }

  /** Any of the one-byte flags by its offset. */
  flag(offset: number): boolean {
    return this.buffer.getUint8(offset) === 1;
  }

  setFlag(offset: number, value: boolean): void {
    this.buffer.putUint8(offset, value ? 1 : 0);
  }

  /** Session id that every frame of this log carries. */
  sessionId(): number {
    return this.buffer.getInt32(LOG_DEFAULT_FRAME_HEADER_OFFSET + 12);
  }

  /** Stream id that every frame of this log carries. */
  streamId(): number {
    return this.buffer.getInt32(LOG_DEFAULT_FRAME_HEADER_OFFSET + 16);
  }

  /** Writes the header that frames are made from; its term offset and id are set in each frame. */
  setDefaultFrameHeader(
    sessionId: number,
    streamId: number,
    termId: number,
    termOffset: number,
  ): void {
    const buffer = this.buffer;
    const header = LOG_DEFAULT_FRAME_HEADER_OFFSET;
    buffer.putInt32(LOG_DEFAULT_FRAME_HEADER_LENGTH_OFFSET, DATA_HEADER_LENGTH);
    buffer.putInt32(header, 0);
    buffer.putInt32(header + 4, DATA_FRAME_WORD);
    buffer.putInt32(header + 8, termOffset);
    buffer.putInt32(header + 12, sessionId);
    buffer.putInt32(header + 16, streamId);
    buffer.putInt32(header + 20, termId);
    buffer.putBigInt64(header + 24, 0n);
  }

  /**
   * Sets the tails and the active term count of a new log so that publishing starts at a position.
   *
   * Partitions that are not active get the term id they had one round earlier, as if just left behind.
   */
  initialiseTails(initialTermId: number, termId: number, termOffset: number): void {
    const termCount = (termId - initialTermId) | 0;
    const index = indexByTermCount(termCount);
    this.setRawTail(index, termId, termOffset);
    for (let i = 1; i < PARTITION_COUNT; i++) {
      this.setRawTail((index + i) % PARTITION_COUNT, (termId + i - PARTITION_COUNT) | 0, 0);
    }
    this.setActiveTermCount(termCount);
  }

  /**
   * Confirms what a reader is about to divide and index by.
   *
   * @throws {LogLengthError} if term length, MTU or page size is not one that a log can have
   */
  check(): void {
    checkTermLength(this.termLength());
    checkMtuLength(this.mtuLength());
    checkPageSize(this.pageSize());
  }
}
