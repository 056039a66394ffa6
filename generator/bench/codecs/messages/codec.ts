/**
 * What the benchmark uses of generated codecs. They are generated when it runs, so their own types are not there yet
 * when it is compiled; a member that is not there fails the comparison of all candidates before anything is timed.
 */
export interface Wrapping {
  wrapAndApplyHeader(view: DataView, offset: number, limit?: number): this;
}

export interface Encoding extends Wrapping {
  encodedLength(): number;
}

/** A repeating group being written or read. */
export interface Stepping {
  hasNext(): boolean;
  next(): this;
}

export interface PlainEncoder {
  encode(data: object): Uint8Array;
}

export interface PlainDecoder<T> {
  decode(bytes: Uint8Array): T;
}
