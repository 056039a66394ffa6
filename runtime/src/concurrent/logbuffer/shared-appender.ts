import type { AtomicBuffer } from "../atomic-buffer.js";
import type { AtomicCounter } from "../atomic-counter.js";
import { PLAIN_ACCESS_IS_ORDERED } from "../memory-order.js";
import { AppenderBase } from "./appender-base.js";
import {
  alignFrame,
  computeRequiredLength,
  DATA_FRAME_WORD,
  DATA_HEADER_LENGTH,
  FRAME_ALIGNMENT,
} from "./frame-descriptor.js";
import { putReservedValue } from "./frame-writer.js";
import type { MessagePart, ReservedValueSupplier } from "./frame-writer.js";
import { LOG_ACTIVE_TERM_COUNT_OFFSET, LOG_TAIL_COUNTERS_OFFSET } from "./log-buffer-descriptor.js";
import type { LogBuffers } from "./log-buffers.js";
import { computeTermBeginPosition, highOfTerm, indexByTermCount } from "./position.js";
import { ADMIN_ACTION, MAX_POSITION_EXCEEDED } from "./publication-result.js";

// Own copies: a binding of another module is loaded and checked at every use, a module's own constant is folded
// (23 ns a message instead of 17, measured on Node 20).
const IS_ORDERED = PLAIN_ACCESS_IS_ORDERED;
const ACTIVE_TERM_COUNT_INDEX = LOG_ACTIVE_TERM_COUNT_OFFSET >> 2;
const DATA_WORD = DATA_FRAME_WORD;
const HEADER_LENGTH = DATA_HEADER_LENGTH;
const HEADER_AND_ALIGNMENT = DATA_HEADER_LENGTH + FRAME_ALIGNMENT - 1;
const ALIGNMENT_MASK = ~(FRAME_ALIGNMENT - 1);
/** Longest message that `append` copies itself, in bytes. */
const COPIED_HERE_MAX = 2048;

/**
 * Appends messages to a log that other threads and processes append to as well.
 *
 * A claim adds to the low half of the active raw tail. A 64-bit add would yield the term id with it but costs a
 * bigint (290 scavenges in 4.8 M messages, none with 32 bits), so the high half is read before and after: see
 * `#reserve`. Results are as those of the exclusive appender.
 *
 * Source: driver-protocol §10.1, §24; Aeron ConcurrentPublication; node-boundary §8.
 */
export class SharedAppender extends AppenderBase {
  /** The term of the latest append or claim. */
  term: AtomicBuffer;
  termId: number;
  // Not an integer, so that the field holds a double from the start and its representation never changes.
  /** Position of that term's first byte. */
  termBeginPosition: number = 0.5;
  #termCount: number;
  /** Of the raw tail's low half. */
  #tailOffset: number;
  /** Halves of termBeginPosition, for comparisons without doubles. */
  #positionHigh: number = 0;
  /** As the high half, but see `highOfTerm`. */
  #termBeginHigh: number = 0;
  #termBeginLow: number = 0;
  readonly #metadataWords: Int32Array;

  constructor(log: LogBuffers, limit: AtomicCounter) {
    super(log, limit);
    this.#metadataWords = log.metadata.buffer.i32;
    this.term = log.term(0);
    this.termId = 0;
    this.#termCount = 0;
    this.#tailOffset = 0;
    this.#enterTerm(this.metadata.activeTermCount());
  }

  /** Position up to which frames have been claimed by anyone. */
  position(): number {
    return this.metadata.producerPosition();
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
    // One method for both, and the copy spelt out: see the exclusive appender.
    //
    // What is negative or no number takes the way on which lengths are checked. So does everything on a CPU that
    // needs Atomics: one question here instead of two below, each of which costs more than a nanosecond.
    if (!(IS_ORDERED && length >= 0 && length <= this.maxPayloadLength)) {
      return source === undefined
        ? this.#claimFrame(length)
        : this.#appendFrames(source, sourceOffset, length, reserved);
    }
    const required = (length + HEADER_AND_ALIGNMENT) & ALIGNMENT_MASK;
    const frameOffset = this.#reserve(required, length);
    if (frameOffset < 0) return frameOffset;

    // As FrameWriter, spelt out in plain stores on words. Their order is explained there.
    const frameLength = length + HEADER_LENGTH;
    const term = this.term;
    const words = term.i32;
    const index = frameOffset >> 2;
    words[index] = -frameLength;
    words[index + 1] = DATA_WORD;
    words[index + 2] = frameOffset;
    words[index + 3] = this.sessionId;
    words[index + 4] = this.streamId;
    words[index + 5] = this.termId;
    words[index + 6] = 0;
    words[index + 7] = 0;
    if (source === undefined) return frameOffset + required;

    if (((sourceOffset | length) & 7) !== 0 || length > COPIED_HERE_MAX) {
      term.copyFrom(frameOffset + HEADER_LENGTH, source, sourceOffset, length);
    } else {
      // As AtomicBuffer.copyFrom.
      const words64 = term.i64;
      const source64 = source.i64;
      let from = sourceOffset >> 3;
      let to = (frameOffset + HEADER_LENGTH) >> 3;
      const last = to + (length >> 3);
      for (; to + 4 <= last; to += 4, from += 4) {
        words64[to] = source64[from] as bigint;
        words64[to + 1] = source64[from + 1] as bigint;
        words64[to + 2] = source64[from + 2] as bigint;
        words64[to + 3] = source64[from + 3] as bigint;
      }
      for (; to < last; to++, from++) words64[to] = source64[from] as bigint;
    }
    if (reserved !== undefined) putReservedValue(term, frameOffset, frameLength, reserved);
    words[index] = frameLength;
    return frameOffset + required;
  }

  /**
   * Appends a message gathered from parts, in fragments if it is longer than one frame.
   *
   * @throws {MessageLengthError} if the lengths add up to more than maxMessageLength
   * @throws {BufferRangeError} if a part is not inside its buffer
   */
  appendParts(parts: readonly MessagePart[], reserved: ReservedValueSupplier | undefined): number {
    const length = this.checkParts(parts);
    const required = computeRequiredLength(length, this.maxPayloadLength);
    const frameOffset = this.#reserve(required, length);
    if (frameOffset < 0) return frameOffset;
    this.#mark(frameOffset, required);
    this.frames.gathered(this.term, frameOffset, this.termId, parts, length, reserved);
    return frameOffset + required;
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
   * Reserves the frames of a message of up to maxMessageLength bytes, for `completeMessage` or `abandonMessage`.
   * Readers wait there. The first frame begins `computeRequiredLength(length, maxPayloadLength)` before the
   * result, in `term`.
   *
   * @throws {MessageLengthError} if `length` is outside 0..maxMessageLength
   */
  claimMessage(length: number): number {
    this.checkMessageLength(length);
    const required = computeRequiredLength(length, this.maxPayloadLength);
    const frameOffset = this.#reserve(required, length);
    if (frameOffset < 0) return frameOffset;
    // As one frame over all of it: should this publisher die, the driver can tell what to skip.
    this.frames.begin(this.term, frameOffset, required, this.termId);
    return frameOffset + required;
  }

  #claimFrame(length: number): number {
    this.checkPayloadLength(length);
    const required = (length + HEADER_AND_ALIGNMENT) & ALIGNMENT_MASK;
    const frameOffset = this.#reserve(required, length);
    if (frameOffset < 0) return frameOffset;
    this.frames.begin(this.term, frameOffset, length + HEADER_LENGTH, this.termId);
    return frameOffset + required;
  }

  #appendFrames(
    source: AtomicBuffer,
    sourceOffset: number,
    length: number,
    reserved: ReservedValueSupplier | undefined,
  ): number {
    this.checkMessageLength(length);
    const required = computeRequiredLength(length, this.maxPayloadLength);
    const frameOffset = this.#reserve(required, length);
    if (frameOffset < 0) return frameOffset;
    this.#mark(frameOffset, required);
    this.frames.message(
      this.term,
      frameOffset,
      this.termId,
      source,
      sourceOffset,
      length,
      reserved,
    );
    return frameOffset + required;
  }

  /** Wherever this publisher dies from now on, the driver can tell what to skip. */
  #mark(frameOffset: number, required: number): void {
    this.frames.reserve(this.term, frameOffset, required, this.maxPayloadLength + HEADER_LENGTH);
  }

  /**
   * Offset of `required` bytes that are now this publisher's, in `term`, or a result code.
   *
   * The high half of the tail, read after the add, may show that the partition has come round to a later term
   * since it was read before the add. A claim inside the term is then one in that later term, which cannot be
   * left before the claim is published. A claim past its end does not say which term it met, so the log is not
   * moved on for it.
   */
  #reserve(required: number, length: number): number {
    // Plain loads on every CPU: what they yield too early only makes this call see an older state, which the
    // add, a full fence, and the loads behind it find out.
    const words = this.#metadataWords;
    const termCount = words[ACTIVE_TERM_COUNT_INDEX] as number;
    if (termCount !== this.#termCount) this.#enterTerm(termCount);
    const tailIndex = this.#tailOffset >> 2;
    const termId = words[tailIndex + 1] as number;
    // Another publisher is moving the log on and has not got to the term count yet, or is long past it.
    if (termId !== this.termId) return ADMIN_ACTION;
    const before = (words[tailIndex] as number) >>> 0;
    // In halves where they decide, as the exclusive appender does.
    const limitWords = this.limitWords;
    const limitIndex = this.limitIndex;
    const limitHigh = limitWords[limitIndex + 1];
    if (
      !(
        IS_ORDERED &&
        limitHigh === this.#termBeginHigh &&
        before <= this.termLength &&
        (this.#termBeginLow + before) >>> 0 < (limitWords[limitIndex] as number) >>> 0 &&
        limitHigh === limitWords[limitIndex + 1]
      ) &&
      this.isBlocked(this.#positionHigh, this.#termBeginLow, before)
    ) {
      return this.#blocked(before, length);
    }

    const frameOffset = this.metadataBuffer.getAndAddInt32(this.#tailOffset, required) >>> 0;
    const termIdAfter = words[tailIndex + 1] as number;
    if (frameOffset + required > this.termLength) {
      return this.#endOfTerm(frameOffset, required, termIdAfter);
    }
    if (termIdAfter !== termId) this.#enterTerm((termIdAfter - this.initialTermId) | 0);
    return frameOffset;
  }

  #blocked(termOffset: number, length: number): number {
    const required = alignFrame(length + HEADER_LENGTH);
    return this.blockedStatus(this.termBeginPosition + termOffset + required >= this.maxPosition);
  }

  /** The claim passed the end of the term: who owns the bytes up to the end pads them; then the log moves on. */
  #endOfTerm(frameOffset: number, required: number, termIdAfter: number): number {
    if (termIdAfter !== this.termId) {
      if (frameOffset >= this.termLength) return ADMIN_ACTION;
      this.#enterTerm((termIdAfter - this.initialTermId) | 0);
    }
    if (frameOffset < this.termLength) {
      this.frames.pad(this.term, frameOffset, this.termLength - frameOffset, this.termId);
    }
    if (this.termBeginPosition + frameOffset + required >= this.maxPosition) {
      return MAX_POSITION_EXCEEDED;
    }
    this.metadata.rotate(this.#termCount, this.termId);
    return ADMIN_ACTION;
  }

  #enterTerm(termCount: number): void {
    const index = indexByTermCount(termCount);
    this.#termCount = termCount;
    this.#tailOffset = LOG_TAIL_COUNTERS_OFFSET + index * 8;
    this.term = this.log.term(index);
    this.termId = (this.initialTermId + termCount) | 0;
    this.termBeginPosition = computeTermBeginPosition(
      this.termId,
      this.positionBitsToShift,
      this.initialTermId,
    );
    this.#positionHigh = Math.floor(this.termBeginPosition / 2 ** 32);
    this.#termBeginHigh = highOfTerm(this.termBeginPosition, this.termLength);
    this.#termBeginLow = this.termBeginPosition | 0;
  }
}
