import { AlerionError } from "../errors.js";

/** What can be wrong with a frame; the codes of {@link FrameError}. */
export type FrameErrorCode =
  | "FRAME_TOO_SHORT"
  | "FRAME_TOO_LONG"
  | "FRAME_MARKER_UNKNOWN"
  | "FRAME_TRUNCATED"
  | "FRAMER_BUSY"
  | "FRAMING_OPTION_INVALID"
  | "FRAMING_RANGE_INVALID";

/** Bytes that are not cut as their framing says, or a framer that is used wrongly. */
export class FrameError extends AlerionError {
  override readonly name: string = "FrameError";
  override readonly code: FrameErrorCode;

  constructor(code: FrameErrorCode, text: string) {
    super(code, text);
    this.code = code;
  }
}

/** @throws {FrameError} FRAMING_OPTION_INVALID unless `value` is an integer in the range */
export function checkOption(name: string, value: number, min: number, max: number): number {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new FrameError(
      "FRAMING_OPTION_INVALID",
      `${name} must be an integer in ${min}..${max}: ${name}=${value}`,
    );
  }
  return value;
}

/** @throws {FrameError} FRAMING_RANGE_INVALID unless the bytes lie in the view */
export function checkRange(view: DataView, offset: number, length: number): void {
  if (!(offset >= 0 && length >= 0 && offset + length <= view.byteLength)) {
    throw new FrameError(
      "FRAMING_RANGE_INVALID",
      `bytes must lie in the view: offset=${offset} length=${length} byteLength=${view.byteLength}`,
    );
  }
}
