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
function isArray(value: JsonValue): value is readonly JsonValue[] {
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

const HEX_DIGITS = new TextEncoder().encode("0123456789abcdef");
const LATIN1 = new TextDecoder("latin1");

/** Bytes that are turned at a time; a string that grew by single digits would keep them all apart. */
const HEX_PIECE_LENGTH = 4096;

/** Lower-case hex of bytes of a view. */
export function hexOf(view: DataView, at: number, length: number): string {
  const digits = new Uint8Array(Math.min(length, HEX_PIECE_LENGTH) * 2);
  let text = "";
  for (let done = 0; done < length; done += HEX_PIECE_LENGTH) {
    const size = Math.min(HEX_PIECE_LENGTH, length - done);
    for (let index = 0; index < size; index++) {
      const byte = view.getUint8(at + done + index);
      digits[index * 2] = HEX_DIGITS[byte >> 4] ?? 0;
      digits[index * 2 + 1] = HEX_DIGITS[byte & 0xf] ?? 0;
    }
    text += LATIN1.decode(digits.subarray(0, size * 2));
  }
  return text;
}

/** The bytes of hex digits, or undefined when it is not hex. */
export function bytesOfHex(hex: string): Uint8Array<ArrayBuffer> | undefined {
  if (hex.length % 2 !== 0) return undefined;
  const bytes = new Uint8Array(hex.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    const high = digitOf(hex.charCodeAt(index * 2));
    const low = digitOf(hex.charCodeAt(index * 2 + 1));
    if (high < 0 || low < 0) return undefined;
    bytes[index] = high * 16 + low;
  }
  return bytes;
}

/** The value of a hex digit, -1 for any other character. */
function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
