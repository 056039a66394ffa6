/**
 * The layout of a schema, prepared for decoding and encoding on the fly: every look-up that depends
 * on the schema alone (readers, charsets, names of values, JSON keys) is made once, here.
 */
import { charsetOf, type Charset } from "@alerion/runtime/codegen";
import type {
  BlockLayout,
  CompositeLayout,
  ConstantValue,
  DataLayout,
  EnumLayout,
  FieldLayout,
  GroupLayout,
  MessageLayout,
  PrimitiveLayout,
  ScalarValue,
  SchemaLayout,
  SetLayout,
  TypeLayout,
} from "../layout.js";
import { scalarMember } from "../layout.js";
import type { PrimitiveName } from "../ir.js";
import { IrError } from "../ir-error.js";
import { SCALAR_READERS, SCALAR_WRITERS, type ScalarReader, type ScalarWriter } from "./scalar.js";

/** Where a number lies and how it is read. */
interface Located {
  readonly primitive: PrimitiveName;
  readonly littleEndian: boolean;
  readonly read: ScalarReader;
  readonly write: ScalarWriter;
}

/** One number. */
export interface ScalarNode extends Located {
  readonly kind: "scalar";
  readonly size: number;
  /** Undefined when the value is required. */
  readonly nullValue: ScalarValue | undefined;
  /** What `clear` writes: the null value, or zero where the value is required. */
  readonly clearValue: ScalarValue;
}

/** Numbers one after another. */
export interface ArrayNode extends Located {
  readonly kind: "array";
  readonly size: number;
  readonly length: number;
  readonly elementSize: number;
  readonly clearValue: ScalarValue;
}

/** Char array: text up to the first NUL. */
export interface TextNode {
  readonly kind: "text";
  readonly size: number;
  /** All NUL is null. */
  readonly isOptional: boolean;
  readonly charset: Charset | undefined;
  readonly characterEncoding: string;
}

/** One of named values. */
export interface EnumNode extends Located {
  readonly kind: "enum";
  readonly size: number;
  readonly nullValue: ScalarValue;
  readonly names: ReadonlyMap<ScalarValue, string>;
  readonly values: ReadonlyMap<string, ScalarValue>;
}

/** Named bits. */
export interface SetNode extends Located {
  readonly kind: "set";
  readonly size: number;
  /** Bits as schema order lists them. */
  readonly choices: readonly { readonly name: string; readonly mask: bigint }[];
}

/** A value that is not on the wire. */
export interface ConstantNode {
  readonly kind: "constant";
  readonly size: 0;
  readonly constant: ConstantValue;
  readonly primitive: PrimitiveName;
}

/** Named members at fixed offsets. */
export interface CompositeNode {
  readonly kind: "composite";
  readonly size: number;
  readonly names: ReadonlySet<string>;
  readonly members: readonly MemberPlan[];
}

/** What stands at one place of a block or composite. */
export type PlanNode =
  ScalarNode | ArrayNode | TextNode | EnumNode | SetNode | ConstantNode | CompositeNode;

/** A member of a composite; `offset` is from the composite's start. */
interface MemberPlan {
  readonly name: string;
  readonly key: string;
  readonly offset: number;
  readonly node: PlanNode;
}

/** A field of a block; `offset` is from the block's start, `end` behind its last byte. */
export interface FieldPlan extends MemberPlan {
  readonly sinceVersion: number;
  readonly end: number;
}

/** An integer of a header, dimension or length composite; `constant` where it is not on the wire. */
export interface CountPlan {
  readonly offset: number;
  readonly size: number;
  readonly littleEndian: boolean;
  readonly read: ScalarReader;
  readonly write: ScalarWriter;
  readonly constant: number | undefined;
  /** Greatest value that it may take. */
  readonly maxValue: number;
}

/** A message's or group entry's content. */
export interface BlockPlan {
  readonly blockLength: number;
  /** Names of all fields, groups and data. */
  readonly names: ReadonlySet<string>;
  readonly fields: readonly FieldPlan[];
  readonly groups: readonly GroupPlan[];
  readonly data: readonly DataPlan[];
}

/** A repeating group. */
export interface GroupPlan extends BlockPlan {
  readonly name: string;
  readonly key: string;
  readonly sinceVersion: number;
  /** Bytes of the dimension composite. */
  readonly dimensionSize: number;
  readonly blockLengthField: CountPlan;
  readonly numInGroupField: CountPlan;
}

/** Var data. */
export interface DataPlan {
  readonly name: string;
  readonly key: string;
  readonly sinceVersion: number;
  /** Bytes before the content. */
  readonly headerSize: number;
  readonly lengthField: CountPlan;
  /** Undefined for opaque bytes and for charsets that the runtime does not know. */
  readonly charset: Charset | undefined;
  readonly characterEncoding: string | undefined;
}

/** A message. */
export interface MessagePlan extends BlockPlan {
  readonly name: string;
  readonly id: number;
}

/** The message header. */
interface HeaderPlan {
  readonly size: number;
  readonly blockLength: CountPlan;
  readonly templateId: CountPlan;
  readonly schemaId: CountPlan;
  readonly version: CountPlan;
}

/** A whole schema. */
export interface SchemaPlan {
  readonly id: number;
  readonly version: number;
  readonly header: HeaderPlan;
  readonly byId: ReadonlyMap<number, MessagePlan>;
  readonly byName: ReadonlyMap<string, MessagePlan>;
}

const plans = new WeakMap<SchemaLayout, SchemaPlan>();

/**
 * The plan of a layout, made on first use and kept as long as the layout.
 *
 * @throws {IrError} if a header, dimension or length composite cannot be read
 */
export function planOf(layout: SchemaLayout): SchemaPlan {
  let plan = plans.get(layout);
  if (plan === undefined) {
    plan = makePlan(layout);
    plans.set(layout, plan);
  }
  return plan;
}

function makePlan(layout: SchemaLayout): SchemaPlan {
  const { header } = layout;
  const messages = layout.messages.map(messagePlan);
  return {
    id: layout.id,
    version: layout.version,
    header: {
      size: header.size,
      blockLength: countPlan(header, "blockLength"),
      templateId: countPlan(header, "templateId"),
      schemaId: countPlan(header, "schemaId"),
      version: countPlan(header, "version"),
    },
    byId: new Map(messages.map((message) => [message.id, message])),
    byName: new Map(messages.map((message) => [message.name, message])),
  };
}

function messagePlan(message: MessageLayout): MessagePlan {
  return { name: message.name, id: message.id, ...blockPlan(message) };
}

function blockPlan(block: BlockLayout): BlockPlan {
  const parts = [...block.fields, ...block.groups, ...block.data];
  return {
    blockLength: block.blockLength,
    names: new Set(parts.map((part) => part.name)),
    fields: block.fields.map(fieldPlan),
    groups: block.groups.map(groupPlan),
    data: block.data.map(dataPlan),
  };
}

function fieldPlan(field: FieldLayout): FieldPlan {
  const node: PlanNode =
    field.constant === undefined
      ? nodeOf(field.type)
      : constantNode(
          field.constant,
          field.type.kind === "composite" ? "uint8" : field.type.primitive,
        );
  return {
    name: field.name,
    key: keyOf(field.name),
    offset: field.offset,
    end: field.offset + node.size,
    sinceVersion: field.sinceVersion,
    node,
  };
}

function groupPlan(group: GroupLayout): GroupPlan {
  return {
    name: group.name,
    key: keyOf(group.name),
    sinceVersion: group.sinceVersion,
    dimensionSize: group.dimension.size,
    blockLengthField: countPlan(group.dimension, "blockLength"),
    numInGroupField: countPlan(group.dimension, "numInGroup"),
    ...blockPlan(group),
  };
}

function dataPlan(data: DataLayout): DataPlan {
  const { characterEncoding } = data;
  return {
    name: data.name,
    key: keyOf(data.name),
    sinceVersion: data.sinceVersion,
    headerSize: scalarMember(data.encoding, "varData").offset,
    lengthField: countPlan(data.encoding, "length"),
    charset: characterEncoding === undefined ? undefined : charsetOf(characterEncoding),
    characterEncoding,
  };
}

function countPlan(composite: CompositeLayout, name: string): CountPlan {
  const { offset, type } = scalarMember(composite, name);
  const { constant } = type;
  if (constant !== undefined && constant.kind !== "scalar") {
    throw new IrError(`member must be a number: composite=${composite.name} member=${name}`);
  }
  return {
    offset,
    size: type.size,
    littleEndian: type.littleEndian,
    read: SCALAR_READERS[type.primitive],
    write: SCALAR_WRITERS[type.primitive],
    constant: constant === undefined ? undefined : Number(constant.value),
    maxValue: Number(type.maxValue),
  };
}

function nodeOf(type: TypeLayout): PlanNode {
  switch (type.kind) {
    case "primitive":
      return primitiveNode(type);
    case "enum":
      return enumNode(type);
    case "set":
      return setNode(type);
    case "composite":
      return {
        kind: "composite",
        size: type.size,
        names: new Set(type.members.map((member) => member.name)),
        members: type.members.map(({ name, offset, type: memberType }) => {
          const node = nodeOf(memberType);
          return { name, key: keyOf(name), offset, node };
        }),
      };
  }
}

function primitiveNode(type: PrimitiveLayout): PlanNode {
  if (type.constant !== undefined) return constantNode(type.constant, type.primitive);
  if (type.isArray && type.primitive === "char") {
    const characterEncoding = type.characterEncoding ?? "US-ASCII";
    return {
      kind: "text",
      size: type.size,
      isOptional: type.presence === "optional",
      charset: charsetOf(characterEncoding),
      characterEncoding,
    };
  }
  const zero = type.primitive === "int64" || type.primitive === "uint64" ? 0n : 0;
  const nullValue = type.presence === "optional" ? type.nullValue : undefined;
  const located = locate(type.primitive, type.littleEndian);
  const clearValue = nullValue ?? zero;
  return type.isArray
    ? {
        kind: "array",
        ...located,
        size: type.size,
        length: type.length,
        elementSize: type.elementSize,
        clearValue,
      }
    : { kind: "scalar", ...located, size: type.size, nullValue, clearValue };
}

function constantNode(constant: ConstantValue, primitive: PrimitiveName): ConstantNode {
  return { kind: "constant", size: 0, constant, primitive };
}

function enumNode(type: EnumLayout): EnumNode {
  return {
    kind: "enum",
    ...locate(type.primitive, type.littleEndian),
    size: type.size,
    nullValue: type.nullValue,
    names: new Map(type.values.map(({ name, value }) => [value, name])),
    values: new Map(type.values.map(({ name, value }) => [name, value])),
  };
}

function setNode(type: SetLayout): SetNode {
  return {
    kind: "set",
    ...locate(type.primitive, type.littleEndian),
    size: type.size,
    choices: type.choices.map(({ name, bit }) => ({ name, mask: 1n << BigInt(bit) })),
  };
}

function locate(primitive: PrimitiveName, littleEndian: boolean): Located {
  return {
    primitive,
    littleEndian,
    read: SCALAR_READERS[primitive],
    write: SCALAR_WRITERS[primitive],
  };
}

function keyOf(name: string): string {
  return `${JSON.stringify(name)}:`;
}
