/**
 * Reads the `types` elements into checked types.
 *
 * Two views of the same definitions, as in the official tool: a field finds a type by the last
 * definition of its name (types before composites before enums before sets), a ref or an encoding
 * type by the first one in document order.
 */
import type { DiagnosticNote } from "../diagnostics/diagnostic.js";
import { help, noteAt, quoted, type DiagnosticSink } from "../diagnostics/diagnostic-sink.js";
import { PRIMITIVE_NAMES, type PrimitiveName } from "../ir.js";
import {
  attributeOf,
  attributeSpan,
  childrenOf,
  nameSpan,
  type XmlElement,
} from "../xml/xml-element.js";
import { checkName } from "./check-name.js";
import { readComposite } from "./read-composite.js";
import { readEnum } from "./read-enum.js";
import { readPrimitive } from "./read-primitive.js";
import { readSet } from "./read-set.js";
import { AttributeReader } from "./read-attributes.js";
import { suggestion } from "./suggestion.js";
import type {
  CompositeTypeModel,
  EnumTypeModel,
  PresenceName,
  PrimitiveTypeModel,
  TypeModel,
} from "./type-model.js";

const NO_NAMES: ReadonlySet<string> = new Set();

/** Suggestions for unknown names in one schema; each looks at every type name. */
const SUGGESTION_COUNT_MAX = 20;

const KINDS = ["type", "composite", "enum", "set"] as const;
/** Local names of the elements that define types. */
export type TypeKind = (typeof KINDS)[number];

/** What every type element states. */
export interface TypeAttributes {
  readonly element: XmlElement;
  readonly name: string;
  readonly packageName: string | undefined;
  readonly presence: PresenceName;
  readonly description: string | undefined;
  readonly sinceVersion: number;
  readonly deprecated: number;
  readonly semanticType: string | undefined;
  readonly offset: number;
}

/** A definition that was read; `type` is undefined where it is broken, and then that is reported. */
export interface Definition {
  readonly type: TypeModel | undefined;
  /** Names of all refs inside, at any depth. */
  readonly refNames: ReadonlySet<string>;
}

/** Where a composite is being read: the names of the composites around it, outermost first. */
export interface CompositePath {
  readonly names: readonly string[];
  /** Collects the refs met on the way, for every composite on the path. */
  readonly refNames: Set<string>;
}

/** Reads definitions once, on demand, and answers who is who. */
export class TypeReader {
  readonly attributes: AttributeReader;
  readonly sink: DiagnosticSink;
  /** Children of `types` elements with a name, in document order. */
  readonly #elements: readonly XmlElement[];
  readonly #packages = new Map<XmlElement, string>();
  readonly #firstByName = new Map<string, XmlElement>();
  readonly #firstTypeByName = new Map<string, XmlElement>();
  readonly #firstEnumByName = new Map<string, XmlElement>();
  readonly #checked = new Map<CompositeTypeModel, Set<string>>();
  readonly #definitions = new Map<XmlElement, Definition>();
  readonly #typesByName = new Map<string, TypeModel | undefined>();

  #suggestionsLeft = SUGGESTION_COUNT_MAX;

  constructor(root: XmlElement, sink: DiagnosticSink) {
    this.sink = sink;
    this.attributes = new AttributeReader(sink);
    const elements: XmlElement[] = [];
    for (const types of childrenOf(root)) {
      if (types.localName !== "types") continue;
      const packageName = attributeOf(types, "package")?.value;
      for (const element of childrenOf(types)) {
        elements.push(element);
        if (packageName !== undefined) this.#setPackage(element, packageName);
        const name = attributeOf(element, "name")?.value;
        if (name === undefined) continue;
        setFirst(this.#firstByName, name, element);
        if (element.localName === "type") setFirst(this.#firstTypeByName, name, element);
        if (element.localName === "enum") setFirst(this.#firstEnumByName, name, element);
      }
    }
    this.#elements = elements;
  }

  // Inline types belong to the package of the definition around them.
  #setPackage(element: XmlElement, packageName: string): void {
    this.#packages.set(element, packageName);
    for (const child of childrenOf(element)) this.#setPackage(child, packageName);
  }

  /** Reads every definition; afterwards `typeNamed` answers. */
  readAll(): void {
    for (const primitive of PRIMITIVE_NAMES) this.#typesByName.set(primitive, builtIn(primitive));
    const kept = new Map<string, XmlElement>();
    for (const kind of KINDS) {
      for (const element of this.#elements) {
        if (element.localName === kind) this.#define(element, kept);
      }
    }
  }

  #define(element: XmlElement, kept: Map<string, XmlElement>): void {
    const { type } = this.#definition(element, []);
    const name = attributeOf(element, "name")?.value ?? "";
    if (name === "") return; // reported
    const first = kept.get(name);
    if (this.#typesByName.has(name)) {
      this.sink.report(
        "type-duplicate",
        attributeSpan(element, "name"),
        `type ${quoted(name)} is already defined`,
        first === undefined
          ? [help(`${quoted(name)} is a primitive type; choose another name`)]
          : [noteAt("note", "fields use this definition, refs the one", nameSpan(first))],
      );
    }
    checkName(element, name, this.sink);
    kept.set(name, element);
    // A composite of its own: data fields change the definition that fields see, not what refs see.
    this.#typesByName.set(name, type?.kind === "composite" ? { ...type } : type);
  }

  /** The type that a field, group or data element names; `known` is false where there is none. */
  typeNamed(name: string): { readonly known: boolean; readonly type: TypeModel | undefined } {
    return { known: this.#typesByName.has(name), type: this.#typesByName.get(name) };
  }

  /** All types that fields can name, without the built-in ones. */
  definedTypes(): TypeModel[] {
    return [...this.#typesByName.values()].filter(
      (type) => type?.element !== undefined,
    ) as TypeModel[];
  }

  /** Help for an unknown type name. */
  suggest(name: string, kinds: readonly TypeKind[] = KINDS): DiagnosticNote[] {
    // A schema full of unknown names must not be compared with all its types each time.
    if (this.#suggestionsLeft-- <= 0) return [];
    const candidates = new Map<string, XmlElement | undefined>();
    if (kinds.length === KINDS.length)
      for (const primitive of PRIMITIVE_NAMES) candidates.set(primitive, undefined);
    for (const [candidate, element] of this.#firstByName) {
      if (kinds.some((kind) => kind === element.localName)) candidates.set(candidate, element);
    }
    return suggestion(name, candidates);
  }

  /**
   * The first definition of a name in document order, as a ref sees it.
   * @returns undefined where no element has the name
   */
  referenced(name: string, path: CompositePath): Definition | undefined {
    const element = this.#firstByName.get(name);
    if (element === undefined || !KINDS.some((kind) => kind === element.localName))
      return undefined;
    const definition = this.#definition(element, path.names);
    // Once per name: a composite may hold thousands of refs to the same type.
    if (!path.refNames.has(name))
      for (const refName of definition.refNames) path.refNames.add(refName);
    path.refNames.add(name);
    return definition;
  }

  /** The first `type` element of a name: what an enum or a set may name as its encoding. */
  encodingType(
    name: string,
  ): { readonly element: XmlElement; readonly type: PrimitiveTypeModel | undefined } | undefined {
    const element = this.#firstTypeByName.get(name);
    if (element === undefined) return undefined;
    const { type } = this.#definition(element, []);
    return { element, type: type?.kind === "primitive" ? type : undefined };
  }

  /** The first `enum` element of a name: what a `valueRef` of a type may name. */
  enumNamed(name: string): { readonly type: EnumTypeModel | undefined } | undefined {
    const element = this.#firstEnumByName.get(name);
    if (element === undefined) return undefined;
    const { type } = this.#definition(element, []);
    return { type: type?.kind === "enum" ? type : undefined };
  }

  #definition(element: XmlElement, pathNames: readonly string[]): Definition {
    const known = this.#definitions.get(element);
    if (known !== undefined) return known;
    const refNames = new Set<string>();
    const type = this.read(element, { names: pathNames, refNames });
    // Nothing is built on a broken type, so nobody asks what it refers to.
    const definition = { type, refNames: type === undefined ? NO_NAMES : refNames };
    this.#definitions.set(element, definition);
    return definition;
  }

  /**
   * True the first time that a composite is used for something: a role is checked once, however
   * many groups share the composite.
   */
  isFirstUse(composite: CompositeTypeModel, role: string): boolean {
    const roles = this.#checked.get(composite) ?? new Set();
    this.#checked.set(composite, roles);
    if (roles.has(role)) return false;
    roles.add(role);
    return true;
  }

  /** Reads one type element, at the top or inside a composite. */
  read(element: XmlElement, path: CompositePath): TypeModel | undefined {
    switch (element.localName) {
      case "type":
        return readPrimitive(element, this);
      case "enum":
        return readEnum(element, this);
      case "set":
        return readSet(element, this);
      case "composite":
        return readComposite(element, path, this);
      default:
        return undefined;
    }
  }

  /** Common attributes; undefined where the name is missing. */
  common(element: XmlElement): TypeAttributes | undefined {
    const { attributes } = this;
    const name = attributes.required(element, "name");
    const presence =
      attributeOf(element, "presence") === undefined ? "required" : attributes.presence(element);
    const common = {
      element,
      packageName: this.#packages.get(element),
      description: attributes.optional(element, "description"),
      sinceVersion: attributes.integer(element, "sinceVersion", 0),
      deprecated: attributes.integer(element, "deprecated", 0),
      semanticType: attributes.optional(element, "semanticType"),
      offset: attributes.integer(element, "offset", -1),
    };
    return name === undefined || presence === undefined ? undefined : { ...common, name, presence };
  }
}

function setFirst(map: Map<string, XmlElement>, name: string, element: XmlElement): void {
  if (!map.has(name)) map.set(name, element);
}

function builtIn(primitive: PrimitiveName): PrimitiveTypeModel {
  return {
    kind: "primitive",
    element: undefined,
    name: primitive,
    packageName: undefined,
    presence: "required",
    description: undefined,
    sinceVersion: 0,
    deprecated: 0,
    semanticType: undefined,
    offset: -1,
    tokenCount: 1,
    primitive,
    length: 1,
    variableLength: false,
    characterEncoding: undefined,
    constValue: undefined,
    minValue: undefined,
    maxValue: undefined,
    nullValue: undefined,
  };
}
