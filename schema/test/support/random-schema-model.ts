/** Random schemas as data: what random-schema.ts makes, and XML and IR are written from. */
import type { PrimitiveName } from "@alerion/schema";

/** Integer primitives that headers and dimensions may use. */
export type CountPrimitive = "uint8" | "uint16" | "uint32";

/** A named type without members. `length` 1 is a single value. */
export interface PrimitiveModel {
  readonly kind: "primitive";
  readonly name: string;
  readonly primitive: PrimitiveName;
  readonly length: number;
  readonly presence: "required" | "optional" | "constant";
  /** Text of the constant; for char arrays its characters. */
  readonly constant: string | undefined;
  readonly nullValue: string | undefined;
  readonly characterEncoding: string | undefined;
}

/** A named enum; values are text as in the schema: one character or a decimal number. */
export interface EnumModel {
  readonly kind: "enum";
  readonly name: string;
  readonly primitive: "char" | "uint8" | "int8" | "uint16" | "int16" | "int32";
  readonly values: readonly { readonly name: string; readonly text: string }[];
}

/** A named set. */
export interface SetModel {
  readonly kind: "set";
  readonly name: string;
  readonly primitive: "uint8" | "uint16" | "uint32" | "uint64";
  readonly choices: readonly { readonly name: string; readonly bit: number }[];
}

/** A named composite; members are inline or refs to types before it. */
export interface CompositeModel {
  readonly kind: "composite";
  readonly name: string;
  readonly members: readonly {
    readonly name: string;
    readonly type: TypeModel;
    readonly isRef: boolean;
    /** Bytes left free before the member; more than 0 makes an explicit offset. */
    readonly gap: number;
  }[];
}

/** Any named type. */
export type TypeModel = PrimitiveModel | EnumModel | SetModel | CompositeModel;

/** A field of a block. */
export interface FieldModel {
  readonly name: string;
  readonly id: number;
  readonly type: TypeModel;
  readonly sinceVersion: number;
  readonly gap: number;
  /** Name of an enum value: the field is a constant. */
  readonly valueRef: string | undefined;
}

/** Var data. */
export interface DataModel {
  readonly name: string;
  readonly id: number;
  readonly sinceVersion: number;
  readonly lengthPrimitive: CountPrimitive;
  readonly characterEncoding: string | undefined;
}

/** A message's or group's content. */
export interface BlockModel {
  readonly fields: readonly FieldModel[];
  readonly groups: readonly GroupModel[];
  readonly data: readonly DataModel[];
  /** Bytes behind the last field; more than 0 makes an explicit block length. */
  readonly padding: number;
}

/** A group. */
export interface GroupModel extends BlockModel {
  readonly name: string;
  readonly id: number;
  readonly sinceVersion: number;
  readonly dimension: DimensionModel;
}

/** A message. */
interface MessageModel extends BlockModel {
  readonly name: string;
  readonly id: number;
}

/** The members of a group's dimension composite, in their order. */
export interface DimensionModel {
  readonly name: string;
  readonly members: readonly HeaderMemberModel[];
}

/** A member of the message header or of a dimension. */
export interface HeaderMemberModel {
  readonly name: string;
  readonly primitive: CountPrimitive;
  readonly gap: number;
}

/** A whole schema. */
export interface SchemaModel {
  readonly id: number;
  readonly version: number;
  readonly bigEndian: boolean;
  readonly header: readonly HeaderMemberModel[];
  readonly dimensions: readonly DimensionModel[];
  readonly types: readonly TypeModel[];
  readonly messages: readonly MessageModel[];
}
