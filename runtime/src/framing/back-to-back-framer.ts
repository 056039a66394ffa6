import type { MessageHandler } from "../codegen/seams.js";
import { AlerionError } from "../errors.js";
import { checkRange, FrameError } from "./frame-error.js";

/**
 * Tells how long a message is from its own content.
 *
 * @param limit  absolute exclusive end in the view; nothing at or beyond it is read
 * @returns bytes with the header, 1..limit - offset
 * @throws {AlerionError} if the bytes are no message
 */
export type MessageMeasure = (view: DataView, offset: number, limit: number) => number;

/** Options of a {@link BackToBackFramer}. */
export interface BackToBackFramerOptions {
  /** Told what the measure threw; the rest of the datagram, from `offset` on, is dropped. */
  readonly onMalformed?: (
    error: AlerionError,
    view: DataView,
    offset: number,
    length: number,
  ) => void;
}

/**
 * Cuts datagrams whose messages have no lengths of their own: the next begins where the last ends, which
 * only the schema knows. `measureMessage` of `@alerion/schema` is such a measure.
 *
 * A message is handed on as soon as it is measured. What cannot be measured is counted, and dropped with
 * all behind it. Allocates nothing but what the measure does.
 */
export class BackToBackFramer implements MessageHandler {
  readonly #measure: MessageMeasure;
  readonly #handler: MessageHandler;
  readonly #onMalformed: BackToBackFramerOptions["onMalformed"];
  #messageCount = 0;
  #malformedCount = 0;

  /**
   * @param handler  gets each message; the view is valid until it returns. When it throws, the rest of
   *   the datagram is lost.
   */
  constructor(
    measure: MessageMeasure,
    handler: MessageHandler,
    options: BackToBackFramerOptions = {},
  ) {
    this.#measure = measure;
    this.#handler = handler;
    this.#onMalformed = options.onMalformed;
  }

  /** Messages handed on. */
  get messageCount(): number {
    return this.#messageCount;
  }

  /** Datagrams of which a part was dropped. */
  get malformedCount(): number {
    return this.#malformedCount;
  }

  /**
   * Takes messages back to back, e.g. the payload of a datagram.
   *
   * @throws {FrameError} FRAMING_RANGE_INVALID if they do not lie in the view
   */
  onMessage(view: DataView, offset: number, length: number): void {
    checkRange(view, offset, length);
    const end = offset + length;
    let at = offset;
    while (at < end) {
      const messageLength = this.#lengthAt(view, at, end);
      if (messageLength === 0) return;
      this.#messageCount++;
      this.#handler.onMessage(view, at, messageLength);
      at += messageLength;
    }
  }

  /** 0 when the bytes are no message; that is already counted and told. */
  #lengthAt(view: DataView, at: number, end: number): number {
    try {
      const length = this.#measure(view, at, end);
      if (Number.isInteger(length) && length > 0 && length <= end - at) return length;
      throw new FrameError(
        length > 0 ? "FRAME_TRUNCATED" : "FRAME_TOO_SHORT",
        `measure must give a length before the limit: length=${length} offset=${at} limit=${end}`,
      );
    } catch (error) {
      if (!(error instanceof AlerionError)) throw error;
      this.#malformedCount++;
      this.#onMalformed?.(error, view, at, end - at);
      return 0;
    }
  }
}
