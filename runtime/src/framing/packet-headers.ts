/**
 * What packet headers say besides lengths. `offset` is that of the packet header; the caller has
 * checked that the header lies in the view.
 */

/** Where in a datagram a uint32 sequence number lies, for a `LineArbiter`. */
export interface SequenceField {
  /** Bytes from the start of the datagram. */
  readonly offset: number;
  readonly littleEndian: boolean;
}

/** Sequence number of a CME packet: at its start. */
export const MDP3_SEQUENCE: SequenceField = { offset: 0, littleEndian: true };

/** Sequence number of a Deribit datagram: behind length and channel. */
export const DERIBIT_SEQUENCE: SequenceField = { offset: 4, littleEndian: true };

/** Sequence number of the CME packet at `offset`, uint32. */
export function mdp3SequenceNumber(view: DataView, offset: number): number {
  return view.getUint32(offset, true);
}

/** Nanoseconds since the Unix epoch at which the CME packet at `offset` was sent; allocates one bigint. */
export function mdp3SendingTime(view: DataView, offset: number): bigint {
  return view.getBigUint64(offset + 4, true);
}

/** Low 32 bits of {@link mdp3SendingTime}, unsigned; allocates nothing. */
export function mdp3SendingTimeLow(view: DataView, offset: number): number {
  return view.getUint32(offset + 4, true);
}

/** High 32 bits of {@link mdp3SendingTime}, unsigned; allocates nothing. */
export function mdp3SendingTimeHigh(view: DataView, offset: number): number {
  return view.getUint32(offset + 8, true);
}

/** Channel of the Deribit datagram at `offset`, uint16. */
export function deribitChannel(view: DataView, offset: number): number {
  return view.getUint16(offset + 2, true);
}

/** Sequence number of the Deribit datagram at `offset`, uint32, counted per channel. */
export function deribitSequenceNumber(view: DataView, offset: number): number {
  return view.getUint32(offset + 4, true);
}
