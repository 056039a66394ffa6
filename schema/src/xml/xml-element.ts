/** The tree of a schema file: what was written, and where. */
import type { SourceSpan, SourceText } from "../source-text.js";

/** All offsets are into the text of `source`. */
export interface XmlAttribute {
  /** As written, with its prefix. */
  readonly name: string;
  /** References replaced and white space normalised, as XML 1.0 section 3.3.3 has it. */
  readonly value: string;
  readonly nameStart: number;
  readonly nameEnd: number;
  /** The raw value without its quotes. */
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** Character data; `kind` tells how it was written. */
interface XmlText {
  readonly kind: "text" | "cdata" | "comment" | "instruction";
  /** References replaced, line ends LF; empty for instructions. */
  readonly text: string;
}

/** An element as written. */
export interface XmlElement {
  readonly kind: "element";
  readonly source: SourceText;
  /** As written, with its prefix. */
  readonly name: string;
  /** The name behind the prefix: elements are known by it. */
  readonly localName: string;
  /** Offset of the first unit of the name, and the offset behind its last. */
  readonly nameStart: number;
  readonly nameEnd: number;
  /** Offset behind the start tag. */
  readonly contentStart: number;
  readonly attributes: readonly XmlAttribute[];
  readonly content: readonly XmlNode[];
}

/** What an element can contain. */
export type XmlNode = XmlText | XmlElement;

/** The attribute of that exact name. */
export function attributeOf(element: XmlElement, name: string): XmlAttribute | undefined {
  for (const attribute of element.attributes) {
    if (attribute.name === name) return attribute;
  }
  return undefined;
}

/** Child elements in document order. */
export function childrenOf(element: XmlElement): XmlElement[] {
  const children: XmlElement[] = [];
  for (const node of element.content) {
    if (node.kind === "element") children.push(node);
  }
  return children;
}

/** The name in the start tag. */
export function nameSpan(element: XmlElement): SourceSpan {
  return { source: element.source, start: element.nameStart, end: element.nameEnd };
}

/** The value of an attribute; the whole attribute where the value is empty. */
export function valueSpan(element: XmlElement, attribute: XmlAttribute): SourceSpan {
  return attribute.valueStart === attribute.valueEnd
    ? { source: element.source, start: attribute.nameStart, end: attribute.valueEnd + 1 }
    : { source: element.source, start: attribute.valueStart, end: attribute.valueEnd };
}

/** The value of the named attribute, or the element's name where there is none. */
export function attributeSpan(element: XmlElement, name: string): SourceSpan {
  const attribute = attributeOf(element, name);
  return attribute === undefined ? nameSpan(element) : valueSpan(element, attribute);
}

/** What stands in the element up to its next tag, without the white space around it. */
export function textSpan(element: XmlElement): SourceSpan {
  const { source } = element;
  let start = element.contentStart;
  let end = source.text.indexOf("<", start);
  if (end < 0) end = source.text.length;
  while (start < end && isSpace(source.text.charCodeAt(start))) start++;
  while (end > start && isSpace(source.text.charCodeAt(end - 1))) end--;
  return start === end ? nameSpan(element) : { source, start, end };
}

/** White space of XML 1.0: space, tab, CR, LF. */
export function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
