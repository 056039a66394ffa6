/** Messages back to back in a stream of bytes: each is handed on as soon as it is complete. */
import { DecodeError } from "@alerion/schema";

/** Handles the message at `offset`; returns its length or throws a DecodeError. */
export type MessageHandler = (view: DataView, offset: number, limit: number) => number;

/** Below this a message is looked at again as soon as it may be complete, above only when doubled. */
const EAGER_LENGTH_MAX = 1 << 20;

/**
 * Gathers pieces and calls the handler for each message. Holds at most the unfinished message and one
 * piece, twice over; a long unfinished message is looked at again only when its bytes have doubled,
 * so that the work stays proportional to the input.
 */
export class MessageStream {
  readonly #handle: MessageHandler;
  #buffer: Uint8Array<ArrayBuffer> = new Uint8Array(65_536);
  #start = 0;
  #end = 0;
  /** Bytes that must be there before the handler is asked again. */
  #needed = 1;
  /** Bytes of the stream before `#start`. */
  #consumed = 0;

  constructor(handle: MessageHandler) {
    this.#handle = handle;
  }

  /** Offset in the stream of the first byte that is not part of a handled message. */
  get position(): number {
    return this.#consumed;
  }

  /**
   * Takes the next piece.
   *
   * @throws {DecodeError} for bytes that no continuation can make a message
   */
  push(piece: Uint8Array): void {
    this.#append(piece);
    while (this.#end - this.#start >= this.#needed) {
      if (!this.#next(false)) return;
    }
  }

  /**
   * Says that the stream is over.
   *
   * @throws {DecodeError} if it ends within a message
   */
  finish(): void {
    while (this.#end > this.#start) this.#next(true);
  }

  /** Handles one message; false when it is not complete yet. */
  #next(isLast: boolean): boolean {
    const view = new DataView(this.#buffer.buffer, this.#start, this.#end - this.#start);
    const available = view.byteLength;
    let length: number;
    try {
      length = this.#handle(view, 0, available);
    } catch (error) {
      const needed = error instanceof DecodeError ? error.neededLimit : undefined;
      if (isLast || needed === undefined) throw error;
      this.#needed = available < EAGER_LENGTH_MAX ? needed : Math.max(needed, available * 2);
      return false;
    }
    if (length <= 0) {
      // A schema whose header is all constants; nothing would ever move.
      throw new DecodeError("OUT_OF_BOUNDS", "message must take bytes:", 0);
    }
    this.#start += length;
    this.#consumed += length;
    this.#needed = 1;
    return true;
  }

  #append(piece: Uint8Array): void {
    if (this.#end + piece.length > this.#buffer.length) {
      const kept = this.#end - this.#start;
      const isRoomy = (kept + piece.length) * 2 <= this.#buffer.length;
      const target = isRoomy
        ? this.#buffer
        : new Uint8Array(Math.max(kept + piece.length, this.#buffer.length * 2));
      target.set(this.#buffer.subarray(this.#start, this.#end));
      this.#buffer = target;
      this.#start = 0;
      this.#end = kept;
    }
    this.#buffer.set(piece, this.#end);
    this.#end += piece.length;
  }
}
