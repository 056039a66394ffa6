import type { AtomicBuffer } from "../atomic-buffer.js";
import type { AtomicCounter } from "../atomic-counter.js";
import { AlerionError } from "../../errors.js";
import { MessageLengthError } from "../errors.js";
import { PLAIN_ACCESS_IS_ORDERED } from "../memory-order.js";
import { AppenderBase } from "./appender-base.js";
import {
  alignFrame,
  computeRequiredLength,
  DATA_FRAME_WORD,
  DATA_HEADER_LENGTH,
  DATA_STREAM_ID_OFFSET,
  DATA_TERM_ID_OFFSET,
  DATA_TERM_OFFSET_OFFSET,
  FRAME_ALIGNMENT,
  FRAME_TYPE_OFFSET,
  FrameType,
} from "./frame-descriptor.js";
import { putReservedValue } from "./frame-writer.js";
import type { MessagePart, ReservedValueSupplier } from "./frame-writer.js";
import { LOG_TAIL_COUNTERS_OFFSET } from "./log-buffer-descriptor.js";
import type { LogBuffers } from "./log-buffers.js";
import {
  computeTermBeginPosition,
  highOfTerm,
  indexByTermCount,
  PARTITION_COUNT,
} from "./position.js";
import { ADMIN_ACTION, MAX_POSITION_EXCEEDED } from "./publication-result.js";

// Own copies: a binding of another module is loaded and checked at every use, a module's own constant is folded
// (23 ns a message instead of 17, measured on Node 20).
const IS_ORDERED = PLAIN_ACCESS_IS_ORDERED;
const DATA_WORD = DATA_FRAME_WORD;
const HEADER_LENGTH = DATA_HEADER_LENGTH;
const HEADER_AND_ALIGNMENT = DATA_HEADER_LENGTH + FRAME_ALIGNMENT - 1;
const ALIGNMENT_MASK = ~(FRAME_ALIGNMENT - 1);
/** Longest message that `append` copies itself, in bytes. */
const COPIED_HERE_MAX = 2048;

/** A block is not one that can continue the stream. */
export class BlockError extends AlerionError {
  override readonly name: string = "BlockError";

  constructor(text: string) {
    super("BLOCK", text);
  }
}

/**
 * Appends messages to a log that has no other publisher.
 *
 * Results are the term offset behind what was appended, or a negative result code: an int, because a double
 * that leaves a function which is not inlined costs 16 bytes. `termBeginPosition` plus the offset is the
 * position.
 *
 * Source: driver-protocol §10.1; Aeron ExclusivePublication.
 */
export class ExclusiveAppender extends AppenderBase {
  /** The active term. */
  term: AtomicBuffer;
  termId: number;
  /** Where the next frame goes in the active term. */
  termOffset: number;
  // Not an integer, so that the field holds a double from the start and its representation never changes.
  /** Position of the active term's first byte. */
  termBeginPosition: number = 0.5;
  /** Halves of the same, for comparisons without doubles. */
  #positionHigh: number = 0;
  /** As the high half, but -1 for a term that ends at 2^32 · n. */
  #termBeginHigh: number = 0;
  #termBeginLow: number = 0;
  readonly #metadataWords: Int32Array;
  #tailOffset: number;
  #partitionIndex: number;

  /** Goes on where the log's tail stands. */
  constructor(log: LogBuffers, limit: AtomicCounter) {
    super(log, limit);
    this.#metadataWords = log.metadata.buffer.i32;
    const termCount = this.metadata.activeTermCount();
    const index = indexByTermCount(termCount);
    this.#partitionIndex = index;
    this.#tailOffset = LOG_TAIL_COUNTERS_OFFSET + index * 8;
    this.term = log.term(index);
    this.termId = (this.initialTermId + termCount) | 0;
    this.termOffset = Math.min(this.metadata.tailOffset(index), this.termLength);
    this.termBeginPosition = computeTermBeginPosition(
      this.termId,
      this.positionBitsToShift,
      this.initialTermId,
    );
    this.#splitTermBegin();
  }

  /** Position of the next frame. */
  position(): number {
    return this.termBeginPosition + this.termOffset;
  }

  /**
   * Appends a message, in fragments if it is longer than one frame. Without a `source` one frame is reserved for it, with
   * its header, as `claim` does.
   *
   * The range is the caller's to check.
   *
   * @throws {MessageLengthError} if `length` is outside 0..maxMessageLength
   */
  append(
    source: AtomicBuffer | undefined,
    sourceOffset: number,
    length: number,
    reserved: ReservedValueSupplier | undefined,
  ): number {
    // One method for both, and the copy spelt out: above 460 bytes of bytecode V8 never inlines it. Were it inlined into
    // `offer` and `tryClaim`, they would get too large to be inlined themselves, and every position that leaves them
    // would cost 16 bytes.
    //
    // What is negative or no number takes the way on which lengths are checked. So does everything on a CPU that
    // needs Atomics: one question here instead of three below, each of which costs more than a nanosecond.
    if (!(IS_ORDERED && length >= 0 && length <= this.maxPayloadLength)) {
      return source === undefined
        ? this.#claimFrame(length)
        : this.#appendFrames(source, sourceOffset, length, reserved);
    }
    const termOffset = this.termOffset;
    // In halves, which is 4 ns less than through a double. High, low and high again: whatever is written meanwhile,
    // a wrong value is seen; then, and where the halves do not decide, the whole does.
    const limitWords = this.limitWords;
    const limitIndex = this.limitIndex;
    const limitHigh = limitWords[limitIndex + 1];
    if (
      !(
        limitHigh === this.#termBeginHigh &&
        (this.#termBeginLow + termOffset) >>> 0 < (limitWords[limitIndex] as number) >>> 0 &&
        limitHigh === limitWords[limitIndex + 1]
      ) &&
      this.isBlocked(this.#positionHigh, this.#termBeginLow, termOffset)
    ) {
      return this.#blocked(length);
    }
    const resultingOffset = termOffset + ((length + HEADER_AND_ALIGNMENT) & ALIGNMENT_MASK);
    if (resultingOffset > this.termLength) return this.#endOfTerm(resultingOffset);

    // As #reserve and FrameWriter, spelt out in plain stores on words: 17 ns a message instead of 34. Their order
    // is explained there.
    this.#metadataWords[this.#tailOffset >> 2] = resultingOffset;
    this.termOffset = resultingOffset;
    const frameLength = length + HEADER_LENGTH;
    const term = this.term;
    const words = term.i32;
    const index = termOffset >> 2;
    words[index] = -frameLength;
    words[index + 1] = DATA_WORD;
    words[index + 2] = termOffset;
    words[index + 3] = this.sessionId;
    words[index + 4] = this.streamId;
    words[index + 5] = this.termId;
    words[index + 6] = 0;
    words[index + 7] = 0;
    if (source === undefined) return resultingOffset;

    if (((sourceOffset | length) & 7) !== 0 || length > COPIED_HERE_MAX) {
      term.copyFrom(termOffset + HEADER_LENGTH, source, sourceOffset, length);
    } else {
      // As AtomicBuffer.copyFrom.
      const words64 = term.i64;
      const source64 = source.i64;
      let from = sourceOffset >> 3;
      let to = (termOffset + HEADER_LENGTH) >> 3;
      const last = to + (length >> 3);
      for (; to + 4 <= last; to += 4, from += 4) {
        words64[to] = source64[from] as bigint;
        words64[to + 1] = source64[from + 1] as bigint;
        words64[to + 2] = source64[from + 2] as bigint;
        words64[to + 3] = source64[from + 3] as bigint;
      }
      for (; to < last; to++, from++) words64[to] = source64[from] as bigint;
    }
    if (reserved !== undefined) putReservedValue(term, termOffset, frameLength, reserved);
    words[index] = frameLength;
    return resultingOffset;
  }

  /**
   * Appends a message gathered from parts, in fragments if it is longer than one frame.
   *
   * @throws {MessageLengthError} if the lengths add up to more than maxMessageLength
   * @throws {BufferRangeError} if a part is not inside its buffer
   */
  appendParts(parts: readonly MessagePart[], reserved: ReservedValueSupplier | undefined): number {
    const length = this.checkParts(parts);
    const frameOffset = this.#reserveFrames(length);
    if (frameOffset < 0) return frameOffset;
    this.frames.gathered(this.term, frameOffset, this.termId, parts, length, reserved);
    return this.termOffset;
  }

  /**
   * Reserves one frame for `length` bytes of payload and writes its header. Readers wait there until it is
   * published. The frame begins `alignFrame(length + DATA_HEADER_LENGTH)` before the result, in `term`.
   *
   * @throws {MessageLengthError} if `length` is outside 0..maxPayloadLength
   */
  claim(length: number): number {
    return this.append(undefined, 0, length, undefined);
  }

  /**
   * Appends one frame that readers skip, of `length` bytes and a header.
   *
   * @throws {MessageLengthError} if `length` is outside 0..maxMessageLength
   */
  appendPadding(length: number): number {
    this.checkMessageLength(length);
    const frameLength = length + DATA_HEADER_LENGTH;
    const required = alignFrame(frameLength);
    const frameOffset = this.#reserve(required, length, required);
    if (frameOffset < 0) return frameOffset;
    this.frames.pad(this.term, frameOffset, frameLength, this.termId);
    return this.termOffset;
  }

  /**
   * Appends frames that are already complete and continue this stream exactly where it stands.
   *
   * @throws {MessageLengthError} if the block is longer than what remains of the term
   * @throws {BlockError} if its first frame is not the next one of this stream
   * @throws {BufferRangeError} if the block is not inside its buffer
   */
  appendBlock(source: AtomicBuffer, sourceOffset: number, length: number): number {
    source.checkRange(sourceOffset, length);
    if (this.isBlocked(this.#positionHigh, this.#termBeginLow, this.termOffset)) {
      return this.#blocked(length);
    }
    if (this.termOffset >= this.termLength) {
      if (this.#isLastTerm()) return MAX_POSITION_EXCEEDED;
      this.#rotate();
    }
    const remaining = this.termLength - this.termOffset;
    if (length > remaining) throw new MessageLengthError(length, remaining);
    this.#checkFirstFrame(source, sourceOffset, length);
    const { term, termOffset } = this;
    this.#moveTail(termOffset + length);
    // All but the first word, then the word that makes the block's first frame visible.
    term.copyFrom(termOffset + 8, source, sourceOffset + 8, length - 8);
    term.putInt32(termOffset + 4, source.getInt32(sourceOffset + 4));
    term.putInt32Release(termOffset, source.getInt32(sourceOffset));
    return this.termOffset;
  }

  /**
   * Reserves the frames of a message of up to maxMessageLength bytes, for `completeMessage` or `abandonMessage`.
   * Readers wait there. The first frame begins `computeRequiredLength(length, maxPayloadLength)` before the
   * result, in `term`.
   *
   * @throws {MessageLengthError} if `length` is outside 0..maxMessageLength
   */
  claimMessage(length: number): number {
    this.checkMessageLength(length);
    const required = computeRequiredLength(length, this.maxPayloadLength);
    const frameOffset = this.#reserve(required, length, required);
    if (frameOffset < 0) return frameOffset;
    // As one frame over all of it: should this publisher die, the driver can tell what to skip.
    this.frames.begin(this.term, frameOffset, required, this.termId);
    return this.termOffset;
  }

  #claimFrame(length: number): number {
    this.checkPayloadLength(length);
    const required = (length + HEADER_AND_ALIGNMENT) & ALIGNMENT_MASK;
    const frameOffset = this.#reserve(required, length, required);
    if (frameOffset < 0) return frameOffset;
    this.frames.begin(this.term, frameOffset, length + HEADER_LENGTH, this.termId);
    return this.termOffset;
  }

  #appendFrames(
    source: AtomicBuffer,
    sourceOffset: number,
    length: number,
    reserved: ReservedValueSupplier | undefined,
  ): number {
    this.checkMessageLength(length);
    const frameOffset = this.#reserveFrames(length);
    if (frameOffset < 0) return frameOffset;
    this.frames.message(
      this.term,
      frameOffset,
      this.termId,
      source,
      sourceOffset,
      length,
      reserved,
    );
    return this.termOffset;
  }

  /**
   * Offset of `required` bytes in the active term, now passed by the tail, or a result code.
   *
   * They are marked at once as frames of up to `stride` bytes: whichever of them this publisher has written when it
   * dies, the driver can tell what to skip.
   */
  #reserve(required: number, length: number, stride: number): number {
    const termOffset = this.termOffset;
    if (this.isBlocked(this.#positionHigh, this.#termBeginLow, termOffset)) {
      return this.#blocked(length);
    }
    const resultingOffset = termOffset + required;
    if (resultingOffset > this.termLength) return this.#endOfTerm(resultingOffset);
    this.#moveTail(resultingOffset);
    this.frames.reserve(this.term, termOffset, required, stride);
    return termOffset;
  }

  /** Reserves the frames of a message. */
  #reserveFrames(length: number): number {
    const required = computeRequiredLength(length, this.maxPayloadLength);
    return this.#reserve(required, length, this.maxPayloadLength + HEADER_LENGTH);
  }

  /**
   * Lets the driver know how far frames may be found before the first of them is begun. Inside a term only the
   * low half of the raw tail changes, so one 32-bit store leaves it untorn.
   */
  #moveTail(termOffset: number): void {
    this.metadataBuffer.putInt32Release(this.#tailOffset, termOffset);
    this.termOffset = termOffset;
  }

  #blocked(length: number): number {
    const required = alignFrame(length + DATA_HEADER_LENGTH);
    return this.blockedStatus(
      this.termBeginPosition + this.termOffset + required >= this.maxPosition,
    );
  }

  #isLastTerm(): boolean {
    return this.termBeginPosition + this.termLength >= this.maxPosition;
  }

  /** Fills the rest of the term and moves on to the next. */
  #endOfTerm(resultingOffset: number): number {
    const termOffset = this.termOffset;
    this.metadataBuffer.putInt32Release(this.#tailOffset, resultingOffset);
    if (termOffset < this.termLength) {
      this.frames.pad(this.term, termOffset, this.termLength - termOffset, this.termId);
    }
    this.termOffset = this.termLength;
    if (this.#isLastTerm()) return MAX_POSITION_EXCEEDED;
    this.#rotate();
    return ADMIN_ACTION;
  }

  #rotate(): void {
    const index = (this.#partitionIndex + 1) % PARTITION_COUNT;
    const termId = (this.termId + 1) | 0;
    this.#partitionIndex = index;
    this.#tailOffset = LOG_TAIL_COUNTERS_OFFSET + index * 8;
    this.term = this.log.term(index);
    this.termId = termId;
    this.termOffset = 0;
    this.termBeginPosition += this.termLength;
    this.#splitTermBegin();
    // The tail first: who sees the new count finds the new term begun.
    this.metadata.setRawTail(index, termId, 0);
    this.metadata.setActiveTermCount((termId - this.initialTermId) | 0);
  }

  #splitTermBegin(): void {
    this.#positionHigh = Math.floor(this.termBeginPosition / 2 ** 32);
    this.#termBeginHigh = highOfTerm(this.termBeginPosition, this.termLength);
    this.#termBeginLow = this.termBeginPosition | 0;
  }

  #checkFirstFrame(source: AtomicBuffer, offset: number, length: number): void {
    if (length < DATA_HEADER_LENGTH || length !== alignFrame(length)) {
      throw new BlockError(`a block must be whole frames: length=${length}`);
    }
    const type = source.getUint16(offset + FRAME_TYPE_OFFSET);
    const termOffset = source.getInt32(offset + DATA_TERM_OFFSET_OFFSET);
    const termId = source.getInt32(offset + DATA_TERM_ID_OFFSET);
    const streamId = source.getInt32(offset + DATA_STREAM_ID_OFFSET);
    if (
      (type !== FrameType.DATA && type !== FrameType.PAD) ||
      termOffset !== this.termOffset ||
      termId !== this.termId ||
      streamId !== this.frames.streamId
    ) {
      throw new BlockError(
        `a block must begin with the next frame of the stream: type=${type} termOffset=${termOffset} termId=${termId} streamId=${streamId} expectedTermOffset=${this.termOffset} expectedTermId=${this.termId} expectedStreamId=${this.frames.streamId}`,
      );
    }
  }
}
