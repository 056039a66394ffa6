import { describe, expect, it } from "vitest";
import { characterSetOf } from "../../src/model/charset.js";

function bytesOf(name: string, text: string): string | undefined {
  const bytes = characterSetOf(name)?.encode(text);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString("hex");
}

describe("character encodings of constants", () => {
  it.each([
    ["US-ASCII", "Aé€😀", "413f3f3f"],
    ["ASCII", "Z", "5a"],
    ["ISO-8859-1", "Aé€", "41e93f"],
    ["latin1", "ÿ", "ff"],
    ["UTF-8", "é€😀", "c3a9e282acf09f9880"],
    ["utf8", "A", "41"],
    ["UTF-16", "A€", "feff004120ac"],
    ["UTF-16BE", "A😀", "0041d83dde00"],
    ["UTF-16LE", "A€", "4100ac20"],
    ["windows-1252", "€é漢", "80e93f"],
    ["Cp1252", "€", "80"],
    ["ISO-8859-15", "€", "a4"],
    ["ISO8859_2", "Ł", "a3"],
    ["x-cp1252", "€", "80"],
    ["KOI8-R", "Я", "f1"],
    ["Shift_JIS", "A日€", "4193fa3f"],
    ["GB18030", "中", "d6d0"],
  ])("%s writes %s as %s", (name, text, hex) => {
    expect(bytesOf(name, text)).toBe(hex);
  });

  it.each(["US-ASCII", "ISO-8859-1", "UTF-8", "UTF-16BE", "UTF-16LE", "windows-1252"])(
    "%s reads what it wrote",
    (name) => {
      const set = characterSetOf(name);
      expect(set?.decode(set.encode("Plain text 1")) ?? "").toBe("Plain text 1");
    },
  );

  it.each(["windows-1252", "Cp1252", "x-cp1252"])("%s reads 0x80 as the euro sign", (name) => {
    expect(characterSetOf(name)?.decode(Uint8Array.of(0x80, 0x41))).toBe("€A");
  });

  it.each(["KLINGON", "", "utf-7", "UTF-8 "])("%j is not known", (name) => {
    expect(characterSetOf(name)).toBeUndefined();
  });
});
