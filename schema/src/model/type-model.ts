/** The checked types of a schema, as its XML states them and with their lengths worked out. */
import type { IrValue, PrimitiveName } from "../ir.js";
import { PRIMITIVES } from "../layout.js";
import type { XmlElement } from "../xml/xml-element.js";

/** `presence` as schemas write it. */
export type PresenceName = "required" | "optional" | "constant";

interface TypeCommon {
  /** Undefined for the built-in primitive types. */
  readonly element: XmlElement | undefined;
  readonly name: string;
  /** `package` of the `types` element around it. */
  readonly packageName: string | undefined;
  readonly presence: PresenceName;
  readonly description: string | undefined;
  readonly sinceVersion: number;
  readonly deprecated: number;
  readonly semanticType: string | undefined;
  /** Offset that the type itself states, for its place in a composite; -1 for none. */
  readonly offset: number;
  /** Tokens that one use of the type takes; a finite number, however deep refs multiply. */
  readonly tokenCount: number;
}

/** `<type>`, or a built-in primitive type. */
export interface PrimitiveTypeModel extends TypeCommon {
  readonly kind: "primitive";
  readonly primitive: PrimitiveName;
  /** Elements, as stated: may be 0, and negative where the schema says so. */
  readonly length: number;
  /** True for `variableLength="true"` and for the varData member of a composite that data uses. */
  readonly variableLength: boolean;
  readonly characterEncoding: string | undefined;
  readonly constValue: IrValue | undefined;
  readonly minValue: IrValue | undefined;
  readonly maxValue: IrValue | undefined;
  readonly nullValue: IrValue | undefined;
}

/** A valid value of an enum or a choice of a set. */
export interface ValueModel {
  readonly element: XmlElement;
  readonly name: string;
  readonly description: string | undefined;
  readonly sinceVersion: number;
  readonly deprecated: number;
  readonly value: IrValue;
}

/** `<enum>`. */
export interface EnumTypeModel extends TypeCommon {
  readonly kind: "enum";
  readonly encoding: PrimitiveName;
  readonly nullValue: IrValue;
  /** One per name; a later value of the same name has taken the earlier one's place. */
  readonly values: readonly ValueModel[];
  readonly valuesByName: ReadonlyMap<string, ValueModel>;
}

/** `<set>`. */
export interface SetTypeModel extends TypeCommon {
  readonly kind: "set";
  readonly encoding: PrimitiveName;
  readonly choices: readonly ValueModel[];
}

/** One member of a composite. */
export interface MemberModel {
  /** The `type`, `enum`, `set`, `composite` or `ref` element inside the composite. */
  readonly element: XmlElement;
  readonly name: string;
  /** Name of the type, for a ref. */
  readonly referencedName: string | undefined;
  /** Stated offset, of the ref or else of the type; -1 for none. */
  readonly offset: number;
  /** Of the ref where it states one, else of the type. */
  readonly sinceVersion: number;
  readonly type: TypeModel;
}

/** `<composite>`. */
export interface CompositeTypeModel extends TypeCommon {
  readonly kind: "composite";
  /** Composites inside, this one counted. */
  readonly depth: number;
  /** Mutable in one way only: a data field makes the member `varData` variable. */
  members: readonly MemberModel[];
}

/** Any type. */
export type TypeModel = PrimitiveTypeModel | EnumTypeModel | SetTypeModel | CompositeTypeModel;

/** Bytes on the wire of a variable-length type. */
export const VARIABLE_LENGTH = -1;

/** Largest size of a type or a block: sizes and offsets are int32 in the IR. */
export const SIZE_MAX = 0x7fffffff;

/** Bytes of one value. */
export function primitiveSize(primitive: PrimitiveName): number {
  return PRIMITIVES[primitive].size;
}

/**
 * Bytes of one use of the type, -1 where they vary.
 *
 * Constants take none, with the official tool's two exceptions, which its token offsets show: a
 * constant set or composite inside a composite moves the members behind it, though it adds nothing
 * to the composite's size.
 */
export function encodedLength(type: TypeModel): number {
  switch (type.kind) {
    case "primitive":
      if (type.presence === "constant") return 0;
      return type.variableLength ? VARIABLE_LENGTH : primitiveSize(type.primitive) * type.length;
    case "enum":
      return type.presence === "constant" ? 0 : primitiveSize(type.encoding);
    case "set":
      return primitiveSize(type.encoding);
    case "composite":
      return compositeLength(type.members);
  }
}

const lengths = new WeakMap<readonly MemberModel[], number>();

// Remembered per member list: refs share their targets, so the plain recursion is exponential.
function compositeLength(members: readonly MemberModel[]): number {
  const known = lengths.get(members);
  if (known !== undefined) return known;
  let length = 0;
  for (const { type, offset } of members) {
    if (type.kind === "primitive" && type.variableLength) {
      length = VARIABLE_LENGTH;
      break;
    }
    if (offset !== -1) length = offset;
    if (type.presence !== "constant") length += encodedLength(type);
  }
  lengths.set(members, length);
  return length;
}

/** Makes the member `varData` variable, for every later use of the composite. */
export function makeVarDataVariable(composite: CompositeTypeModel): void {
  composite.members = composite.members.map((member) =>
    member.name === "varData" && member.type.kind === "primitive"
      ? { ...member, type: { ...member.type, variableLength: true } }
      : member,
  );
}

/** The member of that name. */
export function memberNamed(composite: CompositeTypeModel, name: string): MemberModel | undefined {
  return composite.members.find((member) => member.name === name);
}
