/** Checks of types, each once, and of the schema as a whole. */
import { PRIMITIVE_NAMES } from "../ir.js";
import type { BlockLayout, CompositeLayout, Described, EnumLayout, SetLayout } from "../layout.js";
import type { LintContext } from "./finding.js";

/** Checks all types that the schema uses, and finds those that it does not. */
export function checkTypes(context: LintContext): void {
  const nullable = enumsOfOptionalFields(context);
  const plumbing = plumbingOf(context);
  for (const [path, type] of context.types) {
    const isDescribed = type.kind === "primitive" || type.description !== undefined;
    if (!isDescribed && !plumbing.has(path)) {
      context.report(
        "missing-type-description",
        path,
        `${type.kind} "${type.typeName}" has no description`,
      );
    }
    switch (type.kind) {
      case "enum":
        if (nullable.has(type.typeName)) checkEnumNull(type, path, context);
        break;
      case "set":
        checkSetGaps(type, path, context);
        break;
      case "composite":
        checkMembers(type, path, context);
        break;
      case "primitive": {
        const isText = type.primitive === "char" && type.isArray && type.constant === undefined;
        const { locations } = context;
        // The layout has filled in a default: only the XML knows what was stated.
        if (isText && locations?.has(path) === true) {
          if (locations.attribute(path, "characterEncoding") !== undefined) break;
          context.report(
            "char-array-without-encoding",
            path,
            `char array "${type.typeName}" states no characterEncoding`,
          );
        }
      }
    }
  }
  checkUnused(context);
  checkVersion(context);
}

/** Header, dimensions and data types: everybody knows what they are for. */
function plumbingOf({ schema }: LintContext): ReadonlySet<string> {
  const paths = new Set([`type:${schema.header.typeName}`]);
  const add = (block: BlockLayout): void => {
    for (const { encoding } of block.data) paths.add(`type:${encoding.typeName}`);
    for (const group of block.groups) {
      paths.add(`type:${group.dimension.typeName}`);
      add(group);
    }
  };
  for (const message of schema.messages) add(message);
  return paths;
}

function enumsOfOptionalFields({ schema }: LintContext): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (block: BlockLayout): void => {
    for (const { type, presence } of block.fields) {
      if (type.kind === "enum" && presence === "optional") names.add(type.typeName);
    }
    for (const group of block.groups) add(group);
  };
  for (const message of schema.messages) add(message);
  return names;
}

const BUILT_IN: ReadonlySet<string> = new Set(PRIMITIVE_NAMES);

function checkEnumNull(type: EnumLayout, path: string, context: LintContext): void {
  const encodingType = context.locations?.attribute(path, "encodingType");
  if (encodingType === undefined) return;
  const hasNull =
    !BUILT_IN.has(encodingType) &&
    context.locations?.attribute(`type:${encodingType}`, "nullValue") !== undefined;
  if (hasNull) return;
  context.report(
    "enum-without-null",
    path,
    `enum "${type.typeName}" is used by optional fields, but "${encodingType}" states no null value; here it is ${type.nullValue}`,
  );
}

function checkSetGaps(type: SetLayout, path: string, context: LintContext): void {
  const bits = type.choices.map((choice) => choice.bit).sort((a, b) => a - b);
  const gap = bits.findIndex((bit, index) => bit !== index);
  if (gap < 0) return;
  context.report("set-gap", path, `bit ${gap} of set "${type.typeName}" has no name`);
}

/** Tokens give members the version of their composite: only the XML says what was stated. */
function checkMembers(type: CompositeLayout, path: string, context: LintContext): void {
  const { locations } = context;
  for (const { name } of type.members) {
    const memberPath = `${path}/${name}`;
    const since = Number(locations?.attribute(memberPath, "sinceVersion") ?? 0);
    const compositeSince = Number(locations?.attribute(path, "sinceVersion") ?? 0);
    if (since <= compositeSince) continue;
    context.report(
      "since-version-in-composite",
      memberPath,
      `member "${name}" of composite "${type.typeName}" has sinceVersion ${since}`,
    );
  }
}

/** Attributes whose value is the name of a type, or of a value of an enum. */
const REFERENCES = ["type", "encodingType", "dimensionType", "headerType", "valueRef"] as const;

function checkUnused(context: LintContext): void {
  const { locations } = context;
  if (locations === undefined) return;
  const used = new Set([context.schema.header.typeName, "groupSizeEncoding"]);
  for (const path of locations.paths()) {
    for (const attribute of REFERENCES) {
      const [name] = locations.attribute(path, attribute)?.split(".") ?? [];
      if (name !== undefined) used.add(name);
    }
  }
  for (const path of locations.paths()) {
    const name = path.slice("type:".length);
    if (!path.startsWith("type:") || path.includes("/") || used.has(name)) continue;
    context.report("unused-type", path, `type "${name}" is never used`);
  }
}

function checkVersion(context: LintContext): void {
  const { schema, types } = context;
  const { version } = schema;
  const isOfVersion = (element: Described): boolean =>
    element.sinceVersion === version || element.deprecated === version;
  const isBlockOfVersion = (block: BlockLayout): boolean =>
    block.fields.some(isOfVersion) ||
    block.data.some(isOfVersion) ||
    block.groups.some((group) => isOfVersion(group) || isBlockOfVersion(group));
  const isTypeOfVersion = [...types.values()].some(
    (type) =>
      isOfVersion(type) ||
      (type.kind === "enum" && type.values.some(isOfVersion)) ||
      (type.kind === "set" && type.choices.some(isOfVersion)),
  );
  const isMessageOfVersion = schema.messages.some(
    (message) => isOfVersion(message) || isBlockOfVersion(message),
  );
  if (version === 0 || isTypeOfVersion || isMessageOfVersion) return;
  context.report(
    "version-without-changes",
    "schema",
    `schema version is ${version}, but nothing says that it came or went with it`,
  );
}
