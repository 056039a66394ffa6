import type { AtomicBuffer } from "../atomic-buffer.js";
import {
  BEGIN_FRAG_FLAG,
  DATA_FRAME_WORD,
  DATA_HEADER_LENGTH,
  DATA_RESERVED_VALUE_OFFSET,
  DATA_SESSION_ID_OFFSET,
  DATA_STREAM_ID_OFFSET,
  DATA_TERM_ID_OFFSET,
  DATA_TERM_OFFSET_OFFSET,
  END_FRAG_FLAG,
  alignFrame,
  FRAME_FLAGS_OFFSET,
  FRAME_VERSION_OFFSET,
  PAD_FRAME_WORD,
} from "./frame-descriptor.js";

/**
 * Computes the reserved value of a frame whose header and payload are written but not yet published.
 *
 * @param buffer the term, borrowed until the call returns
 * @param frameOffset of the frame's header in `buffer`
 * @param frameLength header included
 */
export type ReservedValueSupplier = (
  buffer: AtomicBuffer,
  frameOffset: number,
  frameLength: number,
) => number | bigint;

/** A stretch of bytes that is one part of a message. */
export interface MessagePart {
  readonly buffer: AtomicBuffer;
  readonly offset: number;
  readonly length: number;
}

/** Writes the frames of one log. The order of its stores is the contract between publishers and readers. */
export class FrameWriter {
  readonly sessionId: number;
  readonly streamId: number;
  /** Payload bytes of a full frame. */
  readonly maxPayloadLength: number;

  constructor(sessionId: number, streamId: number, maxPayloadLength: number) {
    this.sessionId = sessionId;
    this.streamId = streamId;
    this.maxPayloadLength = maxPayloadLength;
  }

  /** Writes a DATA header with a negative length: readers stop there until `publish`. */
  begin(term: AtomicBuffer, frameOffset: number, frameLength: number, termId: number): void {
    this.#header(term, frameOffset, frameLength, termId, DATA_FRAME_WORD);
  }

  /** Makes a frame visible: everything before it is written. */
  publish(term: AtomicBuffer, frameOffset: number, frameLength: number): void {
    term.putInt32Release(frameOffset, frameLength);
  }

  /** Fills `length` bytes with one frame that readers skip. */
  pad(term: AtomicBuffer, frameOffset: number, length: number, termId: number): void {
    this.#header(term, frameOffset, length, termId, PAD_FRAME_WORD);
    this.publish(term, frameOffset, length);
  }

  /** Writes and publishes a message that fits one frame. */
  unfragmented(
    term: AtomicBuffer,
    frameOffset: number,
    termId: number,
    source: AtomicBuffer,
    sourceOffset: number,
    length: number,
    reserved: ReservedValueSupplier | undefined,
  ): void {
    const frameLength = length + DATA_HEADER_LENGTH;
    this.#header(term, frameOffset, frameLength, termId, DATA_FRAME_WORD);
    term.copyFrom(frameOffset + DATA_HEADER_LENGTH, source, sourceOffset, length);
    if (reserved !== undefined) putReservedValue(term, frameOffset, frameLength, reserved);
    term.putInt32Release(frameOffset, frameLength);
  }

  /** Writes and publishes, frame by frame and in order, a message that takes several. */
  fragmented(
    term: AtomicBuffer,
    frameOffset: number,
    termId: number,
    source: AtomicBuffer,
    sourceOffset: number,
    length: number,
    reserved: ReservedValueSupplier | undefined,
  ): void {
    let offset = frameOffset;
    for (let done = 0; done < length;) {
      const payloadLength = Math.min(length - done, this.maxPayloadLength);
      const frameLength = payloadLength + DATA_HEADER_LENGTH;
      this.#header(term, offset, frameLength, termId, DATA_FRAME_WORD);
      term.copyFrom(offset + DATA_HEADER_LENGTH, source, sourceOffset + done, payloadLength);
      this.#finishFragment(term, offset, frameLength, done, length, reserved);
      offset += alignFrame(frameLength);
      done += payloadLength;
    }
  }

  /** As `unfragmented` and `fragmented`, with the payload gathered from parts of `length` bytes in all. */
  gathered(
    term: AtomicBuffer,
    frameOffset: number,
    termId: number,
    parts: readonly MessagePart[],
    length: number,
    reserved: ReservedValueSupplier | undefined,
  ): void {
    let offset = frameOffset;
    let partIndex = 0;
    let partDone = 0;
    let done = 0;
    do {
      const payloadLength = Math.min(length - done, this.maxPayloadLength);
      const frameLength = payloadLength + DATA_HEADER_LENGTH;
      this.#header(term, offset, frameLength, termId, DATA_FRAME_WORD);
      for (let written = 0; written < payloadLength;) {
        const part = parts[partIndex] as MessagePart;
        const count = Math.min(part.length - partDone, payloadLength - written);
        term.copyFrom(
          offset + DATA_HEADER_LENGTH + written,
          part.buffer,
          part.offset + partDone,
          count,
        );
        written += count;
        partDone += count;
        if (partDone === part.length) {
          partIndex++;
          partDone = 0;
        }
      }
      this.#finishFragment(term, offset, frameLength, done, length, reserved);
      offset += alignFrame(frameLength);
      done += payloadLength;
    } while (done < length);
  }

  #finishFragment(
    term: AtomicBuffer,
    offset: number,
    frameLength: number,
    done: number,
    length: number,
    reserved: ReservedValueSupplier | undefined,
  ): void {
    const isFirst = done === 0;
    const isLast = done + frameLength - DATA_HEADER_LENGTH === length;
    if (!isFirst || !isLast) {
      const flags = (isFirst ? BEGIN_FRAG_FLAG : 0) | (isLast ? END_FRAG_FLAG : 0);
      term.putUint8(offset + FRAME_FLAGS_OFFSET, flags);
    }
    if (reserved !== undefined) putReservedValue(term, offset, frameLength, reserved);
    term.putInt32Release(offset, frameLength);
  }

  #header(
    term: AtomicBuffer,
    frameOffset: number,
    frameLength: number,
    termId: number,
    word: number,
  ): void {
    // Negative first: a reader that meets the frame waits, and if this publisher dies the driver can tell how
    // long the frame was to be. One word holds version, flags and type.
    term.putInt32Release(frameOffset, -frameLength);
    term.putInt32(frameOffset + FRAME_VERSION_OFFSET, word);
    term.putInt32(frameOffset + DATA_TERM_OFFSET_OFFSET, frameOffset);
    term.putInt32(frameOffset + DATA_SESSION_ID_OFFSET, this.sessionId);
    term.putInt32(frameOffset + DATA_STREAM_ID_OFFSET, this.streamId);
    term.putInt32(frameOffset + DATA_TERM_ID_OFFSET, termId);
    term.putInt32(frameOffset + DATA_RESERVED_VALUE_OFFSET, 0);
    term.putInt32(frameOffset + DATA_RESERVED_VALUE_OFFSET + 4, 0);
  }
}

function putReservedValue(
  term: AtomicBuffer,
  frameOffset: number,
  frameLength: number,
  supplier: ReservedValueSupplier,
): void {
  const value = supplier(term, frameOffset, frameLength);
  if (typeof value === "number") term.putInt64(frameOffset + DATA_RESERVED_VALUE_OFFSET, value);
  else term.putBigInt64(frameOffset + DATA_RESERVED_VALUE_OFFSET, value);
}
