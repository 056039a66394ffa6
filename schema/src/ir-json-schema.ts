/**
 * The JSON Schema of IR JSON, draft 2020-12. `schema/ir.schema.json` is this object as a file, written by
 * `npm run regenerate`; docs/ir-json.md tells what it means.
 */
import { PRIMITIVE_NAMES, SIGNALS } from "./ir.js";

const text = { type: "string" };
const textOrNull = { type: ["string", "null"] };
const int32 = { type: "integer", minimum: -0x80000000, maximum: 0x7fffffff };
const count = { type: "integer", minimum: 0, maximum: 0x7fffffff };
const byteOrder = { enum: ["LITTLE_ENDIAN", "BIG_ENDIAN"] };
const value = { $ref: "#/$defs/value" };
const tokens = { type: "array", items: { $ref: "#/$defs/token" } };

/** See the head of this file. */
export const IR_JSON_SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Intermediate representation of an SBE schema",
  type: "object",
  required: [
    "package",
    "id",
    "version",
    "description",
    "semanticVersion",
    "byteOrder",
    "headerType",
    "header",
    "messages",
  ],
  properties: {
    package: text,
    id: count,
    version: count,
    description: textOrNull,
    semanticVersion: textOrNull,
    byteOrder,
    headerType: { description: "name of the message header composite", ...text },
    header: { description: "tokens of the message header composite", ...tokens },
    messages: {
      type: "array",
      items: {
        type: "object",
        required: ["name", "id", "tokens"],
        properties: { name: text, id: count, tokens },
        additionalProperties: false,
      },
    },
    schema: { description: "where the schema came from; not read", ...text },
    headerFieldTypes: { description: "for people; not read", type: "object" },
    warnings: { description: "for people; not read", type: "array" },
  },
  additionalProperties: false,
  $defs: {
    token: {
      type: "object",
      required: [
        "signal",
        "name",
        "id",
        "version",
        "deprecated",
        "size",
        "offset",
        "componentTokenCount",
        "encoding",
      ],
      properties: {
        signal: { enum: [...SIGNALS] },
        name: text,
        referencedName: text,
        packageName: text,
        description: text,
        id: { description: "-1 for none", ...int32 },
        version: { description: "sinceVersion", ...count },
        deprecated: { description: "0 for never", ...count },
        size: { description: "bytes, -1 for variable length", ...int32 },
        offset: { description: "bytes, -1 where it depends on what stands before", ...int32 },
        componentTokenCount: {
          description: "tokens from this one to its END, both included",
          ...count,
        },
        encoding: { $ref: "#/$defs/encoding" },
      },
      additionalProperties: false,
    },
    encoding: {
      type: "object",
      required: ["presence", "byteOrder"],
      properties: {
        primitiveType: { enum: [...PRIMITIVE_NAMES] },
        presence: { enum: ["REQUIRED", "OPTIONAL", "CONSTANT"] },
        byteOrder,
        minValue: value,
        maxValue: value,
        nullValue: value,
        constValue: value,
        characterEncoding: text,
        epoch: text,
        timeUnit: text,
        semanticType: text,
      },
      additionalProperties: false,
    },
    value: {
      oneOf: [
        {
          description: "an integer or a single char; the signed 64-bit value",
          type: "object",
          required: ["rep", "value", "size"],
          properties: {
            rep: { const: "long" },
            value: { type: "string", pattern: "^(0|-?[1-9][0-9]{0,18})$" },
            size: { enum: [1, 2, 4, 8] },
            charset: text,
          },
          additionalProperties: false,
        },
        {
          type: "object",
          required: ["rep", "value", "size"],
          properties: {
            rep: { const: "double" },
            value: {
              type: "string",
              pattern: "^(NaN|-?Infinity|-?[0-9]{1,400}(\\.[0-9]{1,400})?([eE][-+]?[0-9]{1,4})?)$",
            },
            size: { enum: [4, 8] },
          },
          additionalProperties: false,
        },
        {
          description: "text of a char array constant or of a valueRef",
          type: "object",
          required: ["rep", "hex", "text", "size", "charset"],
          properties: {
            rep: { const: "bytes" },
            hex: { type: "string", pattern: "^([0-9a-f]{2})*$" },
            text,
            size: count,
            charset: text,
          },
          additionalProperties: false,
        },
      ],
    },
  },
} as const;
