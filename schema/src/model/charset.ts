/**
 * Character encodings of constants, under the names that Java knows. Only constants are encoded at
 * compile time; for other types the name passes through unchecked, as in the official tool.
 */

import {
  charsetOf,
  CodecError,
  encodedTextLength,
  readText,
  writeTextField,
  type Charset,
} from "@alerion/runtime/codegen";

interface CharacterSet {
  readonly encode: (text: string) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => string;
}

const QUESTION_MARK = 0x3f;

/** Yields the character set, undefined for one that is not known here. */
export function characterSetOf(name: string): CharacterSet | undefined {
  const key = name.toLowerCase().replaceAll("_", "-");
  if (
    /^(?:us-ascii|ascii|ansi-x3\.4-19(?:68|86)|iso646-us|us|cp367|ibm367|646|iso-646\.irv:19(?:83|91)|csascii|default|iso-ir-6)$/.test(
      key,
    )
  ) {
    return singleByte((code) => (code < 0x80 ? code : undefined));
  }
  if (
    /^(?:iso-?8859-1|8859-1|latin1|l1|cp819|ibm819|ibm-819|819|iso-ir-100|iso-8859-1:1987|csisolatin1)$/.test(
      key,
    )
  ) {
    return singleByte((code) => (code < 0x100 ? code : undefined));
  }
  if (/^(?:utf-?8|unicode-1-1-utf-8)$/.test(key)) return UTF_8;
  switch (key) {
    case "utf-16":
    case "utf16":
    case "unicode":
    case "unicodebig":
      return utf16(false, true);
    case "utf-16be":
    case "x-utf-16be":
    case "unicodebigunmarked":
      return utf16(false, false);
    case "utf-16le":
    case "x-utf-16le":
    case "unicodelittleunmarked":
      return utf16(true, false);
    default:
      return tabled(key);
  }
}

const UTF_8: CharacterSet = {
  encode: (text) => new TextEncoder().encode(text),
  decode: (bytes) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes),
};

function singleByte(
  byteOf: (code: number) => number | undefined,
  table?: readonly string[],
): CharacterSet {
  return {
    // By code point: a character beyond the set is one question mark, also as a surrogate pair.
    encode: (text) =>
      Uint8Array.from(
        Array.from(text, (character) => byteOf(character.codePointAt(0) ?? 0) ?? QUESTION_MARK),
      ),
    decode: (bytes) =>
      Array.from(bytes, (byte) => table?.[byte] ?? String.fromCharCode(byte)).join(""),
  };
}

function utf16(littleEndian: boolean, marked: boolean): CharacterSet {
  return {
    encode: (text) => {
      const bytes = new Uint8Array(2 * text.length + (marked ? 2 : 0));
      const view = new DataView(bytes.buffer);
      if (marked) view.setUint16(0, 0xfeff);
      for (let index = 0; index < text.length; index++) {
        view.setUint16(2 * index + (marked ? 2 : 0), text.charCodeAt(index), littleEndian);
      }
      return bytes;
    },
    decode: (bytes) => new TextDecoder(littleEndian ? "utf-16le" : "utf-16be").decode(bytes),
  };
}

/** Windows, ISO 8859 and KOI8 sets: the platform can decode them, and 256 bytes are the table. */
function tabled(key: string): CharacterSet | undefined {
  const label = key.replace(/^cp(125[0-8])$/, "windows-$1").replace(/^iso8859-/, "iso-8859-");
  if (!/^(?:windows-125[0-8]|windows-874|iso-8859-(?:[2-8]|1[0345])|koi8-[ru])$/.test(label)) {
    return multiByte(label);
  }
  const decoder = new TextDecoder(label);
  const table: string[] = [];
  const bytes = new Map<number, number>();
  for (let byte = 0; byte < 0x100; byte++) {
    // As a stream: Node 20 has a fast path for whole buffers that takes windows-1252 for ISO-8859-1.
    const character = decoder.decode(Uint8Array.of(byte), { stream: true });
    table.push(character);
    if (character !== REPLACEMENT) bytes.set(character.codePointAt(0) ?? 0, byte);
  }
  return singleByte((code) => bytes.get(code), table);
}

const REPLACEMENT = "\uFFFD";

/** Chinese, Japanese and Korean sets, as far as the runtime can write them. */
function multiByte(name: string): CharacterSet | undefined {
  const charset = name === name.trim() ? charsetOf(name) : undefined;
  if (charset === undefined) return undefined;
  return {
    encode: (text) =>
      Uint8Array.from(Array.from(text).flatMap((character) => characterBytes(character, charset))),
    decode: (bytes) =>
      readText(
        new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
        0,
        bytes.length,
        charset,
      ),
  };
}

function characterBytes(character: string, charset: Charset): number[] {
  try {
    const bytes = new Uint8Array(encodedTextLength(character, charset, "constant"));
    writeTextField(new DataView(bytes.buffer), 0, bytes.length, character, charset, "constant");
    return [...bytes];
  } catch (error) {
    if (error instanceof CodecError) return [QUESTION_MARK];
    throw error;
  }
}
