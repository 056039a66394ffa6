/**
 * A charset under its one name here: those that have code of their own, or the WHATWG name of another
 * that the platform's TextDecoder knows.
 */
export type Charset =
  "ascii" | "latin1" | "utf-8" | "utf-16le" | "utf-16be" | (string & Record<never, never>);

/**
 * Names of `characterEncoding`, upper case without `-`, `_` and spaces. US-ASCII and ISO-8859-1 mean what
 * they mean in Java; the web takes both for windows-1252. UTF-16 without a byte order is big endian.
 */
const OWN: { readonly [name: string]: Charset } = {
  ASCII: "ascii",
  USASCII: "ascii",
  ISO646US: "ascii",
  ISO88591: "latin1",
  LATIN1: "latin1",
  UTF8: "utf-8",
  UTF16: "utf-16be",
  UTF16BE: "utf-16be",
  UTF16LE: "utf-16le",
};

/**
 * The charset that a schema's `characterEncoding` names, or undefined where neither we nor the platform
 * support it.
 */
export function charsetOf(name: string): Charset | undefined {
  const wanted = name.trim().toUpperCase().replace(/[-_ ]/gu, "");
  if (Object.hasOwn(OWN, wanted)) return OWN[wanted];
  try {
    const { encoding } = new TextDecoder(name.trim());
    // It changes state by escape sequences, so text of it cannot be cut or encoded piece by piece.
    return encoding === "iso-2022-jp" ? undefined : encoding;
  } catch {
    return undefined;
  }
}
