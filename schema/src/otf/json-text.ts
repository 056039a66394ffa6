/** A JSON value as this package makes it; int64 and uint64 are decimal strings. */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Where text goes, piece by piece. */
export type TextSink = (text: string) => void;

/** Characters gathered before the sink is called. */
const PIECE_LENGTH = 16_384;

/** Gathers JSON text and hands it on in pieces, so that a message of any size prints in bounded memory. */
export class JsonWriter {
  readonly #sink: TextSink;
  #text = "";

  constructor(sink: TextSink) {
    this.#sink = sink;
  }

  raw(text: string): void {
    this.#text += text;
    if (this.#text.length >= PIECE_LENGTH) this.flush();
  }

  value(value: JsonValue): void {
    this.raw(jsonText(value));
  }

  /** Hands on what is left; call it once at the end. */
  flush(): void {
    if (this.#text === "") return;
    const text = this.#text;
    this.#text = "";
    this.#sink(text);
  }
}

/** Like `JSON.stringify`, but negative zero keeps its sign. */
export function jsonText(value: JsonValue): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (isArray(value)) return `[${value.map(jsonText).join(",")}]`;
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}:${jsonText(member)}`,
  );
  return `{${members.join(",")}}`;
}

/** `Array.isArray`, which does not narrow readonly arrays. */
export function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/**
 * Adds an own member, also where the schema calls it `__proto__`.
 */
export function setMember(
  object: { [key: string]: JsonValue },
  key: string,
  value: JsonValue,
): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  } else {
    object[key] = value;
  }
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, "0"),
);

/** Lower-case hex of bytes of a view. */
export function hexOf(view: DataView, at: number, length: number): string {
  let text = "";
  for (let index = 0; index < length; index++) text += HEX[view.getUint8(at + index)];
  return text;
}

/** The bytes of hex digits, or undefined when it is not hex. */
export function bytesOfHex(hex: string): Uint8Array<ArrayBuffer> | undefined {
  if (hex.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(hex)) return undefined;
  const bytes = new Uint8Array(hex.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16);
  }
  return bytes;
}
