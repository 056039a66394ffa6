import type { AtomicBuffer } from "../atomic-buffer.js";
import {
  alignFrame,
  DATA_RESERVED_VALUE_OFFSET,
  DATA_SESSION_ID_OFFSET,
  DATA_STREAM_ID_OFFSET,
  DATA_TERM_ID_OFFSET,
  DATA_TERM_OFFSET_OFFSET,
  FRAME_FLAGS_OFFSET,
  FRAME_TYPE_OFFSET,
} from "./frame-descriptor.js";
import { computePosition } from "./position.js";

/**
 * The header of the frame that a handler is being given; moved from frame to frame, valid until it returns.
 *
 * For an assembled message it is the first fragment's, with the flags and the length of the whole message.
 */
export class Header {
  readonly initialTermId: number;
  readonly positionBitsToShift: number;
  /** Whatever the reader was given to tell its frames from others': an image, usually. */
  readonly context: unknown;
  /** The term, or where a header was rebuilt. */
  buffer: AtomicBuffer;
  /** Of the header in `buffer`. */
  offset: number = 0;
  /** Bytes that all fragments of an assembled message take in the log; 0 for what came in one frame. */
  fragmentedFrameLength: number = 0;

  constructor(
    initialTermId: number,
    positionBitsToShift: number,
    context: unknown,
    buffer: AtomicBuffer,
  ) {
    this.initialTermId = initialTermId;
    this.positionBitsToShift = positionBitsToShift;
    this.context = context;
    this.buffer = buffer;
  }

  /** Bytes of the frame, header included, as its publisher wrote it. */
  frameLength(): number {
    return this.buffer.getInt32(this.offset);
  }

  flags(): number {
    return this.buffer.getUint8(this.offset + FRAME_FLAGS_OFFSET);
  }

  /** One of FrameType. */
  type(): number {
    return this.buffer.getUint16(this.offset + FRAME_TYPE_OFFSET);
  }

  termOffset(): number {
    return this.buffer.getInt32(this.offset + DATA_TERM_OFFSET_OFFSET);
  }

  sessionId(): number {
    return this.buffer.getInt32(this.offset + DATA_SESSION_ID_OFFSET);
  }

  streamId(): number {
    return this.buffer.getInt32(this.offset + DATA_STREAM_ID_OFFSET);
  }

  termId(): number {
    return this.buffer.getInt32(this.offset + DATA_TERM_ID_OFFSET);
  }

  /** Exact; allocates one bigint. */
  reservedValue(): bigint {
    return this.buffer.getBigInt64(this.offset + DATA_RESERVED_VALUE_OFFSET);
  }

  /** Exact within ±2^53; allocates nothing. */
  reservedValueNumber(): number {
    return this.buffer.getInt64(this.offset + DATA_RESERVED_VALUE_OFFSET);
  }

  /** Stream position behind this frame or, when assembled, behind its last fragment, in bytes. */
  position(): number {
    const logLength =
      this.fragmentedFrameLength === 0
        ? alignFrame(this.frameLength())
        : this.fragmentedFrameLength;
    const end = this.termOffset() + logLength;
    return computePosition(this.termId(), end, this.positionBitsToShift, this.initialTermId);
  }
}
