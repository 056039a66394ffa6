/** Checks that the members of headers, dimensions and data encodings share. */
import { help, noteAt, quoted } from "../diagnostics/diagnostic-sink.js";
import type { DiagnosticRule } from "../diagnostics/diagnostic-rules.js";
import type { PrimitiveName } from "../ir.js";
import { PRIMITIVES } from "../layout.js";
import type { SourceSpan } from "../source-text.js";
import { attributeOf, attributeSpan, nameSpan, type XmlElement } from "../xml/xml-element.js";
import {
  memberNamed,
  type CompositeTypeModel,
  type MemberModel,
  type PrimitiveTypeModel,
} from "./type-model.js";
import type { TypeReader } from "./type-reader.js";

/** Largest length or count that the official tool's generated code can hold in an int. */
const INT32_MAX = 0x7fffffff;

/** A plain member of a composite, with its type. */
export interface LengthMember {
  readonly member: MemberModel;
  readonly type: PrimitiveTypeModel;
}

/** Which member, of what, for what. */
export interface MemberWanted {
  readonly composite: CompositeTypeModel;
  readonly name: string;
  /** What the composite is used as, e.g. `message header`. */
  readonly role: string;
  readonly missing: DiagnosticRule;
  readonly kind: DiagnosticRule;
  /** The element that uses the composite, if it is not the schema as a whole. */
  readonly user: XmlElement | undefined;
}

/** The plain member of that name; a missing one, or one of another kind, is reported. */
export function plainMember(wanted: MemberWanted, reader: TypeReader): LengthMember | undefined {
  const { composite, name, role, user } = wanted;
  const notes =
    user === undefined ? [] : [noteAt("note", `used by <${user.localName}>`, nameSpan(user))];
  const member = memberNamed(composite, name);
  if (member === undefined) {
    reader.sink.report(
      wanted.missing,
      compositeSpan(composite, user),
      `the ${role} ${quoted(composite.name)} must have the member ${quoted(name)}`,
      notes,
    );
    return undefined;
  }
  const { type } = member;
  if (type.kind !== "primitive") {
    reader.sink.report(
      wanted.kind,
      nameSpan(member.element),
      `member ${quoted(name)} of the ${role} ${quoted(composite.name)} must be a plain type, not ${article(type.kind)}`,
      notes,
    );
    return undefined;
  }
  if (name !== "varData" && type.length !== 1) {
    reader.sink.report(
      wanted.kind,
      attributeSpan(type.element ?? member.element, "length"),
      `member ${quoted(name)} of the ${role} ${quoted(composite.name)} must be a single value: length=${type.length}`,
      notes,
    );
    return undefined;
  }
  return { member, type };
}

function article(kind: string): string {
  return kind === "enum" ? `an ${kind}` : `a ${kind}`;
}

// A primitive type has no element, but no primitive type is a composite.
function compositeSpan(composite: CompositeTypeModel, user: XmlElement | undefined): SourceSpan {
  const element = composite.element ?? user;
  if (element === undefined)
    throw new Error(`composite must have an element: name=${composite.name}`);
  return attributeSpan(element, "name");
}

/** True for uint8 to uint64. */
export function isUnsigned(primitive: PrimitiveName): boolean {
  return primitive.startsWith("uint");
}

/** Where the member states the attribute: at the ref's target, or inline. */
export function memberSpan({ member, type }: LengthMember, attribute: string): SourceSpan {
  const element = type.element ?? member.element;
  return attributeOf(element, attribute) === undefined
    ? attributeSpan(element, "primitiveType")
    : attributeSpan(element, attribute);
}

/** A length or count must state a maximum that a 31-bit size can hold. */
export function checkMaxValue(length: LengthMember, reader: TypeReader): void {
  const { member, type } = length;
  if (type.maxValue === undefined) {
    if (type.primitive === "uint32") {
      reader.sink.report(
        "length-max-missing",
        memberSpan(length, "maxValue"),
        `a uint32 ${quoted(member.name)} must state a maxValue of at most ${INT32_MAX}`,
        [help(`add maxValue="${INT32_MAX}", or what is the most that this protocol needs`)],
      );
    }
    return;
  }
  const max = numberOf(type, "maxValue");
  const largest = BigInt(PRIMITIVES[type.primitive].maxValue);
  const allowed = type.primitive === "uint32" ? BigInt(INT32_MAX) : largest;
  if (max === undefined || max > allowed) {
    reader.sink.report(
      "length-max",
      memberSpan(length, "maxValue"),
      `maxValue of ${quoted(member.name)} must be at most ${allowed}: maxValue=${max ?? "not an integer"}`,
    );
  }
}

/** The integer that a minValue or maxValue of the type states; undefined for none. */
export function numberOf(
  type: PrimitiveTypeModel,
  which: "minValue" | "maxValue",
): bigint | undefined {
  const value = type[which];
  if (value?.rep !== "long") return undefined;
  const signed = BigInt(value.value);
  return type.primitive === "uint64" ? BigInt.asUintN(64, signed) : signed;
}
