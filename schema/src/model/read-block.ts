/** The members of a message or group: fields, then groups, then data. */
import { help, noteAt, quoted } from "../diagnostics/diagnostic-sink.js";
import type { IrValue } from "../ir.js";
import {
  attributeOf,
  attributeSpan,
  childrenOf,
  nameSpan,
  type XmlElement,
} from "../xml/xml-element.js";
import { checkDataEncoding } from "./check-data-encoding.js";
import { checkDimension } from "./check-dimension.js";
import { checkFieldValueRef } from "./check-value-ref.js";
import { GROUP_DEPTH_MAX } from "./limits.js";
import type { TypeReader } from "./type-reader.js";
import {
  makeVarDataVariable,
  type CompositeTypeModel,
  type PresenceName,
  type TypeModel,
} from "./type-model.js";

const DEFAULT_DIMENSION = "groupSizeEncoding";

interface UnplacedCommon {
  readonly element: XmlElement;
  readonly name: string;
  readonly description: string | undefined;
  readonly id: number;
  readonly sinceVersion: number;
  readonly deprecated: number;
}

/** A field or data element as stated. */
export interface UnplacedField extends UnplacedCommon {
  readonly kind: "field" | "data";
  readonly type: TypeModel;
  readonly presence: PresenceName;
  readonly semanticType: string | undefined;
  readonly epoch: string | undefined;
  readonly timeUnit: string | undefined;
  readonly valueRef: string | undefined;
  readonly namedValue: IrValue | undefined;
  /** As stated, 0 for none. */
  readonly statedOffset: number;
}

/** A group as stated, with its members. */
export interface UnplacedGroup extends UnplacedCommon {
  readonly kind: "group";
  readonly dimension: CompositeTypeModel;
  readonly statedBlockLength: number;
  readonly members: readonly UnplacedMember[];
}

/** A member whose place in its block is not known yet. */
export type UnplacedMember = UnplacedField | UnplacedGroup;

/** Reads all members in document order; broken ones are reported and left out. */
export function readBlock(element: XmlElement, reader: TypeReader, depth = 0): UnplacedMember[] {
  const members: UnplacedMember[] = [];
  const order = new OrderCheck(reader);
  const unique = new UniqueCheck(reader);
  for (const child of childrenOf(element)) {
    if (child.localName !== "field" && child.localName !== "group" && child.localName !== "data")
      continue;
    order.take(child, child.localName);
    unique.take(child);
    const member =
      child.localName === "field"
        ? readField(child, reader)
        : child.localName === "group"
          ? readGroup(child, reader, depth)
          : readData(child, reader);
    if (member !== undefined) members.push(member);
  }
  return members;
}

/** Fields, then groups, then data. */
class OrderCheck {
  readonly #reader: TypeReader;
  #firstGroup: XmlElement | undefined;
  #firstData: XmlElement | undefined;

  constructor(reader: TypeReader) {
    this.#reader = reader;
  }

  take(element: XmlElement, kind: "field" | "group" | "data"): void {
    const before =
      kind === "field"
        ? (this.#firstGroup ?? this.#firstData)
        : kind === "group"
          ? this.#firstData
          : undefined;
    if (before !== undefined) {
      const what =
        kind === "field"
          ? "a field must stand before all groups and data"
          : "a group must stand before all data";
      this.#reader.sink.report("field-order", nameSpan(element), what, [
        noteAt("note", `the first ${before.localName} is`, nameSpan(before)),
      ]);
    }
    if (kind === "group") this.#firstGroup ??= element;
    if (kind === "data") this.#firstData ??= element;
  }
}

/** Ids and names are unique in one block. */
class UniqueCheck {
  readonly #reader: TypeReader;
  readonly #byId = new Map<number, XmlElement>();
  readonly #byName = new Map<string, XmlElement>();

  constructor(reader: TypeReader) {
    this.#reader = reader;
  }

  take(element: XmlElement): void {
    // Texts that are no integer are reported by whoever needs the number.
    const idText = attributeOf(element, "id")?.value ?? "";
    if (/^[+-]?[0-9]+$/.test(idText)) this.#check(this.#byId, Number(idText), element, "id");
    const name = attributeOf(element, "name")?.value;
    if (name !== undefined) this.#check(this.#byName, name, element, "name");
  }

  #check<K extends number | string>(
    seen: Map<K, XmlElement>,
    key: K,
    element: XmlElement,
    attribute: "id" | "name",
  ): void {
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, element);
      return;
    }
    const rule = attribute === "id" ? "field-id-duplicate" : "field-name-duplicate";
    const shown = typeof key === "string" ? quoted(key) : key;
    this.#reader.sink.report(
      rule,
      attributeSpan(element, attribute),
      `${attribute} must be unique in its block: ${attribute}=${shown}`,
      [noteAt("note", `first used by <${first.localName}>`, attributeSpan(first, attribute))],
    );
  }
}

function readCommon(element: XmlElement, reader: TypeReader): UnplacedCommon | undefined {
  const { attributes } = reader;
  const name = attributes.name(element);
  const id = attributes.requiredInteger(element, "id");
  const sinceVersion = attributes.integer(element, "sinceVersion", 0);
  const deprecated = attributes.integer(element, "deprecated", 0);
  if (name === undefined || id === undefined) return undefined;
  return {
    element,
    name,
    description: attributes.optional(element, "description"),
    id,
    sinceVersion,
    deprecated,
  };
}

function readField(element: XmlElement, reader: TypeReader): UnplacedField | undefined {
  const errorsBefore = reader.sink.errorCount;
  const { attributes } = reader;
  const type = readType(element, reader);
  const common = readCommon(element, reader);
  const statedOffset = attributes.integer(element, "offset", 0);
  const statedPresence = attributes.presence(element);
  const semanticType = attributes.optional(element, "semanticType");
  if (type === undefined) return undefined;
  checkSemanticType(element, semanticType, type, reader);
  const presence = statedPresence ?? type.presence;
  const valueRef = attributes.optional(element, "valueRef");
  const named =
    valueRef === undefined
      ? undefined
      : checkFieldValueRef(element, valueRef, type, presence, reader);
  if (valueRef === undefined && presence === "constant") checkConstant(element, type, reader);
  if (common === undefined || reader.sink.errorCount > errorsBefore) return undefined;
  return {
    kind: "field",
    ...common,
    type,
    presence,
    semanticType,
    epoch: attributes.optional(element, "epoch"),
    timeUnit: attributes.optional(element, "timeUnit"),
    valueRef: presence === "constant" ? valueRef : undefined,
    namedValue: presence === "constant" ? named?.value : undefined,
    statedOffset,
  };
}

function readType(element: XmlElement, reader: TypeReader): TypeModel | undefined {
  const typeName = reader.attributes.required(element, "type");
  if (typeName === undefined) return undefined;
  const { known, type } = reader.typeNamed(typeName);
  if (!known) {
    const name = attributeOf(element, "name")?.value ?? "";
    const id = attributeOf(element, "id")?.value;
    const which = `${element.localName} ${quoted(name)}${id === undefined ? "" : ` (id ${id.slice(0, 20)})`}`;
    reader.sink.report(
      "unknown-type",
      attributeSpan(element, "type"),
      `${which} has unknown type ${quoted(typeName)}`,
      reader.suggest(typeName),
    );
  }
  return type;
}

function checkSemanticType(
  element: XmlElement,
  semanticType: string | undefined,
  type: TypeModel,
  reader: TypeReader,
): void {
  if (
    semanticType === undefined ||
    type.semanticType === undefined ||
    semanticType === type.semanticType
  )
    return;
  reader.sink.report(
    "semantic-type",
    attributeSpan(element, "semanticType"),
    `semanticType must be that of the type: semanticType=${quoted(semanticType)} type=${quoted(type.semanticType)}`,
    type.element === undefined
      ? []
      : [
          noteAt(
            "note",
            `${quoted(type.name)} states its semanticType`,
            attributeSpan(type.element, "semanticType"),
          ),
        ],
  );
}

function checkConstant(element: XmlElement, type: TypeModel, reader: TypeReader): void {
  if (type.kind === "enum") {
    const first = type.values[0]?.name;
    reader.sink.report(
      "constant-value-ref-missing",
      nameSpan(element),
      `a constant field of enum ${quoted(type.name)} must have a valueRef`,
      first === undefined
        ? []
        : [help(`write valueRef=${quoted(`${type.name}.${first}`)}, with the value that is meant`)],
    );
  } else if (type.kind === "primitive" && type.presence !== "constant") {
    reader.sink.report(
      "constant-not-constant",
      attributeSpan(element, "presence"),
      `a constant field must have a constant type or a valueRef: type=${quoted(type.name)}`,
    );
  }
}

function readGroup(
  element: XmlElement,
  reader: TypeReader,
  depth: number,
): UnplacedGroup | undefined {
  const errorsBefore = reader.sink.errorCount;
  const { attributes, sink } = reader;
  const dimension = readDimension(element, reader);
  const common = readCommon(element, reader);
  const statedBlockLength = attributes.integer(element, "blockLength", 0);
  if (depth >= GROUP_DEPTH_MAX) {
    sink.report(
      "schema-limit",
      attributeSpan(element, "name"),
      `groups must be nested at most ${GROUP_DEPTH_MAX} deep`,
    );
    return undefined;
  }
  const members = readBlock(element, reader, depth + 1);
  if (common === undefined || dimension === undefined || sink.errorCount > errorsBefore)
    return undefined;
  return { kind: "group", ...common, dimension, statedBlockLength, members };
}

function readDimension(element: XmlElement, reader: TypeReader): CompositeTypeModel | undefined {
  const stated = attributeOf(element, "dimensionType")?.value;
  const typeName = stated ?? DEFAULT_DIMENSION;
  const { known, type } = reader.typeNamed(typeName);
  const span = attributeSpan(element, "dimensionType");
  if (!known) {
    const notes =
      stated === undefined
        ? [
            help(
              `define a composite ${DEFAULT_DIMENSION} with blockLength and numInGroup, or name one by dimensionType`,
            ),
          ]
        : reader.suggest(typeName, ["composite"]);
    reader.sink.report(
      "dimension-type-unknown",
      span,
      `the dimension type of a group must exist: dimensionType=${quoted(typeName)}`,
      notes,
    );
    return undefined;
  }
  if (type === undefined) return undefined; // reported where it is defined
  if (type.kind !== "composite") {
    reader.sink.report(
      "dimension-type-kind",
      span,
      `the dimension type of a group must be a composite: dimensionType=${quoted(typeName)}`,
    );
    return undefined;
  }
  if (reader.isFirstUse(type, "dimension")) checkDimension(element, type, reader);
  return type;
}

function readData(element: XmlElement, reader: TypeReader): UnplacedField | undefined {
  const errorsBefore = reader.sink.errorCount;
  const { attributes, sink } = reader;
  const type = readType(element, reader);
  const common = readCommon(element, reader);
  const statedOffset = attributes.integer(element, "offset", 0);
  const presence = attributes.presence(element) ?? "required";
  const semanticType = attributes.optional(element, "semanticType");
  if (type === undefined) return undefined;
  checkSemanticType(element, semanticType, type, reader);
  if (type.kind !== "composite") {
    sink.report(
      "data-type-kind",
      attributeSpan(element, "type"),
      `the type of a data field must be a composite: type=${quoted(type.name)}`,
    );
    return undefined;
  }
  checkDataEncoding(element, type, presence, reader);
  if (common === undefined || sink.errorCount > errorsBefore) return undefined;
  if (reader.isFirstUse(type, "variable")) makeVarDataVariable(type);
  return {
    kind: "data",
    ...common,
    type,
    presence,
    semanticType,
    epoch: attributes.optional(element, "epoch"),
    timeUnit: attributes.optional(element, "timeUnit"),
    valueRef: undefined,
    namedValue: undefined,
    statedOffset,
  };
}
