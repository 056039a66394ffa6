/**
 * Counters: two buffers of equal record count, one for what a counter is, one for its value.
 *
 * Metadata record, 512 bytes, at counterId × 512:
 *
 *   0       4        8                  16            128           132
 *   | state | typeId | reuse deadline   | key 112 B … | label length| label 380 B … |
 *   int32     int32    int64, epoch ms                  int32         ASCII
 *
 * Value record, 128 bytes, at counterId × 128:
 *
 *   0         8                 16         24             32 … 128
 *   | value   | registration id | owner id | reference id | padding |
 *   int64 each
 *
 * state: 0 never used (readers stop there), 1 allocated (stored last), -1 reclaimed.
 * reuse deadline: the largest int64 while allocated.
 *
 * Source: driver-protocol §7.1; Agrona CountersReader.
 */

/** Bytes of a metadata record. */
export const COUNTER_METADATA_LENGTH = 512;
/** Bytes of a value record. */
export const COUNTER_LENGTH = 128;

/** Offset of the type id in a metadata record. */
export const COUNTER_TYPE_ID_OFFSET = 4;
/** Offset of the time from which a reclaimed counter may be used again, in a metadata record. */
export const COUNTER_REUSE_DEADLINE_OFFSET = 8;
/** Offset of the key in a metadata record. */
export const COUNTER_KEY_OFFSET = 16;
/** Bytes of the longest key. */
export const COUNTER_KEY_LENGTH_MAX = 112;
/** Offset of the label's length, followed by the label, in a metadata record. */
export const COUNTER_LABEL_OFFSET = 128;
/** Bytes of the longest label. */
export const COUNTER_LABEL_LENGTH_MAX = 380;

/** Offset of the registration id in a value record. */
export const COUNTER_REGISTRATION_ID_OFFSET = 8;
/** Offset of the owner's (client's) id in a value record. */
export const COUNTER_OWNER_ID_OFFSET = 16;
/** Offset of the reference id in a value record. */
export const COUNTER_REFERENCE_ID_OFFSET = 24;

/** The id of no counter. */
export const NULL_COUNTER_ID = -1;

/** State of a metadata record. */
export const CounterState = { UNUSED: 0, ALLOCATED: 1, RECLAIMED: -1 } as const;
/** One of the states above. */
export type CounterState = (typeof CounterState)[keyof typeof CounterState];

/** Offset of a counter's metadata record. */
export function counterMetadataOffset(counterId: number): number {
  return counterId * COUNTER_METADATA_LENGTH;
}

/** Offset of a counter's value record. */
export function counterOffset(counterId: number): number {
  return counterId * COUNTER_LENGTH;
}
