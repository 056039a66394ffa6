/**
 * IR JSON: the tokens of a schema as a document, for tools in any language. One token a line, keys
 * without a value left out. What the keys mean stands in docs/ir-json.md.
 */
import type { ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import { IR_JSON_SCHEMA } from "./ir-json-schema.js";
import { IrError } from "./ir-error.js";
import type { Ir, IrToken } from "./ir.js";

/**
 * The document of a schema, ending in a line end.
 */
export function irToJson(ir: Ir): string {
  const head = {
    package: ir.package,
    id: ir.id,
    version: ir.version,
    description: ir.description,
    semanticVersion: ir.semanticVersion,
    byteOrder: ir.byteOrder,
    headerType: ir.headerType,
  };
  const lines = Object.entries(head).map(([key, value]) => `"${key}":${JSON.stringify(value)},`);
  const messages = ir.messages.map(
    ({ name, id, tokens }) =>
      `{"name":${JSON.stringify(name)},"id":${id},"tokens":[\n${tokenLines(tokens)}\n]}`,
  );
  return [
    "{",
    ...lines,
    `"header":[\n${tokenLines(ir.header)}\n],`,
    `"messages":[\n${messages.join(",\n")}\n]`,
    "}",
    "",
  ].join("\n");
}

function tokenLines(tokens: readonly IrToken[]): string {
  return tokens.map((token) => JSON.stringify(inOrder(token))).join(",\n");
}

/** The same token with its keys in one order, wherever it came from. */
function inOrder(token: IrToken): object {
  const { encoding } = token;
  return {
    signal: token.signal,
    name: token.name,
    referencedName: token.referencedName,
    packageName: token.packageName,
    description: token.description,
    id: token.id,
    version: token.version,
    deprecated: token.deprecated,
    size: token.size,
    offset: token.offset,
    componentTokenCount: token.componentTokenCount,
    encoding: {
      primitiveType: encoding.primitiveType,
      presence: encoding.presence,
      byteOrder: encoding.byteOrder,
      minValue: encoding.minValue,
      maxValue: encoding.maxValue,
      nullValue: encoding.nullValue,
      constValue: encoding.constValue,
      characterEncoding: encoding.characterEncoding,
      epoch: encoding.epoch,
      timeUnit: encoding.timeUnit,
      semanticType: encoding.semanticType,
    },
  };
}

let validator: Promise<ValidateFunction> | undefined;

/** Compiles the JSON Schema on first use: ajv takes longer to load than all the rest. */
async function loadValidator(): Promise<ValidateFunction> {
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  return new Ajv2020({ allowUnionTypes: true }).compile(IR_JSON_SCHEMA);
}

/**
 * Reads a document back and checks it against its JSON Schema.
 *
 * That brackets match and all values are there is checked by `layoutOf`.
 *
 * @throws {IrError} if it is not such a document; the text says where, as a JSON pointer
 */
export async function irFromJson(text: string): Promise<Ir> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new IrError(`IR must be JSON: reason=${messageOf(error)}`, { cause: error });
  }
  validator ??= loadValidator();
  const validate = await validator;
  if (!validate(document))
    throw new IrError(`IR JSON must be valid: ${faultText(validate.errors)}`);
  const { header, messages, ...rest } = document as Ir;
  checkLongs(header, "/header");
  for (const [index, message] of messages.entries()) {
    checkLongs(message.tokens, `/messages/${index}/tokens`);
  }
  return {
    package: rest.package,
    id: rest.id,
    version: rest.version,
    description: rest.description,
    semanticVersion: rest.semanticVersion,
    byteOrder: rest.byteOrder,
    headerType: rest.headerType,
    header,
    messages,
  };
}

/** 19 digits may still be more than 64 bits, which a pattern cannot say. */
function checkLongs(tokens: readonly IrToken[], place: string): void {
  for (const [index, { encoding }] of tokens.entries()) {
    for (const key of ["minValue", "maxValue", "nullValue", "constValue"] as const) {
      const value = encoding[key];
      if (value?.rep !== "long" || value.value.length < 19) continue;
      const number = BigInt(value.value);
      if (BigInt.asIntN(64, number) !== number) {
        const at = `${place}/${index}/encoding/${key}/value`;
        throw new IrError(`IR JSON must be valid: at=${at} must be a 64-bit integer`);
      }
    }
  }
}

/** The deepest fault: of the branches of a value the one that went furthest tells most. */
function faultText(errors: readonly ErrorObject[] | null | undefined): string {
  const sorted = [...(errors ?? [])].sort(
    (a, b) => depthOf(b.instancePath) - depthOf(a.instancePath),
  );
  const fault = sorted[0];
  if (fault === undefined) return "at=";
  const seen =
    fault.keyword === "additionalProperties"
      ? ` property=${String(fault.params["additionalProperty"])}`
      : "";
  return `at=${fault.instancePath === "" ? "/" : fault.instancePath} ${fault.message ?? fault.keyword}${seen}`;
}

function depthOf(pointer: string): number {
  return pointer.split("/").length;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
