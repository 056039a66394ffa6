import { Flyweight } from "../flyweight.js";

const ERROR_CODE = 8;
const ERROR_MESSAGE = 12;

/**
 * ON_ERROR: a command failed.
 *
 *   0                        8           12              16
 *   | offendingCorrelationId | errorCode | messageLength | message … |
 *
 * Source: Aeron `ErrorResponseFlyweight`; conformance/aeron/commands.
 */
export class ErrorResponse extends Flyweight {
  readonly minimumLength: number = ERROR_MESSAGE + 4;

  /** Bytes of an event that carries `message`. */
  static computeLength(message: string): number {
    return ERROR_MESSAGE + 4 + message.length;
  }

  /** Correlation id of the command that failed; 0 when it could not be read. */
  offendingCorrelationId(): bigint {
    return this.getInt64(0);
  }

  /** Sets the correlation id of the command. */
  setOffendingCorrelationId(value: bigint): this {
    this.setInt64(0, value);
    return this;
  }

  /** Error code as it was sent; `toErrorCode` narrows it. */
  errorCode(): number {
    return this.getInt32(ERROR_CODE);
  }

  /** Sets the error code. */
  setErrorCode(value: number): this {
    this.setInt32(ERROR_CODE, value);
    return this;
  }

  /** What went wrong, for people. */
  message(): string {
    return this.getString(ERROR_MESSAGE);
  }

  /** Sets the message: ASCII. */
  setMessage(value: string): this {
    this.setString(ERROR_MESSAGE, value);
    return this;
  }

  protected override checkVariableFields(): void {
    this.variableLength(ERROR_MESSAGE);
  }
}
