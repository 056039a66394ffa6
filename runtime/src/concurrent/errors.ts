import { AlerionError } from "../errors.js";

/** A range does not lie in the buffer, or a buffer does not start where typed arrays can reach it. */
export class BufferRangeError extends AlerionError {
  override readonly name: string = "BufferRangeError";

  constructor(text: string) {
    super("BUFFER_RANGE", text);
  }
}

/** A buffer's length does not fit the layout that is laid over it. */
export class BufferLayoutError extends AlerionError {
  override readonly name: string = "BufferLayoutError";

  constructor(text: string) {
    super("BUFFER_LAYOUT", text);
  }
}

/** A message is negative in length or longer than the structure takes. */
export class MessageLengthError extends AlerionError {
  override readonly name: string = "MessageLengthError";
  readonly length: number;

  constructor(length: number, lengthMax: number) {
    super(
      "MESSAGE_LENGTH",
      `message length must be in 0..${lengthMax}: length=${length} lengthMax=${lengthMax}`,
    );
    this.length = length;
  }
}

/** A message type id is not positive; negative ones mark padding. */
export class MessageTypeIdError extends AlerionError {
  override readonly name: string = "MessageTypeIdError";
  readonly msgTypeId: number;

  constructor(msgTypeId: number) {
    super("MESSAGE_TYPE_ID", `message type id must be greater than zero: msgTypeId=${msgTypeId}`);
    this.msgTypeId = msgTypeId;
  }
}

/** What another process wrote breaks the layout: nothing more is read from this structure. */
export class CorruptBufferError extends AlerionError {
  override readonly name: string = "CorruptBufferError";

  constructor(text: string) {
    super("BUFFER_CORRUPT", text);
  }
}
