/**
 * The part of `compareSchemas` that looks into types. Findings inside a named type are reported
 * once, at the type, however many fields use it.
 */
import type {
  CompositeLayout,
  ConstantValue,
  Described,
  EnumLayout,
  FieldLayout,
  PrimitiveLayout,
  SetLayout,
  TypeLayout,
} from "../layout.js";
import type { CompatFinding, ElementPath } from "./compat.js";
import type { CompatRuleName } from "./rules.js";

/** True when both types have the same bytes: sizes, primitives, byte order, members and offsets. */
export function sameWire(before: TypeLayout, now: TypeLayout): boolean {
  if (before.kind === "composite" || now.kind === "composite") {
    return (
      before.kind === "composite" &&
      now.kind === "composite" &&
      before.size === now.size &&
      before.members.length === now.members.length &&
      before.members.every((member, index) => {
        const other = now.members[index];
        return (
          other !== undefined &&
          member.name === other.name &&
          (member.offset === other.offset || member.type.size === 0) &&
          sameWire(member.type, other.type)
        );
      })
    );
  }
  // An enum or set over another primitive of the same size has the same bytes only if it is the same
  // primitive: char "1" and uint8 1 differ, and so do signed and unsigned halves.
  return (
    before.size === now.size &&
    before.primitive === now.primitive &&
    before.littleEndian === now.littleEndian &&
    (before.kind === "set") === (now.kind === "set")
  );
}

export class TypeComparer {
  readonly #oldVersion: number;
  readonly #newVersion: number;
  readonly #emit: (finding: CompatFinding) => void;
  readonly #seen = new Set<string>();

  constructor(oldVersion: number, newVersion: number, emit: (finding: CompatFinding) => void) {
    this.#oldVersion = oldVersion;
    this.#newVersion = newVersion;
    this.#emit = emit;
  }

  /** Compares the types of one field in both versions. */
  compareUse(
    before: FieldLayout,
    now: FieldLayout,
    label: string,
    oldPath: ElementPath,
    newPath: ElementPath,
  ): void {
    this.#compareConstant(before.constant, now.constant, label, oldPath, newPath);
    if (before.presence !== "constant" && !sameWire(before.type, now.type)) {
      if (before.type.kind === "composite" && now.type.kind === "composite") {
        this.#compositeChanged(before.type, now.type);
      } else {
        this.#report(
          "field-type-changed",
          `${label} had type ${typeText(before.type)} and has ${typeText(now.type)}`,
          oldPath,
          newPath,
        );
      }
      return;
    }
    if (before.timeUnit !== now.timeUnit || before.epoch !== now.epoch) {
      this.#report(
        "unit-changed",
        `${label} had time unit ${before.timeUnit ?? "none"} since ${before.epoch ?? "no epoch"} and has ${now.timeUnit ?? "none"} since ${now.epoch ?? "no epoch"}`,
        oldPath,
        newPath,
      );
    }
    this.#compareType(before.type, now.type, label, oldPath, newPath);
  }

  compareCharacterEncoding(
    before: string | undefined,
    now: string | undefined,
    label: string,
    oldPath: ElementPath,
    newPath: ElementPath,
  ): void {
    if (before?.toLowerCase() === now?.toLowerCase()) return;
    this.#report(
      "character-encoding-changed",
      `${label} had character encoding ${before ?? "none"} and has ${now ?? "none"}`,
      oldPath,
      newPath,
    );
  }

  #compareType(
    before: TypeLayout,
    now: TypeLayout,
    label: string,
    oldPath: ElementPath,
    newPath: ElementPath,
  ): void {
    if (before.kind === "primitive" && now.kind === "primitive") {
      this.#comparePrimitive(before, now, label, oldPath, newPath);
    } else if (before.kind === "enum" && now.kind === "enum") {
      this.#typeName(before, now, "enum");
      this.#compareEnum(before, now);
    } else if (before.kind === "set" && now.kind === "set") {
      this.#typeName(before, now, "set");
      this.#compareSet(before, now);
    } else if (before.kind === "composite" && now.kind === "composite") {
      this.#typeName(before, now, "composite");
      this.#compareComposite(before, now);
    } else {
      this.#report(
        "type-kind-changed",
        `${label} had type ${typeText(before)} and has ${typeText(now)} of the same bytes`,
        oldPath,
        newPath,
      );
    }
  }

  #comparePrimitive(
    before: PrimitiveLayout,
    now: PrimitiveLayout,
    label: string,
    oldPath: ElementPath,
    newPath: ElementPath,
  ): void {
    this.#compareConstant(before.constant, now.constant, label, oldPath, newPath);
    if (
      before.presence === "optional" &&
      now.presence === "optional" &&
      !Object.is(before.nullValue, now.nullValue)
    ) {
      this.#report(
        "null-value-changed",
        `${label} had null value ${before.nullValue} and has ${now.nullValue}`,
        oldPath,
        newPath,
      );
    }
    if (before.minValue !== now.minValue || before.maxValue !== now.maxValue) {
      this.#report(
        "range-changed",
        `${label} had range ${before.minValue}..${before.maxValue} and has ${now.minValue}..${now.maxValue}`,
        oldPath,
        newPath,
      );
    }
    this.compareCharacterEncoding(
      before.characterEncoding,
      now.characterEncoding,
      label,
      oldPath,
      newPath,
    );
  }

  #compareConstant(
    before: ConstantValue | undefined,
    now: ConstantValue | undefined,
    label: string,
    oldPath: ElementPath,
    newPath: ElementPath,
  ): void {
    if (before === undefined || now === undefined || constantText(before) === constantText(now))
      return;
    this.#report(
      "constant-value-changed",
      `${label} was the constant ${constantText(before)} and is ${constantText(now)}`,
      oldPath,
      newPath,
    );
  }

  #compareEnum(before: EnumLayout, now: EnumLayout): void {
    const path = `type:${now.typeName}`;
    const oldPath = `type:${before.typeName}`;
    if (before.nullValue !== now.nullValue) {
      this.#report(
        "null-value-changed",
        `enum "${now.typeName}" had null value ${before.nullValue} and has ${now.nullValue}`,
        oldPath,
        path,
      );
    }
    this.#compareNamed(
      { kind: "enum", what: "value", before: before.typeName, now: now.typeName },
      before.values.map((value) => ({ ...value, key: value.value })),
      now.values.map((value) => ({ ...value, key: value.value })),
      ENUM_RULES,
    );
  }

  #compareSet(before: SetLayout, now: SetLayout): void {
    this.#compareNamed(
      { kind: "set", what: "bit", before: before.typeName, now: now.typeName },
      before.choices.map((choice) => ({ ...choice, key: choice.bit })),
      now.choices.map((choice) => ({ ...choice, key: choice.bit })),
      SET_RULES,
    );
  }

  /** Enum values and set choices follow the same rules: names stand for numbers, forever. */
  #compareNamed(
    owner: { kind: string; what: string; before: string; now: string },
    olds: readonly Keyed[],
    news: readonly Keyed[],
    rules: NamedRules,
  ): void {
    const oldByName = new Map(olds.map((item) => [item.name, item]));
    const newByName = new Map(news.map((item) => [item.name, item]));
    const oldByKey = new Map(olds.map((item) => [item.key, item]));
    const newByKey = new Map(news.map((item) => [item.key, item]));
    for (const now of news) {
      const path = `type:${owner.now}/${now.name}`;
      const label = `"${now.name}" of ${owner.kind} "${owner.now}"`;
      const before = oldByName.get(now.name);
      const holder = oldByKey.get(now.key);
      if (before !== undefined) {
        if (before.key !== now.key) {
          this.#report(
            rules.changed,
            `${label} was ${owner.what} ${before.key} and is ${now.key}`,
            `type:${owner.before}/${before.name}`,
            path,
          );
        }
      } else if (holder !== undefined && !newByName.has(holder.name)) {
        this.#report(
          rules.reused,
          `${owner.what} ${now.key} of ${owner.kind} "${owner.now}" was "${holder.name}" and is now "${now.name}"`,
          `type:${owner.before}/${holder.name}`,
          path,
        );
      } else if (now.sinceVersion <= this.#oldVersion || now.sinceVersion > this.#newVersion) {
        this.#report(
          rules.added,
          `new ${label} (${owner.what} ${now.key}) has sinceVersion ${now.sinceVersion}; versions went from ${this.#oldVersion} to ${this.#newVersion}`,
          undefined,
          path,
        );
      }
    }
    for (const before of olds) {
      if (newByName.has(before.name) || newByKey.has(before.key)) continue;
      this.#report(
        rules.removed,
        `"${before.name}" (${owner.what} ${before.key}) of ${owner.kind} "${owner.now}" is gone`,
        `type:${owner.before}/${before.name}`,
        `type:${owner.now}`,
      );
    }
  }

  #compareComposite(before: CompositeLayout, now: CompositeLayout): void {
    before.members.forEach((member, index) => {
      const other = now.members[index];
      if (other === undefined) return;
      const label = `"${other.name}" of composite "${now.typeName}"`;
      const oldPath = `type:${before.typeName}/${member.name}`;
      const newPath = `type:${now.typeName}/${other.name}`;
      if (member.type.kind === "primitive" && other.type.kind === "primitive") {
        this.#memberPresence(member.type, other.type, label, oldPath, newPath);
      }
      this.#compareType(member.type, other.type, label, oldPath, newPath);
    });
  }

  #memberPresence(
    before: PrimitiveLayout,
    now: PrimitiveLayout,
    label: string,
    oldPath: ElementPath,
    newPath: ElementPath,
  ): void {
    if (before.presence === now.presence) return;
    this.#report(
      now.presence === "optional"
        ? "presence-required-to-optional"
        : "presence-optional-to-required",
      `${label} was ${before.presence} and is ${now.presence}`,
      oldPath,
      newPath,
    );
  }

  /** Names the first member that differs, so that the finding points at it. */
  #compositeChanged(before: CompositeLayout, now: CompositeLayout): void {
    const index = now.members.findIndex((member, position) => {
      const other = before.members[position];
      return (
        other === undefined ||
        other.name !== member.name ||
        other.offset !== member.offset ||
        !sameWire(other.type, member.type)
      );
    });
    const member = now.members[index];
    const other = before.members[index];
    this.#report(
      "composite-changed",
      member === undefined
        ? `composite "${now.typeName}" lost members: it had ${before.size} bytes and has ${now.size}`
        : `composite "${now.typeName}" differs from member "${member.name}" on: it had ${before.size} bytes and has ${now.size}`,
      other === undefined ? `type:${before.typeName}` : `type:${before.typeName}/${other.name}`,
      member === undefined ? `type:${now.typeName}` : `type:${now.typeName}/${member.name}`,
    );
  }

  #typeName(before: TypeLayout, now: TypeLayout, kind: string): void {
    if (before.typeName === now.typeName) return;
    this.#report(
      "type-renamed",
      `${kind} "${before.typeName}" is now "${now.typeName}"`,
      `type:${before.typeName}`,
      `type:${now.typeName}`,
    );
  }

  #report(
    rule: CompatRuleName,
    text: string,
    oldPath: ElementPath | undefined,
    newPath: ElementPath,
  ): void {
    const key = `${rule} ${newPath} ${text}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#emit({ rule, text, oldPath, newPath });
  }
}

/** An enum value or set choice: `key` is the value or the bit. */
interface Keyed extends Described {
  readonly key: number | bigint;
}

interface NamedRules {
  readonly added: CompatRuleName;
  readonly removed: CompatRuleName;
  readonly changed: CompatRuleName;
  readonly reused: CompatRuleName;
}

const ENUM_RULES: NamedRules = {
  added: "enum-value-added",
  removed: "enum-value-removed",
  changed: "enum-value-changed",
  reused: "enum-value-reused",
};

const SET_RULES: NamedRules = {
  added: "choice-added",
  removed: "choice-removed",
  changed: "choice-bit-changed",
  reused: "choice-bit-reused",
};

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

function typeText(type: TypeLayout): string {
  switch (type.kind) {
    case "primitive":
      return type.isArray ? `${type.primitive}[${type.length}]` : type.primitive;
    case "composite":
      return `composite "${type.typeName}"`;
    default:
      return `${type.kind} "${type.typeName}" over ${type.primitive}`;
  }
}
