/**
 * An error log: records one after another, each for one distinct error.
 *
 *   0        4       8                  16                  24
 *   | length | count | last observation | first observation | UTF-8 text … | padding to a multiple of 8 |
 *   int32      int32   int64, epoch ms    int64, epoch ms
 *
 * length: bytes including this header but not the padding; 0 ends the log; stored last.
 *
 * Source: driver-protocol §7.3; Agrona DistinctErrorLog.
 */

/** Offset of the number of observations in a record. */
export const ERROR_COUNT_OFFSET = 4;
/** Offset of the time of the latest observation in a record. */
export const ERROR_LAST_OBSERVATION_OFFSET = 8;
/** Offset of the time of the first observation in a record. */
export const ERROR_FIRST_OBSERVATION_OFFSET = 16;
/** Offset of the text in a record; the bytes before it are the header. */
export const ERROR_TEXT_OFFSET = 24;
/** Records start at multiples of this many bytes. */
export const ERROR_RECORD_ALIGNMENT = 8;
