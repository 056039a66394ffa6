import {
  alignFrame,
  AtomicBuffer,
  DATA_HEADER_LENGTH,
  FRAME_FLAGS_OFFSET,
  Header,
  MESSAGE_LENGTH_MAX,
  UNFRAGMENTED,
} from "@alerion/runtime/concurrent";

const CAPACITY_MIN = 4096;

/**
 * Puts the fragments of one message together. The bytes it holds are those of the latest message: its memory
 * grows to the longest one and stays.
 */
export class BufferBuilder {
  /** The payload so far. Replaced when it grows. */
  buffer: AtomicBuffer = new AtomicBuffer(new ArrayBuffer(0));
  /** Bytes of payload so far; 0 while no message is open. */
  length: number = 0;
  /** Where the next fragment must begin in its term. */
  nextTermOffset: number = -1;
  readonly #headerBuffer: AtomicBuffer = new AtomicBuffer(new ArrayBuffer(DATA_HEADER_LENGTH));
  #header: Header | undefined;
  #logLength: number = 0;

  /** Opens a message with its first fragment. */
  begin(buffer: AtomicBuffer, offset: number, length: number, header: Header): void {
    this.length = 0;
    this.#logLength = 0;
    // The message's header is the first fragment's: it tells where the message begins.
    this.#headerBuffer.copyFrom(0, header.buffer, header.offset, DATA_HEADER_LENGTH);
    this.#take(buffer, offset, length, header);
  }

  /**
   * Adds a further fragment.
   *
   * @returns false if it does not follow the last one, or the message exceeds 16 MiB: the message is dropped
   */
  append(buffer: AtomicBuffer, offset: number, length: number, header: Header): boolean {
    const isNext =
      this.nextTermOffset >= 0 &&
      header.termOffset() === this.nextTermOffset &&
      this.length + length <= MESSAGE_LENGTH_MAX;
    if (!isNext) {
      this.reset();
      return false;
    }
    this.#take(buffer, offset, length, header);
    return true;
  }

  /** The header of the whole message, once its last fragment is there. Borrowed, as the message is. */
  header(last: Header): Header {
    let header = this.#header;
    if (header === undefined || header.context !== last.context) {
      header = new Header(
        last.initialTermId,
        last.positionBitsToShift,
        last.context,
        this.#headerBuffer,
      );
      this.#header = header;
    }
    this.#headerBuffer.putInt32(0, this.length + DATA_HEADER_LENGTH);
    const flags = this.#headerBuffer.getUint8(FRAME_FLAGS_OFFSET) | last.flags() | UNFRAGMENTED;
    this.#headerBuffer.putUint8(FRAME_FLAGS_OFFSET, flags);
    header.fragmentedFrameLength = this.#logLength;
    return header;
  }

  /** Drops the open message. */
  reset(): void {
    this.length = 0;
    this.nextTermOffset = -1;
  }

  /** Takes the last fragment back: it will come again. */
  unappend(length: number, header: Header): void {
    this.length -= length;
    this.#logLength -= alignFrame(length + DATA_HEADER_LENGTH);
    this.nextTermOffset = header.termOffset();
  }

  #take(buffer: AtomicBuffer, offset: number, length: number, header: Header): void {
    const required = this.length + length;
    if (required > this.buffer.capacity) this.#grow(required);
    this.buffer.copyFrom(this.length, buffer, offset, length);
    this.length = required;
    const logLength = alignFrame(length + DATA_HEADER_LENGTH);
    this.#logLength += logLength;
    this.nextTermOffset = header.termOffset() + logLength;
  }

  #grow(required: number): void {
    let capacity = Math.max(this.buffer.capacity, CAPACITY_MIN);
    while (capacity < required) capacity *= 2;
    const grown = new AtomicBuffer(new ArrayBuffer(capacity));
    grown.copyFrom(0, this.buffer, 0, this.length);
    this.buffer = grown;
  }
}
