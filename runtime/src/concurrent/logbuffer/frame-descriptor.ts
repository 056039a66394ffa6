import type { AtomicBuffer } from "../atomic-buffer.js";
import { align } from "../bits.js";

/**
 * A frame in a term and in a datagram, aligned to 32 bytes. The first 8 bytes are common to all frames:
 *
 *   0             4         5       6      8
 *   | frameLength | version | flags | type |
 *     int32         u8        u8      u16
 *
 * DATA and PAD, 32 bytes:
 *
 *   8             12          16         20       24               32
 *   | term offset | sessionId | streamId | termId | reserved value | payload … |
 *     int32         int32       int32      int32    int64
 *
 * frameLength: bytes including the header, not aligned; in a term negative while being written, 0 where
 * nothing is yet; stored last. The frames of the control protocol are in control-frame-descriptor.ts.
 *
 * Source: driver-protocol §9; Aeron FrameDescriptor, HeaderFlyweight, DataHeaderFlyweight.
 */

/** Frames start at multiples of this many bytes. */
export const FRAME_ALIGNMENT = 32;
/** Bytes of the common part of all headers. */
export const FRAME_HEADER_LENGTH_MIN = 8;
/** The only frame version there is. */
export const FRAME_VERSION = 0;

/** Offset of the version in a frame. */
export const FRAME_VERSION_OFFSET = 4;
/** Offset of the flags in a frame. */
export const FRAME_FLAGS_OFFSET = 5;
/** Offset of the type in a frame. */
export const FRAME_TYPE_OFFSET = 6;

/** Bytes of the header of a DATA or PAD frame. */
export const DATA_HEADER_LENGTH = 32;
/** Offset of the term offset in a DATA or PAD frame. */
export const DATA_TERM_OFFSET_OFFSET = 8;
/** Offset of the session id in a DATA or PAD frame. */
export const DATA_SESSION_ID_OFFSET = 12;
/** Offset of the stream id in a DATA or PAD frame. */
export const DATA_STREAM_ID_OFFSET = 16;
/** Offset of the term id in a DATA or PAD frame. */
export const DATA_TERM_ID_OFFSET = 20;
/** Offset of the reserved value in a DATA or PAD frame. */
export const DATA_RESERVED_VALUE_OFFSET = 24;

/** What a frame is; u16 at byte 6. ATS frames (8 to 10) are dropped: a commercial feature, numbered differently in C. */
export const FrameType = {
  PAD: 0,
  DATA: 1,
  NAK: 2,
  SM: 3,
  ERR: 4,
  SETUP: 5,
  RTTM: 6,
  RES: 7,
  ATS_DATA: 8,
  ATS_SM: 9,
  ATS_SETUP: 10,
  RSP_SETUP: 11,
  EXT: 0xffff,
} as const;
/** One of the types above. */
export type FrameType = (typeof FrameType)[keyof typeof FrameType];

/** Flag of the first fragment of a message. */
export const BEGIN_FRAG_FLAG = 0x80;
/** Flag of the last fragment of a message. */
export const END_FRAG_FLAG = 0x40;
/** Flags of a message in one fragment. */
export const UNFRAGMENTED = BEGIN_FRAG_FLAG | END_FRAG_FLAG;
/** Flag of a heartbeat at the end of the stream. */
export const END_OF_STREAM_FLAG = 0x20;
/** Flag of a heartbeat of a revoked publication. */
export const REVOKED_FLAG = 0x10;

/** Bytes 4 to 7 of a DATA frame with both fragment flags, as one little-endian word. */
export const DATA_FRAME_WORD = (FrameType.DATA << 16) | (UNFRAGMENTED << 8) | FRAME_VERSION;
/** Bytes 4 to 7 of a PAD frame with both fragment flags, as one little-endian word. */
export const PAD_FRAME_WORD = (FrameType.PAD << 16) | (UNFRAGMENTED << 8) | FRAME_VERSION;

/** Bytes of the longest message in any log. */
export const MESSAGE_LENGTH_MAX = 16 * 1024 * 1024;

/** Bytes of the longest message in a log with this term length. */
export function computeMaxMessageLength(termLength: number): number {
  return Math.min(termLength >> 3, MESSAGE_LENGTH_MAX);
}

/** Bytes that a frame of this length occupies in a term. */
export function alignFrame(frameLength: number): number {
  return align(frameLength, FRAME_ALIGNMENT);
}

/** True if readers skip the frame. The type is the upper half of a word that is read whole: no unaligned access. */
export function isPadding(term: AtomicBuffer, frameOffset: number): boolean {
  return term.getInt32(frameOffset + FRAME_VERSION_OFFSET) >>> 16 === FrameType.PAD;
}

/**
 * Bytes that a message occupies in a term, headers and alignment included.
 *
 * @param maxPayloadLength payload bytes of one full frame: MTU less the header
 */
export function computeRequiredLength(length: number, maxPayloadLength: number): number {
  if (length <= maxPayloadLength) return alignFrame(length + DATA_HEADER_LENGTH);
  const fullFrameCount = Math.floor(length / maxPayloadLength);
  const rest = length % maxPayloadLength;
  const lastFrameLength = rest > 0 ? alignFrame(rest + DATA_HEADER_LENGTH) : 0;
  return fullFrameCount * (maxPayloadLength + DATA_HEADER_LENGTH) + lastFrameLength;
}
