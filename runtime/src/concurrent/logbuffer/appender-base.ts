import type { AtomicBuffer } from "../atomic-buffer.js";
import type { AtomicCounter } from "../atomic-counter.js";
import { MessageLengthError } from "../errors.js";
import { loadOrdered, PLAIN_ACCESS_IS_ORDERED } from "../memory-order.js";
import {
  computeMaxMessageLength,
  computeRequiredLength,
  DATA_HEADER_LENGTH,
} from "./frame-descriptor.js";
import { FrameWriter } from "./frame-writer.js";
import type { MessagePart } from "./frame-writer.js";
import type { LogBufferMetadata } from "./log-buffer-metadata.js";
import type { LogBuffers } from "./log-buffers.js";
import { BACK_PRESSURED, MAX_POSITION_EXCEEDED, NOT_CONNECTED } from "./publication-result.js";
import { computeMaxPosition, positionBitsToShift } from "./position.js";

const TWO_POW_32 = 4294967296;

// An own copy, as in the appenders.
const IS_ORDERED = PLAIN_ACCESS_IS_ORDERED;

function load(words: Int32Array, index: number): number {
  return IS_ORDERED ? (words[index] as number) : loadOrdered(words, index);
}

/** What the appenders for one and for many publishers share. */
export abstract class AppenderBase {
  readonly termLength: number;
  /** Payload bytes of the longest frame, and of the longest claim. */
  readonly maxPayloadLength: number;
  /** Bytes of the longest message. */
  readonly maxMessageLength: number;
  /** Position behind the last byte that the log can ever hold. */
  readonly maxPosition: number;
  readonly positionBitsToShift: number;
  readonly initialTermId: number;

  protected readonly log: LogBuffers;
  protected readonly metadata: LogBufferMetadata;
  protected readonly metadataBuffer: AtomicBuffer;
  protected readonly limitWords: Int32Array;
  protected readonly limitIndex: number;
  protected readonly frames: FrameWriter;
  protected readonly sessionId: number;
  protected readonly streamId: number;

  /** @param limit counter with the position that publishing must stay below */
  constructor(log: LogBuffers, limit: AtomicCounter) {
    const metadata = log.metadata;
    this.log = log;
    this.metadata = metadata;
    this.metadataBuffer = metadata.buffer;
    this.limitWords = limit.words;
    this.limitIndex = limit.wordIndex;
    this.termLength = log.termLength;
    this.maxPayloadLength = metadata.mtuLength() - DATA_HEADER_LENGTH;
    this.maxMessageLength = computeMaxMessageLength(log.termLength);
    this.maxPosition = computeMaxPosition(log.termLength);
    this.positionBitsToShift = positionBitsToShift(log.termLength);
    this.initialTermId = metadata.initialTermId();
    this.sessionId = metadata.sessionId();
    this.streamId = metadata.streamId();
    this.frames = new FrameWriter(this.sessionId, this.streamId, this.maxPayloadLength);
  }

  /** @throws {MessageLengthError} unless `length` is in 0..maxMessageLength */
  protected checkMessageLength(length: number): void {
    if (!(length >= 0 && length <= this.maxMessageLength)) {
      throw new MessageLengthError(length, this.maxMessageLength);
    }
  }

  /** @throws {MessageLengthError} unless `length` is in 0..maxPayloadLength */
  protected checkPayloadLength(length: number): void {
    if (!(length >= 0 && length <= this.maxPayloadLength)) {
      throw new MessageLengthError(length, this.maxPayloadLength);
    }
  }

  /**
   * Sum of the parts' lengths.
   *
   * @throws {MessageLengthError} unless it is in 0..maxMessageLength
   * @throws {BufferRangeError} if a part is not inside its buffer
   */
  protected checkParts(parts: readonly MessagePart[]): number {
    let length = 0;
    for (const part of parts) {
      part.buffer.checkRange(part.offset, part.length);
      length += part.length;
    }
    this.checkMessageLength(length);
    return length;
  }

  /**
   * Whether the limit is at or before an offset in a term. In halves, as ints: who is held up asks again and again, and
   * a double costs 16 bytes wherever `AtomicCounter.get` is not inlined.
   *
   * @param termBeginHigh of the position of the term's first byte, divided by 2^32
   * @param termBeginLow the low 32 bits of the same
   */
  protected isBlocked(termBeginHigh: number, termBeginLow: number, termOffset: number): boolean {
    const words = this.limitWords;
    const index = this.limitIndex;
    let limitHigh: number;
    let limitLow: number;
    // High, low and high again: what is written in between moves on, so that equal ones belong together.
    do {
      limitHigh = load(words, index + 1);
      limitLow = load(words, index);
    } while (limitHigh !== load(words, index + 1));
    const low = (termBeginLow >>> 0) + termOffset;
    const high = low < TWO_POW_32 ? termBeginHigh : termBeginHigh + 1;
    return limitHigh < high || (limitHigh === high && limitLow >>> 0 <= low >>> 0);
  }

  /** The result for a message that cannot go out; `isPastEnd` if the log's last term cannot take it either. */
  protected blockedStatus(isPastEnd: boolean): number {
    if (isPastEnd) return MAX_POSITION_EXCEEDED;
    return this.metadata.isConnected() ? BACK_PRESSURED : NOT_CONNECTED;
  }

  /**
   * Writes and publishes the frames of a message into what `claimMessage` has reserved.
   *
   * @param claimedLength what was claimed; `length` may be less, then padding follows
   */
  completeMessage(
    term: AtomicBuffer,
    frameOffset: number,
    termId: number,
    claimedLength: number,
    source: AtomicBuffer,
    sourceOffset: number,
    length: number,
  ): void {
    const required = computeRequiredLength(length, this.maxPayloadLength);
    const rest = computeRequiredLength(claimedLength, this.maxPayloadLength) - required;
    // Readers get there last, so it may be there first.
    if (rest > 0) this.frames.pad(term, frameOffset + required, rest, termId);
    this.frames.message(term, frameOffset, termId, source, sourceOffset, length, undefined);
  }

  /** Fills `length` bytes of what this publisher has reserved, a multiple of 32, with padding. */
  pad(term: AtomicBuffer, frameOffset: number, length: number, termId: number): void {
    this.frames.pad(term, frameOffset, length, termId);
  }

  /** Gives up what `claimMessage` has reserved: readers skip it. */
  abandonMessage(
    term: AtomicBuffer,
    frameOffset: number,
    termId: number,
    claimedLength: number,
  ): void {
    const required = computeRequiredLength(claimedLength, this.maxPayloadLength);
    this.frames.pad(term, frameOffset, required, termId);
  }
}
