import { AlerionError } from "@alerion/runtime";

/** What can be wrong with a capture file; the codes of {@link CaptureError}. */
export type CaptureErrorCode =
  "CAPTURE_FORMAT_UNKNOWN" | "CAPTURE_TRUNCATED" | "CAPTURE_BLOCK_INVALID";

/** Bytes that are not a capture file, or not to their end. `offset` says where in the file. */
export class CaptureError extends AlerionError {
  override readonly name: string = "CaptureError";
  override readonly code: CaptureErrorCode;
  readonly offset: number;

  constructor(code: CaptureErrorCode, text: string, offset: number) {
    super(code, `${text} offset=${offset}`);
    this.code = code;
    this.offset = offset;
  }
}
