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
  const { type } = source;
  const named = type.kind === "primitive" ? undefined : context.nameOf(type);
  const scalar = type.kind === "composite" ? undefined : scalarParts(type, source);
  const isNullable = isScalarKind(kind) && (source.presence === "optional" || source.since > 0);
  const base = {
    ...NO_SCALAR,
    kind,
    name,
    constant: upperSnake(name),
    label: stringLiteral(`${context.owner}.${source.name}`),
    doc,
    since: source.since,
    offset: source.offset,
    at: plus("this.#offset", source.offset),
    size: kind === "constant" ? 0 : type.size,
    end: kind === "constant" ? 0 : source.offset + type.size,
    mayBeAbsent: source.presence === "optional" || source.since > 0,
    hasNull: source.presence === "optional" && (isScalarKind(kind) || kind === "enum"),
    type: named,
    private: kind === "composite" ? context.scope.claimPrivate(name) : "",
    hasNulls: type.kind === "composite" && compositeHasNulls(type),
    ...scalar,
    ...constantParts(source.constant, named),
  };
  const isArray = kind === "numbers" || kind === "longs";
  return {
    ...base,
    isOptional: source.presence === "optional",
    clearsToNull: (isScalarKind(kind) || kind === "enum" || isArray) && base.mayBeAbsent,
    hasIsNull: isNullable && (base.isBigint || base.isFloat),
    nullIsNaN: base.nullValue === "NaN",
    showNull: isNullable,
    showLength: isArray || kind === "text",
    dataType: dataTypeOf(kind, base.valueType),
    copyName: prefixed("copy", name),
    timesSize: base.elementSize === 1 ? "" : ` * ${base.elementSize}`,
    arrayName: isArray ? context.scope.claimPrivate(`${name}Array`) : "",
    floatCheck: base.access === "Float32" ? "checkFloat" : "checkDouble",
    throwsUnknown: context.throwsUnknownEnum,
    valueSuffix: context.throwsUnknownEnum ? "" : "Value",
  };
}

const NO_SCALAR = {
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
  charset: "",
  isAscii: false,
  isLatin1: false,
  isUtf8: false,
  isWide: false,
  constantValue: "",
  constantType: "",
  isEnumConstant: false,
} as const;

function isScalarKind(kind: FieldKind): boolean {
  return kind === "number" || kind === "long";
}

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

function scalarParts(
  type: PrimitiveLayout | EnumLayout | SetLayout,
  source: Source,
): Partial<FieldModel> {
  const access = ACCESS[type.primitive];
  const [low, high] = halfOffsets(source.offset, type.littleEndian);
  const nullValue: ScalarValue = type.kind === "set" ? 0 : type.nullValue;
  const parts = {
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
    min: valueLiteral(access.min),
    max: valueLiteral(access.max),
    elementSize: access.size,
    typedArray: access.array,
  };
  if (type.kind !== "primitive" || !type.isArray) return parts;
  return { ...parts, length: type.length, ...(type.primitive === "char" ? textParts(type) : {}) };
}

function highHalf(value: bigint, isSigned: boolean): bigint {
  const high = value >> 32n;
  return isSigned ? BigInt.asIntN(32, high) : BigInt.asUintN(32, high);
}

function textParts(type: PrimitiveLayout): Partial<FieldModel> {
  const charset = requireCharset(type.characterEncoding ?? "US-ASCII", type.name);
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

function constantParts(
  constant: ConstantValue | undefined,
  named: TypeName | undefined,
): Partial<FieldModel> {
  if (constant === undefined) return {};
  if (constant.kind === "text") {
    return { constantValue: stringLiteral(constant.text), constantType: "string" };
  }
  const literal = valueLiteral(constant.value);
  return {
    constantValue: literal,
    constantType: typeof constant.value === "bigint" ? "bigint" : "number",
    isEnumConstant: constant.kind === "enum" && named !== undefined,
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
