/**
 * The intermediate representation: the flat token list that the official tool calls `Ir`, in the
 * same order and with the same names, so that it can be compared token by token and written as
 * official `.sbeir` bytes. Consumers that want a tree read it through `layoutOf` (layout.ts).
 *
 * The JSON form of this module (null keys left out) is what `sbe ir --format json` writes.
 * Source: the official sbe-tool 1.41 IR; form as in conformance/sbe/README.md.
 */

/** What a token says: structures are bracketed by BEGIN/END pairs with equal content. */
export const SIGNALS = [
  "BEGIN_MESSAGE",
  "END_MESSAGE",
  "BEGIN_COMPOSITE",
  "END_COMPOSITE",
  "BEGIN_FIELD",
  "END_FIELD",
  "BEGIN_GROUP",
  "END_GROUP",
  "BEGIN_ENUM",
  "VALID_VALUE",
  "END_ENUM",
  "BEGIN_SET",
  "CHOICE",
  "END_SET",
  "BEGIN_VAR_DATA",
  "END_VAR_DATA",
  "ENCODING",
] as const;

/** One of the token kinds. */
export type Signal = (typeof SIGNALS)[number];

/** The primitive types of SBE 1.0, under the names that schemas use. */
export const PRIMITIVE_NAMES = [
  "char",
  "int8",
  "int16",
  "int32",
  "int64",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "float",
  "double",
] as const;

/** One of the primitive types. */
export type PrimitiveName = (typeof PRIMITIVE_NAMES)[number];

/** Whether a value is always there, may be null, or is not on the wire. */
export type IrPresence = "REQUIRED" | "OPTIONAL" | "CONSTANT";

/** Which byte of a number comes first. */
export type IrByteOrder = "LITTLE_ENDIAN" | "BIG_ENDIAN";

/**
 * An integer (also a single char): `value` is the signed 64-bit value in decimal, so that a uint64
 * above 2^63-1 is negative here. `size` is bytes. `charset` stands only with char constants.
 */
export interface LongValue {
  readonly rep: "long";
  readonly value: string;
  readonly size: number;
  readonly charset?: string;
}

/** A float or double; `value` is decimal text that reads back exactly, or NaN, Infinity, -Infinity. */
export interface DoubleValue {
  readonly rep: "double";
  readonly value: string;
  readonly size: number;
}

/** Text of a char array constant or of a `valueRef`; `hex` holds its bytes in `charset`. */
export interface BytesValue {
  readonly rep: "bytes";
  readonly hex: string;
  readonly text: string;
  readonly size: number;
  readonly charset: string;
}

/** A literal of a schema: limits, null values and constants. */
export type IrValue = LongValue | DoubleValue | BytesValue;

/** How the value of a token lies on the wire, and what limits it; absent keys mean the default. */
export interface IrEncoding {
  readonly primitiveType?: PrimitiveName;
  readonly presence: IrPresence;
  readonly byteOrder: IrByteOrder;
  readonly minValue?: IrValue;
  readonly maxValue?: IrValue;
  readonly nullValue?: IrValue;
  readonly constValue?: IrValue;
  readonly characterEncoding?: string;
  readonly epoch?: string;
  readonly timeUnit?: string;
  readonly semanticType?: string;
}

/** One token: a structure's beginning or end, or a leaf. */
export interface IrToken {
  readonly signal: Signal;
  /** Name of the message, field, group, type or value. */
  readonly name: string;
  /** Name of the type that a `ref` points to, where it differs in role from `name`. */
  readonly referencedName?: string;
  /** Package of a type from a `types` element with a package of its own. */
  readonly packageName?: string;
  readonly description?: string;
  /** Schema id, -1 where there is none. */
  readonly id: number;
  /** `sinceVersion`. */
  readonly version: number;
  /** Version in which it was deprecated, 0 for never. */
  readonly deprecated: number;
  /** Encoded length in bytes: block length of messages and groups; -1 for variable length. */
  readonly size: number;
  /** Byte offset in its block or composite; -1 where it depends on what stands before. */
  readonly offset: number;
  /** Tokens from this one to its END, both included; 1 for a token without END. */
  readonly componentTokenCount: number;
  readonly encoding: IrEncoding;
}

/** A message with its tokens, BEGIN_MESSAGE and END_MESSAGE included. */
export interface IrMessage {
  readonly name: string;
  readonly id: number;
  readonly tokens: readonly IrToken[];
}

/** A checked schema as tokens; absent texts are null, as in the official IR. */
export interface Ir {
  readonly package: string;
  readonly id: number;
  readonly version: number;
  readonly description: string | null;
  readonly semanticVersion: string | null;
  readonly byteOrder: IrByteOrder;
  /** Name of the message header composite. */
  readonly headerType: string;
  readonly header: readonly IrToken[];
  /** In the official order: the iteration order of a Java `HashMap<Long, …>` keyed by id. */
  readonly messages: readonly IrMessage[];
}
