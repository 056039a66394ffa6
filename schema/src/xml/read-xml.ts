/**
 * Reads a schema file into a tree. The strict pass (scan-markup.ts) has the positions and every
 * reason to refuse; fast-xml-parser has the structure: which text, comment and CDATA section stands
 * where in which element.
 */
import { XMLParser } from "fast-xml-parser";
import type { DiagnosticSink } from "../diagnostics/diagnostic-sink.js";
import type { SourceText } from "../source-text.js";
import { scanMarkup, XML_DEPTH_MAX, type Markup, type MarkupTag } from "./scan-markup.js";
import type { XmlElement, XmlNode } from "./xml-element.js";
import { decodeReferences } from "./xml-references.js";

/** Yields the root element; undefined where the file is not well-formed, and then it is reported. */
export function readXml(source: SourceText, sink: DiagnosticSink): XmlElement | undefined {
  const markup = scanMarkup(source, sink);
  if (markup === undefined) return undefined;
  const parsed: unknown = parser().parse(withoutQuotesInInstructions(source.text, markup));
  return new TreeReader(source, markup.tags).root(parsed);
}

const ELEMENT = "e";
const TEXT = "#text";
const COMMENT = "#comment";
const CDATA = "#cdata";

let sharedParser: XMLParser | undefined;

function parser(): XMLParser {
  sharedParser ??= new XMLParser({
    preserveOrder: true,
    ignoreAttributes: true,
    trimValues: false,
    parseTagValue: false,
    processEntities: false,
    textNodeName: TEXT,
    commentPropName: COMMENT,
    cdataPropName: CDATA,
    maxNestedTags: XML_DEPTH_MAX + 1,
    // Names come from the strict pass. Left to itself the parser throws at an element called
    // `__proto__` and renames one called `toString`.
    transformTagName: () => ELEMENT,
  });
  return sharedParser;
}

// The parser takes an apostrophe in a processing instruction for the begin of a quoted value and
// reads on to the next one. White space in its place changes no offset.
function withoutQuotesInInstructions(text: string, markup: Markup): string {
  let result = "";
  let at = 0;
  for (const { start, end } of markup.instructions) {
    result += text.slice(at, start) + text.slice(start, end).replaceAll(/["'&]/g, " ");
    at = end;
  }
  return at === 0 ? text : result + text.slice(at);
}

/** Joins the parser's tree with the tags of the strict pass: both are in document order. */
class TreeReader {
  readonly #source: SourceText;
  readonly #tags: readonly MarkupTag[];
  #nextTag = 0;

  constructor(source: SourceText, tags: readonly MarkupTag[]) {
    this.#source = source;
    this.#tags = tags;
  }

  root(parsed: unknown): XmlElement | undefined {
    return this.#nodes(parsed).find((node) => node.kind === "element");
  }

  // Recursion is bounded by XML_DEPTH_MAX.
  #nodes(parsed: unknown): XmlNode[] {
    const nodes: XmlNode[] = [];
    if (!Array.isArray(parsed)) return nodes;
    for (const item of parsed as readonly Record<string, unknown>[]) {
      const [key] = Object.keys(item);
      if (key === undefined) continue;
      nodes.push(this.#node(key, item[key]));
    }
    return nodes;
  }

  #node(key: string, value: unknown): XmlNode {
    switch (key) {
      case TEXT:
        return { kind: "text", text: decodeReferences(String(value)) };
      case COMMENT:
        return { kind: "comment", text: innerText(value) };
      case CDATA:
        return { kind: "cdata", text: innerText(value) };
      case ELEMENT:
        return this.#element(value);
      default:
        return { kind: "instruction", text: "" };
    }
  }

  #element(value: unknown): XmlElement {
    const tag = this.#tags[this.#nextTag++];
    if (tag === undefined) throw new Error("the XML reader must see the tags of the strict pass");
    return {
      kind: "element",
      source: this.#source,
      name: tag.name,
      localName: tag.name.slice(tag.name.lastIndexOf(":") + 1),
      nameStart: tag.start + 1,
      nameEnd: tag.nameEnd,
      contentStart: tag.contentStart,
      attributes: tag.attributes,
      content: this.#nodes(value),
    };
  }
}

function innerText(value: unknown): string {
  if (!Array.isArray(value)) return "";
  const [inner] = value as readonly Record<string, unknown>[];
  return String(inner?.[TEXT] ?? "");
}
