import type { MessageHandler } from "../codegen/seams.js";
import { copyBytes } from "./copy-bytes.js";
import { checkOption, checkRange, FrameError } from "./frame-error.js";
import { FRAME_INCOMPLETE, type FrameFormat } from "./frame-format.js";

/** Options of a {@link StreamFramer}. */
export interface StreamFramerOptions {
  /**
   * Bytes kept ready for a frame that comes in pieces; grows with the bytes that really arrive, to the
   * format's `frameLengthMax`. Default 65536, or `frameLengthMax` where that is less.
   */
  readonly bufferLength?: number;
}

const BUFFER_LENGTH = 65_536;

/**
 * Cuts a stream of bytes, as TCP delivers it, into frames and hands their payloads on.
 *
 * A frame that lies whole in a chunk is handed on where it lies; one that comes in pieces is gathered
 * in a buffer of at most the format's `frameLengthMax` bytes. Nothing is allocated but that buffer.
 * The frame's header lies in the same view, right before the payload.
 *
 * After an error the stream's frames cannot be found again: every further call throws until `reset`.
 */
export class StreamFramer {
  readonly #format: FrameFormat;
  readonly #handler: MessageHandler;
  #buffer: DataView;
  /** Bytes of an unfinished frame in the buffer. */
  #pending = 0;
  /** True while a chunk is being cut, and for good when that was left by an error. */
  #isBusy = false;
  /** Bytes of the stream before what is being looked at. */
  #position = 0;
  #frameCount = 0;

  /**
   * @param handler  gets the payload of each frame; the view is valid until it returns. It must not
   *   call this framer; when it throws, the rest of the chunk is lost and the framer needs a `reset`.
   * @throws {FrameError} FRAMING_OPTION_INVALID
   */
  constructor(format: FrameFormat, handler: MessageHandler, options: StreamFramerOptions = {}) {
    const { frameLengthMax, headerLength } = format;
    const { bufferLength = Math.min(BUFFER_LENGTH, frameLengthMax) } = options;
    checkOption("bufferLength", bufferLength, headerLength, frameLengthMax);
    this.#format = format;
    this.#handler = handler;
    this.#buffer = new DataView(new ArrayBuffer(bufferLength));
  }

  /** Frames handed on since the start or the last `reset`. */
  get frameCount(): number {
    return this.#frameCount;
  }

  /** Bytes of an unfinished frame that are being kept. */
  get pendingLength(): number {
    return this.#pending;
  }

  /**
   * Takes the next chunk of the stream. Allocates nothing, unless an unfinished frame outgrows the
   * buffer.
   *
   * @param view  borrowed: not kept beyond the call
   * @throws {FrameError} FRAME_TOO_SHORT, FRAME_TOO_LONG, FRAME_MARKER_UNKNOWN: the stream cannot be
   *   cut any further; FRAMER_BUSY after an error or from within the handler; FRAMING_RANGE_INVALID
   */
  onBytes(view: DataView, offset: number, length: number): void {
    checkRange(view, offset, length);
    if (this.#isBusy) {
      throw new FrameError(
        "FRAMER_BUSY",
        `framer must be reset after an error and not be called from its handler: position=${this.#position}`,
      );
    }
    this.#isBusy = true;
    const end = offset + length;
    let at = this.#pending === 0 ? offset : this.#finishPending(view, offset, end);
    if (this.#pending === 0) {
      const { headerLength } = this.#format;
      for (;;) {
        const frameLength = this.#format.frameLength(view, at, end);
        if (frameLength < 0) {
          if (frameLength === FRAME_INCOMPLETE) break;
          throw this.#format.errorOf(frameLength, this.#position);
        }
        if (frameLength > end - at) break;
        const payload = at + headerLength;
        at += frameLength;
        this.#hand(view, payload, frameLength);
      }
      this.#keep(view, at, end - at);
    }
    this.#isBusy = false;
  }

  /**
   * Says that the stream is over.
   *
   * @throws {FrameError} FRAME_TRUNCATED if it ends within a frame
   */
  finish(): void {
    if (this.#pending > 0) {
      throw new FrameError(
        "FRAME_TRUNCATED",
        `stream must end at the end of a frame: position=${this.#position} pendingLength=${this.#pending}`,
      );
    }
  }

  /** Forgets the stream; the next chunk starts a new one. */
  reset(): void {
    this.#pending = 0;
    this.#position = 0;
    this.#frameCount = 0;
    this.#isBusy = false;
  }

  /** Adds to the unfinished frame; returns where the chunk goes on. */
  #finishPending(view: DataView, offset: number, end: number): number {
    const { headerLength } = this.#format;
    let at = offset;
    if (this.#pending < headerLength) {
      const count = Math.min(headerLength - this.#pending, end - at);
      this.#keep(view, at, count);
      at += count;
      if (this.#pending < headerLength) return at;
    }
    const frameLength = this.#format.frameLength(this.#buffer, 0, this.#pending);
    if (frameLength < 0) throw this.#format.errorOf(frameLength, this.#position);
    const count = Math.min(frameLength - this.#pending, end - at);
    this.#keep(view, at, count);
    if (this.#pending === frameLength) {
      this.#pending = 0;
      this.#hand(this.#buffer, headerLength, frameLength);
    }
    return at + count;
  }

  #hand(view: DataView, payload: number, frameLength: number): void {
    this.#position += frameLength;
    this.#frameCount++;
    this.#handler.onMessage(view, payload, frameLength - this.#format.headerLength);
  }

  #keep(view: DataView, at: number, count: number): void {
    const length = this.#pending + count;
    if (length > this.#buffer.byteLength) this.#grow(length);
    copyBytes(view, at, this.#buffer, this.#pending, count);
    this.#pending = length;
  }

  /** An unfinished frame is shorter than `frameLengthMax`, so the buffer never needs more. */
  #grow(length: number): void {
    const size = Math.min(
      Math.max(length, this.#buffer.byteLength * 2),
      this.#format.frameLengthMax,
    );
    const buffer = new DataView(new ArrayBuffer(size));
    copyBytes(this.#buffer, 0, buffer, 0, this.#pending);
    this.#buffer = buffer;
  }
}
