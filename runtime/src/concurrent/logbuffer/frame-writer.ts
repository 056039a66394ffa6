import type { AtomicBuffer } from "../atomic-buffer.js";
import { PLAIN_ACCESS_IS_ORDERED, storeOrdered } from "../memory-order.js";
import {
  alignFrame,
  BEGIN_FRAG_FLAG,
  DATA_FRAME_WORD,
  DATA_HEADER_LENGTH,
  DATA_RESERVED_VALUE_OFFSET,
  END_FRAG_FLAG,
  FRAME_FLAGS_OFFSET,
  PAD_FRAME_WORD,
} from "./frame-descriptor.js";

// Own copy: a binding of another module is loaded and checked at every use, a module's own constant is folded
// (23 ns a message instead of 17, measured on Node 20).
const IS_ORDERED = PLAIN_ACCESS_IS_ORDERED;

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

  /**
   * Marks `required` bytes as frames of up to `stride` bytes that are not written yet. Readers wait there, and
   * if this publisher dies, whichever of them it has written, the driver can tell what to skip.
   */
  reserve(term: AtomicBuffer, frameOffset: number, required: number, stride: number): void {
    for (let done = 0; done < required; done += stride) {
      const frameLength = Math.min(stride, required - done);
      term.putInt32Release(frameOffset + done, -frameLength);
    }
  }

  /** Fills `length` bytes with one frame that readers skip. */
  pad(term: AtomicBuffer, frameOffset: number, length: number, termId: number): void {
    this.#header(term, frameOffset, length, termId, PAD_FRAME_WORD);
    this.publish(term, frameOffset, length);
  }

  /** Writes and publishes a message, frame by frame and in order. */
  message(
    term: AtomicBuffer,
    frameOffset: number,
    termId: number,
    source: AtomicBuffer,
    sourceOffset: number,
    length: number,
    reserved: ReservedValueSupplier | undefined,
  ): void {
    let offset = frameOffset;
    let done = 0;
    do {
      const payloadLength = Math.min(length - done, this.maxPayloadLength);
      const frameLength = payloadLength + DATA_HEADER_LENGTH;
      this.begin(term, offset, frameLength, termId);
      term.copyFrom(offset + DATA_HEADER_LENGTH, source, sourceOffset + done, payloadLength);
      this.#finishFragment(term, offset, frameLength, done, length, reserved);
      offset += alignFrame(frameLength);
      done += payloadLength;
    } while (done < length);
  }

  /** As `message`, gathered from parts of `length` bytes in all. */
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
      this.begin(term, offset, frameLength, termId);
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

  #header(
    term: AtomicBuffer,
    frameOffset: number,
    frameLength: number,
    termId: number,
    typeWord: number,
  ): void {
    // Words straight into the array: through the buffer's methods, which load it anew each, 34 ns a message
    // instead of 17.
    const words = term.i32;
    const index = frameOffset >> 2;
    // Negative first: a reader that meets the frame waits, and if this publisher dies the driver can tell how
    // long the frame was to be.
    if (IS_ORDERED) words[index] = -frameLength;
    else storeOrdered(words, index, -frameLength);
    words[index + 1] = typeWord;
    words[index + 2] = frameOffset;
    words[index + 3] = this.sessionId;
    words[index + 4] = this.streamId;
    words[index + 5] = termId;
    words[index + 6] = 0;
    words[index + 7] = 0;
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
}

/** Lets `supplier` say what the reserved value of a frame is that is not published yet. */
export function putReservedValue(
  term: AtomicBuffer,
  frameOffset: number,
  frameLength: number,
  supplier: ReservedValueSupplier,
): void {
  const value = supplier(term, frameOffset, frameLength);
  if (typeof value === "number") term.putInt64(frameOffset + DATA_RESERVED_VALUE_OFFSET, value);
  else term.putBigInt64(frameOffset + DATA_RESERVED_VALUE_OFFSET, value);
}
