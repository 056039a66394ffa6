/**
 * A record in the to-driver ring and in the to-clients broadcast buffer.
 *
 *   0        4        8
 *   | length | typeId | body …            | padding to a multiple of 8 |
 *
 * length: int32, bytes including this header but not the padding; negative while being written in a ring.
 * typeId: int32, positive; -1 for a record that only fills the space up to the end of the buffer.
 *
 * Source: driver-protocol §3, §4; Agrona RecordDescriptor (ring buffer and broadcast).
 */

/** Bytes before the body. */
export const RECORD_HEADER_LENGTH = 8;
/** Records start at multiples of this many bytes. */
export const RECORD_ALIGNMENT = 8;
/** Type id of a record without content. */
export const PADDING_MSG_TYPE_ID = -1;

/** Offset of a record's length. */
export function recordLengthOffset(recordOffset: number): number {
  return recordOffset;
}

/** Offset of a record's type id. */
export function recordTypeOffset(recordOffset: number): number {
  return recordOffset + 4;
}

/** Offset of a record's body. */
export function recordBodyOffset(recordOffset: number): number {
  return recordOffset + RECORD_HEADER_LENGTH;
}
