/** What a run of bytes is. */
export type SpanKind =
  /** A field of a packet's or frame's header. */
  | "frame"
  /** A field of the message header. */
  | "header"
  | "field"
  /** A field of a group's dimension. */
  | "group"
  /** The length of var data. */
  | "length"
  /** The content of var data. */
  | "data"
  /** Bytes within a block or header that no field has. */
  | "gap"
  /** Bytes behind the fields of a block that the schema knows: a newer version may. */
  | "extension"
  /** Bytes that could not be understood. */
  | "unknown";

/** A run of bytes with one meaning. */
export interface Span {
  /** Absolute offset in the view. */
  readonly start: number;
  /** Absolute, exclusive. */
  readonly end: number;
  /** Names of the schema, e.g. `legs[1].price.mantissa`; empty where there is no name. */
  readonly path: string;
  readonly kind: SpanKind;
  /** The value as people read it; what is wrong, for unknown bytes. */
  readonly text: string;
  /** What the value stands for, where that says more: a decimal, a time. */
  readonly meaning?: string;
}
