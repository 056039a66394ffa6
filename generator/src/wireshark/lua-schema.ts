/** A schema as the tables that lua/dissector.lua reads. */
import type {
  BlockLayout,
  CompositeLayout,
  CompositeMemberLayout,
  ConstantValue,
  DataLayout,
  EnumLayout,
  FieldLayout,
  GroupLayout,
  PrimitiveLayout,
  SchemaLayout,
  SetLayout,
  TypeLayout,
} from "@alerion/schema";
import { FRAMINGS, timeMeaningOf, type Framing } from "@alerion/schema/explain";
import { charsetOf } from "@alerion/runtime/codegen";
import type { LuaValue } from "./lua-literal.js";

type Table = { readonly [name: string]: LuaValue };

/** The tables of a schema. */
export function luaSchema(layout: SchemaLayout): Table {
  return {
    package: layout.package,
    description: layout.description ?? layout.package,
    id: layout.id,
    version: layout.version,
    header: compositeTable(layout.header),
    messages: new Map(
      layout.messages.map((message) => [
        message.id,
        { name: message.name, description: message.description, ...blockTable(message) },
      ]),
    ),
  };
}

/** The tables of all framings that tools know by name, in their order. */
export function luaFramings(): readonly Table[] {
  return FRAMINGS.map(framingTable);
}

function framingTable(framing: Framing): Table {
  const { name, packetHeaderLength, packetFields, frame, frameFields, hasManyMessages } = framing;
  const fields = (all: Framing["frameFields"]): LuaValue =>
    all.map(({ name: label, offset, size, littleEndian, show }) => ({
      kind: "num",
      name: label,
      at: offset,
      size,
      type: `uint${size * 8}`,
      le: littleEndian,
      hex: show === "hex" ? true : undefined,
      time: show === "nanoseconds" ? 9 : undefined,
    }));
  const options = frame?.options;
  return {
    name,
    packet: packetHeaderLength,
    packet_fields: fields(packetFields),
    many: hasManyMessages,
    frame:
      options === undefined
        ? undefined
        : {
            header: options.headerLength,
            at: options.lengthOffset ?? 0,
            size: options.lengthSize,
            le: options.littleEndian,
            uncounted: options.uncountedLength ?? 0,
            max: frame?.frameLengthMax,
            marker:
              options.marker === undefined
                ? undefined
                : {
                    at: options.marker.offset,
                    size: options.marker.size,
                    le: options.marker.littleEndian,
                    values: options.marker.values,
                  },
          },
    frame_fields: fields(frameFields),
  };
}

function blockTable(block: BlockLayout): Table {
  return {
    length: block.blockLength,
    fields: inWireOrder(block.fields).map(fieldTable),
    groups: block.groups.map(groupTable),
    data: block.data.map(dataTable),
  };
}

function inWireOrder<T extends { readonly offset: number }>(parts: readonly T[]): readonly T[] {
  return [...parts].sort((a, b) => a.offset - b.offset);
}

function fieldTable(field: FieldLayout): Table {
  const since = field.sinceVersion > 0 ? field.sinceVersion : undefined;
  const { name, description } = field;
  if (field.constant !== undefined) {
    return { kind: "const", name, at: field.offset, size: 0, text: constantText(field.constant) };
  }
  const isOptional = field.presence === "optional";
  const time = field.type.kind === "primitive" ? timeScale(field.type, field) : undefined;
  return { ...typeTable(field.type, isOptional), name, description, at: field.offset, since, time };
}

function groupTable(group: GroupLayout): Table {
  const since = group.sinceVersion > 0 ? group.sinceVersion : undefined;
  const { name, description, dimension } = group;
  return { name, description, since, dimension: compositeTable(dimension), ...blockTable(group) };
}

function dataTable(data: DataLayout): Table {
  const since = data.sinceVersion > 0 ? data.sinceVersion : undefined;
  const members = data.encoding.members.filter(({ name }) => name !== "varData");
  const content = data.encoding.members.find(({ name }) => name === "varData");
  const encoding = data.characterEncoding;
  return {
    name: data.name,
    description: data.description,
    since,
    size: content?.offset ?? 0,
    members: inWireOrder(members).map(memberTable),
    charset: encoding === undefined ? undefined : charsetOf(encoding),
  };
}

function compositeTable(composite: CompositeLayout): Table {
  return { size: composite.size, members: inWireOrder(composite.members).map(memberTable) };
}

function memberTable({ name, offset, type }: CompositeMemberLayout): Table {
  if (type.kind === "primitive" && type.constant !== undefined) {
    return {
      kind: "const",
      name,
      at: offset,
      size: 0,
      text: constantText(type.constant),
      value: constantNumber(type.constant),
    };
  }
  const isOptional = type.kind === "primitive" && type.presence === "optional";
  return { ...typeTable(type, isOptional), name, at: offset };
}

function typeTable(type: TypeLayout, isOptional: boolean): Table {
  switch (type.kind) {
    case "primitive":
      return primitiveTable(type, isOptional);
    case "enum":
      return enumTable(type, isOptional);
    case "set":
      return setTable(type);
    case "composite":
      return {
        kind: "comp",
        size: type.size,
        members: inWireOrder(type.members).map((member) => ({
          ...memberTable(member),
          time: member.name === "time" ? compositeTimeScale(type) : undefined,
        })),
        decimal: isDecimal(type) ? true : undefined,
      };
  }
}

function primitiveTable(type: PrimitiveLayout, isOptional: boolean): Table {
  const { primitive, size, littleEndian } = type;
  if (type.isArray && primitive === "char") {
    return { kind: "text", size, charset: charsetOf(type.characterEncoding ?? "US-ASCII") };
  }
  const number = { type: primitive, le: littleEndian };
  if (type.isArray) {
    return { kind: "array", size, count: type.length, element: type.elementSize, ...number };
  }
  const isFloat = primitive === "float" || primitive === "double";
  const nil = !isOptional ? undefined : isFloat ? "nan" : String(type.nullValue);
  return { kind: "num", size, ...number, null: nil };
}

function enumTable(type: EnumLayout, isOptional: boolean): Table {
  return {
    kind: "num",
    size: type.size,
    type: type.primitive === "char" ? "uint8" : type.primitive,
    le: type.littleEndian,
    null: isOptional ? String(type.nullValue) : undefined,
    // By text, because Lua of Wireshark has no integers of 64 bits as keys.
    names: new Map(type.values.map(({ name, value }) => [String(value), name])),
  };
}

function setTable(type: SetLayout): Table {
  return {
    kind: "set",
    size: type.size,
    type: `uint${type.size * 8}`,
    le: type.littleEndian,
    bits: type.choices.map(({ name, bit }) => ({ name, bit })),
  };
}

function isDecimal(composite: CompositeLayout): boolean {
  const isInteger = (name: string): boolean => {
    const type = composite.members.find((member) => member.name === name)?.type;
    return type?.kind === "primitive" && !type.isArray && /^u?int/.test(type.primitive);
  };
  return isInteger("mantissa") && isInteger("exponent");
}

/** Decimal places of a second that an instant counts; undefined for other values. */
function timeScale(type: PrimitiveLayout, field: FieldLayout): number | undefined {
  const meaning = timeMeaningOf(type, field);
  if (meaning?.kind !== "instant" || type.elementSize !== 8) return undefined;
  const scales: Readonly<Record<string, number>> = {
    second: 0,
    millisecond: 3,
    microsecond: 6,
    nanosecond: 9,
  };
  return scales[meaning.unit];
}

/** The same for a composite of `time` and a constant `unit`, which is a power of ten. */
function compositeTimeScale(composite: CompositeLayout): number | undefined {
  const unit = composite.members.find(({ name }) => name === "unit")?.type;
  if (composite.semanticType !== "UTCTimestamp" || unit?.kind !== "primitive") return undefined;
  const { constant } = unit;
  return constant?.kind === "scalar" ? Number(constant.value) : undefined;
}

function constantText(constant: ConstantValue): string {
  switch (constant.kind) {
    case "scalar":
      return String(constant.value);
    case "text":
      return constant.text;
    case "enum":
      return `${constant.valueName} (${String(constant.value)})`;
  }
}

function constantNumber(constant: ConstantValue): number | undefined {
  return constant.kind === "scalar" ? Number(constant.value) : undefined;
}
