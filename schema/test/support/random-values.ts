/** Random values of a message, in the typed form of `sbe decode --lossless`. */
import * as fc from "fast-check";
import {
  scalarMember,
  type BlockLayout,
  type DataLayout,
  type EnumLayout,
  type FieldLayout,
  type GroupLayout,
  type JsonValue,
  type MessageLayout,
  type PrimitiveLayout,
  type PrimitiveName,
  type SetLayout,
  type TypeLayout,
} from "@alerion/schema";
import { charsetOf, readText, textLength, wideTextLength } from "@alerion/runtime/codegen";

type Values = { readonly [name: string]: JsonValue };

/** Values that a message of the schema's own version may have. */
export function randomValues(message: MessageLayout): fc.Arbitrary<Values> {
  return block(message, 3);
}

function block(layout: BlockLayout, entriesMax: number): fc.Arbitrary<Values> {
  const parts: { [name: string]: fc.Arbitrary<JsonValue> } = {};
  for (const field of layout.fields) parts[field.name] = fieldValue(field);
  for (const group of layout.groups) parts[group.name] = groupValue(group, entriesMax);
  for (const data of layout.data) parts[data.name] = dataValue(data);
  return fc.record(parts, { noNullPrototype: true });
}

function groupValue(group: GroupLayout, entriesMax: number): fc.Arbitrary<JsonValue> {
  return fc.array(block(group, 2), { maxLength: entriesMax });
}

function fieldValue({ type, constant }: FieldLayout): fc.Arbitrary<JsonValue> {
  return constant?.kind === "enum" ? fc.constant({ $const: constant.valueRef }) : typeValue(type);
}

function typeValue(type: TypeLayout): fc.Arbitrary<JsonValue> {
  switch (type.kind) {
    case "primitive":
      return primitiveValue(type);
    case "enum":
      return enumValue(type);
    case "set":
      return setValue(type);
    case "composite": {
      const parts: { [name: string]: fc.Arbitrary<JsonValue> } = {};
      for (const member of type.members) parts[member.name] = typeValue(member.type);
      return fc.record(parts, { noNullPrototype: true });
    }
  }
}

function primitiveValue(type: PrimitiveLayout): fc.Arbitrary<JsonValue> {
  const { constant, length, primitive, isArray } = type;
  switch (constant?.kind) {
    case "scalar":
      return fc.constant({
        $const: typeof constant.value === "bigint" ? String(constant.value) : constant.value,
      });
    case "text":
      return fc.constant({ $const: { $hex: constant.hex, $text: constant.text } });
    default:
  }
  if (!isArray) return scalar(primitive);
  if (primitive !== "char")
    return fc.array(scalar(primitive), { minLength: length, maxLength: length });
  return textBytes(length).map((bytes) => ({
    $hex: Buffer.from(bytes).toString("hex"),
    $text: textOf(bytes, type.characterEncoding ?? "US-ASCII", true),
  }));
}

function scalar(primitive: PrimitiveName): fc.Arbitrary<JsonValue> {
  switch (primitive) {
    case "char":
    case "uint8":
      return fc.integer({ min: 0, max: 0xff });
    case "int8":
      return fc.integer({ min: -0x80, max: 0x7f });
    case "int16":
      return fc.integer({ min: -0x8000, max: 0x7fff });
    case "uint16":
      return fc.integer({ min: 0, max: 0xffff });
    case "int32":
      return fc.integer();
    case "uint32":
      return fc.integer({ min: 0, max: 0xffffffff });
    case "int64":
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
    case "uint64":
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
    case "float":
      return fc.float().map(numberValue);
    case "double":
      return fc.double().map(numberValue);
  }
}

function numberValue(value: number): JsonValue {
  return Number.isFinite(value) ? value : String(value);
}

function enumValue(type: EnumLayout): fc.Arbitrary<JsonValue> {
  const known: JsonValue[] = type.values.map(({ name, value }) => ({
    $enum: name,
    $raw: Number(value),
  }));
  const isListed = type.values.some(({ value }) => value === type.nullValue);
  if (!isListed) known.push({ $enum: null, $raw: Number(type.nullValue) });
  const unknown = scalar(type.primitive === "char" ? "uint8" : type.primitive)
    .filter((raw) => raw !== type.nullValue && !type.values.some(({ value }) => value === raw))
    .map(($raw) => ({ $enum: null, $raw, $unknown: true }));
  return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, unknown);
}

function setValue(type: SetLayout): fc.Arbitrary<JsonValue> {
  return fc.bigInt({ min: 0n, max: 2n ** BigInt(type.size * 8) - 1n }).map((bits) => ({
    $set: type.choices
      .filter(({ bit }) => ((bits >> BigInt(bit)) & 1n) === 1n)
      .map(({ name }) => name),
    $raw: String(bits),
  }));
}

function dataValue(data: DataLayout): fc.Arbitrary<JsonValue> {
  const { maxValue } = scalarMember(data.encoding, "length").type;
  const maxLength = Math.min(Number(maxValue), 40);
  const bytes = fc.integer({ min: 0, max: maxLength }).chain(textBytes);
  return bytes.map((content) => {
    const $data = Buffer.from(content).toString("hex");
    const { characterEncoding } = data;
    return characterEncoding === undefined
      ? { $data }
      : { $data, $text: textOf(content, characterEncoding, false) };
  });
}

/** Bytes that are now text, now noise. */
function textBytes(length: number): fc.Arbitrary<Uint8Array> {
  const noise = fc.uint8Array({ minLength: length, maxLength: length });
  const text = fc
    .string({ unit: "binary", maxLength: length })
    .map((characters) =>
      Uint8Array.from({ length }, (_, index) => Buffer.from(characters)[index] ?? 0),
    );
  return fc.oneof(noise, text);
}

function textOf(bytes: Uint8Array, characterEncoding: string, endsAtNul: boolean): string {
  const charset = charsetOf(characterEncoding);
  if (charset === undefined) throw new Error(`charset must be known: ${characterEncoding}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lengthBeforeNul = charset.startsWith("utf-16") ? wideTextLength : textLength;
  const length = endsAtNul ? lengthBeforeNul(view, 0, view.byteLength) : view.byteLength;
  return readText(view, 0, length, charset);
}
