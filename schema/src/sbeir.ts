/**
 * The official binary form of the IR, `.sbeir`: what `IrEncoder` of the official tool writes and the
 * code generators of other languages read. Layout: schema/ir-codec.xml.
 *
 * The form holds less than the tokens: a text that is empty reads back as none, the schema's
 * description is not in it, and of values only the bytes that they take.
 * Source: conformance/sbe/ir/*.sbeir.
 */
import { IrError } from "./ir-error.js";
import {
  PRIMITIVE_NAMES,
  SIGNALS,
  type Ir,
  type IrByteOrder,
  type IrEncoding,
  type IrMessage,
  type IrPresence,
  type IrToken,
} from "./ir.js";
import type { TokenData } from "./internal/ir-codec/index.js";
import { SbeirReader, SbeirWriter } from "./sbeir-codec.js";
import { valueBytes, valueOfBytes } from "./sbeir-values.js";

const BYTE_ORDERS: readonly IrByteOrder[] = ["LITTLE_ENDIAN", "BIG_ENDIAN"];
const PRESENCES: readonly IrPresence[] = ["REQUIRED", "OPTIONAL", "CONSTANT"];

/** The only version of the form that exists. */
const IR_VERSION = 0;

/**
 * The bytes of a schema, the same as those of the official tool.
 *
 * @throws {IrError} if a text is longer than the form can hold, 65,534 bytes
 */
export function irToSbeir(ir: Ir): Uint8Array<ArrayBuffer> {
  const writer = new SbeirWriter();
  writer.frame({
    schemaId: ir.id,
    irVersion: IR_VERSION,
    schemaVersion: ir.version,
    packageName: ir.package,
    namespaceName: "",
    semanticVersion: ir.semanticVersion ?? "",
  });
  for (const token of ir.header) writer.token(recordOf(token));
  for (const message of ir.messages) {
    for (const token of message.tokens) writer.token(recordOf(token));
  }
  return writer.toBytes();
}

/**
 * Reads the bytes back. That brackets match and all values are there is checked by `layoutOf`.
 *
 * @throws {IrError} if they are not such bytes
 */
export function irFromSbeir(bytes: Uint8Array): Ir {
  const reader = new SbeirReader(bytes);
  const frame = reader.frame();
  if (frame.irVersion !== IR_VERSION) {
    throw new IrError(`IR must be of version ${IR_VERSION}: irVersion=${frame.irVersion}`);
  }
  const header = takeUntil(reader, "BEGIN_COMPOSITE", "END_COMPOSITE");
  const messages: IrMessage[] = [];
  while (!reader.atEnd()) {
    const tokens = takeUntil(reader, "BEGIN_MESSAGE", "END_MESSAGE");
    const { name, id } = tokens[0];
    messages.push({ name, id, tokens });
  }
  return {
    package: frame.packageName,
    id: frame.schemaId,
    version: frame.schemaVersion,
    description: null,
    semanticVersion: frame.semanticVersion === "" ? null : frame.semanticVersion,
    // A composite's own token is little endian whatever the schema says; its members have the true order.
    byteOrder:
      header.find(({ signal }) => signal === "ENCODING")?.encoding.byteOrder ?? "LITTLE_ENDIAN",
    headerType: header[0].name,
    header,
    messages,
  };
}

/** The tokens of one bracket with all that it holds. */
function takeUntil(
  reader: SbeirReader,
  begin: "BEGIN_COMPOSITE" | "BEGIN_MESSAGE",
  end: "END_COMPOSITE" | "END_MESSAGE",
): readonly [IrToken, ...IrToken[]] {
  const first = tokenOf(reader.token());
  if (first.signal !== begin) throw new IrError(`token must be ${begin}: signal=${first.signal}`);
  const tokens: [IrToken, ...IrToken[]] = [first];
  for (let depth = 1; depth > 0;) {
    const token = tokenOf(reader.token());
    if (token.signal === begin) depth++;
    else if (token.signal === end) depth--;
    tokens.push(token);
  }
  return tokens;
}

function recordOf(token: IrToken): TokenData {
  const { encoding } = token;
  const { primitiveType } = encoding;
  return {
    tokenOffset: token.offset,
    tokenSize: token.size,
    fieldId: token.id,
    tokenVersion: token.version,
    componentTokenCount: token.componentTokenCount,
    signal: SIGNALS.indexOf(token.signal) + 1,
    primitiveType: primitiveType === undefined ? 0 : PRIMITIVE_NAMES.indexOf(primitiveType) + 1,
    byteOrder: BYTE_ORDERS.indexOf(encoding.byteOrder),
    presence: PRESENCES.indexOf(encoding.presence),
    ...(token.deprecated === 0 ? {} : { deprecated: token.deprecated }),
    tokenName: token.name,
    constValue: valueBytes(encoding.constValue, primitiveType),
    minValue: valueBytes(encoding.minValue, primitiveType),
    maxValue: valueBytes(encoding.maxValue, primitiveType),
    nullValue: valueBytes(encoding.nullValue, primitiveType),
    characterEncoding: encoding.characterEncoding ?? "",
    epoch: encoding.epoch ?? "",
    timeUnit: encoding.timeUnit ?? "",
    semanticType: encoding.semanticType ?? "",
    description: token.description ?? "",
    referencedName: token.referencedName ?? "",
    packageName: token.packageName ?? "",
  };
}

function tokenOf(record: TokenData): IrToken {
  return {
    signal: nth(SIGNALS, record.signal - 1, "signal"),
    name: record.tokenName,
    ...given("referencedName", record.referencedName),
    ...given("packageName", record.packageName),
    ...given("description", record.description),
    id: record.fieldId,
    version: record.tokenVersion,
    deprecated: record.deprecated ?? 0,
    size: record.tokenSize,
    offset: record.tokenOffset,
    componentTokenCount: record.componentTokenCount,
    encoding: encodingOf(record),
  };
}

function encodingOf(record: TokenData): IrEncoding {
  const primitiveType =
    record.primitiveType === 0
      ? undefined
      : nth(PRIMITIVE_NAMES, record.primitiveType - 1, "primitive type");
  const charset = record.characterEncoding === "" ? undefined : record.characterEncoding;
  const value = (
    key: "constValue" | "minValue" | "maxValue" | "nullValue",
  ): Partial<IrEncoding> => {
    const of = key === "constValue" ? charset : undefined;
    return record[key].length === 0 ? {} : { [key]: valueOfBytes(record[key], primitiveType, of) };
  };
  return {
    ...(primitiveType === undefined ? {} : { primitiveType }),
    presence: nth(PRESENCES, record.presence, "presence"),
    byteOrder: nth(BYTE_ORDERS, record.byteOrder, "byte order"),
    ...value("minValue"),
    ...value("maxValue"),
    ...value("nullValue"),
    ...value("constValue"),
    ...given("characterEncoding", record.characterEncoding),
    ...given("epoch", record.epoch),
    ...given("timeUnit", record.timeUnit),
    ...given("semanticType", record.semanticType),
  };
}

/** A text that is not there is empty in the form. */
function given<Key extends string>(key: Key, text: string): { [key in Key]?: string } {
  const parts: { [key in Key]?: string } = {};
  if (text !== "") parts[key] = text;
  return parts;
}

function nth<T>(list: readonly T[], index: number, what: string): T {
  const item = list[index];
  if (item === undefined) throw new IrError(`${what} must be known: index=${index}`);
  return item;
}
