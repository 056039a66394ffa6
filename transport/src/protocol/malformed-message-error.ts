import { AlerionError } from "@alerion/runtime";

/**
 * A command, event or other record of the control protocol does not hold what its lengths claim.
 *
 * Code `MALFORMED_MESSAGE`. Nothing beyond the record was read.
 */
export class MalformedMessageError extends AlerionError {
  override readonly name: string = "MalformedMessageError";

  constructor(text: string, options?: ErrorOptions) {
    super("MALFORMED_MESSAGE", text, options);
  }
}
