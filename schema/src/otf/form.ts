/**
 * The two JSON forms of a message's values.
 *
 * plain: for people and scripts. 64-bit integers as strings, null for null, text as strings, other
 *   data as `0x…`, enum names (the number when unknown), sets as arrays of names. Parts newer than
 *   the message are left out.
 * typed: nothing is lost. `{"$enum","$raw"}`, `{"$set","$raw"}`, `{"$hex","$text"}`, `{"$data","$text"}`,
 *   `{"$const"}`, `{"$absent"}`; numbers stay numbers, also where they mean null.
 *
 * Source of the typed form: conformance/sbe/README.md of the conformance data.
 */
import { readText, textLength, wideTextLength, type Charset } from "@alerion/runtime/codegen";
import type { ScalarValue } from "../layout.js";
import type { PrimitiveName } from "../ir.js";
import { hexOf, type JsonValue } from "./json-text.js";
import type {
  ArrayNode,
  ConstantNode,
  DataPlan,
  EnumNode,
  ScalarNode,
  SetNode,
  TextNode,
} from "./plan.js";

/** How the values of one form look; `at` is a byte offset in the view. */
export interface Form {
  scalar(node: ScalarNode, view: DataView, at: number): JsonValue;
  element(node: ArrayNode, view: DataView, at: number): JsonValue;
  enumeration(node: EnumNode, view: DataView, at: number): JsonValue;
  set(node: SetNode, view: DataView, at: number): JsonValue;
  constant(node: ConstantNode): JsonValue;
  text(node: TextNode, view: DataView, at: number): JsonValue;
  data(plan: DataPlan, view: DataView, at: number, length: number): JsonValue;
  /** Stands for a part newer than the message; undefined leaves it out. */
  readonly absent: JsonValue | undefined;
}

/** A number as JSON can hold it: 64-bit integers, NaN and the infinities as strings. */
export function jsonNumber(value: ScalarValue): JsonValue {
  return typeof value === "number" && Number.isFinite(value) ? value : String(value);
}

/** The text of a char array: what stands before its first NUL. */
export function textBeforeNul(view: DataView, at: number, size: number, charset: Charset): string {
  const length = charset.startsWith("utf-16")
    ? wideTextLength(view, at, size)
    : textLength(view, at, size);
  return readText(view, at, length, charset);
}

function setNames(node: SetNode, bits: bigint): readonly string[] {
  return node.choices.filter((choice) => (bits & choice.mask) !== 0n).map((choice) => choice.name);
}

/** The bits of a set as they lie on the wire, without sign. */
function setBits(node: SetNode, view: DataView, at: number): bigint {
  const value = BigInt(node.read(view, at, node.littleEndian));
  return BigInt.asUintN(node.size * 8, value);
}

/** True for the null value, also where it is NaN. */
function isNull(value: ScalarValue, nullValue: ScalarValue | undefined): boolean {
  return nullValue !== undefined && Object.is(value, nullValue);
}

/** A single char: text where it is ASCII. */
function plainScalar(value: ScalarValue, primitive: PrimitiveName): JsonValue {
  return primitive === "char" && Number(value) <= 0x7f
    ? String.fromCharCode(Number(value))
    : jsonNumber(value);
}

/** See the head of this file. */
export const plainForm: Form = {
  scalar(node, view, at) {
    const value = node.read(view, at, node.littleEndian);
    return isNull(value, node.nullValue) ? null : plainScalar(value, node.primitive);
  },
  element: (node, view, at) => jsonNumber(node.read(view, at, node.littleEndian)),
  enumeration(node, view, at) {
    const value = node.read(view, at, node.littleEndian);
    return node.names.get(value) ?? (isNull(value, node.nullValue) ? null : jsonNumber(value));
  },
  set: (node, view, at) => setNames(node, setBits(node, view, at)),
  constant({ constant, primitive }) {
    switch (constant.kind) {
      case "scalar":
        return plainScalar(constant.value, primitive);
      case "text":
        return constant.text;
      case "enum":
        return constant.valueName;
    }
  },
  text({ charset, size, isOptional }, view, at) {
    if (charset === undefined) return `0x${hexOf(view, at, size)}`;
    const text = textBeforeNul(view, at, size, charset);
    return text === "" && isOptional ? null : text;
  },
  data: ({ charset }, view, at, length) =>
    charset === undefined ? `0x${hexOf(view, at, length)}` : readText(view, at, length, charset),
  absent: undefined,
};

/** See the head of this file. */
export const typedForm: Form = {
  scalar: (node, view, at) => jsonNumber(node.read(view, at, node.littleEndian)),
  element: (node, view, at) => jsonNumber(node.read(view, at, node.littleEndian)),
  enumeration(node, view, at) {
    const value = node.read(view, at, node.littleEndian);
    const $raw = jsonNumber(value);
    const name = node.names.get(value);
    if (name !== undefined) return { $enum: name, $raw };
    return isNull(value, node.nullValue)
      ? { $enum: null, $raw }
      : { $enum: null, $raw, $unknown: true };
  },
  set(node, view, at) {
    const bits = setBits(node, view, at);
    return { $set: setNames(node, bits), $raw: String(bits) };
  },
  constant({ constant }) {
    switch (constant.kind) {
      case "scalar":
        return { $const: jsonNumber(constant.value) };
      case "text":
        return { $const: { $hex: constant.hex, $text: constant.text } };
      case "enum":
        return { $const: constant.valueRef };
    }
  },
  text({ charset, size }, view, at) {
    const $hex = hexOf(view, at, size);
    return charset === undefined
      ? { $hex }
      : { $hex, $text: textBeforeNul(view, at, size, charset) };
  },
  data({ charset }, view, at, length) {
    const $data = hexOf(view, at, length);
    return charset === undefined
      ? { $data }
      : { $data, $text: readText(view, at, length, charset) };
  },
  absent: { $absent: true },
};
