/**
 * Two versions of a schema, and what readers of one make of messages of the other. This is the
 * slow, obvious answer to what `compareSchemas` says without bytes.
 */
import {
  compileSchema,
  decodeMessage,
  DecodeError,
  EncodeError,
  encodeMessage,
  layoutOf,
  type BlockLayout,
  type SchemaLayout,
} from "@alerion/schema";

/** Attributes and types of a schema; what is left out is as small as it can be. */
export interface SchemaParts {
  readonly id?: number;
  readonly version?: number;
  readonly byteOrder?: "littleEndian" | "bigEndian";
  readonly package?: string;
  readonly header?: string;
  readonly dimension?: string;
  readonly varData?: string;
  /** Further elements of `types`. */
  readonly types?: string;
}

const HEADER = `<composite name="messageHeader">
<type name="blockLength" primitiveType="uint16"/><type name="templateId" primitiveType="uint16"/>
<type name="schemaId" primitiveType="uint16"/><type name="version" primitiveType="uint16"/>
</composite>`;
const DIMENSION = `<composite name="groupSizeEncoding">
<type name="blockLength" primitiveType="uint16"/><type name="numInGroup" primitiveType="uint8"/>
</composite>`;
const VAR_DATA = `<composite name="varData">
<type name="length" primitiveType="uint16"/><type name="varData" primitiveType="uint8" length="0"/>
</composite>`;

/** The XML of a schema with the given messages. */
export function schemaXml(parts: SchemaParts, ...messages: readonly string[]): string {
  return `<sbe:messageSchema xmlns:sbe="http://fixprotocol.io/2016/sbe" package="${parts.package ?? "test"}"
 id="${parts.id ?? 7}" version="${parts.version ?? 0}" byteOrder="${parts.byteOrder ?? "littleEndian"}">
<types>${parts.header ?? HEADER}${parts.dimension ?? DIMENSION}${parts.varData ?? VAR_DATA}${parts.types ?? ""}</types>
${messages.join("\n")}
</sbe:messageSchema>`;
}

/** A message element. */
export function message(name: string, id: number, content: string, attributes = ""): string {
  return `<sbe:message name="${name}" id="${id}" ${attributes}>${content}</sbe:message>`;
}

/** A field element. */
export function field(name: string, id: number, type: string, attributes = ""): string {
  return `<field name="${name}" id="${id}" type="${type}" ${attributes}/>`;
}

/** A group element. */
export function group(name: string, id: number, content: string, attributes = ""): string {
  return `<group name="${name}" id="${id}" ${attributes}>${content}</group>`;
}

/** A data element. */
export function data(name: string, id: number, attributes = ""): string {
  return `<data name="${name}" id="${id}" type="varData" ${attributes}/>`;
}

/**
 * The layout of a schema.
 *
 * @throws {Error} if the schema does not compile: then the test is wrong
 */
export function layoutOfXml(xml: string): SchemaLayout {
  const { ir, diagnostics } = compileSchema(xml, { file: "test.xml" });
  if (ir === undefined) throw new Error(`schema must compile: ${JSON.stringify(diagnostics)}`);
  return layoutOf(ir);
}

/** A message to write: its name, and its values in the plain form. */
export interface Sent {
  readonly message: string;
  readonly values: unknown;
}

/** What a reader makes of a message, against what its writer meant. */
export type Outcome = "same" | "misread" | "refused";

/** How much of a message is compared: the numbers on the wire, or what they stand for. */
export type Depth = "raw" | "meaning";

/** How the parts of both schemas are matched. */
export interface Matching {
  /** Reader's name to writer's name, where they differ. */
  readonly renames?: Readonly<Record<string, string>>;
  /** Parts are known by their schema ids instead of their names. */
  readonly byId?: boolean;
}

/** Writes a message with one schema and reads it with the other. */
export function exchange(
  writer: SchemaLayout,
  reader: SchemaLayout,
  sent: Sent,
  depth: Depth,
  matching: Matching = {},
): Outcome {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = encodeMessage(writer, sent.message, sent.values);
  } catch (error) {
    if (error instanceof EncodeError) return "refused";
    throw error;
  }
  const view = new DataView(bytes.buffer);
  try {
    const meant = readingOf(writer, view, depth, matching);
    const read = readingOf(reader, view, depth, matching);
    return agrees(read, meant, matching.renames ?? {}) ? "same" : "misread";
  } catch (error) {
    if (error instanceof DecodeError) return "refused";
    throw error;
  }
}

/** What is not there for a reader, because of the message's version. */
const ABSENT = Symbol("absent");

/** What has no bytes, so that its value is no matter of reading. */
const CONSTANT = Symbol("constant");

type Reading = unknown;

function readingOf(
  layout: SchemaLayout,
  view: DataView,
  depth: Depth,
  { byId = false }: Matching,
): Reading {
  const decoded = decodeMessage(layout, view, 0, view.byteLength, { lossless: depth === "raw" });
  const block = layout.messages.find(({ id }) => id === decoded.templateId);
  if (block === undefined) throw new Error("a decoded message must have a layout");
  const content = blockReading(block, decoded.values, depth, byId);
  return { $message: { $name: block.name }, ...content };
}

function blockReading(
  block: BlockLayout,
  values: Readonly<Record<string, unknown>>,
  depth: Depth,
  byId: boolean,
): Record<string, Reading> {
  const reading: Record<string, Reading> = {};
  const keyOf = (part: { readonly name: string; readonly id: number }): string =>
    byId ? String(part.id) : part.name;
  for (const part of block.fields) {
    const value = values[part.name];
    // In the plain form an absent part is left out, in the typed form it says so.
    if (value === undefined) reading[keyOf(part)] = ABSENT;
    else if (depth === "raw") reading[keyOf(part)] = rawOf(value);
    else reading[keyOf(part)] = [value, part.timeUnit ?? "", part.epoch ?? ""];
  }
  for (const part of block.groups) {
    const entries = values[part.name];
    reading[keyOf(part)] = Array.isArray(entries)
      ? entries.map((entry: Record<string, unknown>) => blockReading(part, entry, depth, byId))
      : ABSENT;
  }
  for (const part of block.data) {
    const value = values[part.name];
    reading[keyOf(part)] = value === undefined ? ABSENT : rawOf(value);
  }
  return reading;
}

/** Numbers and bytes of the typed form. */
function rawOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rawOf);
  if (typeof value !== "object" || value === null) return value;
  const object = value as Readonly<Record<string, unknown>>;
  if ("$const" in object) return CONSTANT;
  if ("$absent" in object) return ABSENT;
  for (const key of ["$raw", "$hex", "$data"]) if (key in object) return String(object[key]);
  return Object.fromEntries(
    Object.entries(object).map(([name, member]) => [name, rawOf(member)] as const),
  );
}

/** True if the reader knows nothing but what the writer meant; it may know less. */
function agrees(read: Reading, meant: Reading, renames: Readonly<Record<string, string>>): boolean {
  if (Array.isArray(read) && Array.isArray(meant)) {
    return (
      read.length === meant.length &&
      read.every((item, index) => agrees(item, meant[index], renames))
    );
  }
  if (isRecord(read) && isRecord(meant)) {
    if ("$name" in read) {
      const name = String(read["$name"]);
      return (renames[name] ?? name) === meant["$name"];
    }
    return Object.entries(read).every(([key, value]) => {
      const other = renames[key] ?? key;
      return Object.hasOwn(meant, other)
        ? agrees(value, meant[other], renames)
        : value === ABSENT || value === CONSTANT;
    });
  }
  // Numbers of another type compare by value, whether JSON holds them as numbers or as text.
  return typeof read === "symbol" || typeof meant === "symbol"
    ? read === meant
    : String(read) === String(meant);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
