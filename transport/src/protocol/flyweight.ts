import { getAscii, putAscii } from "./ascii.js";
import { MalformedMessageError } from "./malformed-message-error.js";

/** Length of the int32 in front of every string and blob. */
export const LENGTH_FIELD_LENGTH = 4;

/**
 * A window over one message of the control protocol, moved from message to message.
 *
 * Reading: `wrap(view, offset, length)`, then `check()` once, then the accessors. Every accessor of a
 * variable field checks its length again against the window, so even without `check()` nothing outside it
 * is read. Writing: `wrap` over at least the computed length, then the setters, strings in wire order.
 *
 * The view is borrowed: it and the flyweight are valid until the buffer is reused.
 */
export abstract class Flyweight {
  /** Bytes that a message of this kind has at least. */
  abstract readonly minimumLength: number;
  protected view: DataView = EMPTY_VIEW;
  protected offset = 0;
  protected length = 0;

  /** Moves the window to `length` bytes at `offset`. */
  wrap(view: DataView, offset: number, length: number): this {
    this.view = view;
    this.offset = offset;
    this.length = length;
    return this;
  }

  /**
   * Checks that the fixed part and every variable field lie inside the window.
   *
   * @throws {MalformedMessageError} if they do not
   */
  check(): this {
    if (this.length < this.minimumLength) {
      throw new MalformedMessageError(
        `message must hold its fixed fields: minimumLength=${this.minimumLength} length=${this.length}`,
      );
    }
    this.checkVariableFields();
    return this;
  }

  /** Overridden by messages with strings or blobs: walks them, so that each length is checked. */
  protected checkVariableFields(): void {}

  protected getInt32(field: number): number {
    return this.view.getInt32(this.offset + field, true);
  }

  protected setInt32(field: number, value: number): void {
    this.view.setInt32(this.offset + field, value, true);
  }

  protected getInt64(field: number): bigint {
    return this.view.getBigInt64(this.offset + field, true);
  }

  protected setInt64(field: number, value: bigint): void {
    this.view.setBigInt64(this.offset + field, value, true);
  }

  /** Length of the variable field whose int32 length lies at `field`, checked against the window. */
  protected variableLength(field: number): number {
    const start = field + LENGTH_FIELD_LENGTH;
    if (start > this.length) {
      throw new MalformedMessageError(
        `length field must lie inside the message: offset=${field} length=${this.length}`,
      );
    }
    const fieldLength = this.getInt32(field);
    if (fieldLength < 0 || fieldLength > this.length - start) {
      throw new MalformedMessageError(
        `variable field must lie inside the message: offset=${field} fieldLength=${fieldLength} length=${this.length}`,
      );
    }
    return fieldLength;
  }

  protected getString(field: number): string {
    const length = this.variableLength(field);
    return getAscii(this.view, this.offset + field + LENGTH_FIELD_LENGTH, length);
  }

  protected setString(field: number, value: string): void {
    this.setInt32(field, value.length);
    putAscii(this.view, this.offset + field + LENGTH_FIELD_LENGTH, value);
  }

  /** Copies the blob out; the copy belongs to the caller. */
  protected getBytes(field: number): Uint8Array {
    const length = this.variableLength(field);
    const start = this.view.byteOffset + this.offset + field + LENGTH_FIELD_LENGTH;
    return new Uint8Array(this.view.buffer, start, length).slice();
  }

  protected setBytes(field: number, value: Uint8Array): void {
    this.setInt32(field, value.length);
    const start = this.view.byteOffset + this.offset + field + LENGTH_FIELD_LENGTH;
    new Uint8Array(this.view.buffer, start, value.length).set(value);
  }
}

const EMPTY_VIEW = new DataView(new ArrayBuffer(0));

/** Rounds up to a multiple of 4: where the second of two variable fields begins. */
export function alignToInt32(length: number): number {
  return (length + 3) & ~3;
}
