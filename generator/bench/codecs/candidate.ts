/**
 * What is measured: one way to encode and to decode one message. The same sixteen messages in turn, so that nothing
 * can be hoisted out of the loop that calls a candidate and branches are as predictable for everybody.
 */

/** Different messages in turn; a power of two. */
export const RING = 16;

/** Bytes between two messages of the ring in one buffer: cache lines apart, all of them in the first-level cache. */
export const SLOT = 512;

/** How a candidate treats the text of a message; "none" where the message has no text. */
export type TextMode = "bytes" | "strings" | "none";

/** One way to encode and decode a message. */
export interface Candidate {
  readonly name: string;
  readonly text: TextMode;
  /** Encodes message `index % RING`; yields its bytes on the wire. */
  encode(index: number): number;
  /** Decodes that message, reads every field and yields their sum: the same for every candidate. */
  decode(index: number): number;
  /** The ring as it lies in memory, where the candidate writes SBE into one buffer. */
  readonly ring?: DataView;
}

/** A message in the terms of objects, for the codecs that take objects. `T` has one shape per text mode. */
export interface ObjectForm {
  /** Message `index` of the ring, text as strings or as bytes. */
  content(index: number, text: TextMode): object;
  /** The sum over all fields of what a peer decoded. */
  sum(decoded: never, text: TextMode): number;
}

/** A field for the peers that need a schema; `list` is a repeated field, `of` a nested record. */
export interface PeerField {
  readonly name: string;
  /** `uint16` is any unsigned type of up to 16 bits: peers have integers of 32 bits for it. */
  readonly type: "uint16" | "uint32" | "int32" | "fixed64" | "float" | "text" | PeerRecord;
  readonly list?: boolean;
}

/** A message or nested record for the peers that need a schema. */
export interface PeerRecord {
  readonly name: string;
  readonly fields: readonly PeerField[];
}
