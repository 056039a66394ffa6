/** What the strict pass yields, the limits that it sets, and the words of XML that it knows. */
import type { XmlAttribute } from "./xml-element.js";

/** Elements inside elements; the official tool is bounded by its stack only. */
export const XML_DEPTH_MAX = 256;
/** Elements of one file. The largest known public schema has under 2,000 tags. */
export const XML_ELEMENT_COUNT_MAX = 100_000;
/** Texts, comments and other pieces between tags of one file. */
export const XML_PIECE_COUNT_MAX = 200_000;
/** UTF-16 code units between two tags or in an instruction; the parser takes 40 bytes for each. */
export const XML_TEXT_LENGTH_MAX = 1024 * 1024;
/** UTF-16 code units of a name. */
export const XML_NAME_LENGTH_MAX = 1024;
/** Attributes of one element. */
export const XML_ATTRIBUTE_COUNT_MAX = 256;
/** UTF-16 code units of one attribute value. */
export const XML_ATTRIBUTE_LENGTH_MAX = 65_536;

/** A start tag or an empty-element tag; offsets are into the text. */
export interface MarkupTag {
  readonly name: string;
  /** Offset of the `<`. */
  readonly start: number;
  readonly nameEnd: number;
  /** Offset behind the `>`. */
  readonly contentStart: number;
  readonly attributes: readonly XmlAttribute[];
}

/** What the strict pass found. */
export interface Markup {
  /** In document order. */
  readonly tags: readonly MarkupTag[];
  /** Offsets of the processing instructions, the XML declaration included. */
  readonly instructions: readonly { readonly start: number; readonly end: number }[];
}

const NAME_START =
  ":A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}\\u{200C}-\\u{200D}" +
  "\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}";
/** A name, from `lastIndex` on. Source: XML 1.0 (fifth edition), productions 4, 4a and 5. */
export const NAME = new RegExp(
  `[${NAME_START}][${NAME_START}\\-.0-9\\u{B7}\\u{300}-\\u{36F}\\u{203F}-\\u{2040}]*`,
  "uy",
);
/** What no XML file may hold; with the `u` flag a lone surrogate is a code point. Source: production 2. */
export const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
/** The XML declaration; version 1.1 is read by the same rules. Source: production 23. */
export const DECLARATION =
  /<\?xml\s+version\s*=\s*(?:"1\.[0-9]+"|'1\.[0-9]+')(?:\s+encoding\s*=\s*(?:"[A-Za-z][\w.-]*"|'[A-Za-z][\w.-]*'))?(?:\s+standalone\s*=\s*(?:"(?:yes|no)"|'(?:yes|no)'))?\s*\?>/y;
