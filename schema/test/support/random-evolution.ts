/** Schemas that change at random, legally and not, and random values for their messages. */
import type { BlockLayout, SchemaLayout, TypeLayout } from "@alerion/schema";
import { data, field, group, message, schemaXml } from "./evolution.js";

interface Part {
  name: string;
  id: number;
  sinceVersion: number;
}

interface FieldModel extends Part {
  type: string;
  isOptional: boolean;
}

interface BlockModel {
  fields: FieldModel[];
  groups: GroupModel[];
  data: Part[];
}

interface GroupModel extends Part, BlockModel {}

interface ValueModel {
  name: string;
  value: number;
  sinceVersion: number;
}

/** What a change may touch. */
export interface SchemaModel {
  version: number;
  block: BlockModel;
  values: ValueModel[];
}

const FIELD_TYPES = [
  "uint8",
  "int16",
  "uint32",
  "int64",
  "double",
  "Text",
  "Side",
  "Flags",
  "Price",
] as const;

const TYPES = `<type name="Text" primitiveType="char" length="4"/>
<set name="Flags" encodingType="uint8"><choice name="P">0</choice><choice name="Q">3</choice></set>
<composite name="Price"><type name="mantissa" primitiveType="int32"/>
<type name="exponent" primitiveType="int8"/></composite>`;

/** The XML of a model; its one message is `M`. */
export function modelXml(model: SchemaModel): string {
  const values = model.values.map(
    ({ name, value, sinceVersion }) =>
      `<validValue name="${name}" sinceVersion="${sinceVersion}">${value}</validValue>`,
  );
  const types = `${TYPES}<enum name="Side" encodingType="uint8">${values.join("")}</enum>`;
  return schemaXml({ version: model.version, types }, message("M", 1, blockXml(model.block)));
}

function blockXml(block: BlockModel): string {
  const since = (part: Part): string => `sinceVersion="${part.sinceVersion}"`;
  const fields = block.fields.map((part) =>
    field(
      part.name,
      part.id,
      part.type,
      `${since(part)} presence="${part.isOptional ? "optional" : "required"}"`,
    ),
  );
  const groups = block.groups.map((part) => group(part.name, part.id, blockXml(part), since(part)));
  const all = block.data.map((part) => data(part.name, part.id, since(part)));
  return [...fields, ...groups, ...all].join("");
}

/** Makes parts with names and ids that no other part has. */
class PartMaker {
  #next = 1;

  part(sinceVersion: number): Part {
    const id = this.#next++;
    return { name: `n${id}`, id, sinceVersion };
  }

  field(sinceVersion: number, pick: number): FieldModel {
    const type = FIELD_TYPES[pick % FIELD_TYPES.length] ?? "uint8";
    return { ...this.part(sinceVersion), type, isOptional: pick % 3 === 0 };
  }

  group(sinceVersion: number, pick: number): GroupModel {
    const fields = [this.field(sinceVersion, pick)];
    return { ...this.part(sinceVersion), fields, groups: [], data: [] };
  }
}

/** What makes one schema: how many parts, and which. */
export interface Seed {
  readonly fields: readonly number[];
  readonly groups: readonly (readonly number[])[];
  readonly data: readonly number[];
}

/** One change: what is done, in which block, to which part, and with what. */
export interface Change {
  readonly kind: (typeof CHANGE_KINDS)[number];
  readonly block: number;
  readonly at: number;
  readonly pick: number;
}

/** All kinds of change. */
export const CHANGE_KINDS = [
  "append field",
  "insert field",
  "remove field",
  "swap fields",
  "change type",
  "change presence",
  "change sinceVersion",
  "change id",
  "append group",
  "insert group",
  "nest group",
  "remove group",
  "swap groups",
  "append data",
  "insert data",
  "remove data",
  "swap data",
  "add value",
  "remove value",
  "change value",
  "keep version",
] as const;

/** An old model and the new one that the changes make of it. */
export function evolve(
  seed: Seed,
  changes: readonly Change[],
): { readonly before: SchemaModel; readonly now: SchemaModel } {
  const maker = new PartMaker();
  const since = (pick: number): number => (pick % 4 === 0 ? 1 : 0);
  const before: SchemaModel = {
    version: 1,
    block: {
      fields: seed.fields.map((pick) => maker.field(since(pick), pick)),
      groups: seed.groups.map((picks) => ({
        ...maker.part(0),
        fields: picks.map((pick) => maker.field(since(pick), pick)),
        groups: picks.length > 2 ? [maker.group(0, picks[0] ?? 0)] : [],
        data: picks.length === 2 ? [maker.part(0)] : [],
      })),
      data: seed.data.map((pick) => maker.part(since(pick))),
    },
    values: [
      { name: "X", value: 1, sinceVersion: 0 },
      { name: "Y", value: 2, sinceVersion: 0 },
    ],
  };
  const now = structuredClone(before);
  now.version = changes.some(({ kind }) => kind === "keep version") ? 1 : 2;
  for (const change of changes) apply(now, change, maker);
  return { before, now };
}

function apply(model: SchemaModel, change: Change, maker: PartMaker): void {
  const { kind, at, pick } = change;
  const blocks = allBlocks(model.block);
  const block = blocks[change.block % blocks.length] ?? model.block;
  // Mostly right, for what is legal must often stay so.
  const since = [model.version, model.version, model.version, 1, 0][pick % 5] ?? 0;
  const chosen = block.fields[at % Math.max(block.fields.length, 1)];
  switch (kind) {
    case "append field":
      block.fields.push(maker.field(since, at));
      return;
    case "insert field":
      block.fields.splice(at % (block.fields.length + 1), 0, maker.field(since, at));
      return;
    case "remove field":
      removeAt(block.fields, at);
      return;
    case "swap fields":
      swapAt(block.fields, at);
      return;
    case "change type":
      if (chosen) chosen.type = FIELD_TYPES[pick % FIELD_TYPES.length] ?? chosen.type;
      return;
    case "change presence":
      if (chosen) chosen.isOptional = !chosen.isOptional;
      return;
    case "change sinceVersion":
      if (chosen) chosen.sinceVersion = pick % (model.version + 1);
      return;
    case "change id":
      if (chosen) chosen.id = maker.part(0).id;
      return;
    case "append group":
      block.groups.push(maker.group(since, at));
      return;
    case "insert group":
      block.groups.unshift(maker.group(since, at));
      return;
    case "nest group":
      block.groups[0]?.groups.push(maker.group(since, at));
      return;
    case "remove group":
      removeAt(block.groups, at);
      return;
    case "swap groups":
      swapAt(block.groups, at);
      return;
    case "append data":
      block.data.push(maker.part(since));
      return;
    case "insert data":
      block.data.unshift(maker.part(since));
      return;
    case "remove data":
      removeAt(block.data, at);
      return;
    case "swap data":
      swapAt(block.data, at);
      return;
    default:
      applyToValues(model, change);
  }
}

function applyToValues(model: SchemaModel, { kind, at, pick }: Change): void {
  const { values } = model;
  if (kind === "add value") {
    const value = 10 + values.length;
    const sinceVersion = pick % 2 === 0 ? model.version : 0;
    values.push({ name: `V${value}`, value, sinceVersion });
  } else if (kind === "remove value" && values.length > 1) {
    removeAt(values, at);
  } else if (kind === "change value") {
    const chosen = values[at % values.length];
    if (chosen && !values.some(({ value }) => value === 30 + pick)) chosen.value = 30 + pick;
  }
}

function allBlocks(block: BlockModel): readonly BlockModel[] {
  return [block, ...block.groups.flatMap((inner) => allBlocks(inner))];
}

function removeAt(list: unknown[], at: number): void {
  list.splice(at % Math.max(list.length, 1), 1);
}

function swapAt(list: unknown[], at: number): void {
  const index = at % Math.max(list.length, 1);
  const [first, second] = list.slice(index, index + 2);
  if (first !== undefined && second !== undefined) list.splice(index, 2, second, first);
}

/** Numbers from 0, and the version of the reader: a fair writer sends it no later enum values. */
export interface ValueSource {
  readonly next: () => number;
  readonly readerVersion: number;
}

/** Values for the message `M`. */
export function randomValues(layout: SchemaLayout, source: ValueSource): Record<string, unknown> {
  const [block] = layout.messages;
  if (block === undefined) throw new Error("a layout must have a message");
  return blockValues(block, source);
}

function blockValues(block: BlockLayout, source: ValueSource): Record<string, unknown> {
  const { next } = source;
  const values: Record<string, unknown> = {};
  for (const part of block.fields) {
    const isNull = part.presence === "optional" && next() % 3 === 0;
    const canBeNull = part.type.kind === "primitive" || part.type.kind === "enum";
    values[part.name] =
      isNull && canBeNull && !isText(part.type) ? null : typeValue(part.type, source);
  }
  for (const part of block.groups) {
    values[part.name] = Array.from({ length: next() % 3 }, () => blockValues(part, source));
  }
  for (const part of block.data) {
    values[part.name] = `0x${Array.from({ length: next() % 4 }, () => hexByte(next())).join("")}`;
  }
  return values;
}

function isText(type: TypeLayout): boolean {
  return type.kind === "primitive" && type.isArray;
}

function hexByte(value: number): string {
  return (value % 256).toString(16).padStart(2, "0");
}

function typeValue(type: TypeLayout, source: ValueSource): unknown {
  const { next, readerVersion } = source;
  switch (type.kind) {
    case "primitive":
      // An empty text is what null is where text is optional.
      return type.isArray ? "abcd".slice(0, 1 + (next() % 4)) : next() % 120;
    case "enum": {
      const known = type.values.filter(({ sinceVersion }) => sinceVersion <= readerVersion);
      return known[next() % Math.max(known.length, 1)]?.name ?? null;
    }
    case "set":
      return type.choices.filter(() => next() % 2 === 0).map((choice) => choice.name);
    case "composite":
      return Object.fromEntries(
        type.members.map((member) => [member.name, typeValue(member.type, source)]),
      );
  }
}
