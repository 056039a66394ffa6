import type { TextMode } from "./candidate.js";

/** Nanoseconds for one operation. */
export interface Timing {
  readonly min: number;
  readonly median: number;
}

/** One candidate's figures. */
export interface Row {
  readonly name: string;
  readonly text: TextMode;
  readonly encode: Timing;
  readonly decode: Timing;
  /** Bytes allocated for one operation. */
  readonly encodeGarbage: number;
  readonly decodeGarbage: number;
  /** Bytes of one message on the wire. */
  readonly wire: number;
  /** The sum over all fields of the ring's messages: the same for every candidate. */
  readonly checksum: number;
  /** The ring's memory, where the candidate writes SBE: the same for all of them, Java's included. */
  readonly hex?: string;
}

/** The rows of several processes as one: the least minimum, the median of medians. */
export function merged(rows: readonly Row[]): Row {
  const [first] = rows;
  if (first === undefined) throw new Error("there must be a row to merge");
  const timing = (each: readonly Timing[]): Timing => ({
    min: Math.min(...each.map(({ min }) => min)),
    median: median(each.map((one) => one.median)),
  });
  return {
    ...first,
    encode: timing(rows.map(({ encode }) => encode)),
    decode: timing(rows.map(({ decode }) => decode)),
    encodeGarbage: median(rows.map(({ encodeGarbage }) => encodeGarbage)),
    decodeGarbage: median(rows.map(({ decodeGarbage }) => decodeGarbage)),
  };
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
