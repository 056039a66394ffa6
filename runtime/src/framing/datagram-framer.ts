import type { MessageHandler } from "../codegen/seams.js";
import { checkOption, checkRange, type FrameErrorCode } from "./frame-error.js";
import { FRAME_INCOMPLETE, faultCode, type FrameFormat } from "./frame-format.js";

/** Options of a {@link DatagramFramer}. */
export interface DatagramFramerOptions {
  /** Bytes of the datagram before its first frame. Default 0. */
  readonly packetHeaderLength?: number;
  /** Told of each datagram that was not handed on. */
  readonly onMalformed?: (
    code: FrameErrorCode,
    view: DataView,
    offset: number,
    length: number,
  ) => void;
}

/**
 * Cuts datagrams that hold frames back to back, after a packet header or none.
 *
 *   | packet header | frame | frame | … end of the datagram
 *
 * A datagram is looked through before any of it is handed on: a malformed one is counted and dropped
 * whole, since on multicast it is anyone's and must not stop the feed. Allocates nothing.
 */
export class DatagramFramer implements MessageHandler {
  readonly #format: FrameFormat;
  readonly #handler: MessageHandler;
  readonly #packetHeaderLength: number;
  readonly #onMalformed: DatagramFramerOptions["onMalformed"];
  #packetOffset = 0;
  #datagramCount = 0;
  #messageCount = 0;
  #malformedCount = 0;

  /**
   * @param handler  gets the payload of each frame; the view is valid until it returns. When it throws,
   *   the rest of the datagram is lost.
   * @throws {FrameError} FRAMING_OPTION_INVALID
   */
  constructor(format: FrameFormat, handler: MessageHandler, options: DatagramFramerOptions = {}) {
    const { packetHeaderLength = 0, onMalformed } = options;
    this.#format = format;
    this.#handler = handler;
    this.#packetHeaderLength = checkOption("packetHeaderLength", packetHeaderLength, 0, 0xffff);
    this.#onMalformed = onMalformed;
  }

  /** Datagrams taken, malformed ones included. */
  get datagramCount(): number {
    return this.#datagramCount;
  }

  /** Messages handed on. */
  get messageCount(): number {
    return this.#messageCount;
  }

  /** Datagrams dropped because they are not cut as the format says. */
  get malformedCount(): number {
    return this.#malformedCount;
  }

  /** While the handler runs: where in its view the packet header lies. */
  get packetOffset(): number {
    return this.#packetOffset;
  }

  /**
   * Takes one datagram; allocates nothing.
   *
   * @throws {FrameError} FRAMING_RANGE_INVALID if it does not lie in the view
   */
  onMessage(view: DataView, offset: number, length: number): void {
    checkRange(view, offset, length);
    this.#datagramCount++;
    const end = offset + length;
    const start = offset + this.#packetHeaderLength;
    const fault = this.#check(view, start, end);
    if (fault < 0) {
      this.#drop(fault, view, offset, length);
      return;
    }
    const { headerLength } = this.#format;
    let at = start;
    while (at < end) {
      const frameLength = this.#format.frameLength(view, at, end);
      if (frameLength < 0 || frameLength > end - at) {
        // It was right when it was checked: the handler has changed the bytes.
        this.#drop(Math.min(frameLength, FRAME_INCOMPLETE), view, at, end - at);
        return;
      }
      this.#packetOffset = offset;
      this.#messageCount++;
      this.#handler.onMessage(view, at + headerLength, frameLength - headerLength);
      at += frameLength;
    }
  }

  #drop(fault: number, view: DataView, offset: number, length: number): void {
    this.#malformedCount++;
    this.#onMalformed?.(faultCode(fault), view, offset, length);
  }

  /** 0, or the fault of the first bad frame. */
  #check(view: DataView, start: number, end: number): number {
    let at = start;
    while (at < end) {
      const frameLength = this.#format.frameLength(view, at, end);
      if (frameLength < 0) return frameLength;
      at += frameLength;
    }
    return at === end ? 0 : FRAME_INCOMPLETE;
  }
}
