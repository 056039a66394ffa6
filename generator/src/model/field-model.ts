import type {
  CompositeMemberLayout,
  ConstantValue,
  EnumLayout,
  FieldLayout,
  Presence,
  PrimitiveLayout,
  ScalarValue,
  SetLayout,
  TypeLayout,
} from "@alerion/schema";
import { charsetOf } from "@alerion/runtime/codegen";
import { GenerateError } from "../errors.js";
import { lowerCamel, upperSnake } from "../naming/case.js";
import { stringLiteral, valueLiteral } from "../print/literals.js";
import { fieldDoc } from "./field-doc.js";
import { prefixed, type MemberScope } from "./member-scope.js";
import type { OrderSide } from "./order-model.js";
import { ACCESS, endian, halfOffsets, plus } from "./primitive.js";
import type { NamedType, TypeName } from "./type-registry.js";

/** Which template a field is printed with: `templates/field-<kind>-*.hbs`. */
export type FieldKind =
  | "number"
  | "long"
  | "enum"
  | "set"
  | "longSet"
  | "text"
  | "numbers"
  | "longs"
  | "composite"
  | "constant";

/** Where something stands on the wire, as the templates need it. */
export interface FieldModel {
  readonly kind: FieldKind;
  /** Accessor and DTO key. */
  readonly name: string;
  /** Start of the static constants: `MODEL_YEAR`. */
  readonly constant: string;
  /** Literal for error texts: `"Car.modelYear"`. */
  readonly label: string;
  readonly doc: readonly string[];
  /** 0 where the field is as old as the schema, or in a composite. */
  readonly since: number;
  readonly offset: number;
  /** `this.#offset + 8`, for accessors. */
  readonly at: string;
  readonly size: number;
  /** End of the field in its block. */
  readonly end: number;
  /** DTO type without undefined. */
  readonly dataType: string;
  /** True where a DTO may leave it out. */
  readonly mayBeAbsent: boolean;
  /** True where reading yields undefined for the null value. */
  readonly hasNull: boolean;
  /** Literal of the null value, "" where there is none. */
  readonly nullValue: string;
  /** True where `clear` writes the null value. */
  readonly clearsToNull: boolean;
  readonly hasIsNull: boolean;
  readonly access: string;
  readonly signedHalf: string;
  readonly isSigned: boolean;
  readonly isBigint: boolean;
  readonly isFloat: boolean;
  readonly isByte: boolean;
  readonly valueType: string;
  readonly endian: string;
  readonly low: number;
  readonly high: number;
  readonly nullLow: string;
  readonly nullHigh: string;
  /** Elements of an array. */
  readonly length: number;
  readonly elementSize: number;
  readonly typedArray: string;
  readonly min: string;
  readonly max: string;
  readonly charset: string;
  readonly isAscii: boolean;
  readonly isLatin1: boolean;
  readonly isUtf8: boolean;
  readonly isWide: boolean;
  readonly type: TypeName | undefined;
  readonly constantValue: string;
  readonly constantType: string;
  readonly isEnumConstant: boolean;
  /** Name of the private field that holds a composite's flyweight. */
  readonly private: string;
  /** Whether `clear` has to reach into the composite. */
  readonly hasNulls: boolean;
  readonly isOptional: boolean;
  readonly nullIsNaN: boolean;
  /** Whether there is a constant with the null value, or with the number of elements. */
  readonly showNull: boolean;
  readonly showLength: boolean;
  /** `copyVehicleCode`. */
  readonly copyName: string;
  /** ` * 4` behind an index. */
  readonly timesSize: string;
  /** Private method that reads an array. */
  readonly arrayName: string;
  readonly floatCheck: string;
  readonly throwsUnknown: boolean;
  /** Ending of the type of enum values: `Side` or `SideValue`. */
  readonly valueSuffix: string;
  /** Functions of the field order that the accessors call; "" without checks. */
  readonly decodeOrder: string;
  readonly encodeOrder: string;
}

/** A field of a block or a member of a composite, as one thing. */
interface Source {
  readonly name: string;
  readonly offset: number;
  readonly presence: Presence;
  readonly type: TypeLayout;
  readonly constant: ConstantValue | undefined;
  readonly since: number;
}

/** Looks types up and says where we are. */
export interface FieldContext {
  readonly owner: string;
  readonly scope: MemberScope;
  readonly throwsUnknownEnum: boolean;
  /** The function of the field order for an accessor; "" without checks. */
  orderOf(name: string, side: OrderSide): string;
  nameOf(type: NamedType): TypeName;
}

/** The model of a field of a message or group. */
export function fieldOfBlock(field: FieldLayout, context: FieldContext): FieldModel {
  const source = { ...field, since: field.sinceVersion };
  return fieldModel(source, fieldDoc(field, field.type, field.offset), context);
}

/** The model of a member of a composite. */
export function fieldOfComposite(member: CompositeMemberLayout, context: FieldContext): FieldModel {
  const { type } = member;
  const presence = type.kind === "primitive" ? type.presence : "required";
  const constant = type.kind === "primitive" ? type.constant : undefined;
  // The version of a member is not honoured: its bytes are there whenever the composite is, as in the
  // official tool.
  const source: Source = { ...member, presence, constant, since: 0 };
  const facts = { ...type, name: member.name, id: undefined, presence, constant };
  return fieldModel(source, fieldDoc(facts, type, member.offset), context);
}

function fieldModel(source: Source, doc: readonly string[], context: FieldContext): FieldModel {
  const kind = kindOf(source);
  const name = context.scope.claimField(lowerCamel(source.name), kind);
  const { type, since } = source;
  const isOptional = source.presence === "optional";
  const isScalar = kind === "number" || kind === "long";
  const isArray = kind === "numbers" || kind === "longs";
  const isOnWire = kind !== "constant";
  const named = type.kind === "primitive" ? undefined : context.nameOf(type);
  const scalar = type.kind === "composite" ? NO_SCALAR : scalarOf(type, source.offset);
  const text = kind === "text" ? textOf(type) : NO_TEXT;
  const constant = source.constant === undefined ? NO_CONSTANT : constantOf(source.constant, named);
  const isNullable = isScalar && (isOptional || since > 0);
  // One literal with every name, and no spread: V8 keeps what is merged from several objects of
  // this many names as a hash table, which took a third of the time of a large schema.
  return {
    kind,
    name,
    constant: upperSnake(name),
    label: stringLiteral(`${context.owner}.${source.name}`),
    doc,
    since,
    offset: source.offset,
    at: plus("this.#offset", source.offset),
    size: isOnWire ? type.size : 0,
    end: isOnWire ? source.offset + type.size : 0,
    dataType: dataTypeOf(kind, scalar.valueType),
    mayBeAbsent: isOptional || since > 0,
    hasNull: isOptional && (isScalar || kind === "enum"),
    nullValue: scalar.nullValue,
    clearsToNull: (isScalar || kind === "enum" || isArray) && (isOptional || since > 0),
    hasIsNull: isNullable && (scalar.isBigint || scalar.isFloat),
    access: scalar.access,
    signedHalf: scalar.signedHalf,
    isSigned: scalar.isSigned,
    isBigint: scalar.isBigint,
    isFloat: scalar.isFloat,
    isByte: scalar.isByte,
    valueType: scalar.valueType,
    endian: scalar.endian,
    low: scalar.low,
    high: scalar.high,
    nullLow: scalar.nullLow,
    nullHigh: scalar.nullHigh,
    length: scalar.length,
    elementSize: scalar.elementSize,
    typedArray: scalar.typedArray,
    min: scalar.min,
    max: scalar.max,
    charset: text.charset,
    isAscii: text.isAscii,
    isLatin1: text.isLatin1,
    isUtf8: text.isUtf8,
    isWide: text.isWide,
    type: named,
    constantValue: constant.value,
    constantType: constant.type,
    isEnumConstant: constant.isEnum,
    private: kind === "composite" ? context.scope.claimPrivate(name) : "",
    hasNulls: type.kind === "composite" && compositeHasNulls(type),
    isOptional,
    nullIsNaN: scalar.nullValue === "NaN",
    showNull: isNullable,
    showLength: isArray || kind === "text",
    copyName: prefixed("copy", name),
    timesSize: scalar.elementSize === 1 ? "" : ` * ${scalar.elementSize}`,
    arrayName: isArray ? context.scope.claimPrivate(`${name}Array`) : "",
    floatCheck: scalar.access === "Float32" ? "checkFloat" : "checkDouble",
    throwsUnknown: context.throwsUnknownEnum,
    valueSuffix: context.throwsUnknownEnum ? "" : "Value",
    decodeOrder: context.orderOf(name, "Decoder"),
    encodeOrder: context.orderOf(name, "Encoder"),
  };
}

/** What only fields of one primitive type, or an array of it, have. */
type ScalarParts = Pick<
  FieldModel,
  | "access"
  | "signedHalf"
  | "isSigned"
  | "isBigint"
  | "isFloat"
  | "isByte"
  | "valueType"
  | "endian"
  | "low"
  | "high"
  | "nullValue"
  | "nullLow"
  | "nullHigh"
  | "length"
  | "elementSize"
  | "typedArray"
  | "min"
  | "max"
>;

const NO_SCALAR: ScalarParts = {
  access: "",
  signedHalf: "",
  isSigned: false,
  isBigint: false,
  isFloat: false,
  isByte: false,
  valueType: "number",
  endian: "",
  low: 0,
  high: 0,
  nullValue: "",
  nullLow: "",
  nullHigh: "",
  length: 1,
  elementSize: 0,
  typedArray: "",
  min: "",
  max: "",
};

type TextParts = Pick<FieldModel, "charset" | "isAscii" | "isLatin1" | "isUtf8" | "isWide">;

const NO_TEXT: TextParts = {
  charset: "",
  isAscii: false,
  isLatin1: false,
  isUtf8: false,
  isWide: false,
};

interface ConstantParts {
  readonly value: string;
  readonly type: string;
  readonly isEnum: boolean;
}

const NO_CONSTANT: ConstantParts = { value: "", type: "", isEnum: false };

function kindOf(source: Source): FieldKind {
  const { type } = source;
  if (source.constant !== undefined) return "constant";
  switch (type.kind) {
    case "composite":
      return "composite";
    case "enum":
      return "enum";
    case "set":
      return ACCESS[type.primitive].isBigint ? "longSet" : "set";
    case "primitive":
      if (!type.isArray) return ACCESS[type.primitive].isBigint ? "long" : "number";
      if (type.primitive === "char") return "text";
      return ACCESS[type.primitive].isBigint ? "longs" : "numbers";
  }
}

function scalarOf(type: PrimitiveLayout | EnumLayout | SetLayout, offset: number): ScalarParts {
  const access = ACCESS[type.primitive];
  const [low, high] = halfOffsets(offset, type.littleEndian);
  const nullValue: ScalarValue = type.kind === "set" ? 0 : type.nullValue;
  return {
    access: access.view,
    signedHalf: access.isSigned ? "Int32" : "Uint32",
    isSigned: access.isSigned,
    isBigint: access.isBigint,
    isFloat: access.isFloat,
    isByte: access.view === "Uint8",
    valueType: access.isBigint ? "bigint" : "number",
    endian: endian(access.size, type.littleEndian),
    low,
    high,
    nullValue: valueLiteral(nullValue),
    nullLow: typeof nullValue === "bigint" ? String(BigInt.asUintN(32, nullValue)) : "",
    nullHigh: typeof nullValue === "bigint" ? String(highHalf(nullValue, access.isSigned)) : "",
    length: type.kind === "primitive" && type.isArray ? type.length : 1,
    elementSize: access.size,
    typedArray: access.array,
    min: valueLiteral(access.min),
    max: valueLiteral(access.max),
  };
}

function highHalf(value: bigint, isSigned: boolean): bigint {
  const high = value >> 32n;
  return isSigned ? BigInt.asIntN(32, high) : BigInt.asUintN(32, high);
}

function textOf(type: TypeLayout): TextParts {
  const encoding = type.kind === "primitive" ? type.characterEncoding : undefined;
  const charset = requireCharset(encoding ?? "US-ASCII", type.name);
  return {
    charset: stringLiteral(charset),
    isAscii: charset === "ascii",
    isLatin1: charset === "latin1",
    isUtf8: charset === "utf-8",
    isWide: charset.startsWith("utf-16"),
  };
}

/** @throws {GenerateError} CHARSET_UNSUPPORTED */
export function requireCharset(name: string, where: string): string {
  const charset = charsetOf(name);
  if (charset === undefined) {
    throw new GenerateError(
      "CHARSET_UNSUPPORTED",
      `character encoding must be one that this platform knows: type=${where} characterEncoding=${name}`,
    );
  }
  return charset;
}

function constantOf(constant: ConstantValue, named: TypeName | undefined): ConstantParts {
  if (constant.kind === "text") {
    return { value: stringLiteral(constant.text), type: "string", isEnum: false };
  }
  return {
    value: valueLiteral(constant.value),
    type: typeof constant.value === "bigint" ? "bigint" : "number",
    isEnum: constant.kind === "enum" && named !== undefined,
  };
}

/** The DTO type; that of enums and composites is made of their names in the template. */
function dataTypeOf(kind: FieldKind, valueType: string): string {
  switch (kind) {
    case "text":
      return "string";
    case "numbers":
      return "readonly number[]";
    case "longs":
      return "readonly bigint[]";
    case "number":
    case "long":
    case "set":
    case "longSet":
    case "constant":
    case "enum":
    case "composite":
      return valueType;
  }
}

/** Whether clearing the composite writes anything but zeros. */
function compositeHasNulls(type: TypeLayout): boolean {
  if (type.kind !== "composite") return false;
  return type.members.some(({ type: member }) =>
    member.kind === "primitive"
      ? member.presence === "optional" && !(member.isArray && member.primitive === "char")
      : compositeHasNulls(member),
  );
}
