/**
 * The form in which the official tool's JSON printer shows a message, made from our lossless values, so
 * that the two can be compared: integers signed, nulls as they are on the wire, enum names or "null", every
 * choice of a set, constants as values.
 */
import type {
  BlockLayout,
  FieldLayout,
  JsonValue,
  PrimitiveLayout,
  SchemaLayout,
  TypeLayout,
} from "@alerion/schema";

type Values = { readonly [name: string]: JsonValue };

/** The official form of a message's lossless values. */
export function officialJson(layout: SchemaLayout, templateId: number, values: Values): unknown {
  const message = layout.messages.find((candidate) => candidate.id === templateId);
  if (message === undefined) throw new Error(`no template ${templateId}`);
  return blockJson(message, values);
}

function blockJson(block: BlockLayout, values: Values): unknown {
  const result: Record<string, unknown> = {};
  for (const field of block.fields)
    result[field.name] = fieldJson(field, valueOf(values, field.name));
  for (const group of block.groups) {
    const entries = valueOf(values, group.name) as readonly Values[];
    result[group.name] = entries.map((entry) => blockJson(group, entry));
  }
  for (const data of block.data) {
    const { $data, $text } = valueOf(values, data.name) as { $data: string; $text?: string };
    // The data has runs of blanks as one; on the wire there are more.
    result[data.name] = $text?.replaceAll(/ +/g, " ") ?? $data;
  }
  return result;
}

function fieldJson(field: FieldLayout, value: JsonValue): unknown {
  if (field.constant?.kind === "enum") return field.constant.valueName;
  return typeJson(field.type, value);
}

function typeJson(type: TypeLayout, value: JsonValue): unknown {
  switch (type.kind) {
    case "primitive":
      return primitiveJson(type, value);
    case "enum":
      return (value as { $enum: string | null }).$enum ?? "null";
    case "set": {
      const names = (value as { $set: readonly string[] }).$set;
      return Object.fromEntries(type.choices.map(({ name }) => [name, names.includes(name)]));
    }
    case "composite":
      return Object.fromEntries(
        type.members.map((member) => [
          member.name,
          typeJson(member.type, valueOf(value as Values, member.name)),
        ]),
      );
  }
}

function primitiveJson(type: PrimitiveLayout, value: JsonValue): unknown {
  const { $const = value, $text } = (value ?? {}) as { $const?: JsonValue; $text?: string };
  if ($text !== undefined) return $text;
  if (typeof $const === "object" && $const !== null && "$text" in $const) return $const["$text"];
  if (Array.isArray($const)) return $const.map((element: JsonValue) => numberJson(type, element));
  return numberJson(type, $const);
}

function numberJson(type: PrimitiveLayout, value: JsonValue): unknown {
  switch (type.primitive) {
    case "char":
      return String.fromCharCode(Number(value));
    case "float":
    case "double":
      return value === "NaN" ? "0/0" : value;
    case "uint64":
    case "int64": {
      const signed = BigInt.asIntN(64, BigInt(value as string));
      const number = Number(signed);
      return Number.isSafeInteger(number) ? number : String(signed);
    }
    default:
      return value;
  }
}

function valueOf(values: Values, name: string): JsonValue {
  const value = values[name];
  if (value === undefined) throw new Error(`no value ${name}`);
  return value;
}
