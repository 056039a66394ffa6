/**
 * FlatBuffers. Its compiler is no npm package, so the code it would print is printed here: a function per record with
 * literal slots and offsets. Records of scalars in lists are structs, its fastest form; fields are read where they
 * lie, without accessor objects.
 */
import { Builder, ByteBuffer } from "flatbuffers";
import type { Candidate, PeerField, PeerRecord, TextMode } from "../candidate.js";
import { allRecords, element, ofRing, type PeerInput, withBigints } from "./peer.js";

interface Scalar {
  readonly size: number;
  readonly access: string;
}

const SCALARS: Readonly<Record<string, Scalar>> = {
  uint16: { size: 2, access: "Int16" },
  uint32: { size: 4, access: "Int32" },
  int32: { size: 4, access: "Int32" },
  fixed64: { size: 8, access: "Int64" },
  float: { size: 4, access: "Float32" },
};

const READS: Readonly<Record<string, string>> = {
  uint16: "readUint16",
  uint32: "readUint32",
  int32: "readInt32",
  fixed64: "readInt64",
  float: "readFloat32",
};

function isStruct(record: PeerRecord): boolean {
  return record.fields.every(
    ({ type, list }) => typeof type === "string" && type !== "text" && list !== true,
  );
}

/** Offsets of a struct's members, its size and alignment. */
function structOf(record: PeerRecord) {
  let offset = 0;
  let align = 1;
  const members = record.fields.map(({ name, type }) => {
    const { size, access } = SCALARS[type as string] as Scalar;
    const padded = Math.ceil(offset / size) * size;
    const padding = padded - offset;
    offset = padded + size;
    align = Math.max(align, size);
    return { name, type: type as string, offset: padded, access, padding };
  });
  const size = Math.ceil(offset / align) * align;
  return { members, size, align, tail: size - offset };
}

/** What a field adds to the sum, from the expression that reads it. */
function summed(type: string, read: string): string {
  if (type === "float") return `total = (total + ${read} * 8) | 0;`;
  if (type === "fixed64") return `total = (total + Number(${read})) | 0;`;
  return `total = (total + ${read}) | 0;`;
}

function structSource(record: PeerRecord): string {
  const { members, size, align, tail } = structOf(record);
  const pad = (bytes: number) => (bytes === 0 ? "" : `builder.pad(${bytes});`);
  const writes = members
    .toReversed()
    .map(({ name, access, padding }) => `builder.write${access}(o.${name}); ${pad(padding)}`);
  const reads = members.map(({ type, offset }) =>
    summed(type, `bb.${READS[type] ?? ""}(pos + ${offset})`),
  );
  return `
function build${record.name}(builder, o) {
  builder.prep(${align}, ${size}); ${pad(tail)}
  ${writes.join("\n  ")}
}
function sum${record.name}(bb, pos) {
  let total = 0;
  ${reads.join("\n  ")}
  return total;
}`;
}

/** Statements that write what lies outside the table and leave its offset in a variable. */
function childSource({ name, type, list }: PeerField, text: TextMode): string {
  if (type === "text") {
    const method = text === "bytes" ? "createByteVector" : "createString";
    return `const ${name} = builder.${method}(o.${name});`;
  }
  if (list !== true) {
    return typeof type === "string" ? "" : `const ${name} = build${type.name}(builder, o.${name});`;
  }
  if (typeof type !== "string" && !isStruct(type)) {
    return `const ${name}Offsets = o.${name}.map((entry) => build${type.name}(builder, entry));
  builder.startVector(4, ${name}Offsets.length, 4);
  for (let i = ${name}Offsets.length - 1; i >= 0; i--) builder.addOffset(${name}Offsets[i]);
  const ${name} = builder.endVector();`;
  }
  const { size, align } = typeof type === "string" ? { size: 4, align: 4 } : structOf(type);
  const write =
    typeof type === "string"
      ? `builder.addInt32(o.${name}[i])`
      : `build${type.name}(builder, o.${name}[i])`;
  return `builder.startVector(${size}, o.${name}.length, ${align});
  for (let i = o.${name}.length - 1; i >= 0; i--) ${write};
  const ${name} = builder.endVector();`;
}

function slotSource({ name, type, list }: PeerField, slot: number): string {
  if (type === "text" || list === true || typeof type !== "string") {
    return `builder.addFieldOffset(${slot}, ${name}, 0);`;
  }
  const zero = type === "fixed64" ? "0n" : "0";
  return `builder.addField${SCALARS[type]?.access ?? ""}(${slot}, o.${name}, ${zero});`;
}

function readSource({ type, list }: PeerField, slot: number, text: TextMode): string {
  const found = `o = bb.__offset(pos, ${4 + 2 * slot}); if (o !== 0)`;
  if (type === "text" && text === "bytes") {
    return `${found} {
    const bytes = new Uint8Array(bb.bytes().buffer, bb.bytes().byteOffset + bb.__vector(pos + o), bb.__vector_len(pos + o));
    total = (total + bytes.length + bytes[0] + bytes[bytes.length - 1]) | 0;
  }`;
  }
  if (type === "text") {
    return `${found} {
    const text = bb.__string(pos + o);
    total = (total + text.length + text.charCodeAt(0) + text.charCodeAt(text.length - 1)) | 0;
  }`;
  }
  if (list !== true) {
    return typeof type === "string"
      ? `${found} { ${summed(type, `bb.${READS[type] ?? ""}(pos + o)`)} }`
      : `${found} total = (total + sum${type.name}(bb, bb.__indirect(pos + o))) | 0;`;
  }
  const size = typeof type === "string" || !isStruct(type) ? 4 : structOf(type).size;
  const place = `vector + i * ${size}`;
  const read =
    typeof type === "string"
      ? `bb.readInt32(${place})`
      : `sum${type.name}(bb, ${isStruct(type) ? place : `bb.__indirect(${place})`})`;
  return `${found} {
    const vector = bb.__vector(pos + o);
    const length = bb.__vector_len(pos + o);
    for (let i = 0; i < length; i++) total = (total + ${read}) | 0;
  }`;
}

function tableSource(record: PeerRecord, text: TextMode): string {
  const { fields } = record;
  return `
function build${record.name}(builder, o) {
  ${fields.map((field) => childSource(field, text)).join("\n  ")}
  builder.startObject(${fields.length});
  ${fields.map(slotSource).join("\n  ")}
  return builder.endObject();
}
function sum${record.name}(bb, pos) {
  let total = 0;
  let o = 0;
  ${fields.map((field, slot) => readSource(field, slot, text)).join("\n  ")}
  return total;
}`;
}

interface Printed {
  build(builder: Builder, content: object): number;
  sum(buffer: ByteBuffer, position: number): number;
}

async function printed(record: PeerRecord, text: TextMode): Promise<Printed> {
  const functions = allRecords(record).map((each) =>
    each !== record && isStruct(each) ? structSource(each) : tableSource(each, text),
  );
  const source = `${functions.join("\n")}
export { build${record.name} as build, sum${record.name} as sum };`;
  return (await import(`data:text/javascript,${encodeURIComponent(source)}`)) as Printed;
}

/** One builder for all messages, cleared before each. */
export async function create({ record, form, text }: PeerInput): Promise<Candidate> {
  const code = await printed(record, text);
  const contents = ofRing((index) => withBigints(record, form.content(index, text)));
  const builder = new Builder(1024);
  const write = (content: object): Uint8Array => {
    builder.clear();
    builder.finish(code.build(builder, content));
    return builder.asUint8Array();
  };
  const encoded = contents.map((content) => write(content).slice());
  return {
    name: "flatbuffers",
    text,
    encode: (index) => write(element(contents, index)).length,
    decode: (index) => {
      const buffer = new ByteBuffer(element(encoded, index));
      return code.sum(buffer, buffer.readInt32(buffer.position()) + buffer.position());
    },
  };
}
