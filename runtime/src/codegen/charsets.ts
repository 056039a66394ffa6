/**
 * A charset under its one name here: the four that have code of their own, or the WHATWG label of
 * another that the platform's TextDecoder knows.
 */
export type Charset =
  | "ascii"
  | "latin1"
  | "utf-8"
  | "utf-16"
  | "utf-16le"
  | "utf-16be"
  | (string & Record<never, never>);

/** Names of `characterEncoding`, upper case without `-`, `_` and spaces, as Java and IANA spell them. */
const OWN: { readonly [name: string]: Charset } = {
  ASCII: "ascii",
  USASCII: "ascii",
  ISO646US: "ascii",
  "ANSIX3.41968": "ascii",
  ISO88591: "latin1",
  LATIN1: "latin1",
  L1: "latin1",
  UTF8: "utf-8",
  UTF16: "utf-16",
  UTF16LE: "utf-16le",
  UTF16BE: "utf-16be",
};

/**
 * Single-byte and double-byte charsets by WHATWG label. Those whose WHATWG form differs from the IANA
 * one in bytes that matter (ISO-8859-1, ISO-8859-9, GB2312 …) are not taken from there.
 */
const LABELS: readonly string[] = [
  "iso-8859-2",
  "iso-8859-3",
  "iso-8859-4",
  "iso-8859-5",
  "iso-8859-6",
  "iso-8859-7",
  "iso-8859-8",
  "iso-8859-10",
  "iso-8859-13",
  "iso-8859-14",
  "iso-8859-15",
  "iso-8859-16",
  "koi8-r",
  "koi8-u",
  "windows-1250",
  "windows-1251",
  "windows-1252",
  "windows-1253",
  "windows-1254",
  "windows-1255",
  "windows-1256",
  "windows-1257",
  "windows-1258",
  "big5",
  "euc-jp",
  "euc-kr",
  "gb18030",
  "gbk",
  "shift_jis",
];

function plain(name: string): string {
  return name
    .toUpperCase()
    .replace(/[-_ ]/gu, "")
    .replace(/^CP(?=125\d$)/u, "WINDOWS");
}

/**
 * The charset that a schema's `characterEncoding` names, or undefined where it is not supported. Spelling is
 * free in case, `-` and `_`, as in Java.
 */
export function charsetOf(name: string): Charset | undefined {
  const wanted = plain(name.trim());
  return Object.hasOwn(OWN, wanted) ? OWN[wanted] : LABELS.find((label) => plain(label) === wanted);
}
