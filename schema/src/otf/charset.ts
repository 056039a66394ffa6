/**
 * Text of char arrays and var data in the charsets that schemas name, with Java's meaning of the
 * names: US-ASCII has no characters above 0x7f and ISO-8859-1 is not windows-1252, unlike in the
 * web's `TextDecoder`. Bytes that are no character become U+FFFD, as with Java's `String(byte[])`.
 */

const REPLACEMENT = 0xfffd;

/** Half a character, which no charset can hold. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** One charset: bytes to text and back. */
export interface Charset {
  /** The text of `bytes`; never fails. */
  decode(bytes: Uint8Array): string;
  /** A decoder for text that comes in pieces; call it with `last` true for the final piece. */
  stream(): (bytes: Uint8Array, last: boolean) => string;
  /** The bytes of `text`, or undefined when a character has none. */
  encode(text: string): Uint8Array | undefined;
}

/** One byte is one character; bytes above `last` are none. */
class SingleByteCharset implements Charset {
  readonly #last: number;

  constructor(last: number) {
    this.#last = last;
  }

  decode(bytes: Uint8Array): string {
    let text = "";
    // Pieces, because fromCharCode takes its characters as arguments and the stack is finite.
    for (let start = 0; start < bytes.length; start += 4096) {
      const piece = bytes.subarray(start, start + 4096);
      const codes: number[] = [];
      for (const byte of piece) codes.push(byte <= this.#last ? byte : REPLACEMENT);
      text += String.fromCharCode(...codes);
    }
    return text;
  }

  stream(): (bytes: Uint8Array, last: boolean) => string {
    return (bytes) => this.decode(bytes);
  }

  encode(text: string): Uint8Array | undefined {
    const bytes = new Uint8Array(text.length);
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > this.#last) return undefined;
      bytes[index] = code;
    }
    return bytes;
  }
}

/** Whatever `TextDecoder` knows. */
abstract class PlatformCharset implements Charset {
  readonly #label: string;
  readonly #decoder: TextDecoder;

  constructor(label: string) {
    this.#label = label;
    this.#decoder = new TextDecoder(label, { ignoreBOM: true });
  }

  decode(bytes: Uint8Array): string {
    return this.#decoder.decode(bytes);
  }

  stream(): (bytes: Uint8Array, last: boolean) => string {
    const decoder = new TextDecoder(this.#label, { ignoreBOM: true });
    return (bytes, last) => decoder.decode(bytes, { stream: !last });
  }

  abstract encode(text: string): Uint8Array | undefined;
}

class Utf8Charset extends PlatformCharset {
  readonly #encoder = new TextEncoder();

  constructor() {
    super("utf-8");
  }

  encode(text: string): Uint8Array | undefined {
    return LONE_SURROGATE.test(text) ? undefined : this.#encoder.encode(text);
  }
}

class Utf16Charset extends PlatformCharset {
  readonly #littleEndian: boolean;

  constructor(littleEndian: boolean) {
    super(littleEndian ? "utf-16le" : "utf-16be");
    this.#littleEndian = littleEndian;
  }

  encode(text: string): Uint8Array | undefined {
    if (LONE_SURROGATE.test(text)) return undefined;
    const view = new DataView(new ArrayBuffer(text.length * 2));
    for (let index = 0; index < text.length; index++) {
      view.setUint16(index * 2, text.charCodeAt(index), this.#littleEndian);
    }
    return new Uint8Array(view.buffer);
  }
}

/**
 * A charset that the platform decodes only (GB18030, Shift_JIS, windows-1252, …). To encode, all its
 * sequences of one and two bytes, and GB18030's of four, are decoded once into a reverse table.
 */
class TableCharset extends PlatformCharset {
  readonly #hasFourByteSequences: boolean;
  #table: Map<string, readonly number[]> | undefined;

  constructor(label: string) {
    super(label);
    this.#hasFourByteSequences = label.toLowerCase() === "gb18030";
  }

  encode(text: string): Uint8Array | undefined {
    this.#table ??= this.#reverseTable();
    const bytes: number[] = [];
    for (const character of text) {
      const sequence = this.#table.get(character) ?? this.#supplementary(character);
      if (sequence === undefined) return undefined;
      bytes.push(...sequence);
    }
    return Uint8Array.from(bytes);
  }

  #reverseTable(): Map<string, readonly number[]> {
    const table = new Map<string, readonly number[]>();
    const add = (...sequence: number[]): void => {
      const text = this.decode(Uint8Array.from(sequence));
      const isOne =
        text.length > 0 && text.length === String.fromCodePoint(text.codePointAt(0) ?? 0).length;
      if (isOne && text !== "\ufffd" && !table.has(text)) table.set(text, sequence);
    };
    for (let byte = 0; byte <= 0xff; byte++) add(byte);
    for (let lead = 0x81; lead <= 0xfe; lead++) {
      for (let trail = 0x40; trail <= 0xfe; trail++) add(lead, trail);
    }
    if (this.#hasFourByteSequences) {
      for (let linear = 0; linear < 39420; linear++) add(...fourBytes(0x81, linear));
    }
    return table;
  }

  /** GB18030 maps U+10000 and up in one run from 0x90308130. */
  #supplementary(character: string): readonly number[] | undefined {
    const code = character.codePointAt(0) ?? 0;
    return this.#hasFourByteSequences && code >= 0x10000
      ? fourBytes(0x90, code - 0x10000)
      : undefined;
  }
}

/** The GB18030 sequence `linear` steps after `lead 30 81 30`. */
function fourBytes(lead: number, linear: number): readonly number[] {
  return [
    lead + Math.trunc(linear / 12600),
    0x30 + (Math.trunc(linear / 1260) % 10),
    0x81 + (Math.trunc(linear / 10) % 126),
    0x30 + (linear % 10),
  ];
}

/** Only charsets that exist are kept, so hostile names cannot fill it. */
const cache = new Map<string, Charset>();

/** The charset of that name, in any case; undefined when neither we nor the platform know it. */
export function charsetNamed(name: string): Charset | undefined {
  const key = name.trim().toUpperCase();
  const known = cache.get(key) ?? makeCharset(key);
  if (known !== undefined) cache.set(key, known);
  return known;
}

function makeCharset(key: string): Charset | undefined {
  switch (key) {
    case "US-ASCII":
    case "ASCII":
    case "ISO646-US":
      return new SingleByteCharset(0x7f);
    case "ISO-8859-1":
    case "ISO8859_1":
    case "ISO8859-1":
    case "LATIN1":
      return new SingleByteCharset(0xff);
    case "UTF-8":
    case "UTF8":
      return new Utf8Charset();
    case "UTF-16":
    case "UTF-16BE":
    case "UTF16BE":
      return new Utf16Charset(false);
    case "UTF-16LE":
    case "UTF16LE":
      return new Utf16Charset(true);
    default:
      try {
        return new TableCharset(key);
      } catch {
        return undefined;
      }
  }
}
