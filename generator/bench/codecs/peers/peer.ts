import {
  type ObjectForm,
  type PeerField,
  type PeerRecord,
  RING,
  type TextMode,
} from "../candidate.js";

/** What a peer is made from. */
export interface PeerInput {
  readonly record: PeerRecord;
  readonly form: ObjectForm;
  readonly text: TextMode;
}

/** Something made once for each message of the ring. */
export function ofRing<T>(make: (index: number) => T): readonly T[] {
  return Array.from({ length: RING }, (_, index) => make(index));
}

/** An element of an array that is there: indices are masked to the ring. */
export function element<T>(ring: readonly T[], index: number): T {
  return ring[index & (RING - 1)] as T;
}

/** The records nested in a record, itself last; every name once. */
export function allRecords(record: PeerRecord): PeerRecord[] {
  const nested = record.fields
    .map(({ type }) => type)
    .filter((type): type is PeerRecord => typeof type !== "string");
  return [...nested.flatMap(allRecords), record];
}

/** `object` with its 64-bit fields as bigints, for the peers that want that. */
export function withBigints(record: PeerRecord, object: object): Record<string, unknown> {
  const convert = (field: PeerField, value: unknown): unknown => {
    if (field.type === "fixed64") return BigInt(value as number);
    if (typeof field.type === "string") return value;
    const { type } = field;
    return field.list === true
      ? (value as object[]).map((entry) => withBigints(type, entry))
      : withBigints(type, value as object);
  };
  const source = object as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    record.fields.map((field) => [field.name, convert(field, source[field.name])]),
  );
}
