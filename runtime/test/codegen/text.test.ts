import { describe, expect, it } from "vitest";
import {
  charsetOf,
  encodedTextLength,
  readText,
  textLength,
  writeTextData,
  writeTextField,
} from "@alerion/runtime/codegen";

/** Bytes 0x80 to 0x9f of windows-1252; the five that it leaves free read as the C1 control. Source: WHATWG Encoding. */
const WINDOWS_1252_HIGH =
  "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f" +
  "\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";

const HIGH_BYTES = Uint8Array.from({ length: 32 }, (_, index) => 0x80 + index);

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function written(text: string, charset: string): Uint8Array {
  const bytes = new Uint8Array(encodedTextLength(text, charset, "text"));
  writeTextField(viewOf(bytes), 0, bytes.length, text, charset, "text");
  return bytes;
}

describe("text in windows-1252", () => {
  it.each(["windows-1252", "CP1252", "x-cp1252"])("%s is its name", (name) => {
    expect(charsetOf(name)).toBe("windows-1252");
  });

  it("has the euro sign and the quotes where ISO-8859-1 has controls, also on Node 20", () => {
    const view = viewOf(HIGH_BYTES);
    expect(readText(view, 0, 32, "windows-1252")).toBe(WINDOWS_1252_HIGH);
    const shared = new Uint8Array(new SharedArrayBuffer(32));
    shared.set(HIGH_BYTES);
    expect(readText(viewOf(shared), 0, 32, "windows-1252")).toBe(WINDOWS_1252_HIGH);
    // Text longer than what is read byte by byte takes another way in other charsets.
    const long = new Uint8Array(320).map((_, index) => HIGH_BYTES[index % 32] ?? 0);
    expect(readText(viewOf(long), 0, 320, "windows-1252")).toBe(WINDOWS_1252_HIGH.repeat(10));
  });

  it("is written with the same bytes", () => {
    expect(written(WINDOWS_1252_HIGH, "windows-1252")).toStrictEqual(HIGH_BYTES);
    const bytes = new Uint8Array(4);
    expect(writeTextData(viewOf(bytes), 0, 4, "5 €", "windows-1252", 100, "text")).toBe(3);
    expect([...bytes]).toStrictEqual([0x35, 0x20, 0x80, 0]);
  });

  it("is not ISO-8859-1, whose bytes are their characters", () => {
    const controls = String.fromCharCode(...HIGH_BYTES);
    expect(readText(viewOf(HIGH_BYTES), 0, 32, "latin1")).toBe(controls);
    expect(() => written("€", "latin1")).toThrow("must be encodable in latin1: character=U+20ac");
  });
});

describe("text in any single-byte charset of the platform", () => {
  it.each([
    ...[1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258].map((page) => `windows-${page}`),
    ...[2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15].map((part) => `iso-8859-${part}`),
    "koi8-r",
    "koi8-u",
    "ibm866",
    "macintosh",
  ])("%s reads each byte as itself in a stream, and writes it back", (charset) => {
    const decoder = new TextDecoder(charset, { ignoreBOM: true });
    for (let byte = 0; byte < 256; byte++) {
      const view = viewOf(Uint8Array.of(byte));
      const text = readText(view, 0, 1, charset);
      expect(text).toBe(decoder.decode(Uint8Array.of(byte), { stream: true }));
      if (text !== "\ufffd") expect([...written(text, charset)]).toStrictEqual([byte]);
    }
  });
});

describe("text in charsets of several bytes", () => {
  it.each([
    ["gb18030", 0x81],
    ["gbk", 0x81],
    ["shift_jis", 0x81],
    ["big5", 0xa4],
    ["euc-jp", 0xb0],
    ["euc-kr", 0xb0],
  ])("%s leaves nothing over from text that ends within a character", (charset, lead) => {
    expect(readText(viewOf(Uint8Array.of(0x41, lead)), 0, 2, charset)).toBe("A\ufffd");
    expect(readText(viewOf(Uint8Array.of(0x42)), 0, 1, charset)).toBe("B");
  });
});

describe("text of a fixed field", () => {
  it("ends at the first NUL or with the field", () => {
    const view = viewOf(Uint8Array.of(0x80, 0x41, 0, 0x42));
    expect(textLength(view, 0, 4)).toBe(2);
    expect(textLength(view, 0, 2)).toBe(2);
    expect(textLength(view, 2, 2)).toBe(0);
  });
});
