import { EncodeError } from "./errors.js";

/** Greatest message that is encoded; more is a mistake in the schema or the document. */
const MESSAGE_LENGTH_MAX = 2 ** 30;

/** A buffer that grows; bytes not written are zero. */
export class ByteWriter {
  #buffer = new ArrayBuffer(256);
  #view = new DataView(this.#buffer);
  #length = 0;

  /** Bytes reserved so far. */
  get length(): number {
    return this.#length;
  }

  /** Valid until the next {@link reserve}. */
  get view(): DataView {
    return this.#view;
  }

  /**
   * Adds zero bytes at the end; returns where they start.
   *
   * @throws {EncodeError} if there are too many
   */
  reserve(count: number): number {
    const start = this.#length;
    if (start + count > MESSAGE_LENGTH_MAX) {
      throw new EncodeError("", `message must not be longer than ${MESSAGE_LENGTH_MAX} bytes`);
    }
    this.#length += count;
    if (this.#length > this.#buffer.byteLength) this.#grow();
    return start;
  }

  /** Puts bytes at an offset that was reserved. */
  put(at: number, bytes: Uint8Array): void {
    new Uint8Array(this.#buffer).set(bytes, at);
  }

  /** A copy of all that was written. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#buffer.slice(0, this.#length));
  }

  #grow(): void {
    const buffer = new ArrayBuffer(Math.max(this.#length, this.#buffer.byteLength * 2));
    new Uint8Array(buffer).set(new Uint8Array(this.#buffer));
    this.#buffer = buffer;
    this.#view = new DataView(buffer);
  }
}
