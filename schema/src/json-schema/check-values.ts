/**
 * Checks values of a message against its JSON Schema with ajv: every fault, each with its place, where the
 * encoder stops at the first. ajv is loaded on first use.
 */
import type { ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import { NESTING_DEPTH_MAX, type SchemaLayout } from "../layout.js";
import { isLosslessDocument } from "../otf/encode.js";
import { INTEGER_RANGES } from "../otf/scalar.js";
import { messageJsonSchema, type JsonSchema } from "./message-json-schema.js";

/** One thing that is wrong with values. */
export interface ValueFault {
  /** JSON pointer (RFC 6901) to the value; to the object around it where it is missing. */
  readonly pointer: string;
  /** True when it is the key that is wrong. */
  readonly isKey: boolean;
  /** What must hold, and what was seen. */
  readonly text: string;
}

const validators = new WeakMap<SchemaLayout, Map<string, Promise<ValidateFunction>>>();

/**
 * What is wrong with values that should be a message in the plain form; nothing where they match the
 * message's JSON Schema.
 *
 * @param values  as `JSON.parse` gives them
 * @throws {IrError} if the schema has no such message
 */
export async function checkValues(
  schema: SchemaLayout,
  messageName: string,
  values: unknown,
): Promise<readonly ValueFault[]> {
  const validate = await validatorOf(schema, messageName);
  if (validate(values)) return [];
  return faultsOf(validate.errors ?? []);
}

/**
 * The same for a document as `sbe encode` reads it. Documents of the typed form, wholly or in parts, are
 * none of its business: nothing is found in them.
 */
export async function checkDocument(
  schema: SchemaLayout,
  messageName: string,
  document: unknown,
): Promise<readonly ValueFault[]> {
  if (isLosslessDocument(document, schema, messageName) || hasTypedParts(document, 0)) return [];
  return checkValues(schema, messageName, document);
}

/** Members of the typed form; see otf/form.ts. */
const TYPED_KEYS: ReadonlySet<string> = new Set([
  "$enum",
  "$raw",
  "$set",
  "$hex",
  "$text",
  "$data",
  "$const",
  "$absent",
]);

/** Documents of messages are not nested deeper than schemas may be, twice over for arrays. */
const DEPTH_MAX = 2 * NESTING_DEPTH_MAX + 2;

function hasTypedParts(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null || depth > DEPTH_MAX) return false;
  for (const [key, member] of Object.entries(value)) {
    if (TYPED_KEYS.has(key) || hasTypedParts(member, depth + 1)) return true;
  }
  return false;
}

function validatorOf(schema: SchemaLayout, messageName: string): Promise<ValidateFunction> {
  let known = validators.get(schema);
  if (known === undefined) {
    known = new Map();
    validators.set(schema, known);
  }
  let validator = known.get(messageName);
  if (validator === undefined) {
    validator = compile(messageJsonSchema(schema, messageName));
    known.set(messageName, validator);
  }
  return validator;
}

async function compile(schema: JsonSchema): Promise<ValidateFunction> {
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  // Our own schemas are right (a test asks ajv), and compiling the schema of schemas takes longer than
  // all the rest.
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    allowUnionTypes: true,
    meta: false,
    validateSchema: false,
  });
  return ajv.compile(schema);
}

/** One fault for each place: an `anyOf` speaks for all its branches. */
function faultsOf(errors: readonly ErrorObject[]): readonly ValueFault[] {
  const choices = new Set(
    errors.filter(({ keyword }) => keyword === "anyOf").map(({ instancePath }) => instancePath),
  );
  const faults = new Map<string, ValueFault>();
  for (const error of errors) {
    if (error.keyword !== "anyOf" && choices.has(error.instancePath)) continue;
    const fault = faultOf(error);
    const key = `${fault.pointer} ${fault.isKey ? fault.text : ""}`;
    if (error.keyword === "required") faults.set(`${key}${fault.text}`, fault);
    else if (!faults.has(key)) faults.set(key, fault);
  }
  return [...faults.values()];
}

function faultOf(error: ErrorObject): ValueFault {
  const { instancePath, keyword, data } = error;
  const params = error.params as { missingProperty?: string; additionalProperty?: string };
  const schema = error.parentSchema as JsonSchema;
  switch (keyword) {
    case "required": {
      const name = params.missingProperty ?? "";
      return {
        pointer: instancePath,
        isKey: false,
        text: `${pathText(instancePath, name)} must be given: value=nothing`,
      };
    }
    case "additionalProperties": {
      const name = params.additionalProperty ?? "";
      const known = listed(Object.keys(schema.properties ?? {}));
      return {
        pointer: `${instancePath}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`,
        isKey: true,
        text: `${pathText(instancePath, name)} must be one of ${known}: value=${JSON.stringify(name)}`,
      };
    }
    default: {
      const path = pathText(instancePath);
      const text = mustHold(error, schema, data);
      return { pointer: instancePath, isKey: false, text: path === "" ? text : `${path} ${text}` };
    }
  }
}

/** A pointer as the encoder writes paths, e.g. `fuelFigures[2].speed`. */
function pathText(pointer: string, member?: string): string {
  const steps = pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (member !== undefined) steps.push(member);
  let text = "";
  for (const step of steps) {
    if (/^[0-9]+$/.test(step)) text += `[${step}]`;
    else if (!/^[A-Za-z_$][\w$]*$/.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}

/** Longest piece of a value that a fault quotes. */
const SHOWN_LENGTH_MAX = 60;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}…` : text;
}

/** Names that a fault lists before it gives up. */
const NAMES_MAX = 12;

function listed(names: readonly unknown[]): string {
  const quoted = names.slice(0, NAMES_MAX).map((name) => JSON.stringify(name));
  return names.length > NAMES_MAX ? `${quoted.join(", ")}, …` : quoted.join(", ");
}

/** What must hold at a place, in the words of the encoder. */
function mustHold({ keyword, schemaPath }: ErrorObject, schema: JsonSchema, data: unknown): string {
  if (keyword === "maxItems" && schema.minItems === undefined && Array.isArray(data)) {
    return `must have a number of entries of at most ${schema.maxItems}: value=${data.length}`;
  }
  const isText = typeof data === "string";
  if (keyword === "maxLength" && schema.maxLength !== undefined) {
    const bytes = schema.pattern === undefined ? schema.maxLength : (schema.maxLength - 2) / 2;
    return `must not be longer than ${bytes} bytes: value=${shown(data)}`;
  }
  if (data === null && isScalar(schema)) return "must not be null: value=null";
  const isConstant = keyword === "enum" && !schemaPath.endsWith("/items/enum");
  const what = isConstant
    ? `the constant ${JSON.stringify(schema.enum?.[0])}`
    : expectation(schema, isText);
  return `must be ${what}: value=${shown(data)}`;
}

/** True for numbers and single characters, which are null only where they say so. */
function isScalar(schema: JsonSchema): boolean {
  if (schema.anyOf !== undefined) {
    return schema.anyOf.some(({ type }) => type === "number" || type === "integer");
  }
  return schema.type === "integer" || (Array.isArray(schema.type) && schema.type.length > 0);
}

/** What a schema of this package asks for, in words. */
function expectation(schema: JsonSchema, isText: boolean): string {
  if (schema.anyOf !== undefined) return choiceWords(schema.anyOf, isText);
  if (schema.enum !== undefined) return `one of ${listed(schema.enum)}`;
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? []);
  if (types.includes("integer")) return integerWords(schema, types);
  switch (types[0]) {
    case "string":
      return schema.pattern === undefined ? "text" : '"0x" and hex digits';
    case "array":
      return arrayWords(schema);
    default:
      return "an object";
  }
}

/** Floats, chars and enums: the branch that was meant. */
function choiceWords(branches: readonly JsonSchema[], isText: boolean): string {
  const [first = {}, second = {}] = branches;
  if (second.enum !== undefined) {
    const kind = first.exclusiveMaximum === undefined ? "double" : "float";
    return `a ${kind}, "NaN", "Infinity" or "-Infinity"`;
  }
  if (first.type === "string") return `one ASCII character or ${expectation(second, isText)}`;
  return expectation(isText || branches.length === 1 ? first : second, isText);
}

function integerWords({ minimum, maximum }: JsonSchema, types: readonly string[]): string {
  if (!types.includes("string")) return `an integer from ${minimum} to ${maximum}`;
  const [least, greatest] = INTEGER_RANGES[minimum === 0 ? "uint64" : "int64"];
  return `an integer from ${least} to ${greatest} (in quotes beyond 2^53)`;
}

function arrayWords({ items, minItems }: JsonSchema): string {
  if (minItems !== undefined) return `an array of ${minItems} numbers`;
  return items?.properties === undefined ? "an array of choices" : "an array of objects";
}
