/**
 * XInclude 1.0 as far as schemas use it: `href` to another file as a whole, relative to the file it
 * stands in, with `fallback`. The include is replaced by the root element of the other file.
 * Source: W3C XML Inclusions 1.0, sections 3 and 4.
 */
import { help, quoted, type DiagnosticSink } from "../diagnostics/diagnostic-sink.js";
import type { SourceSpan } from "../source-text.js";
import { decodeSource } from "./decode-source.js";
import { isInside, joinPath } from "./include-path.js";
import { readXml } from "./read-xml.js";
import {
  attributeOf,
  attributeSpan,
  nameSpan,
  type XmlElement,
  type XmlNode,
} from "./xml-element.js";

/** How deep includes may be nested. */
const INCLUDE_DEPTH_MAX = 16;
/** Includes in one compilation. */
const INCLUDE_COUNT_MAX = 256;

const XINCLUDE_NAMESPACE = "http://www.w3.org/2001/XInclude";

/** Gives the bytes of files that a schema includes; the package itself opens none. */
export interface IncludeResolver {
  /**
   * @param path relative to where the root schema's own name is relative to; `/` between folders
   * @returns the bytes, undefined where there is no such file
   */
  read(path: string): Uint8Array | undefined;
}

/** Where includes may lead, and how much they may bring. */
export interface IncludeSettings {
  readonly resolver: IncludeResolver | undefined;
  /** Folder that no include leaves, in the same terms as the file names. */
  readonly includeRoot: string;
  /** Bytes of all included files together. */
  readonly bytesMax: number;
}

/** Yields the tree with every include replaced; what cannot be included is reported and left out. */
export function expandIncludes(
  root: XmlElement,
  settings: IncludeSettings,
  sink: DiagnosticSink,
): XmlElement {
  const [expanded] = new IncludeExpander(settings, sink).nodes([root], new Map(), [
    root.source.file,
  ]);
  return expanded?.kind === "element" ? expanded : root;
}

/** Namespaces in scope: prefix to URI. */
type Scope = ReadonlyMap<string, string>;

class IncludeExpander {
  readonly #settings: IncludeSettings;
  readonly #sink: DiagnosticSink;
  readonly #roots = new Map<string, XmlElement | undefined>();
  #includeCount = 0;
  #bytesRead = 0;

  constructor(settings: IncludeSettings, sink: DiagnosticSink) {
    this.#settings = settings;
    this.#sink = sink;
  }

  /** @param chain files around, outermost first; the last one holds the nodes */
  nodes(nodes: readonly XmlNode[], scope: Scope, chain: readonly string[]): readonly XmlNode[] {
    let changed = false;
    const result: XmlNode[] = [];
    for (const node of nodes) {
      if (node.kind !== "element") {
        result.push(node);
        continue;
      }
      const inner = scopeOf(node, scope);
      if (isInclude(node, inner)) {
        changed = true;
        result.push(...this.#include(node, inner, chain));
        continue;
      }
      const content = this.nodes(node.content, inner, chain);
      if (content !== node.content) changed = true;
      result.push(content === node.content ? node : { ...node, content });
    }
    return changed ? result : nodes;
  }

  #include(element: XmlElement, scope: Scope, chain: readonly string[]): readonly XmlNode[] {
    const { sink, span, path } = {
      sink: this.#sink,
      span: attributeSpan(element, "href"),
      path: this.#pathOf(element, chain),
    };
    if (path === undefined) return [];
    if (chain.includes(path)) {
      const shown = [...chain.slice(chain.indexOf(path)), path]
        .slice(-5)
        .map((file) => quoted(file));
      sink.report("include-cycle", span, `a file must not include itself: ${shown.join(" > ")}`);
      return [];
    }
    if (chain.length > INCLUDE_DEPTH_MAX || ++this.#includeCount > INCLUDE_COUNT_MAX) {
      sink.report(
        "include-limit",
        span,
        `includes must be nested at most ${INCLUDE_DEPTH_MAX} deep and number at most ${INCLUDE_COUNT_MAX}`,
      );
      return [];
    }
    if (!this.#roots.has(path) && !this.#read(path, span))
      return this.#fallback(element, scope, chain, path);
    const root = this.#roots.get(path);
    return root === undefined ? [] : this.nodes([root], new Map(), [...chain, path]);
  }

  #pathOf(element: XmlElement, chain: readonly string[]): string | undefined {
    const sink = this.#sink;
    const href = attributeOf(element, "href");
    const parse = attributeOf(element, "parse");
    if (href === undefined || href.value === "") {
      sink.report(
        "include-invalid",
        href === undefined ? nameSpan(element) : attributeSpan(element, "href"),
        'an include must have the attribute "href"',
      );
      return undefined;
    }
    if (parse !== undefined && parse.value !== "xml") {
      sink.report(
        "include-invalid",
        attributeSpan(element, "parse"),
        `an include must be XML: parse=${quoted(parse.value)}`,
      );
      return undefined;
    }
    if (attributeOf(element, "xpointer") !== undefined || href.value.includes("#")) {
      const which = href.value.includes("#") ? "href" : "xpointer";
      sink.report(
        "include-invalid",
        attributeSpan(element, which),
        "an include must name a whole file, not a part of it",
      );
      return undefined;
    }
    const path = joinPath(chain.at(-1) ?? "", href.value);
    if (path === undefined || !isInside(path, this.#settings.includeRoot)) {
      sink.report(
        "include-outside",
        attributeSpan(element, "href"),
        `an include must lie below the folder ${quoted(this.#settings.includeRoot || ".")}: href=${quoted(href.value)}`,
        [
          help(
            path === undefined
              ? "write a relative path with / between folders"
              : "move the file below that folder, or allow a wider one as include root",
          ),
        ],
      );
      return undefined;
    }
    return path;
  }

  /** Reads a file once; false where there is none, and then nothing is reported yet. */
  #read(path: string, span: SourceSpan): boolean {
    const bytes = this.#settings.resolver?.read(path);
    if (bytes === undefined) return false;
    this.#bytesRead += bytes.byteLength;
    this.#roots.set(path, undefined);
    if (this.#bytesRead > this.#settings.bytesMax) {
      this.#sink.report(
        "xml-too-large",
        span,
        `included files must have at most ${this.#settings.bytesMax} bytes together`,
      );
      return true;
    }
    const source = decodeSource(
      bytes,
      { file: path, rank: this.#roots.size, bytesMax: this.#settings.bytesMax },
      this.#sink,
    );
    if (source !== undefined) this.#roots.set(path, readXml(source, this.#sink));
    return true;
  }

  #fallback(
    element: XmlElement,
    scope: Scope,
    chain: readonly string[],
    path: string,
  ): readonly XmlNode[] {
    for (const child of element.content) {
      if (child.kind === "element" && child.localName === "fallback")
        return this.nodes(child.content, scope, chain);
    }
    const notes =
      this.#settings.resolver === undefined
        ? [help("no resolver for included files was given")]
        : [];
    this.#sink.report(
      "include-not-found",
      attributeSpan(element, "href"),
      `the included file must exist: path=${quoted(path)}`,
      notes,
    );
    return [];
  }
}

function scopeOf(element: XmlElement, scope: Scope): Scope {
  let inner: Map<string, string> | undefined;
  for (const { name, value } of element.attributes) {
    if (name !== "xmlns" && !name.startsWith("xmlns:")) continue;
    inner ??= new Map(scope);
    inner.set(name.slice(6), value);
  }
  return inner ?? scope;
}

function isInclude(element: XmlElement, scope: Scope): boolean {
  if (element.localName !== "include") return false;
  const colon = element.name.indexOf(":");
  return scope.get(colon < 0 ? "" : element.name.slice(0, colon)) === XINCLUDE_NAMESPACE;
}
