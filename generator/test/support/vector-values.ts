/** The `values` of the official vectors as DTOs, and as calls of hot encoders. */
import type {
  BlockLayout,
  CompositeLayout,
  ConstantValue,
  PrimitiveLayout,
  TypeLayout,
} from "@alerion/schema";
import type { BlockModel } from "../../src/model/block-model.js";
import type { FieldModel } from "../../src/model/field-model.js";
import type { SchemaModel } from "../../src/model/schema-model.js";
import { bytesOf, type Values } from "./conformance-data.js";
import type { Flyweight } from "./generated-codecs.js";

interface Data {
  [key: string]: unknown;
}

/** A field or member with its names on both sides. */
interface Pair {
  readonly schemaName: string;
  readonly model: FieldModel;
  readonly type: TypeLayout;
  readonly isOptional: boolean;
  readonly constant: ConstantValue | undefined;
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`index must be in the list: ${index}`);
  return item;
}

function pairsOfBlock(block: BlockLayout, model: BlockModel): Pair[] {
  return block.fields.map((field, index) => ({
    schemaName: field.name,
    model: at(model.fields, index),
    type: field.type,
    isOptional: field.presence === "optional",
    constant: field.constant,
  }));
}

function pairsOfComposite(type: CompositeLayout, field: FieldModel, schema: SchemaModel): Pair[] {
  const module = schema.types.find((each) => each.module === field.type?.module);
  if (module === undefined) throw new Error(`composite must have a module: ${type.name}`);
  const { fields } = module.model as { fields: readonly FieldModel[] };
  return type.members.map((member, index) => ({
    schemaName: member.name,
    model: at(fields, index),
    type: member.type,
    isOptional: member.type.kind === "primitive" && member.type.presence === "optional",
    constant: member.type.kind === "primitive" ? member.type.constant : undefined,
  }));
}

function isAbsent(value: unknown): boolean {
  return typeof value === "object" && value !== null && "$absent" in value;
}

function scalarOf(value: unknown, type: { readonly primitive: string }): number | bigint {
  if (type.primitive === "int64" || type.primitive === "uint64") return BigInt(value as string);
  return Number(value);
}

/** The DTO that decoding must yield; undefined members are left out. */
export function toData(
  values: Values,
  block: BlockLayout,
  model: BlockModel,
  schema: SchemaModel,
): Data {
  const data = fieldsToData(values, pairsOfBlock(block, model), schema);
  for (const [index, group] of block.groups.entries()) {
    const entries = values[group.name];
    if (isAbsent(entries)) continue;
    const groupModel = at(model.groups, index);
    data[groupModel.name] = (entries as Values[]).map((entry) =>
      toData(entry, group, groupModel, schema),
    );
  }
  for (const [index, each] of block.data.entries()) {
    const value = values[each.name];
    if (isAbsent(value)) continue;
    const { $data, $text } = value as { $data: string; $text: string };
    data[at(model.data, index).name] =
      each.characterEncoding === undefined ? bytesOf($data) : $text;
  }
  return data;
}

function fieldsToData(values: Values, pairs: readonly Pair[], schema: SchemaModel): Data {
  const data: Data = {};
  for (const pair of pairs) {
    const value = values[pair.schemaName];
    if (pair.constant !== undefined || isAbsent(value)) continue;
    const converted = valueToData(value, pair, schema);
    if (converted !== undefined) data[pair.model.name] = converted;
  }
  return data;
}

function valueToData(value: unknown, pair: Pair, schema: SchemaModel): unknown {
  const { type, model, isOptional } = pair;
  switch (type.kind) {
    case "composite":
      return fieldsToData(value as Values, pairsOfComposite(type, model, schema), schema);
    case "enum": {
      const raw = scalarOf((value as { $raw: number }).$raw, type);
      return isOptional && raw === type.nullValue ? undefined : raw;
    }
    case "set":
      return type.primitive === "uint64"
        ? BigInt((value as { $raw: string }).$raw)
        : Number((value as { $raw: string }).$raw);
    case "primitive":
      return primitiveToData(value, type, isOptional);
  }
}

function primitiveToData(value: unknown, type: PrimitiveLayout, isOptional: boolean): unknown {
  if (type.isArray && type.primitive === "char") {
    const { $text } = value as { $text: string };
    return isOptional && $text === "" ? undefined : $text;
  }
  if (type.isArray) return (value as unknown[]).map((each) => scalarOf(each, type));
  const scalar = scalarOf(value, type);
  return isOptional && Object.is(scalar, type.nullValue) ? undefined : scalar;
}

/** What a constant accessor must yield. */
function constantValue(constant: ConstantValue): unknown {
  return constant.kind === "text" ? constant.text : constant.value;
}

/** Calls every constant accessor of a flyweight and of the composites in it: pairs of seen and expected. */
export function* constantsOf(
  flyweight: Flyweight,
  block: BlockLayout,
  model: BlockModel,
  schema: SchemaModel,
): Generator<readonly [string, unknown, unknown]> {
  yield* constantsOfPairs(flyweight, pairsOfBlock(block, model), schema);
}

function* constantsOfPairs(
  flyweight: Flyweight,
  pairs: readonly Pair[],
  schema: SchemaModel,
): Generator<readonly [string, unknown, unknown]> {
  for (const { model, type, constant } of pairs) {
    if (constant !== undefined) {
      yield [model.label, flyweight[model.name]?.(), constantValue(constant)];
    } else if (type.kind === "composite") {
      const inner = flyweight[model.name]?.() as Flyweight | undefined;
      if (inner === undefined) continue;
      yield* constantsOfPairs(inner, pairsOfComposite(type, model, schema), schema);
    }
  }
}

/** Writes a DTO through the hot encoder, a call per field, the way a careful user would. */
export function encodeHot(
  encoder: Flyweight,
  data: Data,
  block: BlockLayout,
  model: BlockModel,
  schema: SchemaModel,
): void {
  encodeFields(encoder, data, pairsOfBlock(block, model), schema);
  for (const [index, group] of block.groups.entries()) {
    const groupModel = at(model.groups, index);
    const entries = data[groupModel.name] as Data[];
    const flyweight = encoder[`${groupModel.name}Count`]?.(entries.length) as Flyweight;
    for (const entry of entries) {
      encodeHot(flyweight["next"]?.() as Flyweight, entry, group, groupModel, schema);
    }
  }
  for (const { name } of model.data) encoder[name]?.(data[name]);
}

function encodeFields(
  encoder: Flyweight,
  data: Data,
  pairs: readonly Pair[],
  schema: SchemaModel,
): void {
  for (const { model, type, constant } of pairs) {
    if (constant !== undefined) continue;
    const value = data[model.name];
    const set = (...values: readonly unknown[]): unknown => encoder[model.name]?.(...values);
    if (type.kind === "composite") {
      encodeFields(
        set() as Flyweight,
        value as Data,
        pairsOfComposite(type, model, schema),
        schema,
      );
    } else if (type.kind === "primitive" && type.isArray && type.primitive !== "char") {
      for (const [index, element] of (value as unknown[]).entries()) set(index, element);
    } else if (type.kind === "primitive" && type.isArray) {
      set(value ?? "");
    } else if (type.kind === "set") {
      set(value);
    } else {
      set(value ?? type.nullValue);
    }
  }
}
