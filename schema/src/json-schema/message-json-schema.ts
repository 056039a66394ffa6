/**
 * The JSON Schema, draft 2020-12, of a message's plain JSON form: what `sbe decode` prints and `sbe encode`
 * reads. It says all that can be said without the bytes; left to the encoder are ranges of 64-bit integers
 * in quotes and whether a charset has a character.
 */
import { charsetOf } from "@alerion/runtime/codegen";
import { IrError } from "../ir-error.js";
import type { PrimitiveName } from "../ir.js";
import {
  scalarMember,
  type BlockLayout,
  type CompositeLayout,
  type ConstantValue,
  type DataLayout,
  type Described,
  type EnumLayout,
  type FieldLayout,
  type GroupLayout,
  type MessageLayout,
  type PrimitiveLayout,
  type SchemaLayout,
  type SetLayout,
  type TypeLayout,
} from "../layout.js";
import { jsonNumber } from "../otf/form.js";
import { INTEGER_RANGES } from "../otf/scalar.js";

/** A JSON Schema, as far as this package makes them. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly deprecated?: true;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly $ref?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: { readonly [name: string]: JsonSchema };
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
  readonly $defs?: { readonly [name: string]: JsonSchema };
}

const DIALECT = "https://json-schema.org/draft/2020-12/schema";

/** The least number that a float cannot hold: it rounds to infinity. */
const FLOAT_LIMIT = 2 ** 128 - 2 ** 103;

/** Lengths from here on are no limit that anyone meets. */
const LENGTH_MAX = 2 ** 31;

/**
 * The JSON Schema of one message.
 *
 * @throws {IrError} if the schema has no such message
 */
export function messageJsonSchema(schema: SchemaLayout, messageName: string): JsonSchema {
  const message = schema.messages.find(({ name }) => name === messageName);
  if (message === undefined) {
    throw new IrError(`schema must have the message: message=${JSON.stringify(messageName)}`);
  }
  const definitions = new Definitions();
  const body = messageBody(message, definitions);
  return { $schema: DIALECT, title: message.name, ...body, ...definitions.section() };
}

/**
 * One JSON Schema with all messages of a schema in its `$defs`; a document is any one of them.
 */
export function messagesJsonSchema(schema: SchemaLayout): JsonSchema {
  const definitions = new Definitions();
  const refs = schema.messages.map((message) =>
    definitions.ref(message.name, { title: message.name, ...messageBody(message, definitions) }),
  );
  return {
    $schema: DIALECT,
    title: schema.package,
    ...(schema.description === undefined ? {} : { description: schema.description }),
    anyOf: refs,
    ...definitions.section(),
  };
}

function messageBody(message: MessageLayout, definitions: Definitions): JsonSchema {
  return { ...about(message), ...blockSchema(message, definitions) };
}

/** Types that are used by name: each once, under its own name, or with a number where that is taken. */
class Definitions {
  readonly #byName = new Map<string, { readonly schema: JsonSchema; readonly text: string }>();

  /** A reference to the schema, which is kept under that name. */
  ref(name: string, schema: JsonSchema): JsonSchema {
    const text = JSON.stringify(schema);
    let free = name;
    for (let number = 2; ; number++) {
      const known = this.#byName.get(free);
      if (known === undefined) {
        this.#byName.set(free, { schema, text });
        break;
      }
      if (known.text === text) break;
      free = `${name}${number}`;
    }
    const pointer = free.replaceAll("~", "~0").replaceAll("/", "~1");
    return { $ref: `#/$defs/${encodeURIComponent(pointer)}` };
  }

  section(): JsonSchema {
    if (this.#byName.size === 0) return {};
    const entries = [...this.#byName].map(([name, { schema }]) => [name, schema] as const);
    return { $defs: Object.fromEntries(entries) };
  }
}

/** What a person wants to know of a part. */
function about({ description, deprecated }: Described): JsonSchema {
  return {
    ...(description === undefined ? {} : { description }),
    ...(deprecated > 0 ? { deprecated: true } : {}),
  };
}

function blockSchema(block: BlockLayout, definitions: Definitions): JsonSchema {
  const properties: [string, JsonSchema][] = [];
  const required: string[] = [];
  for (const field of block.fields) {
    properties.push([field.name, { ...fieldSchema(field, definitions), ...about(field) }]);
    // What an older message did not have may be left out.
    if (field.sinceVersion === 0 && isRequired(field.type, field.constant)) {
      required.push(field.name);
    }
  }
  for (const group of block.groups) {
    properties.push([group.name, { ...groupSchema(group, definitions), ...about(group) }]);
    if (group.sinceVersion === 0) required.push(group.name);
  }
  for (const data of block.data) {
    properties.push([data.name, { ...dataSchema(data), ...about(data) }]);
    if (data.sinceVersion === 0) required.push(data.name);
  }
  return objectSchema(properties, required);
}

function objectSchema(
  properties: readonly (readonly [string, JsonSchema])[],
  required: readonly string[],
): JsonSchema {
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

/** Constants may be left out, and numbers and texts that may be null. */
function isRequired(type: TypeLayout, constant: ConstantValue | undefined): boolean {
  if (constant !== undefined) return false;
  if (type.kind !== "primitive") return true;
  const isNullable = !type.isArray || type.primitive === "char";
  return type.constant === undefined && !(isNullable && type.presence === "optional");
}

function fieldSchema(field: FieldLayout, definitions: Definitions): JsonSchema {
  if (field.constant === undefined) return typeSchema(field.type, definitions);
  const primitive = field.type.kind === "composite" ? "uint8" : field.type.primitive;
  return constantSchema(field.constant, primitive);
}

function typeSchema(type: TypeLayout, definitions: Definitions): JsonSchema {
  switch (type.kind) {
    case "primitive":
      return primitiveSchema(type);
    case "enum":
      return definitions.ref(type.typeName, { ...about(type), ...enumSchema(type) });
    case "set":
      return definitions.ref(type.typeName, { ...about(type), ...setSchema(type) });
    case "composite":
      return definitions.ref(type.typeName, {
        ...about(type),
        ...compositeSchema(type, definitions),
      });
  }
}

function compositeSchema(composite: CompositeLayout, definitions: Definitions): JsonSchema {
  const properties: [string, JsonSchema][] = [];
  const required: string[] = [];
  for (const { name, type } of composite.members) {
    const isPrimitive = type.kind === "primitive";
    properties.push([
      name,
      { ...typeSchema(type, definitions), ...(isPrimitive ? about(type) : {}) },
    ]);
    if (isRequired(type, undefined)) required.push(name);
  }
  return objectSchema(properties, required);
}

function primitiveSchema(type: PrimitiveLayout): JsonSchema {
  const { primitive, length } = type;
  if (type.constant !== undefined) return constantSchema(type.constant, primitive);
  if (!type.isArray) return scalarSchema(primitive, type.presence === "optional");
  if (primitive === "char") {
    const isNullable = type.presence === "optional";
    return textSchema(type.characterEncoding ?? "US-ASCII", type.size, isNullable);
  }
  const items = scalarSchema(primitive, false);
  return { type: "array", items, minItems: length, maxItems: length };
}

function scalarSchema(primitive: PrimitiveName, isNullable: boolean): JsonSchema {
  switch (primitive) {
    case "float":
    case "double":
      return {
        anyOf: [
          {
            type: isNullable ? ["number", "null"] : "number",
            ...(primitive === "float"
              ? { exclusiveMinimum: -FLOAT_LIMIT, exclusiveMaximum: FLOAT_LIMIT }
              : {}),
          },
          { enum: ["NaN", "Infinity", "-Infinity"] },
        ],
      };
    case "char":
      return {
        anyOf: [
          { type: "string", minLength: 1, maxLength: 1, pattern: "^[\\u0000-\\u007f]$" },
          integerSchema("char", isNullable),
        ],
      };
    default:
      return integerSchema(primitive, isNullable);
  }
}

function integerSchema(
  primitive: Exclude<PrimitiveName, "float" | "double">,
  isNullable: boolean,
): JsonSchema {
  const [least, greatest] = INTEGER_RANGES[primitive];
  const orNull = isNullable ? ["null"] : [];
  if (primitive === "int64" || primitive === "uint64") {
    return {
      type: ["string", "integer", ...orNull],
      pattern: primitive === "int64" ? "^-?[0-9]{1,20}$" : "^[0-9]{1,20}$",
      minimum: primitive === "int64" ? Number.MIN_SAFE_INTEGER : 0,
      maximum: Number.MAX_SAFE_INTEGER,
    };
  }
  return {
    type: isNullable ? ["integer", ...orNull] : "integer",
    minimum: Number(least),
    maximum: Number(greatest),
  };
}

/** Text in a charset; hex where nobody here knows it. */
function textSchema(
  characterEncoding: string | undefined,
  lengthMax: number,
  isNullable: boolean,
): JsonSchema {
  const isText = characterEncoding !== undefined && charsetOf(characterEncoding) !== undefined;
  const length = isText ? lengthMax : 2 + 2 * lengthMax;
  return {
    type: isNullable ? ["string", "null"] : "string",
    ...(isText ? {} : { pattern: "^0x([0-9a-fA-F]{2})*$" }),
    // A character takes a byte at least.
    ...(length < LENGTH_MAX ? { maxLength: length } : {}),
  };
}

/** A name, or the number of a value that the schema does not name; null where there is none. */
function enumSchema(type: EnumLayout): JsonSchema {
  const names = [...new Set(type.values.map(({ name }) => name))];
  const { primitive } = type;
  const number =
    primitive === "float" || primitive === "double"
      ? scalarSchema(primitive, true)
      : integerSchema(primitive, true);
  return { anyOf: [...(names.length === 0 ? [] : [{ enum: names }]), number] };
}

function setSchema(type: SetLayout): JsonSchema {
  const names = [...new Set(type.choices.map(({ name }) => name))];
  return names.length === 0
    ? { type: "array", maxItems: 0 }
    : { type: "array", items: { enum: names } };
}

/** Any way in which the encoder lets a document repeat the constant. */
function constantSchema(constant: ConstantValue, primitive: PrimitiveName): JsonSchema {
  switch (constant.kind) {
    case "text":
      return { enum: [constant.text] };
    case "enum":
      return { enum: [constant.valueName, constant.valueRef, jsonNumber(constant.value)] };
    case "scalar": {
      const isChar = primitive === "char";
      const text = isChar ? [String.fromCharCode(Number(constant.value))] : [];
      return { enum: [...text, jsonNumber(constant.value)] };
    }
  }
}

function groupSchema(group: GroupLayout, definitions: Definitions): JsonSchema {
  const count = Number(scalarMember(group.dimension, "numInGroup").type.maxValue);
  return {
    type: "array",
    items: blockSchema(group, definitions),
    ...(count < LENGTH_MAX ? { maxItems: count } : {}),
  };
}

function dataSchema(data: DataLayout): JsonSchema {
  const length = Number(scalarMember(data.encoding, "length").type.maxValue);
  return textSchema(data.characterEncoding, length, false);
}
