/**
 * The tree over the tokens: what stands at which byte, with every default filled in. The code
 * generator, the on-the-fly codec and all reports read schemas through this form, whether they
 * came from XML, from IR JSON or from `.sbeir`.
 *
 *   message block                       group entry            data
 *   |<-- blockLength -->|               |<-- blockLength -->|
 *   | field | gap | …   | dimension | entry | entry | … | length | bytes | …
 *
 * Offsets of fields are from the start of their block; offsets of composite members are from the
 * start of the composite.
 */
import type { IrPresence, IrToken, IrValue, Ir, PrimitiveName } from "./ir.js";
import { IrError } from "./ir-error.js";

/** bigint for int64 and uint64, number for all others. */
export type ScalarValue = number | bigint;

/** What a constant says: a scalar, or the text of a char array, with its bytes. */
export type ConstantValue =
  | { readonly kind: "scalar"; readonly value: ScalarValue }
  | { readonly kind: "text"; readonly text: string; readonly hex: string }
  /** A `valueRef` to an enum value, e.g. `Model.C`. */
  | {
      readonly kind: "enum";
      readonly valueRef: string;
      readonly valueName: string;
      readonly value: ScalarValue;
    };

/** What every named thing of a schema carries. */
export interface Described {
  readonly name: string;
  readonly description: string | undefined;
  readonly sinceVersion: number;
  /** 0 for never. */
  readonly deprecated: number;
}

/** A type at one place of use. `typeName` is its name in the schema, also when it came by `ref`. */
interface TypeAt extends Described {
  readonly typeName: string;
  /** Package of the type where it differs from the schema's. */
  readonly packageName: string | undefined;
  readonly semanticType: string | undefined;
}

/** A number, a char, an array of them, or a constant. */
export interface PrimitiveLayout extends TypeAt {
  readonly kind: "primitive";
  readonly primitive: PrimitiveName;
  /** Bytes of one element. */
  readonly elementSize: number;
  /** Elements: 1 for a single value, more for an array, 0 for `length="0"`. */
  readonly length: number;
  /** True for `length` other than 1: then the value is an array, or text for char. */
  readonly isArray: boolean;
  /** Bytes on the wire; 0 for a constant, -1 for the variable part of var data. */
  readonly size: number;
  readonly littleEndian: boolean;
  readonly presence: Presence;
  readonly constant: ConstantValue | undefined;
  /** The null value, given or the default of the primitive type. */
  readonly nullValue: ScalarValue;
  readonly minValue: ScalarValue;
  readonly maxValue: ScalarValue;
  readonly characterEncoding: string | undefined;
  readonly timeUnit: string | undefined;
  readonly epoch: string | undefined;
}

/** One name of an enum and the number it stands for. */
export interface EnumValueLayout extends Described {
  readonly value: ScalarValue;
}

/** An enum at one place of use. */
export interface EnumLayout extends TypeAt {
  readonly kind: "enum";
  readonly primitive: PrimitiveName;
  readonly size: number;
  readonly littleEndian: boolean;
  readonly nullValue: ScalarValue;
  readonly values: readonly EnumValueLayout[];
}

/** One name of a set and the bit it stands for. */
export interface ChoiceLayout extends Described {
  /** Bit, 0 is the least significant. */
  readonly bit: number;
}

/** A set of bits at one place of use. */
export interface SetLayout extends TypeAt {
  readonly kind: "set";
  readonly primitive: PrimitiveName;
  readonly size: number;
  readonly littleEndian: boolean;
  readonly choices: readonly ChoiceLayout[];
}

/** A member of a composite and where it lies. */
export interface CompositeMemberLayout {
  /** Name of the member: of the ref, or of the inline type. */
  readonly name: string;
  /** Bytes from the start of the composite. */
  readonly offset: number;
  readonly type: TypeLayout;
}

/** A composite at one place of use. */
export interface CompositeLayout extends TypeAt {
  readonly kind: "composite";
  /** Bytes on the wire, -1 for var data. */
  readonly size: number;
  readonly members: readonly CompositeMemberLayout[];
}

/** Any type that a field or member can have. */
export type TypeLayout = PrimitiveLayout | EnumLayout | SetLayout | CompositeLayout;

/** Whether a field is always there, may be null, or is not on the wire. */
export type Presence = "required" | "optional" | "constant";

/** A field of a block. */
export interface FieldLayout extends Described {
  readonly id: number;
  /** Bytes from the start of the block. */
  readonly offset: number;
  readonly presence: Presence;
  readonly semanticType: string | undefined;
  readonly timeUnit: string | undefined;
  readonly epoch: string | undefined;
  readonly type: TypeLayout;
  /** Present exactly when `presence` is constant. */
  readonly constant: ConstantValue | undefined;
}

/** What messages and group entries have alike: a block of fields, then groups, then data. */
export interface BlockLayout {
  /** Bytes of the block as this schema version writes it. */
  readonly blockLength: number;
  readonly fields: readonly FieldLayout[];
  readonly groups: readonly GroupLayout[];
  readonly data: readonly DataLayout[];
}

/** A repeating group. */
export interface GroupLayout extends Described, BlockLayout {
  readonly id: number;
  readonly semanticType: string | undefined;
  /** Composite with members `blockLength` and `numInGroup`, in any order. */
  readonly dimension: CompositeLayout;
}

/** Variable-length data. */
export interface DataLayout extends Described {
  readonly id: number;
  readonly semanticType: string | undefined;
  /** Composite with members `length` and `varData`. */
  readonly encoding: CompositeLayout;
  /** Undefined for opaque bytes. */
  readonly characterEncoding: string | undefined;
}

/** A message. */
export interface MessageLayout extends Described, BlockLayout {
  readonly id: number;
  readonly semanticType: string | undefined;
}

/** A whole schema. */
export interface SchemaLayout {
  readonly package: string;
  readonly id: number;
  readonly version: number;
  readonly semanticVersion: string | undefined;
  readonly description: string | undefined;
  readonly littleEndian: boolean;
  /** Composite with members `blockLength`, `templateId`, `schemaId`, `version`, in any order. */
  readonly header: CompositeLayout;
  /** By template id, ascending. */
  readonly messages: readonly MessageLayout[];
}

interface PrimitiveFacts {
  readonly size: number;
  readonly nullValue: ScalarValue;
  readonly minValue: ScalarValue;
  readonly maxValue: ScalarValue;
}

/** Sizes and default ranges. Source: SBE 1.0 standard, table of primitive types. */
export const PRIMITIVES: { readonly [name in PrimitiveName]: PrimitiveFacts } = {
  char: { size: 1, nullValue: 0, minValue: 0x20, maxValue: 0x7e },
  int8: { size: 1, nullValue: -0x80, minValue: -0x7f, maxValue: 0x7f },
  int16: { size: 2, nullValue: -0x8000, minValue: -0x7fff, maxValue: 0x7fff },
  int32: { size: 4, nullValue: -0x80000000, minValue: -0x7fffffff, maxValue: 0x7fffffff },
  int64: {
    size: 8,
    nullValue: -(2n ** 63n),
    minValue: -(2n ** 63n) + 1n,
    maxValue: 2n ** 63n - 1n,
  },
  uint8: { size: 1, nullValue: 0xff, minValue: 0, maxValue: 0xfe },
  uint16: { size: 2, nullValue: 0xffff, minValue: 0, maxValue: 0xfffe },
  uint32: { size: 4, nullValue: 0xffffffff, minValue: 0, maxValue: 0xfffffffe },
  uint64: { size: 8, nullValue: 2n ** 64n - 1n, minValue: 0n, maxValue: 2n ** 64n - 2n },
  float: {
    size: 4,
    nullValue: Number.NaN,
    minValue: -3.4028234663852886e38,
    maxValue: 3.4028234663852886e38,
  },
  double: {
    size: 8,
    nullValue: Number.NaN,
    minValue: -Number.MAX_VALUE,
    maxValue: Number.MAX_VALUE,
  },
};

/** Walks tokens with one position; every `take…` leaves it behind what it read. */
class TokenCursor {
  readonly #tokens: readonly IrToken[];
  #index = 0;

  constructor(tokens: readonly IrToken[]) {
    this.#tokens = tokens;
  }

  peek(): IrToken {
    const token = this.#tokens[this.#index];
    if (token === undefined) throw new IrError(`tokens must not end here: index=${this.#index}`);
    return token;
  }

  take(): IrToken {
    const token = this.peek();
    this.#index++;
    return token;
  }

  expect(signal: IrToken["signal"]): IrToken {
    const token = this.take();
    if (token.signal !== signal) {
      throw new IrError(
        `token must be ${signal}: index=${this.#index - 1} signal=${token.signal} name=${token.name}`,
      );
    }
    return token;
  }

  atEnd(): boolean {
    return this.#index === this.#tokens.length;
  }
}

const PRESENCES: { readonly [presence in IrPresence]: Presence } = {
  REQUIRED: "required",
  OPTIONAL: "optional",
  CONSTANT: "constant",
};

/** Nesting beyond this is refused; the official tool has no limit but the stack. */
export const NESTING_DEPTH_MAX = 256;

/**
 * Builds the tree of a whole schema.
 *
 * @throws {IrError} if the tokens are not well formed
 */
export function layoutOf(ir: Ir): SchemaLayout {
  const headerCursor = new TokenCursor(ir.header);
  const header = takeComposite(headerCursor, 0);
  if (!headerCursor.atEnd()) throw new IrError("header tokens must be one composite");
  checkInside(header.name, header.size, "header", 0, header.size);
  for (const name of ["blockLength", "templateId", "schemaId", "version"]) {
    checkCount(header, name);
  }
  const messages = ir.messages.map((message) => takeMessage(new TokenCursor(message.tokens)));
  return {
    package: ir.package,
    id: ir.id,
    version: ir.version,
    semanticVersion: ir.semanticVersion ?? undefined,
    description: ir.description ?? undefined,
    littleEndian: ir.byteOrder === "LITTLE_ENDIAN",
    header,
    messages: messages.sort((a, b) => a.id - b.id),
  };
}

/**
 * The single integer or constant member `name` of a header, dimension or length composite.
 *
 * @throws {IrError} if there is no such member
 */
export function scalarMember(
  composite: CompositeLayout,
  name: string,
): { readonly offset: number; readonly type: PrimitiveLayout } {
  for (const member of composite.members) {
    if (member.name === name && member.type.kind === "primitive") {
      return { offset: member.offset, type: member.type };
    }
  }
  throw new IrError(`composite must have the member: composite=${composite.name} member=${name}`);
}

/** A count is an integer; its constant, if it is one, a number. */
function checkCount(composite: CompositeLayout, name: string): void {
  const { type } = scalarMember(composite, name);
  const isFloat = type.primitive === "float" || type.primitive === "double";
  if (isFloat || type.isArray || (type.constant !== undefined && type.constant.kind !== "scalar")) {
    throw new IrError(`member must be an integer: composite=${composite.name} member=${name}`);
  }
}

/**
 * A part lies inside the whole: what readers of a layout rely on when they check the whole and then
 * read its parts. From XML this always holds; IR JSON and `.sbeir` may come from anyone.
 */
function checkInside(
  whole: string,
  wholeSize: number,
  part: string,
  offset: number,
  size: number,
): void {
  if (!(offset >= 0 && size >= 0 && offset + size <= wholeSize)) {
    throw new IrError(
      `part must lie inside the whole: whole=${whole} wholeSize=${wholeSize} part=${part} offset=${offset} size=${size}`,
    );
  }
}

function takeMessage(cursor: TokenCursor): MessageLayout {
  const token = cursor.expect("BEGIN_MESSAGE");
  const block = takeBlock(cursor, token, 0);
  cursor.expect("END_MESSAGE");
  if (!cursor.atEnd()) throw new IrError(`tokens must end with the message: name=${token.name}`);
  return { ...described(token), id: token.id, semanticType: token.encoding.semanticType, ...block };
}

function takeBlock(cursor: TokenCursor, owner: IrToken, depth: number): BlockLayout {
  const { size: blockLength, name } = owner;
  checkInside(name, blockLength, "block", 0, blockLength);
  if (depth > NESTING_DEPTH_MAX) {
    throw new IrError(`nesting must not be deeper than ${NESTING_DEPTH_MAX}: depth=${depth}`);
  }
  const fields: FieldLayout[] = [];
  const groups: GroupLayout[] = [];
  const data: DataLayout[] = [];
  for (;;) {
    switch (cursor.peek().signal) {
      case "BEGIN_FIELD":
        fields.push(takeField(cursor, depth, owner));
        break;
      case "BEGIN_GROUP":
        groups.push(takeGroup(cursor, depth + 1));
        break;
      case "BEGIN_VAR_DATA":
        data.push(takeData(cursor, depth));
        break;
      default:
        return { blockLength, fields, groups, data };
    }
  }
}

function takeField(cursor: TokenCursor, depth: number, owner: IrToken): FieldLayout {
  const token = cursor.expect("BEGIN_FIELD");
  const type = takeType(cursor, depth);
  cursor.expect("END_FIELD");
  const constant =
    type.kind === "enum"
      ? enumConstant(token, type)
      : type.kind === "primitive"
        ? type.constant
        : undefined;
  if (constant === undefined) {
    checkInside(owner.name, owner.size, token.name, token.offset, type.size);
  }
  return {
    ...described(token),
    id: token.id,
    offset: token.offset,
    presence: constant === undefined ? PRESENCES[token.encoding.presence] : "constant",
    semanticType: token.encoding.semanticType,
    timeUnit: token.encoding.timeUnit ?? (type.kind === "primitive" ? type.timeUnit : undefined),
    epoch: token.encoding.epoch ?? (type.kind === "primitive" ? type.epoch : undefined),
    type,
    constant,
  };
}

function enumConstant(token: IrToken, type: EnumLayout): ConstantValue | undefined {
  const value = token.encoding.constValue;
  if (token.encoding.presence !== "CONSTANT" || value?.rep !== "bytes") return undefined;
  const valueName = value.text.slice(value.text.indexOf(".") + 1);
  const found = type.values.find((candidate) => candidate.name === valueName);
  if (found === undefined) {
    throw new IrError(
      `valueRef must name a value of the enum: field=${token.name} valueRef=${value.text}`,
    );
  }
  return { kind: "enum", valueRef: value.text, valueName, value: found.value };
}

function takeGroup(cursor: TokenCursor, depth: number): GroupLayout {
  const token = cursor.expect("BEGIN_GROUP");
  const dimension = takeComposite(cursor, depth);
  checkInside(dimension.name, dimension.size, "dimension", 0, dimension.size);
  checkCount(dimension, "blockLength");
  checkCount(dimension, "numInGroup");
  const block = takeBlock(cursor, token, depth);
  cursor.expect("END_GROUP");
  return {
    ...described(token),
    id: token.id,
    semanticType: token.encoding.semanticType,
    dimension,
    ...block,
  };
}

function takeData(cursor: TokenCursor, depth: number): DataLayout {
  const token = cursor.expect("BEGIN_VAR_DATA");
  const encoding = takeComposite(cursor, depth);
  cursor.expect("END_VAR_DATA");
  checkCount(encoding, "length");
  const length = scalarMember(encoding, "length");
  const varData = scalarMember(encoding, "varData");
  checkInside(encoding.name, varData.offset, "length", length.offset, length.type.size);
  return {
    ...described(token),
    id: token.id,
    semanticType: token.encoding.semanticType,
    encoding,
    characterEncoding: varData.type.characterEncoding,
  };
}

function takeType(cursor: TokenCursor, depth: number): TypeLayout {
  switch (cursor.peek().signal) {
    case "ENCODING":
      return primitiveOf(cursor.take());
    case "BEGIN_ENUM":
      return takeEnum(cursor);
    case "BEGIN_SET":
      return takeSet(cursor);
    default:
      return takeComposite(cursor, depth);
  }
}

function takeComposite(cursor: TokenCursor, depth: number): CompositeLayout {
  if (depth > NESTING_DEPTH_MAX) {
    throw new IrError(`nesting must not be deeper than ${NESTING_DEPTH_MAX}: depth=${depth}`);
  }
  const token = cursor.expect("BEGIN_COMPOSITE");
  const members: CompositeMemberLayout[] = [];
  while (cursor.peek().signal !== "END_COMPOSITE") {
    const { name, offset } = cursor.peek();
    members.push({ name, offset, type: takeType(cursor, depth + 1) });
  }
  cursor.take();
  if (token.size !== -1) {
    for (const { name, offset, type } of members) {
      checkInside(token.name, token.size, name, offset, type.size);
    }
  }
  return { kind: "composite", ...typeAt(token), size: token.size, members };
}

function takeEnum(cursor: TokenCursor): EnumLayout {
  const token = cursor.expect("BEGIN_ENUM");
  const primitive = integerNameOf(token);
  const values: EnumValueLayout[] = [];
  while (cursor.peek().signal !== "END_ENUM") {
    const value = cursor.expect("VALID_VALUE");
    values.push({
      ...described(value),
      value: scalarOf(required(value.encoding.constValue, value), primitive),
    });
  }
  cursor.take();
  return {
    kind: "enum",
    ...typeAt(token),
    primitive,
    size: token.size,
    littleEndian: token.encoding.byteOrder === "LITTLE_ENDIAN",
    nullValue: scalarOr(token.encoding.nullValue, primitive, PRIMITIVES[primitive].nullValue),
    values,
  };
}

function takeSet(cursor: TokenCursor): SetLayout {
  const token = cursor.expect("BEGIN_SET");
  const primitive = integerNameOf(token);
  const choices: ChoiceLayout[] = [];
  // The official tool leaves the set's own token little endian whatever the schema says; its
  // choices have the true order (vectors of issue827).
  let { byteOrder } = token.encoding;
  while (cursor.peek().signal !== "END_SET") {
    const choice = cursor.expect("CHOICE");
    ({ byteOrder } = choice.encoding);
    const bit = Number(scalarOf(required(choice.encoding.constValue, choice), primitive));
    if (!(bit >= 0 && bit < token.size * 8)) {
      throw new IrError(`choice must be a bit of the set: choice=${choice.name} bit=${bit}`);
    }
    choices.push({ ...described(choice), bit });
  }
  cursor.take();
  return {
    kind: "set",
    ...typeAt(token),
    primitive,
    size: token.size,
    littleEndian: byteOrder === "LITTLE_ENDIAN",
    choices,
  };
}

function primitiveOf(token: IrToken): PrimitiveLayout {
  const { encoding } = token;
  const primitive = primitiveNameOf(token);
  const facts = PRIMITIVES[primitive];
  const constant = encoding.presence === "CONSTANT" ? constantOf(token, primitive) : undefined;
  const length =
    constant === undefined
      ? token.size / facts.size
      : constant.kind === "text"
        ? constant.hex.length / 2
        : 1;
  // -1 stands for the content of var data, which has no size of its own.
  const isSized =
    constant === undefined ? Number.isInteger(length) && length >= 0 : token.size === 0;
  if (!isSized && !(constant === undefined && token.size === -1)) {
    throw new IrError(
      `type must take the bytes of its elements: name=${token.name} size=${token.size}`,
    );
  }
  return {
    kind: "primitive",
    ...typeAt(token),
    primitive,
    elementSize: facts.size,
    length: token.size < 0 ? 0 : length,
    isArray: constant === undefined ? length !== 1 : constant.kind === "text",
    size: token.size,
    littleEndian: encoding.byteOrder === "LITTLE_ENDIAN",
    presence: PRESENCES[encoding.presence],
    constant,
    nullValue: scalarOr(encoding.nullValue, primitive, facts.nullValue),
    minValue: scalarOr(encoding.minValue, primitive, facts.minValue),
    maxValue: scalarOr(encoding.maxValue, primitive, facts.maxValue),
    characterEncoding: encoding.characterEncoding,
    timeUnit: encoding.timeUnit,
    epoch: encoding.epoch,
  };
}

function constantOf(token: IrToken, primitive: PrimitiveName): ConstantValue {
  const value = required(token.encoding.constValue, token);
  return value.rep === "bytes"
    ? { kind: "text", text: value.text, hex: value.hex }
    : { kind: "scalar", value: scalarOf(value, primitive) };
}

function scalarOr(
  value: IrValue | undefined,
  primitive: PrimitiveName,
  otherwise: ScalarValue,
): ScalarValue {
  return value === undefined ? otherwise : scalarOf(value, primitive);
}

function scalarOf(value: IrValue, primitive: PrimitiveName): ScalarValue {
  switch (value.rep) {
    case "double":
      if (primitive !== "float" && primitive !== "double") {
        throw new IrError(
          `value must be an integer: primitiveType=${primitive} value=${value.value}`,
        );
      }
      return Number(value.value);
    case "long":
      return primitive === "uint64"
        ? BigInt.asUintN(64, BigInt(value.value))
        : primitive === "int64"
          ? BigInt(value.value)
          : Number(value.value);
    case "bytes":
      throw new IrError(`value must be a number: text=${value.text}`);
  }
}

/** The primitive type of an enum or set, which takes as many bytes. */
function integerNameOf(token: IrToken): PrimitiveName {
  const primitive = primitiveNameOf(token);
  const isInteger = primitive !== "float" && primitive !== "double";
  if (!isInteger || token.size !== PRIMITIVES[primitive].size) {
    throw new IrError(
      `type must be an integer of its size: name=${token.name} primitiveType=${primitive} size=${token.size}`,
    );
  }
  return primitive;
}

function primitiveNameOf(token: IrToken): PrimitiveName {
  return required(token.encoding.primitiveType, token);
}

function required<T>(value: T | undefined, token: IrToken): T {
  if (value === undefined) {
    throw new IrError(`token lacks a needed value: signal=${token.signal} name=${token.name}`);
  }
  return value;
}

function described(token: IrToken): Described {
  return {
    name: token.name,
    description: token.description,
    sinceVersion: token.version,
    deprecated: token.deprecated,
  };
}

function typeAt(token: IrToken): TypeAt {
  return {
    ...described(token),
    typeName: token.referencedName ?? token.name,
    packageName: token.packageName,
    semanticType: token.encoding.semanticType,
  };
}
