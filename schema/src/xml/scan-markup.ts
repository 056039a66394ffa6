/**
 * The strict first pass over a schema file: is it well-formed XML 1.0, and where is each tag and
 * attribute? fast-xml-parser reads the tree afterwards; it gives positions of elements only and its
 * own validator lets much pass that XML forbids (measured with 5.12.1: `<` in attribute values, two
 * empty root elements, text behind the root, unknown entities, control characters, `--` in comments,
 * a file cut off inside a tag), and needs 1.2 s for one attribute of 8 MiB.
 *
 * One loop, linear in the text, no recursion; XML is fatal at the first fault, so is this.
 */
import { type DiagnosticSink, help, noteAt, quoted } from "../diagnostics/diagnostic-sink.js";
import type { DiagnosticRule } from "../diagnostics/diagnostic-rules.js";
import type { DiagnosticNote } from "../diagnostics/diagnostic.js";
import type { SourceText } from "../source-text.js";
import {
  DECLARATION,
  FORBIDDEN,
  NAME,
  XML_ATTRIBUTE_COUNT_MAX,
  XML_ATTRIBUTE_LENGTH_MAX,
  XML_DEPTH_MAX,
  XML_ELEMENT_COUNT_MAX,
  XML_NAME_LENGTH_MAX,
  XML_PIECE_COUNT_MAX,
  XML_TEXT_LENGTH_MAX,
  type Markup,
  type MarkupTag,
} from "./markup.js";
import { isSpace, type XmlAttribute } from "./xml-element.js";
import { decodeReferences, findBadReference } from "./xml-references.js";

/** Ends a scan that has reported its fault; it never leaves this file. */
const FAULT = new Error("the scan ended at a fault that is reported");

/** Yields the tags of a well-formed file; otherwise reports the first fault and yields nothing. */
export function scanMarkup(source: SourceText, sink: DiagnosticSink): Markup | undefined {
  try {
    return new MarkupScanner(source, sink).scan();
  } catch (thrown) {
    if (thrown === FAULT) return undefined;
    throw thrown;
  }
}

class MarkupScanner {
  readonly #source: SourceText;
  readonly #text: string;
  readonly #sink: DiagnosticSink;
  readonly #tags: MarkupTag[] = [];
  readonly #open: MarkupTag[] = [];
  readonly #instructions: { start: number; end: number }[] = [];
  #at = 0;
  #pieceCount = 0;

  constructor(source: SourceText, sink: DiagnosticSink) {
    this.#source = source;
    this.#text = source.text;
    this.#sink = sink;
  }

  scan(): Markup {
    const text = this.#text;
    const forbidden = FORBIDDEN.exec(text);
    if (forbidden !== null) {
      const code = (forbidden[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
      this.#fail(
        "xml-malformed",
        forbidden.index,
        forbidden.index + 1,
        `character U+${code} is not allowed in XML`,
      );
    }
    this.#declaration();
    for (;;) {
      const next = text.indexOf("<", this.#at);
      this.#characters(this.#at, next < 0 ? text.length : next);
      if (next < 0) break;
      this.#at = next;
      this.#construct();
    }
    const unclosed = this.#open.at(-1);
    if (unclosed !== undefined) {
      this.#failAtTag("xml-tag-mismatch", unclosed, `element <${unclosed.name}> has no end tag`);
    }
    if (this.#tags.length === 0) this.#fail("xml-malformed", 0, 0, "the file has no root element");
    return { tags: this.#tags, instructions: this.#instructions };
  }

  #declaration(): void {
    if (!/^<\?xml[\s?]/.test(this.#text)) return;
    DECLARATION.lastIndex = 0;
    const match = DECLARATION.exec(this.#text);
    if (match === null) this.#fail("xml-malformed", 0, 5, "the XML declaration is malformed");
    this.#instructions.push({ start: 0, end: DECLARATION.lastIndex });
    this.#at = DECLARATION.lastIndex;
  }

  #characters(start: number, end: number): void {
    if (start === end) return;
    this.#countPiece(start);
    this.#checkLength(start, end);
    const text = this.#text.slice(start, end);
    if (this.#open.length === 0) {
      const stray = /[^ \t\r\n]/.exec(text);
      if (stray === null) return;
      const at = start + stray.index;
      const where = this.#tags.length === 0 ? "before" : "behind";
      this.#fail("xml-malformed", at, at + 1, `text must not stand ${where} the root element`);
    }
    const close = text.indexOf("]]>");
    if (close >= 0)
      this.#fail("xml-malformed", start + close, start + close + 3, '"]]>" must not stand in text');
    this.#references(text, start);
  }

  #checkLength(start: number, end: number): void {
    if (end - start > XML_TEXT_LENGTH_MAX) {
      this.#fail(
        "xml-limit",
        start,
        start + 1,
        `text must have at most ${XML_TEXT_LENGTH_MAX} characters`,
      );
    }
  }

  #countPiece(at: number): void {
    if (++this.#pieceCount > XML_PIECE_COUNT_MAX) {
      this.#fail(
        "xml-limit",
        at,
        at + 1,
        `a file must have at most ${XML_PIECE_COUNT_MAX} texts, comments and instructions`,
      );
    }
  }

  #references(text: string, start: number): void {
    const bad = findBadReference(text);
    if (bad === undefined) return;
    if (bad.entity === undefined) {
      this.#fail(
        "xml-malformed",
        start + bad.start,
        start + bad.end,
        '"&" must begin a reference',
        [help('write "&amp;" for the character itself')],
      );
    }
    this.#fail(
      "xml-entity",
      start + bad.start,
      start + bad.end,
      `entity ${quoted(bad.entity)} is not defined`,
      [
        help(
          "only &lt; &gt; &amp; &quot; &apos; and character references such as &#x20AC; can be used",
        ),
      ],
    );
  }

  #construct(): void {
    const text = this.#text;
    switch (text.charCodeAt(this.#at + 1)) {
      case 0x2f: // "/"
        this.#endTag();
        return;
      case 0x3f: // "?"
        this.#instruction();
        return;
      case 0x21: // "!"
        if (text.startsWith("<!--", this.#at)) this.#comment();
        else if (text.startsWith("<![CDATA[", this.#at)) this.#cdata();
        else if (text.startsWith("<!DOCTYPE", this.#at)) {
          this.#fail(
            "xml-doctype",
            this.#at,
            this.#at + 9,
            "a document type declaration is not allowed in a schema",
            [help("remove the <!DOCTYPE …>; use XInclude to share types between files")],
          );
        } else
          this.#fail(
            "xml-malformed",
            this.#at,
            this.#at + 2,
            '"<!" must begin a comment or a CDATA section',
          );
        return;
      default:
        this.#startTag();
    }
  }

  #comment(): void {
    const start = this.#at;
    this.#countPiece(start);
    const end = this.#text.indexOf("--", start + 4);
    if (end < 0) this.#fail("xml-malformed", start, start + 4, "the comment has no end");
    if (this.#text.charCodeAt(end + 2) !== 0x3e) {
      this.#fail("xml-malformed", end, end + 2, '"--" must not stand inside a comment');
    }
    this.#at = end + 3;
  }

  #cdata(): void {
    const start = this.#at;
    this.#countPiece(start);
    if (this.#open.length === 0)
      this.#fail(
        "xml-malformed",
        start,
        start + 9,
        "a CDATA section must be inside the root element",
      );
    const end = this.#text.indexOf("]]>", start + 9);
    if (end < 0) this.#fail("xml-malformed", start, start + 9, "the CDATA section has no end");
    this.#at = end + 3;
  }

  #instruction(): void {
    const start = this.#at;
    this.#countPiece(start);
    const nameEnd = this.#nameEndAt(start + 2);
    const target = this.#text.slice(start + 2, nameEnd);
    const end = this.#text.indexOf("?>", nameEnd);
    if (target.toLowerCase() === "xml") {
      this.#fail(
        "xml-malformed",
        start,
        nameEnd,
        "the XML declaration must be the first thing in the file",
      );
    }
    if (end < 0 || target === "")
      this.#fail("xml-malformed", start, start + 2, "the processing instruction is malformed");
    this.#checkLength(start, end);
    this.#instructions.push({ start, end: end + 2 });
    this.#at = end + 2;
  }

  #endTag(): void {
    const start = this.#at;
    const nameEnd = this.#nameEndAt(start + 2);
    const name = this.#text.slice(start + 2, nameEnd);
    const end = this.#spaceEndAt(nameEnd);
    if (name === "" || this.#text.charCodeAt(end) !== 0x3e) {
      this.#fail("xml-malformed", start, Math.max(nameEnd, start + 2), "the end tag is malformed");
    }
    const tag = this.#open.pop();
    if (tag === undefined) {
      this.#fail("xml-tag-mismatch", start + 2, nameEnd, `end tag </${name}> has no start tag`);
    }
    if (tag.name !== name) {
      this.#fail(
        "xml-tag-mismatch",
        start + 2,
        nameEnd,
        `end tag </${name}> must be </${tag.name}>`,
        [
          noteAt("note", `<${tag.name}> begins`, {
            source: this.#source,
            start: tag.start + 1,
            end: tag.nameEnd,
          }),
        ],
      );
    }
    this.#at = end + 1;
  }

  #startTag(): void {
    const start = this.#at;
    const nameEnd = this.#nameEndAt(start + 1);
    if (nameEnd === start + 1)
      this.#fail("xml-malformed", start, start + 1, '"<" must begin a tag', [
        help('write "&lt;" for the character itself'),
      ]);
    const name = this.#text.slice(start + 1, nameEnd);
    if (this.#open.length === 0 && this.#tags.length > 0) {
      this.#fail(
        "xml-malformed",
        start + 1,
        nameEnd,
        `there must be one root element, and <${name}> is a second`,
      );
    }
    if (this.#tags.length >= XML_ELEMENT_COUNT_MAX) {
      this.#fail(
        "xml-limit",
        start + 1,
        nameEnd,
        `a file must have at most ${XML_ELEMENT_COUNT_MAX} elements`,
      );
    }
    if (this.#open.length >= XML_DEPTH_MAX) {
      this.#fail(
        "xml-limit",
        start + 1,
        nameEnd,
        `elements must be nested at most ${XML_DEPTH_MAX} deep`,
      );
    }
    this.#at = nameEnd;
    const attributes = this.#attributes(start, nameEnd);
    const empty = this.#text.charCodeAt(this.#at) === 0x2f;
    const tag = { name, start, nameEnd, contentStart: this.#at + (empty ? 2 : 1), attributes };
    this.#at = tag.contentStart;
    this.#tags.push(tag);
    if (!empty) this.#open.push(tag);
  }

  /** Reads attributes up to the `>` or `/>`, and leaves the position on it. */
  #attributes(tagStart: number, nameEnd: number): XmlAttribute[] {
    const text = this.#text;
    const attributes: XmlAttribute[] = [];
    for (;;) {
      const at = this.#spaceEndAt(this.#at);
      const code = text.charCodeAt(at);
      if (code === 0x3e || (code === 0x2f && text.charCodeAt(at + 1) === 0x3e)) {
        this.#at = at;
        return attributes;
      }
      if (at >= text.length)
        this.#fail(
          "xml-malformed",
          tagStart + 1,
          nameEnd,
          `the tag <${text.slice(tagStart + 1, nameEnd)}> has no end`,
        );
      if (at === this.#at)
        this.#fail("xml-malformed", at, at + 1, "white space must stand between attributes");
      if (attributes.length >= XML_ATTRIBUTE_COUNT_MAX) {
        this.#fail(
          "xml-limit",
          at,
          at + 1,
          `an element must have at most ${XML_ATTRIBUTE_COUNT_MAX} attributes`,
        );
      }
      const attribute = this.#attribute(at);
      const first = attributes.find((other) => other.name === attribute.name);
      if (first !== undefined) {
        this.#fail(
          "xml-attribute-duplicate",
          attribute.nameStart,
          attribute.nameEnd,
          `attribute ${quoted(attribute.name)} is given twice`,
          [
            noteAt("note", "first given", {
              source: this.#source,
              start: first.nameStart,
              end: first.nameEnd,
            }),
          ],
        );
      }
      attributes.push(attribute);
    }
  }

  #attribute(nameStart: number): XmlAttribute {
    const text = this.#text;
    const nameEnd = this.#nameEndAt(nameStart);
    if (nameEnd === nameStart)
      this.#fail("xml-malformed", nameStart, nameStart + 1, "an attribute must begin with a name");
    const name = text.slice(nameStart, nameEnd);
    const equals = this.#spaceEndAt(nameEnd);
    if (text.charCodeAt(equals) !== 0x3d)
      this.#fail(
        "xml-malformed",
        nameStart,
        nameEnd,
        `attribute ${quoted(name)} must have a value`,
      );
    const open = this.#spaceEndAt(equals + 1);
    const quote = text.charAt(open);
    if (quote !== '"' && quote !== "'") {
      this.#fail(
        "xml-malformed",
        nameStart,
        nameEnd,
        `the value of attribute ${quoted(name)} must be in quotes`,
      );
    }
    const valueStart = open + 1;
    const valueEnd = text.indexOf(quote, valueStart);
    if (valueEnd < 0)
      this.#fail(
        "xml-malformed",
        nameStart,
        nameEnd,
        `the value of attribute ${quoted(name)} has no end`,
      );
    if (valueEnd - valueStart > XML_ATTRIBUTE_LENGTH_MAX) {
      this.#fail(
        "xml-limit",
        nameStart,
        nameEnd,
        `an attribute value must have at most ${XML_ATTRIBUTE_LENGTH_MAX} characters`,
      );
    }
    const raw = text.slice(valueStart, valueEnd);
    const less = raw.indexOf("<");
    if (less >= 0) {
      this.#fail(
        "xml-malformed",
        valueStart + less,
        valueStart + less + 1,
        '"<" must not stand in an attribute value',
        [help('write "&lt;" for the character itself')],
      );
    }
    this.#references(raw, valueStart);
    this.#at = valueEnd + 1;
    return { name, value: attributeValue(raw), nameStart, nameEnd, valueStart, valueEnd };
  }

  #nameEndAt(start: number): number {
    NAME.lastIndex = start;
    if (!NAME.test(this.#text)) return start;
    const end = NAME.lastIndex;
    if (end - start > XML_NAME_LENGTH_MAX) {
      this.#fail(
        "xml-limit",
        start,
        start + 1,
        `a name must have at most ${XML_NAME_LENGTH_MAX} characters`,
      );
    }
    return end;
  }

  #spaceEndAt(start: number): number {
    let at = start;
    while (isSpace(this.#text.charCodeAt(at))) at++;
    return at;
  }

  #failAtTag(rule: DiagnosticRule, tag: MarkupTag, text: string): never {
    this.#fail(rule, tag.start + 1, tag.nameEnd, text);
  }

  #fail(
    rule: DiagnosticRule,
    start: number,
    end: number,
    text: string,
    notes: readonly DiagnosticNote[] = [],
  ): never {
    this.#sink.report(rule, { source: this.#source, start, end }, text, notes);
    throw FAULT;
  }
}

function attributeValue(raw: string): string {
  // Most values need neither step, and a regular expression costs more than two look-ups.
  const spaced = /[\t\n\r]/.test(raw) ? raw.replaceAll(/\r\n|[\t\n\r]/g, " ") : raw;
  return spaced.includes("&") ? decodeReferences(spaced) : spaced;
}
