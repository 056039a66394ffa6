/** From the tree of a schema file to the checked model. */
import { help, noteAt, quoted, type DiagnosticSink } from "../diagnostics/diagnostic-sink.js";
import { PRIMITIVES } from "../layout.js";
import {
  attributeOf,
  attributeSpan,
  childrenOf,
  nameSpan,
  type XmlElement,
} from "../xml/xml-element.js";
import { isUnsigned, memberSpan, plainMember } from "./check-length-member.js";
import { checkSinceVersions } from "./check-since-versions.js";
import { TOKEN_COUNT_MAX } from "./limits.js";
import { javaHashOrder } from "./java-hash-order.js";
import type { BlockMember, MessageModel, SchemaModel } from "./message-model.js";
import { checkBlockLength, placeBlock, rootBlockLength } from "./place-block.js";
import { readBlock } from "./read-block.js";
import { TypeReader } from "./type-reader.js";
import type { CompositeTypeModel } from "./type-model.js";

const DEFAULT_HEADER = "messageHeader";
const HEADER_MEMBERS = ["blockLength", "templateId", "schemaId", "version"] as const;

/** Yields the model; undefined where an error was reported. */
export function readSchema(root: XmlElement, sink: DiagnosticSink): SchemaModel | undefined {
  if (root.localName !== "messageSchema") {
    sink.report(
      "schema-element-missing",
      nameSpan(root),
      `the root element must be messageSchema: <${root.name}>`,
    );
    return undefined;
  }
  const errorsBefore = sink.errorCount;
  const reader = new TypeReader(root, sink);
  reader.readAll();
  const messages = readMessages(root, reader);
  const { attributes } = reader;
  const packageName = attributes.required(root, "package");
  const id = attributes.requiredInteger(root, "id");
  const versionErrors = sink.errorCount;
  const version = attributes.integer(root, "version", 0);
  if (version < 0) {
    sink.report(
      "version-negative",
      attributeSpan(root, "version"),
      `the schema version must not be negative: version=${version}`,
    );
  }
  const headerType = attributeOf(root, "headerType")?.value ?? DEFAULT_HEADER;
  const header = readHeader(root, headerType, reader);
  // An unknown schema version would put every sinceVersion in the wrong.
  if (sink.errorCount === versionErrors)
    checkSinceVersions(root, version, reader.definedTypes(), messages, sink);
  if (
    packageName === undefined ||
    id === undefined ||
    header === undefined ||
    sink.errorCount > errorsBefore
  )
    return undefined;
  if (!checkTokenCount(header, messages, sink)) return undefined;
  checkIdRanges(root, header, id, version, messages, sink);
  return {
    source: root.source,
    element: root,
    package: packageName,
    id,
    version,
    description: attributes.optional(root, "description"),
    semanticVersion: attributes.optional(root, "semanticVersion"),
    byteOrder:
      attributes.optional(root, "byteOrder") === "bigEndian" ? "BIG_ENDIAN" : "LITTLE_ENDIAN",
    headerType,
    header,
    messages: javaHashOrder(messages, (message) => message.id),
  };
}

function readMessages(root: XmlElement, reader: TypeReader): MessageModel[] {
  const { sink } = reader;
  const messages: MessageModel[] = [];
  const byId = new Map<number, XmlElement>();
  const byName = new Map<string, XmlElement>();
  let count = 0;
  for (const element of messageElements(root)) {
    count++;
    const message = readMessage(element, reader);
    const name = attributeOf(element, "name")?.value;
    const firstName = name === undefined ? undefined : byName.get(name);
    if (name !== undefined && firstName !== undefined) {
      sink.report(
        "message-name-duplicate",
        attributeSpan(element, "name"),
        `message name must be unique: name=${quoted(name)}`,
        [noteAt("note", "first used", attributeSpan(firstName, "name"))],
      );
    } else if (name !== undefined) byName.set(name, element);
    const idText = attributeOf(element, "id")?.value ?? "";
    const id = /^[+-]?[0-9]+$/.test(idText) ? Number(idText) : undefined;
    const firstId = id === undefined ? undefined : byId.get(id);
    if (id !== undefined && firstId !== undefined) {
      sink.report(
        "message-id-duplicate",
        attributeSpan(element, "id"),
        `message id must be unique: id=${id}`,
        [
          noteAt(
            "note",
            `first used by message ${quoted(attributeOf(firstId, "name")?.value ?? "")}`,
            attributeSpan(firstId, "id"),
          ),
        ],
      );
    } else if (id !== undefined) byId.set(id, element);
    if (message !== undefined) messages.push(message);
  }
  if (count === 0) sink.report("messages-missing", nameSpan(root), "the schema has no messages");
  return messages;
}

/** Messages of the schema; SBE 2.0 also has them in a `messages` element. */
function messageElements(root: XmlElement): XmlElement[] {
  return childrenOf(root)
    .flatMap((child) => (child.localName === "messages" ? childrenOf(child) : [child]))
    .filter((child) => child.localName === "message");
}

function readMessage(element: XmlElement, reader: TypeReader): MessageModel | undefined {
  const { attributes, sink } = reader;
  const errorsBefore = sink.errorCount;
  const name = attributes.name(element);
  const id = attributes.requiredInteger(element, "id");
  const statedBlockLength = attributes.integer(element, "blockLength", 0);
  const sinceVersion = attributes.integer(element, "sinceVersion", 0);
  const deprecated = attributes.integer(element, "deprecated", 0);
  const unplaced = readBlock(element, reader);
  // A missing member would make every later offset wrong: faults of placement would be echoes.
  if (sink.errorCount > errorsBefore) return undefined;
  const { members } = placeBlock(unplaced, statedBlockLength, reader);
  const needed = rootBlockLength(members);
  checkBlockLength(element, statedBlockLength, needed, reader);
  if (name === undefined || id === undefined || sink.errorCount > errorsBefore) return undefined;
  return {
    element,
    name,
    description: attributes.optional(element, "description"),
    id,
    sinceVersion,
    deprecated,
    semanticType: attributes.optional(element, "semanticType"),
    statedBlockLength,
    blockLength: Math.max(statedBlockLength, needed),
    members,
  };
}

function readHeader(
  root: XmlElement,
  headerType: string,
  reader: TypeReader,
): CompositeTypeModel | undefined {
  const { sink } = reader;
  const span = attributeSpan(root, "headerType");
  const { known, type } = reader.typeNamed(headerType);
  if (!known) {
    const stated = attributeOf(root, "headerType") !== undefined;
    const notes = reader.suggest(headerType, ["composite"]);
    sink.report(
      "header-type-unknown",
      span,
      `the message header must be a type of the schema: headerType=${quoted(headerType)}`,
      notes.length > 0 || stated
        ? notes
        : [
            help(
              `define a composite ${DEFAULT_HEADER}, include the file that does, or name another by headerType`,
            ),
          ],
    );
    return undefined;
  }
  if (type === undefined) return undefined; // reported where it is defined
  if (type.kind !== "composite") {
    sink.report(
      "header-type-kind",
      span,
      `the message header must be a composite: headerType=${quoted(headerType)}`,
    );
    return undefined;
  }
  for (const name of HEADER_MEMBERS) {
    const wanted = {
      composite: type,
      name,
      role: "message header",
      missing: "header-member-missing",
      kind: "header-type-kind",
      user: undefined,
    } as const;
    const found = plainMember(wanted, reader);
    if (found === undefined) continue;
    const { primitive } = found.type;
    const primitiveSpan = memberSpan(found, "primitiveType");
    if (name === "blockLength" && !isUnsigned(primitive)) {
      sink.report(
        "header-member-unsigned",
        primitiveSpan,
        `"blockLength" of the message header must be unsigned: primitiveType=${primitive}`,
        [help("use uint16")],
      );
    }
    if (primitive !== "uint16") {
      sink.report(
        "header-member-uint16",
        primitiveSpan,
        `${quoted(name)} of the message header should be uint16: primitiveType=${primitive}`,
      );
    }
  }
  return type;
}

/** False, and reported, where the tokens would be too many to write down. */
function checkTokenCount(
  header: CompositeTypeModel,
  messages: readonly MessageModel[],
  sink: DiagnosticSink,
): boolean {
  let count = header.tokenCount;
  for (const message of messages) {
    count += tokenCount(message.members) + 2;
    if (count <= TOKEN_COUNT_MAX) continue;
    const span = attributeSpan(message.element, "name");
    sink.report(
      "schema-limit",
      span,
      `a schema must have at most ${TOKEN_COUNT_MAX} tokens: they end in message ${quoted(message.name)}`,
    );
    return false;
  }
  return true;
}

function tokenCount(members: readonly BlockMember[]): number {
  return members.reduce((sum, member) => {
    if (member.kind !== "group") return sum + member.type.tokenCount + 2;
    return sum + member.dimension.tokenCount + tokenCount(member.members) + 2;
  }, 0);
}

/** Ids that an encoder would cut off. The official tool takes them without a word. */
function checkIdRanges(
  root: XmlElement,
  header: CompositeTypeModel,
  id: number,
  version: number,
  messages: readonly MessageModel[],
  sink: DiagnosticSink,
): void {
  const check = (
    memberName: string,
    value: number,
    element: XmlElement,
    attribute: string,
  ): void => {
    const type = header.members.find((member) => member.name === memberName)?.type;
    if (type?.kind !== "primitive" || type.presence === "constant") return;
    const { primitive } = type;
    const { minValue, maxValue } = PRIMITIVES[primitive];
    // The null value of the header type is as good as any other here.
    if (value >= Number(minValue) && value <= Number(maxValue) + 1) return;
    sink.report(
      "id-out-of-range",
      attributeSpan(element, attribute),
      `${attribute} does not fit ${quoted(memberName)} of the message header (${primitive}): ${attribute}=${value}`,
    );
  };
  check("schemaId", id, root, "id");
  check("version", version, root, "version");
  for (const message of messages) check("templateId", message.id, message.element, "id");
}
