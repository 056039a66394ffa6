/** Sizes and offsets of a random schema, computed the slow obvious way. */
import type {
  BlockModel,
  CompositeModel,
  CountPrimitive,
  SchemaModel,
  TypeModel,
} from "./random-schema-model.js";

/** Bytes of the primitives. */
export const SIZES = {
  char: 1,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
  float: 4,
  double: 8,
} as const;

/** Bytes of a type on the wire. */
export function sizeOf(type: TypeModel): number {
  switch (type.kind) {
    case "primitive":
      return type.presence === "constant" ? 0 : SIZES[type.primitive] * type.length;
    case "enum":
    case "set":
      return SIZES[type.primitive];
    case "composite": {
      const last = placeMembers(type).at(-1);
      return last === undefined ? 0 : last.offset + sizeOf(last.member.type);
    }
  }
}

/** The members of a composite with their offsets. */
export function placeMembers(
  type: CompositeModel,
): readonly { readonly member: CompositeModel["members"][number]; readonly offset: number }[] {
  let end = 0;
  return type.members.map((member) => {
    const offset = end + member.gap;
    end = offset + sizeOf(member.type);
    return { member, offset };
  });
}

/** Bytes of a block with its padding. */
export function blockLengthOf(block: BlockModel): number {
  const used = block.fields.reduce(
    (sum, field) => sum + field.gap + (field.valueRef === undefined ? sizeOf(field.type) : 0),
    0,
  );
  return used + block.padding;
}

/** A kind of var data. */
export interface DataType {
  readonly lengthPrimitive: CountPrimitive;
  readonly characterEncoding: string | undefined;
}

/** Name of the composite of a kind of var data. */
export function dataTypeName(
  lengthPrimitive: CountPrimitive,
  characterEncoding: string | undefined,
): string {
  return `data_${lengthPrimitive}_${(characterEncoding ?? "raw").replaceAll("-", "_")}`;
}

/** All kinds of var data that a schema uses, each once. */
export function dataTypesOf(model: SchemaModel): readonly DataType[] {
  const found = new Map<string, DataType>();
  const visit = (block: BlockModel): void => {
    for (const { lengthPrimitive, characterEncoding } of block.data) {
      const type = { lengthPrimitive, characterEncoding };
      found.set(dataTypeName(lengthPrimitive, characterEncoding), type);
    }
    for (const group of block.groups) visit(group);
  };
  for (const message of model.messages) visit(message);
  return [...found.values()];
}
