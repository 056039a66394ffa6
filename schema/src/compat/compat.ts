/**
 * Compares two versions of a schema and says what breaks readers or writers of the other one.
 *
 * The comparison runs over the layout trees, so both sides may come from XML, IR JSON or `.sbeir`.
 * What the findings stand on: blocks may grow at their end (readers know the length that the writer
 * used), groups and data may be added at the end of a message, and nothing else may change on the
 * wire. Source: SBE 1.0 standard, schema extension mechanism.
 */
import type {
  BlockLayout,
  DataLayout,
  Described,
  FieldLayout,
  GroupLayout,
  MessageLayout,
  SchemaLayout,
} from "../layout.js";
import { sameWire, TypeComparer } from "./compat-types.js";
import { COMPAT_RULES, type CompatRuleName } from "./rules.js";

/**
 * Where a finding belongs, as a path that `locations` of a compiled schema knows: `schema`,
 * `message:Name/group/field`, or `type:Name/member`.
 */
export type ElementPath = string;

export interface CompatFinding {
  readonly rule: CompatRuleName;
  /** What changed, with the values of both sides, without location. */
  readonly text: string;
  /** The element in the old schema; undefined for what is new. */
  readonly oldPath: ElementPath | undefined;
  /** The element in the new schema, or the nearest one that is left of what is gone. */
  readonly newPath: ElementPath;
}

/** Lists what changed between two versions, in the order of the new schema. */
export function compareSchemas(oldSchema: SchemaLayout, newSchema: SchemaLayout): CompatFinding[] {
  return new SchemaComparer(oldSchema, newSchema).run();
}

/** Both sides of a list, matched by name, else by id. */
interface Matched<T> {
  readonly pairs: readonly (readonly [T, T])[];
  readonly removed: readonly T[];
  readonly added: readonly T[];
}

interface Identified extends Described {
  readonly id: number;
}

function match<T extends Identified>(olds: readonly T[], news: readonly T[]): Matched<T> {
  const pairs: (readonly [T, T])[] = [];
  const added: T[] = [];
  const left = new Set(olds);
  const namesOfOld = new Map(olds.map((old) => [old.name, old]));
  const namesOfNew = new Set(news.map((item) => item.name));
  for (const item of news) {
    const sameName = namesOfOld.get(item.name);
    // A rename keeps the id, and neither name exists on the other side.
    const found =
      sameName ??
      olds.find((old) => old.id === item.id && !namesOfNew.has(old.name) && left.has(old));
    if (found !== undefined && left.delete(found)) pairs.push([found, item]);
    else added.push(item);
  }
  return { pairs, removed: [...left], added };
}

class SchemaComparer {
  readonly #old: SchemaLayout;
  readonly #new: SchemaLayout;
  readonly #findings: CompatFinding[] = [];
  readonly #types: TypeComparer;
  #somethingAdded: ElementPath | undefined;

  constructor(oldSchema: SchemaLayout, newSchema: SchemaLayout) {
    this.#old = oldSchema;
    this.#new = newSchema;
    this.#types = new TypeComparer(oldSchema.version, newSchema.version, (finding) =>
      this.#findings.push(finding),
    );
  }

  run(): CompatFinding[] {
    this.#compareSchemaElement();
    this.#compareHeader();
    this.#compareMessages();
    if (this.#somethingAdded !== undefined && this.#old.version === this.#new.version) {
      this.#report(
        "version-not-raised",
        `schema version is still ${this.#new.version}, but something was added`,
        "schema",
        "schema",
      );
    }
    return this.#findings;
  }

  #report(
    rule: CompatRuleName,
    text: string,
    oldPath: ElementPath | undefined,
    newPath: ElementPath,
  ): void {
    this.#findings.push({ rule, text, oldPath, newPath });
  }

  #compareSchemaElement(): void {
    const [before, now] = [this.#old, this.#new];
    if (before.id !== now.id) {
      this.#report(
        "schema-id-changed",
        `schema id ${before.id} became ${now.id}`,
        "schema",
        "schema",
      );
    }
    if (before.littleEndian !== now.littleEndian) {
      const name = (little: boolean) => (little ? "littleEndian" : "bigEndian");
      this.#report(
        "byte-order-changed",
        `byte order ${name(before.littleEndian)} became ${name(now.littleEndian)}`,
        "schema",
        "schema",
      );
    }
    if (now.version < before.version) {
      this.#report(
        "version-decreased",
        `schema version ${before.version} became ${now.version}`,
        "schema",
        "schema",
      );
    }
    if (before.package !== now.package) {
      this.#report(
        "package-changed",
        `package "${before.package}" became "${now.package}"`,
        "schema",
        "schema",
      );
    }
  }

  #compareHeader(): void {
    if (!sameWire(this.#old.header, this.#new.header)) {
      this.#report(
        "header-changed",
        `message header "${this.#new.header.typeName}" has another layout`,
        `type:${this.#old.header.typeName}`,
        `type:${this.#new.header.typeName}`,
      );
    }
  }

  #compareMessages(): void {
    const olds = this.#old.messages;
    const news = this.#new.messages;
    const oldById = new Map(olds.map((message) => [message.id, message]));
    const newNames = new Set(news.map((message) => message.name));
    const { pairs, removed, added } = match(olds, news);
    for (const [before, now] of pairs) this.#compareMessage(before, now);
    for (const now of added) {
      const path = `message:${now.name}`;
      const owner = oldById.get(now.id);
      if (owner !== undefined && !newNames.has(owner.name)) continue; // a rename: matched above
      if (owner !== undefined) {
        this.#report(
          "template-id-reused",
          `template id ${now.id} was "${owner.name}" and is now "${now.name}"`,
          `message:${owner.name}`,
          path,
        );
      }
      this.#somethingAdded ??= path;
    }
    for (const before of removed) {
      this.#report(
        "message-removed",
        `message "${before.name}" (template id ${before.id}) is gone`,
        `message:${before.name}`,
        "schema",
      );
    }
  }

  #compareMessage(before: MessageLayout, now: MessageLayout): void {
    const oldPath = `message:${before.name}`;
    const newPath = `message:${now.name}`;
    if (before.id !== now.id) {
      this.#report(
        "template-id-changed",
        `message "${now.name}" had template id ${before.id} and has ${now.id}`,
        oldPath,
        newPath,
      );
    }
    if (before.name !== now.name) {
      this.#report("renamed", `message "${before.name}" is now "${now.name}"`, oldPath, newPath);
    }
    this.#compareSince("message", before, now, oldPath, newPath);
    this.#compareSemanticType("message", before, now, oldPath, newPath);
    this.#compareBlock(before, now, oldPath, newPath, false);
  }

  #compareBlock(
    before: BlockLayout,
    now: BlockLayout,
    oldPath: ElementPath,
    newPath: ElementPath,
    insideGroup: boolean,
  ): void {
    if (now.blockLength < before.blockLength) {
      this.#report(
        "block-shrunk",
        `block of ${nameOf(newPath)} was ${before.blockLength} bytes and is ${now.blockLength}`,
        oldPath,
        newPath,
      );
    }
    this.#compareFields(before, now, oldPath, newPath);
    this.#compareGroups(before, now, oldPath, newPath, insideGroup);
    this.#compareData(before, now, oldPath, newPath, insideGroup);
  }

  #compareFields(
    before: BlockLayout,
    now: BlockLayout,
    oldPath: ElementPath,
    newPath: ElementPath,
  ): void {
    const { pairs, removed, added } = match(before.fields, now.fields);
    for (const [oldField, newField] of pairs) {
      this.#compareField(
        oldField,
        newField,
        `${oldPath}/${oldField.name}`,
        `${newPath}/${newField.name}`,
      );
    }
    for (const field of added) {
      this.#addedField(field, before, `${newPath}/${field.name}`);
      this.#reusedId("field", field, removed, oldPath, `${newPath}/${field.name}`);
    }
    for (const field of removed) {
      if (field.presence === "constant") continue; // no bytes: nothing to misread
      this.#report(
        "field-removed",
        `field "${field.name}" (id ${field.id}) at byte ${field.offset} is gone`,
        `${oldPath}/${field.name}`,
        newPath,
      );
    }
  }

  #addedField(field: FieldLayout, before: BlockLayout, path: ElementPath): void {
    if (field.presence === "constant") return;
    this.#added("field", field, path);
    const end = field.offset + Math.max(field.type.size, 0);
    const clash = before.fields.find(
      (old) =>
        old.presence !== "constant" &&
        field.offset < old.offset + Math.max(old.type.size, 0) &&
        old.offset < end,
    );
    if (clash !== undefined) {
      this.#report(
        "field-added-in-old-bytes",
        `new field "${field.name}" (id ${field.id}) lies at bytes ${field.offset} to ${end - 1}, where "${clash.name}" was`,
        undefined,
        path,
      );
    }
  }

  /** Checks the sinceVersion of something that old writers do not send. */
  #added(kind: string, element: Identified, path: ElementPath): void {
    this.#somethingAdded ??= path;
    const { sinceVersion } = element;
    const label = `new ${kind} "${element.name}" (id ${element.id})`;
    if (sinceVersion === 0) {
      this.#report("since-version-missing", `${label} has no sinceVersion`, undefined, path);
    } else if (sinceVersion <= this.#old.version || sinceVersion > this.#new.version) {
      this.#report(
        "since-version-wrong",
        `${label} has sinceVersion ${sinceVersion}; versions went from ${this.#old.version} to ${this.#new.version}`,
        undefined,
        path,
      );
    }
  }

  #reusedId(
    kind: string,
    added: Identified,
    removed: readonly Identified[],
    oldPath: ElementPath,
    path: ElementPath,
  ): void {
    const owner = removed.find((old) => old.id === added.id);
    if (owner === undefined) return;
    this.#report(
      "field-id-reused",
      `id ${added.id} was ${kind} "${owner.name}" and is now "${added.name}"`,
      `${oldPath}/${owner.name}`,
      path,
    );
  }

  #compareField(
    before: FieldLayout,
    now: FieldLayout,
    oldPath: ElementPath,
    newPath: ElementPath,
  ): void {
    this.#compareIdentity("field", before, now, oldPath, newPath);
    const label = `field "${now.name}" (id ${now.id})`;
    if ((before.presence === "constant") !== (now.presence === "constant")) {
      this.#report(
        "presence-constant-changed",
        `${label} was ${before.presence} and is ${now.presence}`,
        oldPath,
        newPath,
      );
      return;
    }
    if (now.presence !== "constant" && before.offset !== now.offset) {
      this.#report(
        "field-offset-changed",
        `${label} moved from byte ${before.offset} to byte ${now.offset}`,
        oldPath,
        newPath,
      );
    }
    this.#comparePresence(before, now, label, oldPath, newPath);
    this.#types.compareUse(before, now, label, oldPath, newPath);
  }

  #comparePresence(
    before: FieldLayout,
    now: FieldLayout,
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

  #compareGroups(
    before: BlockLayout,
    now: BlockLayout,
    oldPath: ElementPath,
    newPath: ElementPath,
    insideGroup: boolean,
  ): void {
    const matched = match(before.groups, now.groups);
    for (const [oldGroup, newGroup] of matched.pairs) {
      this.#compareGroup(
        oldGroup,
        newGroup,
        `${oldPath}/${oldGroup.name}`,
        `${newPath}/${newGroup.name}`,
      );
    }
    this.#compareOrder("group", matched.pairs, before.groups, oldPath, newPath);
    const lastOld = lastMatchedIndex(matched.pairs, now.groups);
    for (const group of matched.added) {
      const path = `${newPath}/${group.name}`;
      this.#added("group", group, path);
      this.#reusedId("group", group, matched.removed, oldPath, path);
      if (insideGroup) {
        this.#report(
          "group-added-in-group",
          `new group "${group.name}" (id ${group.id}) stands inside group ${nameOf(newPath)}`,
          undefined,
          path,
        );
      } else if (now.groups.indexOf(group) < lastOld || before.data.length > 0) {
        this.#report(
          "group-added-before-old",
          `new group "${group.name}" (id ${group.id}) stands in front of groups or data of version ${this.#old.version}`,
          undefined,
          path,
        );
      }
    }
    for (const group of matched.removed) {
      this.#report(
        "group-removed",
        `group "${group.name}" (id ${group.id}) is gone`,
        `${oldPath}/${group.name}`,
        newPath,
      );
    }
  }

  #compareGroup(
    before: GroupLayout,
    now: GroupLayout,
    oldPath: ElementPath,
    newPath: ElementPath,
  ): void {
    this.#compareIdentity("group", before, now, oldPath, newPath);
    if (!sameWire(before.dimension, now.dimension)) {
      this.#report(
        "dimension-changed",
        `group "${now.name}" (id ${now.id}) had dimension "${before.dimension.typeName}" and has "${now.dimension.typeName}" of another layout`,
        oldPath,
        newPath,
      );
    }
    this.#compareBlock(before, now, oldPath, newPath, true);
  }

  #compareData(
    before: BlockLayout,
    now: BlockLayout,
    oldPath: ElementPath,
    newPath: ElementPath,
    insideGroup: boolean,
  ): void {
    const matched = match(before.data, now.data);
    for (const [oldData, newData] of matched.pairs) {
      this.#compareDatum(
        oldData,
        newData,
        `${oldPath}/${oldData.name}`,
        `${newPath}/${newData.name}`,
      );
    }
    this.#compareOrder("data", matched.pairs, before.data, oldPath, newPath);
    const lastOld = lastMatchedIndex(matched.pairs, now.data);
    for (const data of matched.added) {
      const path = `${newPath}/${data.name}`;
      this.#added("data", data, path);
      this.#reusedId("data", data, matched.removed, oldPath, path);
      if (insideGroup) {
        this.#report(
          "data-added-in-group",
          `new data "${data.name}" (id ${data.id}) stands inside group ${nameOf(newPath)}`,
          undefined,
          path,
        );
      } else if (now.data.indexOf(data) < lastOld) {
        this.#report(
          "data-added-before-old",
          `new data "${data.name}" (id ${data.id}) stands in front of data of version ${this.#old.version}`,
          undefined,
          path,
        );
      }
    }
    for (const data of matched.removed) {
      this.#report(
        "data-removed",
        `data "${data.name}" (id ${data.id}) is gone`,
        `${oldPath}/${data.name}`,
        newPath,
      );
    }
  }

  #compareDatum(
    before: DataLayout,
    now: DataLayout,
    oldPath: ElementPath,
    newPath: ElementPath,
  ): void {
    this.#compareIdentity("data", before, now, oldPath, newPath);
    const label = `data "${now.name}" (id ${now.id})`;
    if (!sameWire(before.encoding, now.encoding)) {
      this.#report(
        "data-type-changed",
        `${label} had type "${before.encoding.typeName}" and has "${now.encoding.typeName}" of another layout`,
        oldPath,
        newPath,
      );
    }
    this.#types.compareCharacterEncoding(
      before.characterEncoding,
      now.characterEncoding,
      label,
      oldPath,
      newPath,
    );
  }

  #compareOrder<T extends Identified>(
    kind: "group" | "data",
    pairs: readonly (readonly [T, T])[],
    olds: readonly T[],
    oldPath: ElementPath,
    newPath: ElementPath,
  ): void {
    let last = -1;
    for (const [before, now] of pairs) {
      const index = olds.indexOf(before);
      if (index < last) {
        this.#report(
          kind === "group" ? "group-order-changed" : "data-order-changed",
          `${kind} "${now.name}" (id ${now.id}) stands behind what it stood in front of`,
          `${oldPath}/${before.name}`,
          `${newPath}/${now.name}`,
        );
      }
      last = Math.max(last, index);
    }
  }

  #compareIdentity(
    kind: string,
    before: Identified & { readonly semanticType: string | undefined },
    now: Identified & { readonly semanticType: string | undefined },
    oldPath: ElementPath,
    newPath: ElementPath,
  ): void {
    if (before.name !== now.name) {
      this.#report("renamed", `${kind} "${before.name}" is now "${now.name}"`, oldPath, newPath);
    }
    if (before.id !== now.id) {
      this.#report(
        "field-id-changed",
        `${kind} "${now.name}" had id ${before.id} and has ${now.id}`,
        oldPath,
        newPath,
      );
    }
    this.#compareSince(kind, before, now, oldPath, newPath);
    this.#compareSemanticType(kind, before, now, oldPath, newPath);
  }

  #compareSince(
    kind: string,
    before: Described,
    now: Described,
    oldPath: ElementPath,
    newPath: ElementPath,
  ): void {
    if (before.sinceVersion === now.sinceVersion) return;
    this.#report(
      "since-version-changed",
      `${kind} "${now.name}" had sinceVersion ${before.sinceVersion} and has ${now.sinceVersion}`,
      oldPath,
      newPath,
    );
  }

  #compareSemanticType(
    kind: string,
    before: { readonly semanticType: string | undefined },
    now: Described & { readonly semanticType: string | undefined },
    oldPath: ElementPath,
    newPath: ElementPath,
  ): void {
    if (before.semanticType === now.semanticType) return;
    this.#report(
      "semantic-type-changed",
      `${kind} "${now.name}" had semanticType ${quoted(before.semanticType)} and has ${quoted(now.semanticType)}`,
      oldPath,
      newPath,
    );
  }
}

function lastMatchedIndex<T>(pairs: readonly (readonly [T, T])[], news: readonly T[]): number {
  return pairs.reduce((last, [, now]) => Math.max(last, news.indexOf(now)), -1);
}

function quoted(text: string | undefined): string {
  return text === undefined ? "none" : `"${text}"`;
}

function nameOf(path: ElementPath): string {
  return `"${path.slice(path.indexOf(":") + 1).replaceAll("/", ".")}"`;
}

/** The rule of a finding, with level and help. */
export function compatRule(finding: CompatFinding): (typeof COMPAT_RULES)[CompatRuleName] {
  return COMPAT_RULES[finding.rule];
}
