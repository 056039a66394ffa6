/**
 * Reads a schema file into a tree. The strict pass (scan-markup.ts) has the positions and every
 * reason to refuse; fast-xml-parser has the structure: which text, comment and CDATA section stands
 * where in which element.
 */
import { XMLParser } from "fast-xml-parser";
import type { DiagnosticSink } from "../diagnostics/diagnostic-sink.js";
import type { SourceText } from "../source-text.js";
import { XML_DEPTH_MAX, type Markup, type MarkupTag } from "./markup.js";
import { scanMarkup } from "./scan-markup.js";
import type { XmlElement, XmlNode } from "./xml-element.js";
import { decodeReferences } from "./xml-references.js";

/** Yields the root element; undefined where the file is not well-formed, and then it is reported. */
export function readXml(source: SourceText, sink: DiagnosticSink): XmlElement | undefined {
  const markup = scanMarkup(source, sink);
  if (markup === undefined) return undefined;
  const reader = new TreeReader(source, markup.tags);
  let root: XmlElement | undefined;
  let reason = "";
  try {
    const parsed: unknown = parser().parse(withoutQuotesInInstructions(source.text, markup));
    root = reader.root(parsed);
  } catch (error) {
    // The parser has refusals of its own, e.g. of an element called `__proto__`.
    reason = error instanceof Error ? `: ${error.message}` : "";
  }
  if (root !== undefined && reader.isComplete) return root;
  const [first] = markup.tags;
  const span = { source, start: (first?.start ?? 0) + 1, end: first?.nameEnd ?? 0 };
  sink.report("xml-malformed", span, `the file cannot be read${reason}`);
  return undefined;
}

const TEXT = "#text";
const COMMENT = "#comment";
const CDATA = "#cdata";
const METADATA = XMLParser.getMetaDataSymbol() as unknown as symbol;

let sharedParser: XMLParser | undefined;

function parser(): XMLParser {
  sharedParser ??= new XMLParser({
    preserveOrder: true,
    captureMetaData: true,
    ignoreAttributes: true,
    trimValues: false,
    parseTagValue: false,
    processEntities: false,
    jPath: false,
    textNodeName: TEXT,
    commentPropName: COMMENT,
    cdataPropName: CDATA,
    maxNestedTags: XML_DEPTH_MAX + 1,
    strictReservedNames: false,
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

/** Joins the parser's tree with the tags of the strict pass, by the offset of each element. */
class TreeReader {
  readonly #source: SourceText;
  readonly #tags: ReadonlyMap<number, MarkupTag>;
  #elementCount = 0;

  constructor(source: SourceText, tags: readonly MarkupTag[]) {
    this.#source = source;
    this.#tags = new Map(tags.map((tag) => [tag.start, tag]));
  }

  /** True when both passes saw the same elements. */
  get isComplete(): boolean {
    return this.#elementCount === this.#tags.size;
  }

  root(parsed: unknown): XmlElement | undefined {
    return this.#nodes(parsed).find((node) => node.kind === "element");
  }

  // Recursion is bounded by XML_DEPTH_MAX.
  #nodes(parsed: unknown): XmlNode[] {
    const nodes: XmlNode[] = [];
    if (!Array.isArray(parsed)) return nodes;
    for (const item of parsed as readonly Record<string | symbol, unknown>[]) {
      const [key] = Object.keys(item);
      if (key === undefined) continue;
      nodes.push(this.#node(key, item[key], item[METADATA]));
    }
    return nodes;
  }

  #node(key: string, value: unknown, metadata: unknown): XmlNode {
    switch (key) {
      case TEXT:
        return { kind: "text", text: decodeReferences(String(value)) };
      case COMMENT:
        return { kind: "comment", text: innerText(value) };
      case CDATA:
        return { kind: "cdata", text: innerText(value) };
      default:
        return key.startsWith("?")
          ? { kind: "instruction", text: "" }
          : this.#element(value, metadata);
    }
  }

  #element(value: unknown, metadata: unknown): XmlElement {
    const { startIndex } = metadata as { readonly startIndex: number };
    const tag = this.#tags.get(startIndex);
    if (tag === undefined) throw new Error(`no tag at offset ${startIndex}`);
    this.#elementCount++;
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
  const text = inner?.[TEXT];
  return typeof text === "string" ? text : "";
}
