/**
 * Values as the official JsonPrinter shows them, made from our typed form: sets as objects of
 * booleans, uint64 signed, infinities as fractions, text without its encoding. With it our decoder is
 * compared with the printer on every message where the printer is right.
 */
import type { BlockLayout, JsonValue, PrimitiveName, SetLayout, TypeLayout } from "@alerion/schema";

type JsonObject = { readonly [key: string]: JsonValue };

/** Integers that JSON numbers cannot hold are decimal text on both sides. */
export function parsePrinted(json: string): unknown {
  const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;
  const safe = json.replace(tokens, (token) =>
    /^-?\d{16,}$/.test(token) ? JSON.stringify(String(BigInt(token))) : token,
  );
  return JSON.parse(safe);
}

/** What the printer shows for a message, group entry or composite that has these typed values. */
export function printerForm(block: BlockLayout, values: JsonObject): JsonObject {
  const shown: { [key: string]: JsonValue } = {};
  for (const field of block.fields) {
    const value = values[field.name];
    if (value !== undefined && !isAbsent(value)) shown[field.name] = typeForm(field.type, value);
  }
  for (const group of block.groups) {
    const entries = values[group.name];
    if (Array.isArray(entries)) {
      shown[group.name] = entries.map((entry) => printerForm(group, entry as JsonObject));
    }
  }
  for (const data of block.data) {
    const value = values[data.name];
    if (value === undefined || isAbsent(value)) continue;
    const { $text, $data } = value as { $text?: string; $data: string };
    shown[data.name] = $text ?? $data;
  }
  return shown;
}

function isAbsent(value: JsonValue): boolean {
  return typeof value === "object" && value !== null && "$absent" in value;
}

function typeForm(type: TypeLayout, value: JsonValue): JsonValue {
  if (isObject(value)) {
    if ("$const" in value) return constantForm(type, value["$const"] ?? null);
    if ("$enum" in value) return value["$enum"] ?? "null";
    if ("$set" in value) return setForm(type as SetLayout, value["$set"] as readonly string[]);
    if ("$hex" in value) return charsForm(value["$hex"] as string);
    const members = type.kind === "composite" ? type.members : [];
    return Object.fromEntries(
      members.map((member) => [member.name, typeForm(member.type, value[member.name] ?? null)]),
    );
  }
  if (Array.isArray(value)) return value.map((element: JsonValue) => typeForm(type, element));
  return type.kind === "primitive" ? numberForm(type.primitive, value) : value;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The printer ends the text of a char array at the first byte that is NUL or not ASCII. */
function charsForm(hex: string): string {
  const bytes = Buffer.from(hex, "hex");
  const end = bytes.findIndex((byte) => byte === 0 || byte > 0x7f);
  return bytes.subarray(0, end < 0 ? bytes.length : end).toString("latin1");
}

function constantForm(type: TypeLayout, value: JsonValue): JsonValue {
  if (isObject(value)) return value["$text"] ?? null;
  if (type.kind === "primitive") return numberForm(type.primitive, value);
  // An enum constant by its valueRef, of which the printer shows the value's name.
  return typeof value === "string" && value.includes(".")
    ? value.slice(value.indexOf(".") + 1)
    : value;
}

function setForm(type: SetLayout, names: readonly string[]): JsonValue {
  return Object.fromEntries(type.choices.map(({ name }) => [name, names.includes(name)]));
}

const FRACTIONS: { readonly [word: string]: string } = {
  NaN: "0/0",
  Infinity: "1/0",
  "-Infinity": "-1/0",
};

function numberForm(primitive: PrimitiveName, value: JsonValue): JsonValue {
  switch (primitive) {
    case "char":
      return String.fromCharCode(Number(value));
    case "int64":
    case "uint64": {
      const signed = String(BigInt.asIntN(64, BigInt(value as string)));
      return signed.replace("-", "").length >= 16 ? signed : Number(signed);
    }
    case "float":
    case "double":
      return typeof value === "string" ? (FRACTIONS[value] ?? value) : value;
    default:
      return value;
  }
}

/**
 * Rounds numbers to what a float can hold: the printer shows more digits of a float than needed, or
 * fewer. Integers lose digits too; those are compared exactly in decode.conformance.test.ts.
 */
export function rounded(value: unknown): unknown {
  if (typeof value === "number") return Math.fround(value);
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, rounded(member)]));
}
