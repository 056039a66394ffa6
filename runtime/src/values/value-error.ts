import { AlerionError } from "../errors.js";

/** What can be wrong with a decimal or a time; the codes of {@link ValueError}. */
export type ValueErrorCode =
  "DECIMAL_INEXACT" | "DECIMAL_INVALID" | "DECIMAL_OUT_OF_RANGE" | "TIME_OUT_OF_RANGE";

/** A value that cannot be had in the form that was asked for without losing something. */
export class ValueError extends AlerionError {
  override readonly name: string = "ValueError";
  override readonly code: ValueErrorCode;

  constructor(code: ValueErrorCode, text: string) {
    super(code, text);
    this.code = code;
  }
}
