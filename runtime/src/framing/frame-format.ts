/**
 * How one message is wrapped on a stream or in a datagram: a header of fixed length with the frame's
 * length somewhere in it, and perhaps a marker that tells what follows.
 *
 *   |<------------- frame ------------->|
 *   | header: … length … marker | payload |
 */
import { checkOption, checkRange, FrameError, type FrameErrorCode } from "./frame-error.js";

/** A field of a header that says what follows. */
export interface FrameMarker {
  /** Bytes from the start of the frame. */
  readonly offset: number;
  readonly size: 1 | 2 | 4;
  readonly littleEndian: boolean;
  /** What it may say, at most eight. */
  readonly values: readonly number[];
}

/** See {@link FrameFormat}; all lengths and offsets in bytes. */
export interface FrameFormatOptions {
  /** Bytes before the payload, 1..65535. */
  readonly headerLength: number;
  /** Where the length field lies, from the start of the frame. Default 0. */
  readonly lengthOffset?: number;
  readonly lengthSize: 1 | 2 | 4;
  readonly littleEndian: boolean;
  /**
   * Bytes of the frame that the length does not count: 0 when it counts the whole frame,
   * `headerLength` when it counts the payload alone. Default 0.
   */
  readonly uncountedLength?: number;
  readonly marker?: FrameMarker;
  /** Longest frame that is believed, header included. Default {@link FRAME_LENGTH_MAX}. */
  readonly frameLengthMax?: number;
}

/** Default longest frame: 1 MiB. No venue's message comes near it. */
export const FRAME_LENGTH_MAX = 1 << 20;

/** The header or the frame is not there to its end. */
export const FRAME_INCOMPLETE = -1;
/** The length is less than the header's. */
export const FRAME_TOO_SHORT = -2;
/** The length is more than `frameLengthMax`. */
export const FRAME_TOO_LONG = -3;
/** The marker is none of the format's. */
export const FRAME_MARKER_UNKNOWN = -4;

/**
 * One way to wrap messages. Immutable; one object serves any number of framers.
 *
 * @throws {FrameError} FRAMING_OPTION_INVALID from the constructor
 */
export class FrameFormat {
  /** What it was made of, for those who describe it elsewhere. */
  readonly options: FrameFormatOptions;
  readonly headerLength: number;
  readonly frameLengthMax: number;
  readonly #lengthOffset: number;
  readonly #lengthSize: number;
  readonly #littleEndian: boolean;
  readonly #uncountedLength: number;
  readonly #markerOffset: number;
  /** 0 for no marker. */
  readonly #markerSize: number;
  readonly #markerLittleEndian: boolean;
  readonly #markers: readonly number[];

  constructor(options: FrameFormatOptions) {
    const { headerLength, lengthOffset = 0, lengthSize, marker } = options;
    this.options = options;
    this.headerLength = checkOption("headerLength", headerLength, 1, 0xffff);
    this.frameLengthMax = checkOption(
      "frameLengthMax",
      options.frameLengthMax ?? FRAME_LENGTH_MAX,
      headerLength,
      0x7fff_ffff,
    );
    this.#lengthSize = checkSize("lengthSize", lengthSize);
    this.#lengthOffset = checkOption("lengthOffset", lengthOffset, 0, headerLength - lengthSize);
    this.#littleEndian = options.littleEndian;
    this.#uncountedLength = checkOption(
      "uncountedLength",
      options.uncountedLength ?? 0,
      0,
      headerLength,
    );
    this.#markerSize = marker === undefined ? 0 : checkSize("marker.size", marker.size);
    this.#markerOffset =
      marker === undefined
        ? 0
        : checkOption("marker.offset", marker.offset, 0, headerLength - marker.size);
    this.#markerLittleEndian = marker?.littleEndian ?? false;
    this.#markers = [...(marker?.values ?? [])];
    checkOption("marker.values.length", this.#markers.length, marker === undefined ? 0 : 1, 8);
  }

  /**
   * Length of the frame at `offset`, header included; allocates nothing.
   *
   * @param limit  absolute exclusive end in the view; nothing at or beyond it is read
   * @returns bytes, at least `headerLength`; FRAME_INCOMPLETE, FRAME_TOO_SHORT, FRAME_TOO_LONG or
   *   FRAME_MARKER_UNKNOWN (negative). A length may lead beyond `limit`.
   */
  frameLength(view: DataView, offset: number, limit: number): number {
    if (limit - offset < this.headerLength) return FRAME_INCOMPLETE;
    if (this.#markerSize !== 0) {
      const marker = readUnsigned(
        view,
        offset + this.#markerOffset,
        this.#markerSize,
        this.#markerLittleEndian,
      );
      if (!this.#markers.includes(marker)) return FRAME_MARKER_UNKNOWN;
    }
    const length =
      readUnsigned(view, offset + this.#lengthOffset, this.#lengthSize, this.#littleEndian) +
      this.#uncountedLength;
    if (length < this.headerLength) return FRAME_TOO_SHORT;
    if (length > this.frameLengthMax) return FRAME_TOO_LONG;
    return length;
  }

  /**
   * Writes the length and the marker of a frame to be sent; bytes of the header that are neither keep what they
   * hold. The payload follows at `offset + headerLength`. Allocates nothing.
   *
   * @param payloadLength  bytes behind the header
   * @param marker  one of the format's; default the first
   * @throws {FrameError} FRAME_TOO_LONG beyond `frameLengthMax` or what the length field holds;
   *   FRAME_MARKER_UNKNOWN; FRAMING_RANGE_INVALID if the frame does not lie in the view
   */
  writeHeader(view: DataView, offset: number, payloadLength: number, marker?: number): void {
    const length = this.headerLength + payloadLength;
    checkRange(view, offset, length);
    const value = length - this.#uncountedLength;
    if (length > this.frameLengthMax || value >= 2 ** (8 * this.#lengthSize)) {
      throw this.errorOf(FRAME_TOO_LONG, offset);
    }
    writeUnsigned(view, offset + this.#lengthOffset, this.#lengthSize, value, this.#littleEndian);
    if (this.#markerSize === 0) return;
    const chosen = marker ?? this.#markers[0] ?? 0;
    if (!this.#markers.includes(chosen)) throw this.errorOf(FRAME_MARKER_UNKNOWN, offset);
    writeUnsigned(
      view,
      offset + this.#markerOffset,
      this.#markerSize,
      chosen,
      this.#markerLittleEndian,
    );
  }

  /**
   * The error for a negative result of {@link frameLength}.
   *
   * @param offset  of the frame in its stream or datagram, for the text
   */
  errorOf(fault: number, offset: number): FrameError {
    switch (fault) {
      case FRAME_TOO_SHORT:
        return new FrameError(
          "FRAME_TOO_SHORT",
          `frame must not be shorter than its header: headerLength=${this.headerLength} offset=${offset}`,
        );
      case FRAME_TOO_LONG:
        return new FrameError(
          "FRAME_TOO_LONG",
          `frame must not be longer than allowed: frameLengthMax=${this.frameLengthMax} offset=${offset}`,
        );
      case FRAME_MARKER_UNKNOWN:
        return new FrameError(
          "FRAME_MARKER_UNKNOWN",
          `frame must have a marker of the format: markers=${this.#markers.join(",")} offset=${offset}`,
        );
      default:
        return new FrameError("FRAME_TRUNCATED", `frame must be complete: offset=${offset}`);
    }
  }
}

/** The code of a negative result of {@link FrameFormat.frameLength}. */
export function faultCode(fault: number): FrameErrorCode {
  switch (fault) {
    case FRAME_TOO_SHORT:
      return "FRAME_TOO_SHORT";
    case FRAME_TOO_LONG:
      return "FRAME_TOO_LONG";
    case FRAME_MARKER_UNKNOWN:
      return "FRAME_MARKER_UNKNOWN";
    default:
      return "FRAME_TRUNCATED";
  }
}

function readUnsigned(view: DataView, at: number, size: number, littleEndian: boolean): number {
  switch (size) {
    case 1:
      return view.getUint8(at);
    case 2:
      return view.getUint16(at, littleEndian);
    default:
      return view.getUint32(at, littleEndian);
  }
}

function writeUnsigned(
  view: DataView,
  at: number,
  size: number,
  value: number,
  littleEndian: boolean,
): void {
  switch (size) {
    case 1:
      view.setUint8(at, value);
      return;
    case 2:
      view.setUint16(at, value, littleEndian);
      return;
    default:
      view.setUint32(at, value, littleEndian);
  }
}

function checkSize(name: string, size: number): number {
  if (size === 1 || size === 2 || size === 4) return size;
  throw new FrameError("FRAMING_OPTION_INVALID", `${name} must be 1, 2 or 4: ${name}=${size}`);
}
