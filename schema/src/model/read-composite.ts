/** `<composite>`: types one behind the other, inline or by `ref`. */
import { help, noteAt, quoted } from "../diagnostics/diagnostic-sink.js";
import {
  attributeOf,
  attributeSpan,
  childrenOf,
  nameSpan,
  type XmlElement,
} from "../xml/xml-element.js";
import { COMPOSITE_DEPTH_MAX } from "./limits.js";
import type { CompositePath, TypeReader } from "./type-reader.js";
import {
  encodedLength,
  SIZE_MAX,
  type CompositeTypeModel,
  type MemberModel,
} from "./type-model.js";

/** Yields the type, undefined where it or a member is broken (then reported). */
export function readComposite(
  element: XmlElement,
  path: CompositePath,
  reader: TypeReader,
): CompositeTypeModel | undefined {
  const { sink } = reader;
  const errorsBefore = sink.errorCount;
  const common = reader.common(element);
  if (path.names.length >= COMPOSITE_DEPTH_MAX) {
    sink.report(
      "schema-limit",
      attributeSpan(element, "name"),
      `composites must be nested at most ${COMPOSITE_DEPTH_MAX} deep`,
    );
    return undefined;
  }
  const name = attributeOf(element, "name")?.value ?? "";
  const inner: CompositePath = { names: [...path.names, name], refNames: path.refNames };
  const members: MemberModel[] = [];
  const byName = new Map<string, MemberModel>();
  let broken = false;
  for (const child of childrenOf(element)) {
    const member = readMember(child, inner, reader);
    if (member === "ignored") continue;
    if (member === undefined) {
      broken = true;
      continue;
    }
    const first = byName.get(member.name);
    if (first !== undefined) {
      sink.report(
        "composite-member-duplicate",
        attributeSpan(child, "name"),
        `composite ${quoted(name)} already has a member ${quoted(member.name)}`,
        [noteAt("note", "first defined", attributeSpan(first.element, "name"))],
      );
      continue;
    }
    byName.set(member.name, member);
    members.push(member);
  }
  if (!broken) checkOffsets(members, reader);
  const depth =
    1 +
    members.reduce(
      (most, { type }) => Math.max(most, type.kind === "composite" ? type.depth : 0),
      0,
    );
  if (depth > COMPOSITE_DEPTH_MAX) {
    sink.report(
      "schema-limit",
      attributeSpan(element, "name"),
      `composites must be nested at most ${COMPOSITE_DEPTH_MAX} deep`,
    );
  }
  if (common === undefined || broken || sink.errorCount > errorsBefore) return undefined;
  const tokenCount = members.reduce((sum, { type }) => sum + type.tokenCount, 2);
  return { kind: "composite", ...common, tokenCount, members, depth };
}

function readMember(
  element: XmlElement,
  path: CompositePath,
  reader: TypeReader,
): MemberModel | "ignored" | undefined {
  switch (element.localName) {
    case "ref":
      return readRef(element, path, reader);
    case "type":
    case "enum":
    case "set":
    case "composite": {
      const type = reader.read(element, path);
      if (type === undefined) return undefined;
      const { name, offset, sinceVersion } = type;
      return { element, name, referencedName: undefined, offset, sinceVersion, type };
    }
    case "group":
    case "data":
      reader.sink.report(
        "composite-member-kind",
        nameSpan(element),
        `<${element.localName}> must not stand in a composite`,
        [help("groups and data belong to messages and groups")],
      );
      return undefined;
    default:
      // Elements of other vocabularies are left alone, as everywhere in a schema.
      return "ignored";
  }
}

function readRef(
  element: XmlElement,
  path: CompositePath,
  reader: TypeReader,
): MemberModel | undefined {
  const { attributes, sink } = reader;
  const errorsBefore = sink.errorCount;
  const name = attributes.required(element, "name");
  const typeName = attributes.required(element, "type");
  const offset =
    attributeOf(element, "offset") === undefined
      ? undefined
      : attributes.integer(element, "offset", -1);
  const sinceVersion =
    attributeOf(element, "sinceVersion") === undefined
      ? undefined
      : attributes.integer(element, "sinceVersion", 0);
  if (typeName === undefined) return undefined;
  const span = attributeSpan(element, "type");
  const cycle = path.names.includes(typeName) ? typeName : undefined;
  const definition = cycle === undefined ? reader.referenced(typeName, path) : undefined;
  if (
    cycle !== undefined ||
    path.names.some(
      (around) => definition?.refNames.has(around) === true && definition.type !== undefined,
    )
  ) {
    sink.report(
      "ref-cycle",
      span,
      `composite ${quoted(path.names.at(-1) ?? "")} must not contain itself: ${[
        ...path.names,
        typeName,
      ]
        .slice(-5)
        .map((step) => quoted(step))
        .join(" > ")}`,
    );
    return undefined;
  }
  if (definition === undefined) {
    const primitive =
      reader.typeNamed(typeName).type?.element === undefined && reader.typeNamed(typeName).known;
    sink.report(
      "ref-unknown",
      span,
      `ref must name a type of the schema: type=${quoted(typeName)}`,
      primitive
        ? [
            help(
              `write <type name=${quoted(name ?? "")} primitiveType=${quoted(typeName)}/> for a primitive type`,
            ),
          ]
        : reader.suggest(typeName),
    );
    return undefined;
  }
  const { type } = definition;
  if (type === undefined || name === undefined || sink.errorCount > errorsBefore) return undefined;
  return {
    element,
    name,
    referencedName: typeName,
    offset: offset ?? type.offset,
    sinceVersion: sinceVersion ?? type.sinceVersion,
    type,
  };
}

function checkOffsets(members: readonly MemberModel[], reader: TypeReader): void {
  let end = 0;
  for (const { element, name, offset, type } of members) {
    if (offset !== -1) {
      if (offset < end) {
        reader.sink.report(
          "composite-offset",
          attributeSpan(element, "offset"),
          `offset of ${quoted(name)} must be at least ${end}: offset=${offset}`,
          [help("leave the offset out to place the member directly behind the one before it")],
        );
      }
      end = offset;
    }
    end += encodedLength(type);
    if (end > SIZE_MAX) {
      reader.sink.report(
        "size-limit",
        nameSpan(element),
        `a composite must take less than 2^31 bytes: member=${quoted(name)}`,
      );
      return;
    }
  }
}
