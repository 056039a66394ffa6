import { AlerionError } from "@alerion/runtime";

/** The codes of {@link GenerateError}; the README of this package explains each. */
export type GenerateErrorCode =
  | "BASE_NAME_INVALID"
  | "CHARSET_UNSUPPORTED"
  | "LAYOUT_UNSUPPORTED"
  | "OUTPUT_CLASH"
  | "OUTPUT_TYPE_ERROR"
  | "OUTPUT_WRITE_FAILED";

/** What a schema or its output asks for and cannot have. */
export class GenerateError extends AlerionError {
  override readonly name: string = "GenerateError";
  override readonly code: GenerateErrorCode;

  constructor(code: GenerateErrorCode, text: string, options?: ErrorOptions) {
    super(code, text, options);
    this.code = code;
  }
}
