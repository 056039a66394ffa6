/** Enum values and set choices follow the same rules: a name stands for a number, forever. */
import type { Described, EnumLayout, SetLayout } from "../layout.js";
import type { ElementPath, FindingList, Place } from "./finding.js";
import type { CompatRuleName } from "./rules.js";
import type { VersionStep } from "./version-step.js";

/** An enum value or set choice: `key` is the value or the bit. */
interface Keyed extends Described {
  readonly key: number | bigint;
}

interface KeyedRules {
  /** What the key is called. */
  readonly key: "value" | "bit";
  readonly added: CompatRuleName;
  readonly removed: CompatRuleName;
  readonly changed: CompatRuleName;
  readonly reused: CompatRuleName;
}

const ENUM_RULES: KeyedRules = {
  key: "value",
  added: "enum-value-added",
  removed: "enum-value-removed",
  changed: "enum-value-changed",
  reused: "enum-value-reused",
};

const SET_RULES: KeyedRules = {
  key: "bit",
  added: "choice-added",
  removed: "choice-removed",
  changed: "choice-bit-changed",
  reused: "choice-bit-reused",
};

/** Compares the values of an enum; `place` is the enum. */
export function compareEnumValues(
  before: EnumLayout,
  now: EnumLayout,
  place: Place,
  versions: VersionStep,
  findings: FindingList,
): void {
  const olds = before.values.map((value) => ({ ...value, key: value.value }));
  const news = now.values.map((value) => ({ ...value, key: value.value }));
  new KeyedComparer(olds, news, ENUM_RULES, place, versions, findings).run();
}

/** Compares the choices of a set; `place` is the set. */
export function compareChoices(
  before: SetLayout,
  now: SetLayout,
  place: Place,
  versions: VersionStep,
  findings: FindingList,
): void {
  const olds = before.choices.map((choice) => ({ ...choice, key: choice.bit }));
  const news = now.choices.map((choice) => ({ ...choice, key: choice.bit }));
  new KeyedComparer(olds, news, SET_RULES, place, versions, findings).run();
}

class KeyedComparer {
  readonly #olds: readonly Keyed[];
  readonly #news: readonly Keyed[];
  readonly #rules: KeyedRules;
  readonly #owner: Place;
  readonly #versions: VersionStep;
  readonly #findings: FindingList;
  readonly #oldByName: ReadonlyMap<string, Keyed>;
  readonly #newByName: ReadonlyMap<string, Keyed>;
  readonly #oldByKey: ReadonlyMap<number | bigint, Keyed>;

  constructor(
    olds: readonly Keyed[],
    news: readonly Keyed[],
    rules: KeyedRules,
    owner: Place,
    versions: VersionStep,
    findings: FindingList,
  ) {
    this.#olds = olds;
    this.#news = news;
    this.#rules = rules;
    this.#owner = owner;
    this.#versions = versions;
    this.#findings = findings;
    this.#oldByName = new Map(olds.map((item) => [item.name, item]));
    this.#newByName = new Map(news.map((item) => [item.name, item]));
    this.#oldByKey = new Map(olds.map((item) => [item.key, item]));
  }

  run(): void {
    for (const now of this.#news) {
      const before = this.#oldByName.get(now.name);
      if (before === undefined) this.#added(now);
      else if (before.key !== now.key) this.#changed(before, now);
    }
    const newNames = this.#news.filter(({ name }) => !this.#oldByName.has(name));
    const takenKeys = new Set(newNames.map(({ key }) => key));
    for (const before of this.#olds) {
      // Under another name it was reported there, as renamed or reused.
      if (this.#newByName.has(before.name) || takenKeys.has(before.key)) continue;
      this.#findings.report(
        this.#rules.removed,
        `"${before.name}" (${this.#rules.key} ${before.key}) of ${this.#owner.label} is gone`,
        { ...this.#owner, oldPath: this.#oldPath(before) },
      );
    }
  }

  #changed(before: Keyed, now: Keyed): void {
    const { key, changed } = this.#rules;
    this.#findings.report(
      changed,
      `"${now.name}" of ${this.#owner.label} was ${key} ${before.key} and is ${now.key}`,
      this.#place(before, now),
    );
  }

  #added(now: Keyed): void {
    const { key, added, reused } = this.#rules;
    const { label } = this.#owner;
    const holder = this.#oldByKey.get(now.key);
    const holderNow = holder && this.#newByName.get(holder.name);
    if (holder !== undefined && holderNow?.key !== now.key) {
      const isRename = holderNow === undefined && holder.sinceVersion === now.sinceVersion;
      this.#findings.report(
        isRename ? "renamed" : reused,
        isRename
          ? `"${holder.name}" (${key} ${now.key}) of ${label} is now "${now.name}"`
          : `${key} ${now.key} of ${label} was "${holder.name}" and is now "${now.name}"`,
        this.#place(holder, now),
      );
      return;
    }
    // A second name for a value that keeps its first one changes nothing on the wire.
    if (holder !== undefined || this.#versions.isNew(now.sinceVersion)) return;
    this.#findings.report(
      added,
      `new "${now.name}" (${key} ${now.key}) of ${label} has sinceVersion ${now.sinceVersion}; ${this.#versions.text}`,
      this.#place(undefined, now),
    );
  }

  #place(before: Keyed | undefined, now: Keyed): Place {
    return {
      label: now.name,
      oldPath: before && this.#oldPath(before),
      newPath: `${this.#owner.newPath}/${now.name}`,
    };
  }

  #oldPath(before: Keyed): ElementPath | undefined {
    const { oldPath } = this.#owner;
    return oldPath === undefined ? undefined : `${oldPath}/${before.name}`;
  }
}
