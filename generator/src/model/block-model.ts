import type {
  BlockLayout,
  DataLayout,
  GroupLayout,
  PrimitiveLayout,
  SchemaLayout,
} from "@alerion/schema";
import { scalarMember } from "@alerion/schema/compile";
import { lowerCamel, upperCamel } from "../naming/case.js";
import { commentName, stringLiteral } from "../print/literals.js";
import { dataDoc, groupDoc } from "./field-doc.js";
import { fieldOfBlock, requireCharset, type FieldContext, type FieldModel } from "./field-model.js";
import { MemberScope, prefixed } from "./member-scope.js";
import { groupOrderNames, memberOrderName, type GroupOrder } from "./order-model.js";
import { ACCESS } from "./primitive.js";
import { gapWrites, readMember, writeMember } from "./wire-members.js";
import { writeMembers } from "./wire-pairs.js";

/** A block is long enough for a version from `since` on if it has `length` bytes. */
interface MinLength {
  readonly since: number;
  readonly length: number;
}

/** What a message, a group entry and a composite have in common. */
export interface BlockModel {
  /** For comments only. */
  readonly schemaName: string;
  readonly className: string;
  readonly label: string;
  readonly typeDoc: readonly string[];
  readonly blockLength: number;
  readonly fields: readonly FieldModel[];
  readonly groups: readonly GroupModel[];
  readonly data: readonly (DataModel & MemberOrder)[];
  readonly minLength: number;
  readonly minLengths: readonly MinLength[];
  readonly growsByVersion: boolean;
  /** Whether the groups and var data behind the block need it to be skipped. */
  readonly partsNeedVersion: boolean;
  /** Whether anything of the block is on the wire. */
  readonly readsBlock: boolean;
  readonly readsView: boolean;
  /** Whether the DTO has no members. */
  readonly isEmpty: boolean;
  /** Whether it has groups or var data. */
  readonly isVariable: boolean;
  /** Whether its decoder needs the acting version. */
  readonly needsVersion: boolean;
  /** Bytes of the block, and of the dimensions and length prefixes behind it. */
  readonly variableBase: number;
  readonly sizeName: string;
  /** Function that says what is wrong with a length. */
  readonly inspectFunction: string;
}

/** Functions of the field order that accessors call; "" without checks. */
interface MemberOrder {
  readonly decodeOrder: string;
  readonly encodeOrder: string;
  readonly lengthOrder: string;
}

const NO_ORDER: MemberOrder = { decodeOrder: "", encodeOrder: "", lengthOrder: "" };

function memberOrder(className: string, member: string): MemberOrder {
  return {
    decodeOrder: memberOrderName(className, "Decoder", member),
    encodeOrder: memberOrderName(className, "Encoder", member),
    lengthOrder: memberOrderName(className, "Decoder", `${member}Length`),
  };
}

/** A repeating group: its place in the outer block, and its entries. */
export interface GroupModel extends BlockModel {
  readonly name: string;
  readonly private: string;
  readonly doc: readonly string[];
  readonly since: number;
  readonly dimensionSize: number;
  readonly readBlockLength: string;
  readonly readCount: string;
  readonly countMin: number;
  readonly countMax: number;
  readonly dimensionWrites: readonly string[];
  readonly countWrites: readonly string[];
  /** Expression: whether entries have no groups and data in the acting version. */
  readonly isFlat: string;
  /** Whether entries are their block alone in every version: they lie in a row, whatever the cursor does. */
  readonly isAlwaysFlat: boolean;
  /** When entries take no bytes; "" where they always take some. */
  readonly emptyCondition: string;
  /** What block errors name as the version in `wrap` and when skipping: the acting one if at hand. */
  readonly wrapVersion: string;
  readonly skipVersion: string;
  readonly skipNeedsVersion: boolean;
  readonly skipFunction: string;
  readonly entrySkipFunction: string;
  /** Block length below which `wrap` has to look closer: that of the fields, or of no entry at all. */
  readonly minLengthOrOne: number;
  readonly countIsSigned: boolean;
  /** Whether an entry is found by adding to the offset of the one before, and the last one by its offset. */
  readonly isStrided: boolean;
  readonly isEncodedStrided: boolean;
  readonly decodeOrder: GroupOrder | undefined;
  readonly encodeOrder: GroupOrder | undefined;
  readonly sizeLocal: string;
  /** Whether the size of a message depends on its entries. */
  readonly usesEntries: boolean;
}

/** Var data of a block. */
interface DataModel {
  readonly schemaName: string;
  readonly name: string;
  readonly label: string;
  readonly doc: readonly string[];
  readonly since: number;
  readonly headerSize: number;
  readonly readLength: string;
  readonly skipLength: string;
  readonly isBigLength: boolean;
  readonly lengthIsSigned: boolean;
  readonly lengthMax: number;
  readonly lengthWrites: readonly string[];
  readonly lengthName: string;
  readonly isBytes: boolean;
  readonly charset: string;
  readonly isAscii: boolean;
  readonly isLatin1: boolean;
  readonly isUtf8: boolean;
  readonly dataType: string;
  readonly emptyValue: string;
  readonly bytesName: string;
  readonly copyName: string;
  readonly skipName: string;
  readonly skipFunction: string;
}

/** What the models of one file share. */
export interface BlockContext {
  readonly layout: SchemaLayout;
  readonly throwsUnknownEnum: boolean;
  /** Whether field order is checked. */
  readonly checks: boolean;
  readonly nameOf: FieldContext["nameOf"];
  /** Class names of groups, unique in the schema. */
  claimClass(wanted: string): string;
  /** Names of functions beside the classes, unique in the schema. */
  claimFunction(wanted: string): string;
}

/**
 * The model of a block with everything in it.
 *
 * @param path how errors call it: `Car.fuelFigures`
 */
export function blockModel(
  block: BlockLayout,
  schemaName: string,
  className: string,
  path: string,
  typeDoc: readonly string[],
  context: BlockContext,
): BlockModel {
  const scope = new MemberScope();
  const { throwsUnknownEnum, nameOf, checks } = context;
  const ordered = <T extends { readonly name: string }>(member: T): T & MemberOrder =>
    checks ? { ...member, ...memberOrder(className, member.name) } : { ...member, ...NO_ORDER };
  const orderOf: FieldContext["orderOf"] = (name, side) =>
    checks ? memberOrderName(className, side, name) : "";
  const owned = { owner: path, scope, throwsUnknownEnum, orderOf, nameOf };
  const fields = block.fields.map((field) => fieldOfBlock(field, owned));
  const groups = block.groups.map((group) => groupModel(group, className, path, scope, context));
  const data = block.data.map((each) => ordered(dataModel(each, className, path, scope, context)));
  const minLengths = minLengthsOf(fields);
  const readsBlock = fields.some((field) => field.kind !== "constant");
  return {
    schemaName: commentName(schemaName),
    className,
    label: stringLiteral(path),
    typeDoc,
    blockLength: block.blockLength,
    fields,
    groups,
    data,
    minLength: minLengths.at(-1)?.length ?? 0,
    minLengths,
    growsByVersion: minLengths.length > 1 || (minLengths[0]?.since ?? 0) > 0,
    partsNeedVersion:
      groups.some((group) => group.since > 0 || group.skipNeedsVersion) ||
      data.some((each) => each.since > 0),
    readsBlock,
    readsView: readsBlock || groups.length + data.length > 0,
    isEmpty: !readsBlock && groups.length + data.length === 0,
    isVariable: groups.length + data.length > 0,
    needsVersion:
      fields.some((field) => field.since > 0 && field.kind !== "constant") ||
      groups.some((group) => group.since > 0 || group.needsVersion) ||
      data.some((each) => each.since > 0),
    variableBase:
      block.blockLength +
      groups.reduce((sum, group) => sum + group.dimensionSize, 0) +
      data.reduce((sum, each) => sum + each.headerSize, 0),
    sizeName: `sizeOf${className}`,
    inspectFunction: `inspect${className}`,
  };
}

/** The bytes that a block must have at least, by version: fields of later versions come on top. */
function minLengthsOf(fields: readonly FieldModel[]): readonly MinLength[] {
  const versions = [...new Set(fields.map((field) => field.since))].sort((a, b) => a - b);
  const lengths: MinLength[] = [];
  for (const since of versions) {
    const known = fields.filter((field) => field.since <= since);
    const length = Math.max(0, ...known.map((field) => field.end));
    if (length > (lengths.at(-1)?.length ?? 0)) lengths.push({ since, length });
  }
  return lengths;
}

function groupModel(
  group: GroupLayout,
  outerClass: string,
  outerPath: string,
  scope: MemberScope,
  context: BlockContext,
): GroupModel {
  const name = scope.claimGroup(lowerCamel(group.name));
  const className = context.claimClass(outerClass + upperCamel(group.name));
  const path = `${outerPath}.${group.name}`;
  const doc = groupDoc(group);
  const block = blockModel(group, group.name, className, path, doc, context);
  const { dimension } = group;
  const isFlat = flatExpression(block);
  const skipNeedsVersion =
    block.partsNeedVersion || block.growsByVersion || isFlat.includes("actingVersion");
  const ownVersion = String(context.layout.version);
  const blockLength = scalarMember(dimension, "blockLength");
  const numInGroup = scalarMember(dimension, "numInGroup");
  const wire = { view: "view", base: "position" };
  return {
    ...block,
    name,
    private: scope.claimPrivate(name),
    doc,
    since: group.sinceVersion,
    dimensionSize: dimension.size,
    readBlockLength: readMember(blockLength, wire),
    readCount: readMember(numInGroup, wire),
    countMin: Number(numInGroup.type.constant === undefined ? numInGroup.type.minValue : 0),
    countMax: countMaxOf(numInGroup.type),
    dimensionWrites: [
      ...gapWrites(dimension, dimension.size, ["blockLength", "numInGroup"], wire),
      ...writeMembers(
        [
          { ...blockLength, value: group.blockLength },
          { ...numInGroup, value: "count" },
        ],
        wire,
      ),
    ],
    countWrites: writeMember(numInGroup, wire, "count"),
    isFlat,
    isAlwaysFlat: isFlat === "true",
    emptyCondition: emptyCondition(block, isFlat),
    wrapVersion: block.needsVersion ? "actingVersion" : ownVersion,
    skipVersion: skipNeedsVersion ? "actingVersion" : ownVersion,
    skipNeedsVersion,
    decodeOrder: context.checks ? groupOrderNames(className, "Decoder") : undefined,
    encodeOrder: context.checks ? groupOrderNames(className, "Encoder") : undefined,
    skipFunction: `skip${className}`,
    entrySkipFunction: `skip${className}Entry`,
    minLengthOrOne: Math.max(1, block.minLength),
    countIsSigned: ACCESS[numInGroup.type.primitive].isSigned,
    isStrided: isFlat === "true" && block.minLengths[0]?.since === 0 && !context.checks,
    isEncodedStrided: isFlat === "true" && group.blockLength > 0 && !context.checks,
    sizeLocal: `entriesOf${className}`,
    usesEntries: block.isVariable || group.blockLength > 0,
  };
}

function flatExpression(block: BlockModel): string {
  const versions = [...block.groups, ...block.data].map((part) => part.since);
  if (versions.length === 0) return "true";
  const first = Math.min(...versions);
  return first === 0 ? "false" : `actingVersion < ${first}`;
}

/** A block that a version has fields for is not of length 0: that is checked before. */
function emptyCondition(block: BlockModel, isFlat: string): string {
  const [first] = block.minLengths;
  if (isFlat === "false" || first?.since === 0) return "";
  const isEmpty = "this.#blockLength === 0";
  return isFlat === "true" ? isEmpty : `${isEmpty} && this.#${isFlat}`;
}

function dataModel(
  data: DataLayout,
  className: string,
  path: string,
  scope: MemberScope,
  context: BlockContext,
): DataModel {
  const name = scope.claimData(lowerCamel(data.name));
  const length = scalarMember(data.encoding, "length");
  const varData = scalarMember(data.encoding, "varData");
  const charset =
    data.characterEncoding === undefined ? "" : requireCharset(data.characterEncoding, data.name);
  const isBytes = charset === "";
  const access = ACCESS[length.type.primitive];
  const wire = { view: "view", base: "position" };
  return {
    schemaName: commentName(data.name),
    name,
    label: stringLiteral(`${path}.${data.name}`),
    doc: dataDoc(data),
    since: data.sinceVersion,
    headerSize: varData.offset,
    readLength: readMember(
      length,
      access.isBigint ? wire : { view: "this.#view", base: "position" },
    ),
    skipLength: readMember(length, wire),
    isBigLength: access.isBigint,
    lengthIsSigned: access.isSigned,
    lengthMax: countMaxOf(length.type),
    lengthWrites: [
      ...gapWrites(data.encoding, varData.offset, ["length"], wire),
      ...writeMember(length, wire, "length"),
    ],
    lengthName: scope.claimPrivate(prefixed("end", name)),
    isBytes,
    charset: stringLiteral(charset),
    isAscii: charset === "ascii",
    isLatin1: charset === "latin1",
    isUtf8: charset === "utf-8",
    dataType: isBytes ? "Uint8Array" : "string",
    emptyValue: isBytes ? "new Uint8Array()" : '""',
    bytesName: isBytes ? name : `${name}Bytes`,
    copyName: prefixed("copy", name),
    skipName: prefixed("skip", name),
    skipFunction: context.claimFunction(`skip${className}${upperCamel(name)}`),
  };
}

function countMaxOf(type: PrimitiveLayout): number {
  return Math.min(Number(type.constant === undefined ? type.maxValue : 0xffffffff), 0xffffffff);
}
