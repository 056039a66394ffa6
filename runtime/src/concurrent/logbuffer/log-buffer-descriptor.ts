import { AlerionError } from "../../errors.js";
import { isPowerOfTwo } from "../bits.js";
import { DATA_HEADER_LENGTH, FRAME_ALIGNMENT } from "./frame-descriptor.js";
import { PARTITION_COUNT } from "./position.js";

/**
 * A log buffer file: three terms of equal length, then 4096 bytes of metadata, which are the last of the file.
 *
 *   | term 0 | term 1 | term 2 | (gap where pages exceed 4096) | metadata |
 *
 * Metadata, by byte. The first block is written by publishers, the second by the driver, the third is fixed.
 *
 *     0 /8 /16  i64  raw tail of partition 0, 1, 2: termId << 32 | tail offset, which may pass the term's end
 *    24         i32  active term count: active term id - initial term id
 *   128         i64  end-of-stream position, the largest int64 until closed
 *   136         i32  is connected, 0 or 1
 *   140         i32  active transport count (images)
 *   256         i64  correlation id, also called registration id
 *   264         i32  initial term id
 *   268         i32  length of the default frame header, 32
 *   272         i32  MTU
 *   276         i32  term length
 *   280         i32  page size
 *   284 / 288   i32  publication window, receiver window
 *   292…300     i32  SO_SNDBUF used, default of the OS, maximum of the OS
 *   304…312     i32  SO_RCVBUF the same
 *   316         i32  max resend
 *   320         128  default frame header, 32 bytes used
 *   448 / 456   i64  entity tag, response correlation id
 *   464…480     i64  linger, untethered window limit, untethered resting timeout, ns
 *   488…495     u8   group, is response, rejoin, reliable, sparse, signal EOS, spies simulate connection, tether
 *   496         u8   is publication revoked
 *   497         u8   type: 0 concurrent publication, 1 exclusive publication, 2 image
 *   500         i64  untethered linger timeout ns, not a multiple of 8
 *
 * Source: driver-protocol §8; Aeron LogBufferDescriptor; conformance/aeron/logbuffer.
 */

/** Bytes of metadata. */
export const LOG_METADATA_LENGTH = 4096;
/** Bytes of the shortest term. */
export const TERM_LENGTH_MIN = 64 * 1024;
/** Bytes of the longest term. */
export const TERM_LENGTH_MAX = 1024 * 1024 * 1024;
/** Bytes of the smallest page. */
export const PAGE_SIZE_MIN = 4096;
/** Bytes of the largest page. */
export const PAGE_SIZE_MAX = 1024 * 1024 * 1024;
/** Bytes of the longest frame: what fits a UDP datagram, in whole alignments. */
export const MTU_LENGTH_MAX = 65504;

/** Offset of the raw tail of partition 0; those of 1 and 2 follow. */
export const LOG_TAIL_COUNTERS_OFFSET = 0;
/** Offset of the active term count. */
export const LOG_ACTIVE_TERM_COUNT_OFFSET = 24;
/** Offset of the end-of-stream position. */
export const LOG_END_OF_STREAM_POSITION_OFFSET = 128;
/** Offset of the connected flag. */
export const LOG_IS_CONNECTED_OFFSET = 136;
/** Offset of the count of live transports of an image. */
export const LOG_ACTIVE_TRANSPORT_COUNT_OFFSET = 140;
/** Offset of the correlation id. */
export const LOG_CORRELATION_ID_OFFSET = 256;
/** Offset of the initial term id. */
export const LOG_INITIAL_TERM_ID_OFFSET = 264;
/** Offset of the length of the default frame header. */
export const LOG_DEFAULT_FRAME_HEADER_LENGTH_OFFSET = 268;
/** Offset of the MTU. */
export const LOG_MTU_LENGTH_OFFSET = 272;
/** Offset of the term length. */
export const LOG_TERM_LENGTH_OFFSET = 276;
/** Offset of the page size. */
export const LOG_PAGE_SIZE_OFFSET = 280;
/** Offset of the publication window. */
export const LOG_PUBLICATION_WINDOW_OFFSET = 284;
/** Offset of the receiver window. */
export const LOG_RECEIVER_WINDOW_OFFSET = 288;
/** Offset of SO_SNDBUF as used. */
export const LOG_SOCKET_SNDBUF_OFFSET = 292;
/** Offset of the operating system's default SO_SNDBUF. */
export const LOG_OS_DEFAULT_SOCKET_SNDBUF_OFFSET = 296;
/** Offset of the operating system's largest SO_SNDBUF. */
export const LOG_OS_MAX_SOCKET_SNDBUF_OFFSET = 300;
/** Offset of SO_RCVBUF as used. */
export const LOG_SOCKET_RCVBUF_OFFSET = 304;
/** Offset of the operating system's default SO_RCVBUF. */
export const LOG_OS_DEFAULT_SOCKET_RCVBUF_OFFSET = 308;
/** Offset of the operating system's largest SO_RCVBUF. */
export const LOG_OS_MAX_SOCKET_RCVBUF_OFFSET = 312;
/** Offset of the limit of concurrent retransmits. */
export const LOG_MAX_RESEND_OFFSET = 316;
/** Offset of the default frame header. */
export const LOG_DEFAULT_FRAME_HEADER_OFFSET = 320;
/** Offset of the entity tag. */
export const LOG_ENTITY_TAG_OFFSET = 448;
/** Offset of the response correlation id. */
export const LOG_RESPONSE_CORRELATION_ID_OFFSET = 456;
/** Offset of the linger timeout. */
export const LOG_LINGER_TIMEOUT_NS_OFFSET = 464;
/** Offset of the untethered window limit timeout. */
export const LOG_UNTETHERED_WINDOW_LIMIT_TIMEOUT_NS_OFFSET = 472;
/** Offset of the untethered resting timeout. */
export const LOG_UNTETHERED_RESTING_TIMEOUT_NS_OFFSET = 480;
/** Offset of the group flag. */
export const LOG_GROUP_OFFSET = 488;
/** Offset of the response flag. */
export const LOG_IS_RESPONSE_OFFSET = 489;
/** Offset of the rejoin flag. */
export const LOG_REJOIN_OFFSET = 490;
/** Offset of the reliable flag. */
export const LOG_RELIABLE_OFFSET = 491;
/** Offset of the sparse flag. */
export const LOG_SPARSE_OFFSET = 492;
/** Offset of the flag to signal the end of the stream. */
export const LOG_SIGNAL_EOS_OFFSET = 493;
/** Offset of the flag that spies count as connected. */
export const LOG_SPIES_SIMULATE_CONNECTION_OFFSET = 494;
/** Offset of the tether flag. */
export const LOG_TETHER_OFFSET = 495;
/** Offset of the revoked flag. */
export const LOG_IS_PUBLICATION_REVOKED_OFFSET = 496;
/** Offset of the log's type. */
export const LOG_TYPE_OFFSET = 497;
/** Offset of the untethered linger timeout; a multiple of 4 only. */
export const LOG_UNTETHERED_LINGER_TIMEOUT_NS_OFFSET = 500;

/** Whose log it is; u8 at byte 497. */
export const LogType = {
  CONCURRENT_PUBLICATION: 0,
  EXCLUSIVE_PUBLICATION: 1,
  IMAGE: 2,
} as const;
/** One of the types above. */
export type LogType = (typeof LogType)[keyof typeof LogType];

/** The end-of-stream position of a stream that has not ended, as `getInt64` yields the largest int64. */
export const END_OF_STREAM_NOT_SET = 2 ** 63;

/** A term length, MTU or page size is not one that a log can have. */
export class LogLengthError extends AlerionError {
  override readonly name: string = "LogLengthError";
}

/** Bytes of the file of a log. */
export function computeLogLength(termLength: number, filePageSize: number): number {
  // Beyond 2^32 with terms of 1 GiB, hence no bit operations.
  const length = PARTITION_COUNT * termLength + LOG_METADATA_LENGTH;
  return Math.ceil(length / filePageSize) * filePageSize;
}

/** @throws {LogLengthError} TERM_LENGTH unless it is a power of two in 64 KiB..1 GiB */
export function checkTermLength(termLength: number): void {
  if (!isPowerOfTwo(termLength) || termLength < TERM_LENGTH_MIN || termLength > TERM_LENGTH_MAX) {
    throw new LogLengthError(
      "TERM_LENGTH",
      `term length must be a power of two in ${TERM_LENGTH_MIN}..${TERM_LENGTH_MAX}: termLength=${termLength}`,
    );
  }
}

/** @throws {LogLengthError} MTU_LENGTH unless it is a multiple of 32 in 64..65504 */
export function checkMtuLength(mtuLength: number): void {
  if (
    !Number.isInteger(mtuLength) ||
    mtuLength <= DATA_HEADER_LENGTH ||
    mtuLength > MTU_LENGTH_MAX ||
    mtuLength % FRAME_ALIGNMENT !== 0
  ) {
    throw new LogLengthError(
      "MTU_LENGTH",
      `MTU must be a multiple of ${FRAME_ALIGNMENT} in ${2 * DATA_HEADER_LENGTH}..${MTU_LENGTH_MAX}: mtuLength=${mtuLength}`,
    );
  }
}

/** @throws {LogLengthError} PAGE_SIZE unless it is a power of two in 4 KiB..1 GiB */
export function checkPageSize(pageSize: number): void {
  if (!isPowerOfTwo(pageSize) || pageSize < PAGE_SIZE_MIN || pageSize > PAGE_SIZE_MAX) {
    throw new LogLengthError(
      "PAGE_SIZE",
      `page size must be a power of two in ${PAGE_SIZE_MIN}..${PAGE_SIZE_MAX}: pageSize=${pageSize}`,
    );
  }
}
