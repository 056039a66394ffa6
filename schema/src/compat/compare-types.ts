/**
 * Compares the types of elements that both versions have. What differs inside a named type is
 * reported once, at the type, however many fields use it.
 */
import { collectTypes } from "../collect-types.js";
import { PRIMITIVE_NAMES } from "../ir.js";
import type {
  CompositeLayout,
  ConstantValue,
  FieldLayout,
  PrimitiveLayout,
  ScalarValue,
  SchemaLayout,
  TypeLayout,
} from "../layout.js";
import { compareCharacterEncoding } from "./character-encoding.js";
import { compareChoices, compareEnumValues } from "./compare-values.js";
import type { FindingList, Place } from "./finding.js";
import type { VersionStep } from "./version-step.js";
import { firstDifference, sameWire, typeText } from "./wire.js";

const BUILT_IN: ReadonlySet<string> = new Set(PRIMITIVE_NAMES);

/** Compares types; one for a whole comparison. */
export class TypeComparer {
  readonly #versions: VersionStep;
  readonly #findings: FindingList;
  readonly #oldTypes: ReadonlyMap<string, TypeLayout>;
  readonly #newTypes: ReadonlyMap<string, TypeLayout>;

  constructor(
    oldSchema: SchemaLayout,
    newSchema: SchemaLayout,
    versions: VersionStep,
    findings: FindingList,
  ) {
    this.#oldTypes = collectTypes(oldSchema);
    this.#newTypes = collectTypes(newSchema);
    this.#versions = versions;
    this.#findings = findings;
  }

  /** Compares the types of one field in both versions; both or neither are constants. */
  compareField(before: FieldLayout, now: FieldLayout, place: Place): void {
    if (before.constant !== undefined || now.constant !== undefined) {
      this.#constant(before.constant, now.constant, place);
      return;
    }
    this.#units(before, now, place);
    this.#type(before.type, now.type, place);
  }

  /** Compares a header, dimension or data composite whose layout is the same. */
  compareComposite(before: CompositeLayout, now: CompositeLayout): void {
    this.#composite(before, now, {
      label: `composite "${now.typeName}"`,
      oldPath: `type:${before.typeName}`,
      newPath: `type:${now.typeName}`,
    });
  }

  #type(before: TypeLayout, now: TypeLayout, use: Place, isInline = false): void {
    // Where both names live on, the use took another type; else the type took another name.
    const tookOther = before.typeName !== now.typeName && this.#hasBoth(before, now);
    const place = tookOther || isInline ? use : placeOfType(before, now, use);
    if (!sameWire(before, now)) {
      this.#otherBytes(before, now, place);
    } else if (before.kind === "primitive" && now.kind === "primitive") {
      this.#primitive(before, now, place);
    } else if (before.kind === "enum" && now.kind === "enum") {
      this.#typeName(before, now, place);
      this.#nullValue(before.nullValue, now.nullValue, place);
      compareEnumValues(before, now, place, this.#versions, this.#findings);
    } else if (before.kind === "set" && now.kind === "set") {
      this.#typeName(before, now, place);
      compareChoices(before, now, place, this.#versions, this.#findings);
    } else if (before.kind === "composite" && now.kind === "composite") {
      this.#composite(before, now, place);
    } else {
      this.#findings.report(
        "type-kind-changed",
        `${place.label} was ${typeText(before)} and is ${typeText(now)}, which is the same bytes`,
        place,
      );
      this.#nullValue(nullOf(before), nullOf(now), place);
    }
  }

  #hasBoth(before: TypeLayout, now: TypeLayout): boolean {
    return (
      this.#newTypes.has(`type:${before.typeName}`) || this.#oldTypes.has(`type:${now.typeName}`)
    );
  }

  #otherBytes(before: TypeLayout, now: TypeLayout, place: Place): void {
    if (before.kind === "composite" && now.kind === "composite") {
      this.#compositeChanged(before, now, place);
      return;
    }
    if (before.kind === now.kind && before.kind !== "primitive" && before.kind !== "composite") {
      const primitive = now.kind === "composite" ? now.kind : now.primitive;
      this.#findings.report(
        before.kind === "enum" ? "enum-encoding-changed" : "set-encoding-changed",
        `${place.label} was encoded as ${before.primitive} and is ${primitive}`,
        place,
      );
      return;
    }
    this.#findings.report(
      "field-type-changed",
      `${place.label} was ${typeText(before)} and is ${typeText(now)}`,
      place,
    );
  }

  #primitive(before: PrimitiveLayout, now: PrimitiveLayout, place: Place): void {
    if (before.constant !== undefined || now.constant !== undefined) {
      this.#constant(before.constant, now.constant, place);
      return;
    }
    this.#nullValue(nullOf(before), nullOf(now), place);
    if (before.minValue !== now.minValue || before.maxValue !== now.maxValue) {
      this.#findings.report(
        "range-changed",
        `${place.label} had range ${before.minValue} to ${before.maxValue} and has ${now.minValue} to ${now.maxValue}`,
        place,
      );
    }
    compareCharacterEncoding(encodingOf(before), encodingOf(now), place, this.#findings);
  }

  #nullValue(before: ScalarValue | undefined, now: ScalarValue | undefined, place: Place): void {
    if (before === undefined || now === undefined || Object.is(before, now)) return;
    this.#findings.report(
      "null-value-changed",
      `${place.label} had null value ${before} and has ${now}`,
      place,
    );
  }

  #constant(before: ConstantValue | undefined, now: ConstantValue | undefined, place: Place): void {
    if (before === undefined || now === undefined || sameConstant(before, now)) return;
    this.#findings.report(
      "constant-value-changed",
      `${place.label} was the constant ${constantText(before)} and is ${constantText(now)}`,
      place,
    );
  }

  #units(before: WithUnit, now: WithUnit, place: Place): void {
    if (before.timeUnit === now.timeUnit && before.epoch === now.epoch) return;
    // To state what was unstated hurts nobody: the number is the same.
    const isStated = isClearer(before.timeUnit, now.timeUnit) && isClearer(before.epoch, now.epoch);
    this.#findings.report(
      "unit-changed",
      `${place.label} was ${unitText(before)} and is ${unitText(now)}`,
      place,
      isStated ? { breaks: "none" } : {},
    );
  }

  #composite(before: CompositeLayout, now: CompositeLayout, place: Place): void {
    this.#typeName(before, now, place);
    const renamed = renamedMembers(before, now);
    const news = new Map(now.members.map((member) => [member.name, member]));
    for (const member of before.members) {
      const other = news.get(renamed.get(member.name) ?? member.name);
      if (other === undefined) {
        this.#findings.report(
          "constant-removed",
          `constant "${member.name}" of ${place.label} is gone`,
          { ...place, oldPath: below(place.oldPath, member.name) },
        );
        continue;
      }
      const memberPlace: Place = {
        label: `"${other.name}" of ${place.label}`,
        oldPath: below(place.oldPath, member.name),
        newPath: `${place.newPath}/${other.name}`,
      };
      if (member.name !== other.name) {
        this.#findings.report(
          "renamed",
          `"${member.name}" of ${place.label} is now "${other.name}"`,
          memberPlace,
        );
      }
      if (member.type.kind === "primitive" && other.type.kind === "primitive") {
        this.#memberPresence(member.type, other.type, memberPlace);
        this.#units(member.type, other.type, memberPlace);
      }
      // A ref of its target's name looks the same as an inline type: the place of use serves both.
      this.#type(member.type, other.type, memberPlace, other.type.typeName === other.name);
    }
  }

  #memberPresence(before: PrimitiveLayout, now: PrimitiveLayout, place: Place): void {
    if (before.presence === now.presence) return;
    const rule =
      now.presence === "optional"
        ? "presence-required-to-optional"
        : "presence-optional-to-required";
    this.#findings.report(
      rule,
      `${place.label} was ${before.presence} and is ${now.presence}`,
      place,
    );
  }

  /** Names the first member that differs, so that the finding points at it. */
  #compositeChanged(before: CompositeLayout, now: CompositeLayout, place: Place): void {
    const difference = firstDifference(before, now);
    const old = difference?.before;
    const item = difference?.now;
    const sizes = `it had ${before.size} bytes and has ${now.size}`;
    const what =
      item !== undefined
        ? `${place.label} differs from member "${item.name}" on: ${sizes}`
        : old !== undefined
          ? `${place.label} lost member "${old.name}": ${sizes}`
          : `${place.label} has another size: ${sizes}`;
    this.#findings.report("composite-changed", what, {
      label: place.label,
      oldPath: old === undefined ? place.oldPath : below(place.oldPath, old.name),
      newPath: item === undefined ? place.newPath : `${place.newPath}/${item.name}`,
    });
  }

  #typeName(before: TypeLayout, now: TypeLayout, place: Place): void {
    if (before.typeName === now.typeName) return;
    const text = this.#hasBoth(before, now)
      ? `${place.label} had ${before.kind} "${before.typeName}" and has "${now.typeName}"`
      : `${before.kind} "${before.typeName}" is now "${now.typeName}"`;
    this.#findings.report("type-renamed", text, place);
  }
}

/** What stands for null; undefined where nothing does. */
function nullOf(type: TypeLayout): ScalarValue | undefined {
  if (type.kind === "enum") return type.nullValue;
  return type.kind === "primitive" && type.presence === "optional" ? type.nullValue : undefined;
}

/** Char arrays are ASCII unless they say otherwise; other bytes are text only if they say so. */
function encodingOf(type: PrimitiveLayout): string | undefined {
  const isCharArray = type.primitive === "char" && type.size >= 0;
  return type.characterEncoding ?? (isCharArray ? "US-ASCII" : undefined);
}

interface WithUnit {
  readonly timeUnit: string | undefined;
  readonly epoch: string | undefined;
}

function isClearer(before: string | undefined, now: string | undefined): boolean {
  return before === now || before === undefined;
}

function unitText({ timeUnit, epoch }: WithUnit): string {
  const unit = timeUnit === undefined ? "without time unit" : `in time unit ${timeUnit}`;
  return epoch === undefined ? unit : `${unit} since epoch ${epoch}`;
}

/** A named type is a place of its own; a built-in one is part of what uses it. */
function placeOfType(before: TypeLayout, now: TypeLayout, use: Place): Place {
  if (BUILT_IN.has(now.typeName) || BUILT_IN.has(before.typeName)) return use;
  if (before.kind === "primitive" && before.typeName !== now.typeName) return use;
  return {
    label: `${now.kind === "primitive" ? "type" : now.kind} "${now.typeName}"`,
    oldPath: `type:${before.typeName}`,
    newPath: `type:${now.typeName}`,
  };
}

/** New names of members that stand where a member of another name stood. */
function renamedMembers(before: CompositeLayout, now: CompositeLayout): Map<string, string> {
  const oldNames = new Set(before.members.map((member) => member.name));
  const newNames = new Set(now.members.map((member) => member.name));
  const olds = before.members.filter(({ type }) => type.size !== 0);
  const news = now.members.filter(({ type }) => type.size !== 0);
  const renamed = new Map<string, string>();
  for (const [index, old] of olds.entries()) {
    const item = news[index];
    if (item !== undefined && !newNames.has(old.name) && !oldNames.has(item.name)) {
      renamed.set(old.name, item.name);
    }
  }
  return renamed;
}

function below(path: string | undefined, name: string): string | undefined {
  return path === undefined ? undefined : `${path}/${name}`;
}

function sameConstant(before: ConstantValue, now: ConstantValue): boolean {
  if (before.kind === "text" || now.kind === "text") {
    return before.kind === "text" && now.kind === "text" && before.hex === now.hex;
  }
  return before.value === now.value;
}

function constantText(constant: ConstantValue): string {
  switch (constant.kind) {
    case "scalar":
      return String(constant.value);
    case "text":
      return JSON.stringify(constant.text);
    case "enum":
      return `${constant.valueRef} (${constant.value})`;
  }
}
