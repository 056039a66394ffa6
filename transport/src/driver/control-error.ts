import { AlerionError } from "@alerion/runtime";
import { type ErrorCode, errorCodeName } from "../protocol/error-code.js";

/**
 * A command of a client cannot be carried out; the client is told with `aeronCode` and the text.
 *
 * Code `DRIVER_COMMAND`.
 */
export class ControlError extends AlerionError {
  override readonly name: string = "ControlError";
  readonly errorCode: ErrorCode;

  constructor(errorCode: ErrorCode, text: string, options?: ErrorOptions) {
    super("DRIVER_COMMAND", `${text} errorCode=${errorCodeName(errorCode)}`, options, errorCode);
    this.errorCode = errorCode;
  }
}
