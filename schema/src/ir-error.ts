import { AlerionError } from "@alerion/runtime";

/** Tokens, IR JSON or `.sbeir` bytes that are not well formed. */
export class IrError extends AlerionError {
  override readonly name: string = "IrError";

  constructor(text: string, options?: ErrorOptions) {
    super("IR_INVALID", text, options);
  }
}
