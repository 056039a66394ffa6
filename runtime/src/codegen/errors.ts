import { AlerionError } from "../errors.js";

/** The codes of errors that generated codecs throw; the README of this package explains each. */
export type CodecErrorCode =
  | "ARRAY_LENGTH"
  | "BLOCK_TOO_SHORT"
  | "CLAIM_STATE"
  | "DATA_TOO_LONG"
  | "FIELD_ORDER"
  | "GROUP_COUNT"
  | "GROUP_END"
  | "INDEX_OUT_OF_RANGE"
  | "MESSAGE_UNKNOWN"
  | "OUT_OF_BOUNDS"
  | "SCHEMA_ID_MISMATCH"
  | "TEMPLATE_ID_MISMATCH"
  | "TEXT_NOT_ENCODABLE"
  | "TEXT_TOO_LONG"
  | "UNKNOWN_ENUM_VALUE"
  | "UNSAFE_INTEGER"
  | "VALUE_OUT_OF_RANGE"
  | "WRONG_TYPE";

/** Bytes that are not what the schema says, or values that do not fit it. */
export class CodecError extends AlerionError {
  override readonly name: string = "CodecError";
  override readonly code: CodecErrorCode;

  constructor(code: CodecErrorCode, text: string) {
    super(code, text);
    this.code = code;
  }
}

/*
 * Generated code calls these instead of building errors itself: the text is made on the failing path
 * only, and the accessors stay small enough to be inlined.
 */

/** @throws {CodecError} OUT_OF_BOUNDS always */
export function throwBounds(what: string, offset: number, length: number, limit: number): never {
  throw new CodecError(
    "OUT_OF_BOUNDS",
    `${what} must end at or before the limit: offset=${offset} length=${length} limit=${limit}`,
  );
}

/** @throws {CodecError} TEMPLATE_ID_MISMATCH always */
export function throwTemplateId(message: string, expected: number, templateId: number): never {
  throw new CodecError(
    "TEMPLATE_ID_MISMATCH",
    `template id must be that of ${message}, ${expected}: templateId=${templateId}`,
  );
}

/** @throws {CodecError} SCHEMA_ID_MISMATCH always */
export function throwSchemaId(message: string, expected: number, schemaId: number): never {
  throw new CodecError(
    "SCHEMA_ID_MISMATCH",
    `schema id must be that of ${message}, ${expected}: schemaId=${schemaId}`,
  );
}

/** @throws {CodecError} SCHEMA_ID_MISMATCH or TEMPLATE_ID_MISMATCH always */
export function throwIds(
  message: string,
  expectedSchemaId: number,
  schemaId: number,
  expectedTemplateId: number,
  templateId: number,
): never {
  if (schemaId !== expectedSchemaId) throwSchemaId(message, expectedSchemaId, schemaId);
  throwTemplateId(message, expectedTemplateId, templateId);
}

/** @throws {CodecError} BLOCK_TOO_SHORT always */
export function throwBlock(what: string, blockLength: number, version: number): never {
  throw new CodecError(
    "BLOCK_TOO_SHORT",
    `${what} block must hold the fields of its version: blockLength=${blockLength} version=${version}`,
  );
}

/** @throws {CodecError} GROUP_END always */
export function throwGroupEnd(what: string, count: number): never {
  throw new CodecError("GROUP_END", `${what} must not be advanced beyond its end: count=${count}`);
}

/** @throws {CodecError} GROUP_COUNT always */
export function throwGroupCount(what: string, count: number, min: number, max: number): never {
  throw new CodecError("GROUP_COUNT", `${what} count must be in ${min}..${max}: count=${count}`);
}

/** @throws {CodecError} INDEX_OUT_OF_RANGE always */
export function throwIndex(what: string, index: number, length: number): never {
  throw new CodecError(
    "INDEX_OUT_OF_RANGE",
    `${what} index must be in 0..${length - 1}: index=${index}`,
  );
}

/** @throws {CodecError} DATA_TOO_LONG always */
export function throwDataLength(what: string, length: number, max: number): never {
  throw new CodecError("DATA_TOO_LONG", `${what} must hold at most ${max} bytes: length=${length}`);
}

/** @throws {CodecError} UNSAFE_INTEGER always */
export function throwUnsafe(high: number, low: number): never {
  throw new CodecError(
    "UNSAFE_INTEGER",
    `64-bit integer must be within 2^53 to be read as a number: value=${(BigInt(high) << 32n) | BigInt(low)}`,
  );
}

/** @throws {CodecError} UNKNOWN_ENUM_VALUE always */
export function throwUnknownEnum(what: string, value: number | bigint): never {
  throw new CodecError(
    "UNKNOWN_ENUM_VALUE",
    `${what} must be a value of the schema: value=${value}`,
  );
}

/** @throws {CodecError} FIELD_ORDER always */
export function throwFieldOrder(what: string, state: string): never {
  throw new CodecError("FIELD_ORDER", `${what} must be used in wire order: state=${state}`);
}

/** @throws {CodecError} CLAIM_STATE always */
export function throwClaimState(text: string): never {
  throw new CodecError("CLAIM_STATE", text);
}

/** @throws {CodecError} MESSAGE_UNKNOWN always */
export function throwUnknownMessage(message: unknown): never {
  const type: unknown =
    typeof message === "object" && message !== null && "type" in message ? message.type : undefined;
  throw new CodecError(
    "MESSAGE_UNKNOWN",
    `type must be a message of the schema: type=${String(type)}`,
  );
}
