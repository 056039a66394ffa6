/** Where the elements of a compiled schema stand: for reports that are made from the layout. */
import { excerptOf } from "./diagnostics/diagnostic-sink.js";
import type { DiagnosticExcerpt } from "./diagnostics/diagnostic.js";
import type { BlockMember, SchemaModel } from "./model/message-model.js";
import type { SourceSpan } from "./source-text.js";
import {
  attributeOf,
  attributeSpan,
  childrenOf,
  nameSpan,
  type XmlElement,
} from "./xml/xml-element.js";

/** A place as diagnostics have it. */
export interface SchemaLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
  readonly excerpt: DiagnosticExcerpt;
}

/**
 * Finds elements by path: `schema`, `message:Name`, `message:Name/group/field`, `type:Name`,
 * `type:Name/member`. Names are those of the schema, unescaped.
 */
export class SchemaLocations {
  readonly #model: SchemaModel | undefined;
  #elements: Map<string, XmlElement> | undefined;

  /** @internal */
  constructor(model: SchemaModel | undefined) {
    this.#model = model;
    this.#elements = undefined;
  }

  /**
   * The place of an element: of the value of its attribute where one is named and there, of the
   * element's name otherwise.
   * @returns undefined for a path that the schema does not have
   */
  find(path: string, attribute?: string): SchemaLocation | undefined {
    const element = this.#index().get(path);
    if (element === undefined) return undefined;
    const span = attribute === undefined ? nameSpan(element) : attributeSpan(element, attribute);
    return locationOf(span);
  }

  has(path: string): boolean {
    return this.#index().has(path);
  }

  /** What the schema states for an attribute of an element; undefined where it does not. */
  attribute(path: string, name: string): string | undefined {
    const element = this.#index().get(path);
    return element && attributeOf(element, name)?.value;
  }

  /** All paths: the schema, messages with their parts, and types, declared or inline. */
  paths(): Iterable<string> {
    return this.#index().keys();
  }

  // Built on the first question: most compilations never ask.
  #index(): Map<string, XmlElement> {
    if (this.#elements !== undefined) return this.#elements;
    const elements = new Map<string, XmlElement>();
    this.#elements = elements;
    const model = this.#model;
    if (model === undefined) return elements;
    elements.set("schema", model.element);
    const addMembers = (path: string, members: readonly BlockMember[]): void => {
      for (const member of members) {
        const inner = `${path}/${member.name}`;
        elements.set(inner, member.element);
        if (member.kind === "group") addMembers(inner, member.members);
      }
    };
    for (const message of model.messages) {
      const path = `message:${message.name}`;
      elements.set(path, message.element);
      addMembers(path, message.members);
    }
    for (const types of childrenOf(model.element)) {
      if (types.localName === "types") addTypes(types, elements);
    }
    return elements;
  }
}

/**
 * The place of an element, or of the nearest one around it that the schema has: an enum value that
 * came by a ref is found at the ref.
 *
 * @returns undefined only where the schema has no place at all
 */
export function locateElement(
  locations: SchemaLocations,
  path: string,
  attribute?: string,
): SchemaLocation | undefined {
  const found = locations.find(path, attribute);
  if (found !== undefined || path === "schema") return found;
  const end = path.lastIndexOf("/");
  return locateElement(locations, end < 0 ? "schema" : path.slice(0, end));
}

function addTypes(types: XmlElement, elements: Map<string, XmlElement>): void {
  for (const type of childrenOf(types)) {
    const name = attributeOf(type, "name")?.value;
    if (name !== undefined) addType(`type:${name}`, type, elements);
  }
}

function addType(path: string, type: XmlElement, elements: Map<string, XmlElement>): void {
  elements.set(path, type);
  for (const member of childrenOf(type)) {
    const name = attributeOf(member, "name")?.value;
    if (name !== undefined) addType(`${path}/${name}`, member, elements);
  }
}

function locationOf(span: SourceSpan): SchemaLocation {
  const { line, column } = span.source.positionAt(span.start);
  const length = Math.max(0, Math.min(span.end, span.source.lineBounds(line).end) - span.start);
  return {
    file: span.source.file,
    line,
    column,
    length,
    excerpt: excerptOf(span, line, column, length),
  };
}
