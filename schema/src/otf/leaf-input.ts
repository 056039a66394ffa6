/**
 * Reading values of both JSON forms (see form.ts) for writing them to the wire. Every place accepts
 * either form, so a document needs no mark of which it is.
 */
import {
  CodecError,
  encodedTextLength,
  writeTextData,
  readText,
  type Charset,
} from "@alerion/runtime/codegen";
import type { ScalarValue } from "../layout.js";
import type { PrimitiveName } from "../ir.js";
import { jsonNumber, textBeforeNul } from "./form.js";
import { inputError, isInputObject, memberOf, type Place } from "./json-input.js";
import { bytesOfHex, jsonText } from "./json-text.js";
import type { ConstantNode, DataPlan, EnumNode, ScalarNode, SetNode, TextNode } from "./plan.js";
import { INTEGER_RANGES } from "./scalar.js";

/** A scalar of any kind; null means the null value where there is one. */
export function scalarFrom(node: ScalarNode, input: unknown, place: Place): ScalarValue {
  if (input !== null) return numberFrom(node.primitive, input, place);
  if (node.nullValue === undefined) throw inputError(place, "must not be null", input);
  return node.nullValue;
}

/** A number within the bits of its primitive. */
export function numberFrom(primitive: PrimitiveName, input: unknown, place: Place): ScalarValue {
  switch (primitive) {
    case "float":
    case "double":
      return floatFrom(primitive, input, place);
    case "char":
      if (typeof input === "string" && input.length === 1 && input <= "\u007f") {
        return input.charCodeAt(0);
      }
      return integerFrom(primitive, input, place, "must be one ASCII character or ");
    default:
      return integerFrom(primitive, input, place, "must be ");
  }
}

const FLOAT_WORDS: { readonly [word: string]: number } = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

function floatFrom(primitive: "float" | "double", input: unknown, place: Place): number {
  if (
    typeof input === "number" &&
    (primitive === "double" || Number.isFinite(Math.fround(input)))
  ) {
    return input;
  }
  if (typeof input === "string" && Object.hasOwn(FLOAT_WORDS, input)) {
    const word = FLOAT_WORDS[input];
    if (word !== undefined) return word;
  }
  throw inputError(place, `must be a ${primitive}, "NaN", "Infinity" or "-Infinity"`, input);
}

function integerFrom(
  primitive: Exclude<PrimitiveName, "float" | "double">,
  input: unknown,
  place: Place,
  mustBe: string,
): ScalarValue {
  const [least, greatest] = INTEGER_RANGES[primitive];
  const wide = isWide(primitive);
  if (typeof input === "number" && Number.isSafeInteger(input)) {
    if (input >= least && input <= greatest) return wide ? BigInt(input) : input;
  } else if (wide && typeof input === "string" && /^-?[0-9]{1,20}$/.test(input)) {
    const value = BigInt(input);
    if (value >= least && value <= greatest) return value;
  }
  const notation = wide ? " (in quotes beyond 2^53)" : "";
  throw inputError(place, `${mustBe}an integer from ${least} to ${greatest}${notation}`, input);
}

/** The number of an enum value: from its name, its number, or the typed form. */
export function enumFrom(node: EnumNode, input: unknown, place: Place): ScalarValue {
  if (input === null) return node.nullValue;
  if (typeof input === "string") {
    const value = node.values.get(input);
    if (value !== undefined) return value;
    if (!isWide(node.primitive)) {
      throw inputError(place, `must be one of ${namesText(node.values.keys())}`, input);
    }
  }
  if (!isInputObject(input)) return enumNumber(node, input, place);
  checkKeys(input, ["$enum", "$raw", "$unknown"], place);
  const name = memberOf(input, "$enum");
  const raw = memberOf(input, "$raw");
  if (raw === undefined) return enumFrom(node, name, place);
  const value = enumNumber(node, raw, { parent: place, step: "$raw" });
  if (typeof name === "string" && node.values.get(name) !== value) {
    throw inputError(place, "must have $enum and $raw of one value", input);
  }
  return value;
}

function enumNumber(node: EnumNode, input: unknown, place: Place): ScalarValue {
  return numberFrom(node.primitive === "char" ? "uint8" : node.primitive, input, place);
}

function isWide(primitive: PrimitiveName): boolean {
  return primitive === "int64" || primitive === "uint64";
}

/** The bits of a set: from names of choices or the typed form. */
export function setFrom(node: SetNode, input: unknown, place: Place): ScalarValue {
  if (Array.isArray(input)) return setValue(node, bitsOfNames(node, input, place));
  if (!isInputObject(input)) throw inputError(place, "must be an array of choices", input);
  checkKeys(input, ["$set", "$raw"], place);
  const names = memberOf(input, "$set");
  const raw = memberOf(input, "$raw");
  if (raw === undefined) return setFrom(node, names, place);
  const bits = numberFrom("uint64", raw, { parent: place, step: "$raw" });
  if (BigInt.asUintN(node.size * 8, BigInt(bits)) !== bits) {
    throw inputError(place, `must have a $raw of ${node.size * 8} bits`, raw);
  }
  if (names !== undefined) {
    const known = node.choices.reduce((mask, choice) => mask | choice.mask, 0n);
    if (!Array.isArray(names) || (bits & known) !== bitsOfNames(node, names, place)) {
      throw inputError(place, "must have $set and $raw of the same choices", input);
    }
  }
  return setValue(node, bits);
}

function bitsOfNames(node: SetNode, names: readonly unknown[], place: Place): bigint {
  let bits = 0n;
  for (const [index, name] of names.entries()) {
    const choice = node.choices.find((candidate) => candidate.name === name);
    if (choice === undefined) {
      const choices = namesText(node.choices.map((candidate) => candidate.name));
      throw inputError({ parent: place, step: index }, `must be one of ${choices}`, name);
    }
    bits |= choice.mask;
  }
  return bits;
}

function setValue(node: SetNode, bits: bigint): ScalarValue {
  return isWide(node.primitive) ? bits : Number(bits);
}

/** The bytes of a char array, shorter or as long as it; the rest is zero. */
export function textFrom(node: TextNode, input: unknown, place: Place): Uint8Array {
  if (input === null && node.isOptional) return new Uint8Array(0);
  const bytes = bytesFrom(node.charset, node.characterEncoding, "$hex", input, place, true);
  if (bytes.length > node.size) {
    throw inputError(place, `must not be longer than ${node.size} bytes`, input);
  }
  return bytes;
}

/** The bytes of var data. */
export function dataFrom(plan: DataPlan, input: unknown, place: Place): Uint8Array {
  return bytesFrom(plan.charset, plan.characterEncoding, "$data", input, place, false);
}

function bytesFrom(
  charset: Charset | undefined,
  encodingName: string | undefined,
  hexKey: "$hex" | "$data",
  input: unknown,
  place: Place,
  endsAtNul: boolean,
): Uint8Array {
  if (typeof input === "string") {
    return charset === undefined
      ? hexFrom(
          input.startsWith("0x") ? input.slice(2) : undefined,
          'must be "0x" and hex digits',
          input,
          place,
        )
      : encodeText(charset, encodingName ?? "", input, place);
  }
  if (!isInputObject(input)) throw inputError(place, "must be text", input);
  checkKeys(input, [hexKey, "$text"], place);
  const hex = memberOf(input, hexKey);
  const text = memberOf(input, "$text");
  if (hex === undefined)
    return bytesFrom(charset, encodingName, hexKey, text ?? null, place, endsAtNul);
  const bytes = hexFrom(
    typeof hex === "string" ? hex : undefined,
    `must have hex digits in ${hexKey}`,
    hex,
    place,
  );
  if (text !== undefined && charset !== undefined) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const known = endsAtNul
      ? textBeforeNul(view, 0, view.byteLength, charset)
      : readText(view, 0, view.byteLength, charset);
    if (known !== text) {
      throw inputError(place, `must have ${hexKey} and $text of the same text`, input);
    }
  }
  return bytes;
}

function hexFrom(
  hex: string | undefined,
  mustHold: string,
  input: unknown,
  place: Place,
): Uint8Array {
  const bytes = hex === undefined ? undefined : bytesOfHex(hex);
  if (bytes === undefined) throw inputError(place, mustHold, input);
  return bytes;
}

function encodeText(
  charset: Charset,
  encodingName: string,
  text: string,
  place: Place,
): Uint8Array {
  try {
    const bytes = new Uint8Array(encodedTextLength(text, charset, "text"));
    const view = new DataView(bytes.buffer);
    writeTextData(view, 0, bytes.length, text, charset, bytes.length, "text");
    return bytes;
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw inputError(place, `must have only characters of ${encodingName}`, text);
  }
}

/** Constants are not on the wire; a document may repeat them, but not contradict. */
export function checkConstant(node: ConstantNode, input: unknown, place: Place): void {
  if (input === undefined) return;
  const { constant } = node;
  const given = isInputObject(input) && Object.hasOwn(input, "$const") ? input["$const"] : input;
  const accepted: unknown[] = [];
  switch (constant.kind) {
    case "scalar":
      accepted.push(jsonNumber(constant.value));
      if (node.primitive === "char") accepted.push(String.fromCharCode(Number(constant.value)));
      break;
    case "text":
      accepted.push(constant.text);
      if (isInputObject(given) && memberOf(given, "$hex") === constant.hex) return;
      break;
    case "enum":
      accepted.push(constant.valueName, constant.valueRef, jsonNumber(constant.value));
      break;
  }
  if (!accepted.includes(given)) {
    throw inputError(place, `must be the constant ${jsonText(constantText(node))}`, input);
  }
}

function constantText({ constant }: ConstantNode): string | number {
  switch (constant.kind) {
    case "scalar":
      return typeof constant.value === "number" ? constant.value : String(constant.value);
    case "text":
      return constant.text;
    case "enum":
      return constant.valueName;
  }
}

function checkKeys(input: object, known: readonly string[], place: Place): void {
  for (const key of Object.keys(input)) {
    if (!known.includes(key)) {
      throw inputError(place, `must have only the members ${known.join(", ")}`, key);
    }
  }
}

/** Names an error lists before it gives up. */
const NAMES_MAX = 12;

function namesText(names: Iterable<string>): string {
  const all = [...names];
  const shown = all.slice(0, NAMES_MAX).map((name) => JSON.stringify(name));
  return all.length > NAMES_MAX ? `${shown.join(", ")}, …` : shown.join(", ");
}
