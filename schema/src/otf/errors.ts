import { AlerionError } from "@alerion/runtime";

/** What can be wrong with the bytes of a message; the same words as those of generated codecs. */
export type DecodeErrorCode =
  | "OUT_OF_BOUNDS"
  | "BLOCK_TOO_SHORT"
  | "GROUP_COUNT"
  | "SCHEMA_ID_MISMATCH"
  | "TEMPLATE_ID_UNKNOWN";

/** Bytes that are not a message of the schema. */
export class DecodeError extends AlerionError {
  override readonly name: string = "DecodeError";
  /** Where in the view the fault was met. */
  readonly offset: number;
  /**
   * Where the part that was met would end, when it led beyond the limit: with a limit below this
   * the same bytes cannot be decoded, with a greater one they may. Undefined for all other faults.
   */
  readonly neededLimit: number | undefined;

  constructor(code: DecodeErrorCode, text: string, offset: number, neededLimit?: number) {
    super(code, `${text} offset=${offset}`);
    this.offset = offset;
    this.neededLimit = neededLimit;
  }
}

/** Values that are not a message of the schema. `path` says which, e.g. `fuelFigures[2].speed`. */
export class EncodeError extends AlerionError {
  override readonly name: string = "EncodeError";
  readonly path: string;

  constructor(path: string, text: string) {
    super("VALUE_INVALID", path === "" ? text : `${path} ${text}`);
    this.path = path;
  }
}

/** A message name that the schema does not have. */
export class MessageNameError extends AlerionError {
  override readonly name: string = "MessageNameError";

  constructor(text: string) {
    super("MESSAGE_NAME_UNKNOWN", text);
  }
}
