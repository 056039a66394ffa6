import type { AtomicBuffer } from "../atomic-buffer.js";
import type { AtomicCounter } from "../atomic-counter.js";
import { MessageLengthError } from "../errors.js";
import {
  alignFrame,
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
  protected readonly limit: AtomicCounter;
  protected readonly frames: FrameWriter;
  protected readonly sessionId: number;
  protected readonly streamId: number;

  /** @param limit counter with the position that publishing must stay below */
  constructor(log: LogBuffers, limit: AtomicCounter) {
    const metadata = log.metadata;
    this.log = log;
    this.metadata = metadata;
    this.metadataBuffer = metadata.buffer;
    this.limit = limit;
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

  /** Why a message cannot go out at `position`, which is at or past the limit. */
  protected blockedStatus(position: number, length: number): number {
    if (position + alignFrame(length + DATA_HEADER_LENGTH) >= this.maxPosition) {
      return MAX_POSITION_EXCEEDED;
    }
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
