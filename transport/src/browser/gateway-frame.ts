/**
 * What a gateway sends to a browser: WebSocket messages of whole records, little endian, each at a multiple of 8.
 *
 *   0      1   2        4           8          16        20       24
 *   | type | 0 | stream | sessionId | position | skipped | length | payload … | padding to 8
 *
 * stream: uint16, place in the list that the gateway's first, textual, message has
 * sessionId: int32, of the publisher
 * position: float64, of the publisher's stream behind the message; exact below 2^53
 * skipped: uint32, messages that this browser did not get before this one: conflated for DATA, lost for GAP
 * length: uint32, bytes of payload
 */

/** Bytes before the payload. */
export const RECORD_HEADER_LENGTH = 24;

const STREAM = 2;
const SESSION_ID = 4;
const POSITION = 8;
const SKIPPED = 16;
const LENGTH = 20;

/** What a record is. */
export const RecordType = {
  /** A message as it came. */
  DATA: 1,
  /** `skipped` messages up to `position` were dropped, because the browser or a network was too slow. */
  GAP: 2,
  /** A message from before the browser joined: a last value, or of the history. */
  SNAPSHOT: 3,
  /** All of the past has been sent. */
  SNAPSHOT_END: 4,
  /** A publisher is there, from `position` on. */
  SESSION: 5,
  /** A publisher is gone; its stream ended at `position`. */
  SESSION_END: 6,
} as const;

/** One of {@link RecordType}. */
export type RecordType = (typeof RecordType)[keyof typeof RecordType];

/** Bytes that a record with that payload takes; exact for every uint32, which bit operations are not. */
export function recordLength(payloadLength: number): number {
  return Math.ceil((RECORD_HEADER_LENGTH + payloadLength) / 8) * 8;
}

/** Writes the header of a record at `offset`. */
export function writeRecordHeader(
  view: DataView,
  offset: number,
  type: RecordType,
  stream: number,
  sessionId: number,
  position: number,
  skipped: number,
  length: number,
): void {
  view.setUint8(offset, type);
  view.setUint8(offset + 1, 0);
  view.setUint16(offset + STREAM, stream, true);
  view.setInt32(offset + SESSION_ID, sessionId, true);
  view.setFloat64(offset + POSITION, position, true);
  view.setUint32(offset + SKIPPED, skipped, true);
  view.setUint32(offset + LENGTH, length, true);
}

/** The type of the record at `offset`, whatever number that is. */
export function recordType(view: DataView, offset: number): number {
  return view.getUint8(offset);
}

/** The place of its stream in the gateway's list. */
export function recordStream(view: DataView, offset: number): number {
  return view.getUint16(offset + STREAM, true);
}

/** The session of its publisher. */
export function recordSessionId(view: DataView, offset: number): number {
  return view.getInt32(offset + SESSION_ID, true);
}

/** The position of its publisher's stream. */
export function recordPosition(view: DataView, offset: number): number {
  return view.getFloat64(offset + POSITION, true);
}

/** Messages that were left out before it. */
export function recordSkipped(view: DataView, offset: number): number {
  return view.getUint32(offset + SKIPPED, true);
}

/** Bytes of its payload. */
export function recordPayloadLength(view: DataView, offset: number): number {
  return view.getUint32(offset + LENGTH, true);
}
