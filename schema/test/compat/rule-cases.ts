/** For each rule of `sbe compat` two schemas that break it, and messages that show it. */
import type { CompatBreaks, CompatRuleName } from "@alerion/schema";
import { data, field, group, message, schemaXml, type Sent } from "../support/evolution.js";

/** One proof. */
export interface RuleCase {
  readonly rule: CompatRuleName;
  /** What is special about it, where a rule has several. */
  readonly note?: string;
  readonly before: string;
  readonly now: string;
  /** Messages by the old writer, read by the new reader. */
  readonly oldSends: Sent;
  /** Messages by the new writer, read by the old reader. */
  readonly newSends: Sent;
  /** Other rules that find something too, because one change can break several. */
  readonly also?: readonly CompatRuleName[];
  /** Whom this case hurts, where that is less than the rule says. */
  readonly breaks?: CompatBreaks;
  /** Old name to new name. */
  readonly renames?: Readonly<Record<string, string>>;
  /** Readers that know the parts by id instead of by name. */
  readonly byId?: boolean;
}

function sent(values: unknown, name = "M"): Sent {
  return { message: name, values };
}

/** The same values for both directions. */
function both(values: unknown, name = "M"): Pick<RuleCase, "oldSends" | "newSends"> {
  return { oldSends: sent(values, name), newSends: sent(values, name) };
}

const A = field("a", 1, "uint32");
const B = field("b", 2, "uint32");
const V0 = { version: 0 };
const V1 = { version: 1 };
const SINCE_1 = 'sinceVersion="1"';
const ab = message("M", 1, A + B);
const onlyA = message("M", 1, A);
const entries = group("g", 10, field("x", 11, "uint16"));
const wideHeader = `<composite name="messageHeader">
<type name="blockLength" primitiveType="uint16"/><type name="templateId" primitiveType="uint16"/>
<type name="schemaId" primitiveType="uint16"/><type name="version" primitiveType="uint32"/></composite>`;

const SCHEMA_CASES: readonly RuleCase[] = [
  {
    rule: "schema-id-changed",
    before: schemaXml({ id: 1 }, ab),
    now: schemaXml({ id: 2 }, ab),
    ...both({ a: 1, b: 2 }),
  },
  {
    rule: "byte-order-changed",
    before: schemaXml({}, message("M", 0, A)),
    // Template, version and block length read alike in both orders only by chance.
    now: schemaXml({ byteOrder: "bigEndian" }, message("M", 0, A)),
    ...both({ a: 1 }),
  },
  {
    rule: "version-decreased",
    before: schemaXml({ version: 2 }, onlyA),
    now: schemaXml(V1, message("M", 1, A + field("b", 2, "uint32", SINCE_1))),
    oldSends: sent({ a: 1 }),
    newSends: sent({ a: 1, b: 2 }),
  },
  {
    rule: "version-not-raised",
    before: schemaXml(V1, onlyA),
    now: schemaXml(V1, message("M", 1, A + field("b", 2, "uint32", SINCE_1))),
    oldSends: sent({ a: 1 }),
    newSends: sent({ a: 1, b: 2 }),
  },
  {
    rule: "header-changed",
    before: schemaXml({}, onlyA),
    now: schemaXml({ header: wideHeader }, onlyA),
    ...both({ a: 1 }),
  },
  {
    rule: "package-changed",
    before: schemaXml({ package: "one" }, onlyA),
    now: schemaXml({ package: "two" }, onlyA),
    ...both({ a: 1 }),
  },
];

const other = message("Other", 2, A);

const MESSAGE_CASES: readonly RuleCase[] = [
  {
    rule: "message-removed",
    before: schemaXml(V0, onlyA, other),
    now: schemaXml(V1, onlyA),
    oldSends: sent({ a: 1 }, "Other"),
    newSends: sent({ a: 1 }),
  },
  {
    rule: "message-added",
    before: schemaXml(V1, onlyA),
    now: schemaXml(V1, onlyA, other),
    oldSends: sent({ a: 1 }),
    newSends: sent({ a: 1 }, "Other"),
  },
  {
    rule: "template-id-changed",
    before: schemaXml(V0, message("M", 1, A)),
    now: schemaXml(V1, message("M", 3, A)),
    ...both({ a: 1 }),
  },
  {
    rule: "template-id-reused",
    before: schemaXml(V0, message("M", 1, A)),
    now: schemaXml(V1, message("M", 3, A), message("New", 1, field("z", 1, "uint32"))),
    oldSends: sent({ a: 1 }),
    newSends: sent({ z: 9 }, "New"),
    also: ["template-id-changed"],
  },
  {
    rule: "template-id-reused",
    note: "of a removed message",
    before: schemaXml(V0, message("M", 1, A)),
    now: schemaXml(V1, message("New", 1, field("z", 1, "uint32"))),
    oldSends: sent({ a: 1 }),
    newSends: sent({ z: 9 }, "New"),
    also: ["message-removed"],
  },
];

const gapped = message("M", 1, A + field("b", 2, "uint32", 'offset="8"'), 'blockLength="12"');
const uint8Header = `<composite name="messageHeader">
<type name="blockLength" primitiveType="uint8"/><type name="templateId" primitiveType="uint16"/>
<type name="schemaId" primitiveType="uint16"/><type name="version" primitiveType="uint16"/></composite>`;

const FIELD_CASES: readonly RuleCase[] = [
  {
    rule: "block-shrunk",
    before: schemaXml(V0, ab),
    now: schemaXml(V1, onlyA),
    oldSends: sent({ a: 1, b: 2 }),
    newSends: sent({ a: 1 }),
    also: ["field-removed"],
  },
  {
    rule: "block-length-overflow",
    before: schemaXml({ ...V0, header: uint8Header }, onlyA),
    now: schemaXml(
      { ...V1, header: uint8Header, types: '<type name="Big" primitiveType="char" length="300"/>' },
      message("M", 1, A + field("b", 2, "Big", SINCE_1)),
    ),
    oldSends: sent({ a: 1 }),
    newSends: sent({ a: 1, b: "" }),
  },
  {
    rule: "field-removed",
    note: "in the middle of the block",
    before: schemaXml(V0, message("M", 1, A + B + field("c", 3, "uint32"))),
    now: schemaXml(V1, message("M", 1, A + field("c", 3, "uint32", 'offset="8"'))),
    oldSends: sent({ a: 1, b: 2, c: 3 }),
    newSends: sent({ a: 1, c: 3 }),
  },
  {
    rule: "field-offset-changed",
    note: "because one was added in the middle",
    before: schemaXml(V0, ab),
    now: schemaXml(V1, message("M", 1, A + field("n", 3, "uint32", SINCE_1) + B)),
    oldSends: sent({ a: 1, b: 2 }),
    newSends: sent({ a: 1, n: 5, b: 2 }),
    also: ["field-added-in-old-bytes"],
  },
  {
    rule: "field-offset-changed",
    note: "because of an offset",
    before: schemaXml(V0, ab),
    now: schemaXml(V1, gapped),
    ...both({ a: 1, b: 2 }),
    also: [],
  },
  {
    rule: "field-type-changed",
    note: "by size",
    before: schemaXml(V0, onlyA),
    now: schemaXml(V1, message("M", 1, field("a", 1, "uint64"))),
    oldSends: sent({ a: 1 }),
    newSends: sent({ a: "4294967297" }),
  },
  {
    rule: "field-type-changed",
    note: "by sign",
    before: schemaXml(V0, message("M", 1, field("a", 1, "int8"))),
    now: schemaXml(V1, message("M", 1, field("a", 1, "uint8"))),
    oldSends: sent({ a: -1 }),
    newSends: sent({ a: 200 }),
  },
  {
    rule: "field-type-changed",
    note: "of a named type, once for all its fields",
    before: schemaXml(
      { ...V0, types: '<type name="Text" primitiveType="char" length="4"/>' },
      message("M", 1, field("a", 1, "Text") + field("b", 2, "Text", 'offset="16"')),
    ),
    now: schemaXml(
      { ...V1, types: '<type name="Text" primitiveType="char" length="8"/>' },
      message("M", 1, field("a", 1, "Text") + field("b", 2, "Text", 'offset="16"')),
    ),
    oldSends: sent({ a: "abcd", b: "efgh" }),
    newSends: sent({ a: "abcdefgh", b: "efgh" }),
  },
  {
    rule: "field-added-in-old-bytes",
    before: schemaXml(V0, ab),
    now: schemaXml(V1, message("M", 1, A + field("n", 3, "uint32", SINCE_1))),
    oldSends: sent({ a: 1, b: 2 }),
    newSends: sent({ a: 1, n: 5 }),
    also: ["field-removed"],
  },
  {
    rule: "since-version-missing",
    before: schemaXml(V0, onlyA),
    now: schemaXml(V1, ab),
    oldSends: sent({ a: 1 }),
    newSends: sent({ a: 1, b: 2 }),
  },
  {
    rule: "since-version-missing",
    note: "of data",
    before: schemaXml(V0, onlyA),
    now: schemaXml(V1, message("M", 1, A + data("d", 20))),
    oldSends: sent({ a: 1 }),
    newSends: sent({ a: 1, d: "0x01" }),
  },
  {
    rule: "since-version-wrong",
    before: schemaXml({ version: 1 }, onlyA),
    now: schemaXml({ version: 2 }, message("M", 1, A + field("b", 2, "uint32", SINCE_1))),
    oldSends: sent({ a: 1 }),
    newSends: sent({ a: 1, b: 2 }),
  },
  {
    rule: "since-version-changed",
    before: schemaXml({ version: 1 }, ab),
    now: schemaXml(
      { version: 2 },
      message("M", 1, A + field("b", 2, "uint32", 'sinceVersion="2"')),
    ),
    ...both({ a: 1, b: 2 }),
  },
  {
    rule: "field-id-changed",
    before: schemaXml(V0, ab),
    now: schemaXml(V1, message("M", 1, A + field("b", 9, "uint32"))),
    ...both({ a: 1, b: 2 }),
  },
  {
    rule: "field-id-reused",
    before: schemaXml(V0, ab),
    now: schemaXml(V1, message("M", 1, field("a", 2, "uint32") + field("b", 1, "uint32"))),
    ...both({ a: 1, b: 2 }),
    byId: true,
  },
];

const optional = 'presence="optional"';
const small = (attributes: string): string =>
  `<type name="Small" primitiveType="uint8" ${attributes}/>`;
const withSmall = message("M", 1, field("a", 1, "Small"));
const constant = (value: string): string =>
  `<type name="Fixed" primitiveType="int8" presence="constant">${value}</type>`;
const withFixed = message("M", 1, A + field("f", 2, "Fixed"));
const textType = (encoding: string): string =>
  `<type name="Text" primitiveType="char" length="8" characterEncoding="${encoding}"/>`;
const withText = message("M", 1, field("t", 1, "Text"));
const stamp = (attributes: string): string => message("M", 1, field("t", 1, "uint64", attributes));

const VALUE_CASES: readonly RuleCase[] = [
  {
    rule: "presence-required-to-optional",
    before: schemaXml(V0, message("M", 1, field("a", 1, "uint8"))),
    now: schemaXml(V1, message("M", 1, field("a", 1, "uint8", optional))),
    oldSends: sent({ a: 1 }),
    newSends: sent({ a: null }),
  },
  {
    rule: "presence-optional-to-required",
    before: schemaXml(V0, message("M", 1, field("a", 1, "uint8", optional))),
    now: schemaXml(V1, message("M", 1, field("a", 1, "uint8"))),
    oldSends: sent({ a: null }),
    newSends: sent({ a: 1 }),
  },
  {
    rule: "presence-required-to-optional",
    note: "of a set, which has no null",
    before: schemaXml(
      { ...V0, types: '<set name="S" encodingType="uint8"><choice name="X">0</choice></set>' },
      message("M", 1, field("a", 1, "S")),
    ),
    now: schemaXml(
      { ...V1, types: '<set name="S" encodingType="uint8"><choice name="X">0</choice></set>' },
      message("M", 1, field("a", 1, "S", optional)),
    ),
    ...both({ a: ["X"] }),
    breaks: "none",
  },
  {
    rule: "presence-constant-changed",
    before: schemaXml({ ...V0, types: constant("5") }, message("M", 1, A + field("f", 2, "int8"))),
    now: schemaXml({ ...V1, types: constant("5") }, withFixed),
    oldSends: sent({ a: 1, f: 7 }),
    newSends: sent({ a: 1 }),
    also: ["block-shrunk"],
  },
  {
    rule: "constant-value-changed",
    before: schemaXml({ ...V0, types: constant("-4") }, withFixed),
    now: schemaXml({ ...V1, types: constant("-8") }, withFixed),
    ...both({ a: 1 }),
  },
  {
    rule: "constant-removed",
    before: schemaXml({ ...V0, types: constant("-4") }, withFixed),
    now: schemaXml({ ...V1, types: constant("-4") }, onlyA),
    ...both({ a: 1 }),
  },
  {
    rule: "null-value-changed",
    before: schemaXml({ ...V0, types: small(optional) }, withSmall),
    now: schemaXml({ ...V1, types: small(`${optional} nullValue="0"`) }, withSmall),
    ...both({ a: null }),
  },
  {
    rule: "range-changed",
    before: schemaXml({ ...V0, types: small('maxValue="10"') }, withSmall),
    now: schemaXml({ ...V1, types: small('maxValue="20"') }, withSmall),
    ...both({ a: 9 }),
  },
  {
    rule: "unit-changed",
    before: schemaXml(V0, stamp('timeUnit="nanosecond"')),
    now: schemaXml(V1, stamp('timeUnit="millisecond"')),
    ...both({ t: 1_000_000 }),
  },
  {
    rule: "semantic-type-changed",
    before: schemaXml(V0, message("M", 1, field("a", 1, "uint32", 'semanticType="Qty"'))),
    now: schemaXml(V1, message("M", 1, field("a", 1, "uint32", 'semanticType="Length"'))),
    ...both({ a: 1 }),
  },
  {
    rule: "character-encoding-changed",
    before: schemaXml({ ...V0, types: textType("ISO-8859-1") }, withText),
    now: schemaXml({ ...V1, types: textType("UTF-8") }, withText),
    ...both({ t: "é" }),
  },
  {
    rule: "character-encoding-changed",
    note: "from ASCII to UTF-8, which reads ASCII",
    before: schemaXml({ ...V0, types: textType("US-ASCII") }, withText),
    now: schemaXml({ ...V1, types: textType("UTF-8") }, withText),
    oldSends: sent({ t: "e" }),
    newSends: sent({ t: "é" }),
    breaks: "old-readers",
  },
  {
    rule: "character-encoding-changed",
    note: "from UTF-8 to ASCII",
    before: schemaXml({ ...V0, types: textType("UTF-8") }, withText),
    now: schemaXml({ ...V1, types: textType("US-ASCII") }, withText),
    oldSends: sent({ t: "é" }),
    newSends: sent({ t: "e" }),
    breaks: "new-readers",
  },
];

const enumType = (values: string, encoding = "uint8"): string =>
  `<enum name="E" encodingType="${encoding}">${values}</enum>`;
const value = (name: string, number: number, attributes = ""): string =>
  `<validValue name="${name}" ${attributes}>${number}</validValue>`;
const setType = (choices: string, encoding = "uint8"): string =>
  `<set name="S" encodingType="${encoding}">${choices}</set>`;
const choice = (name: string, bit: number, attributes = ""): string =>
  `<choice name="${name}" ${attributes}>${bit}</choice>`;
const withEnum = message("M", 1, field("e", 1, "E"));
const withSet = message("M", 1, field("s", 1, "S"));
const XY = value("X", 1) + value("Y", 2);
const choicesXY = choice("X", 0) + choice("Y", 1);

const ENUM_CASES: readonly RuleCase[] = [
  {
    rule: "enum-encoding-changed",
    // Little endian, a small value would read alike by chance.
    before: schemaXml({ ...V0, byteOrder: "bigEndian", types: enumType(XY) }, withEnum),
    now: schemaXml({ ...V1, byteOrder: "bigEndian", types: enumType(XY, "uint16") }, withEnum),
    ...both({ e: "Y" }),
  },
  {
    rule: "enum-value-removed",
    before: schemaXml({ ...V0, types: enumType(XY) }, withEnum),
    now: schemaXml({ ...V1, types: enumType(value("X", 1)) }, withEnum),
    oldSends: sent({ e: "Y" }),
    newSends: sent({ e: "X" }),
  },
  {
    rule: "enum-value-changed",
    before: schemaXml({ ...V0, types: enumType(XY) }, withEnum),
    now: schemaXml({ ...V1, types: enumType(value("X", 1) + value("Y", 3)) }, withEnum),
    ...both({ e: "Y" }),
  },
  {
    rule: "enum-value-reused",
    before: schemaXml({ ...V0, types: enumType(XY) }, withEnum),
    now: schemaXml({ ...V1, types: enumType(value("X", 1) + value("Z", 2, SINCE_1)) }, withEnum),
    oldSends: sent({ e: "Y" }),
    newSends: sent({ e: "Z" }),
  },
  {
    rule: "enum-value-added",
    before: schemaXml({ ...V0, types: enumType(XY) }, withEnum),
    now: schemaXml({ ...V1, types: enumType(XY + value("Z", 3)) }, withEnum),
    oldSends: sent({ e: "Y" }),
    newSends: sent({ e: "Z" }),
  },
  {
    rule: "set-encoding-changed",
    // Little endian, a small value would read alike by chance.
    before: schemaXml({ ...V0, byteOrder: "bigEndian", types: setType(choicesXY) }, withSet),
    now: schemaXml({ ...V1, byteOrder: "bigEndian", types: setType(choicesXY, "uint16") }, withSet),
    ...both({ s: ["Y"] }),
  },
  {
    rule: "choice-removed",
    before: schemaXml({ ...V0, types: setType(choicesXY) }, withSet),
    now: schemaXml({ ...V1, types: setType(choice("X", 0)) }, withSet),
    oldSends: sent({ s: ["X", "Y"] }),
    newSends: sent({ s: ["X"] }),
  },
  {
    rule: "choice-bit-changed",
    before: schemaXml({ ...V0, types: setType(choicesXY) }, withSet),
    now: schemaXml({ ...V1, types: setType(choice("X", 0) + choice("Y", 2)) }, withSet),
    ...both({ s: ["Y"] }),
  },
  {
    rule: "choice-bit-reused",
    before: schemaXml({ ...V0, types: setType(choicesXY) }, withSet),
    now: schemaXml({ ...V1, types: setType(choice("X", 0) + choice("Z", 1, SINCE_1)) }, withSet),
    oldSends: sent({ s: ["Y"] }),
    newSends: sent({ s: ["Z"] }),
  },
  {
    rule: "choice-added",
    before: schemaXml({ ...V0, types: setType(choicesXY) }, withSet),
    now: schemaXml({ ...V1, types: setType(choicesXY + choice("Z", 2)) }, withSet),
    oldSends: sent({ s: ["Y"] }),
    newSends: sent({ s: ["Y", "Z"] }),
  },
];

const composite = (members: string, name = "C"): string =>
  `<composite name="${name}">${members}</composite>`;
const member = (name: string, primitive: string, attributes = ""): string =>
  `<type name="${name}" primitiveType="${primitive}" ${attributes}/>`;
const withComposite = message("M", 1, field("c", 1, "C") + field("z", 2, "uint8", 'offset="16"'));
const dimension = (count: string): string => `<composite name="groupSizeEncoding">
<type name="blockLength" primitiveType="uint16"/><type name="numInGroup" primitiveType="${count}"/></composite>`;
const lengthType = (length: string, more = ""): string => `<composite name="varData">
<type name="length" primitiveType="${length}"/>${more}<type name="varData" primitiveType="uint8" length="0"/></composite>`;

const h = group("h", 12, field("y", 13, "uint16"));
const d = data("d", 20);
const e = data("e", 21);

const STRUCTURE_CASES: readonly RuleCase[] = [
  {
    rule: "composite-changed",
    note: "a member more",
    before: schemaXml(
      { ...V0, types: composite(member("p", "uint16")) },
      message("M", 1, field("c", 1, "C")),
    ),
    now: schemaXml(
      { ...V1, types: composite(member("n", "uint16") + member("p", "uint16")) },
      message("M", 1, field("c", 1, "C")),
    ),
    oldSends: sent({ c: { p: 1 } }),
    newSends: sent({ c: { n: 2, p: 1 } }),
  },
  {
    rule: "composite-changed",
    note: "two members of one type changed places",
    before: schemaXml(
      { ...V0, types: composite(member("p", "uint16") + member("q", "uint16")) },
      withComposite,
    ),
    now: schemaXml(
      { ...V1, types: composite(member("q", "uint16") + member("p", "uint16")) },
      withComposite,
    ),
    ...both({ c: { p: 1, q: 2 }, z: 3 }),
  },
  {
    rule: "dimension-changed",
    before: schemaXml({ ...V0, dimension: dimension("uint8") }, message("M", 1, A + entries)),
    now: schemaXml({ ...V1, dimension: dimension("uint16") }, message("M", 1, A + entries)),
    ...both({ a: 1, g: [{ x: 1 }, { x: 2 }] }),
  },
  {
    rule: "group-removed",
    before: schemaXml(V0, message("M", 1, A + entries + h)),
    now: schemaXml(V1, message("M", 1, A + h)),
    oldSends: sent({ a: 1, g: [{ x: 1 }], h: [{ y: 2 }, { y: 3 }] }),
    newSends: sent({ a: 1, h: [{ y: 2 }, { y: 3 }] }),
  },
  {
    rule: "group-removed",
    note: "at the very end, where new readers do not look",
    before: schemaXml(V0, message("M", 1, A + entries + h + d)),
    now: schemaXml(V1, message("M", 1, A + entries)),
    oldSends: sent({ a: 1, g: [{ x: 1 }], h: [{ y: 2 }], d: "0x01" }),
    newSends: sent({ a: 1, g: [{ x: 1 }] }),
    breaks: "old-readers",
    also: ["data-removed"],
  },
  {
    rule: "group-order-changed",
    before: schemaXml(V0, message("M", 1, A + entries + h)),
    now: schemaXml(V1, message("M", 1, A + h + entries)),
    ...both({ a: 1, g: [{ x: 1 }], h: [{ y: 2 }, { y: 3 }] }),
  },
  {
    rule: "group-added-before-old",
    note: "in front of a group",
    before: schemaXml(V0, message("M", 1, A + entries)),
    now: schemaXml(
      V1,
      message("M", 1, A + group("h", 12, field("y", 13, "uint16"), SINCE_1) + entries),
    ),
    oldSends: sent({ a: 1, g: [{ x: 1 }] }),
    newSends: sent({ a: 1, h: [{ y: 2 }, { y: 3 }], g: [{ x: 1 }] }),
  },
  {
    rule: "group-added-before-old",
    note: "in front of data",
    before: schemaXml(V0, message("M", 1, A + d)),
    now: schemaXml(V1, message("M", 1, A + group("h", 12, field("y", 13, "uint16"), SINCE_1) + d)),
    oldSends: sent({ a: 1, d: "0x0102" }),
    newSends: sent({ a: 1, h: [{ y: 2 }, { y: 3 }], d: "0x0102" }),
  },
  {
    rule: "group-added-in-group",
    before: schemaXml(V0, message("M", 1, A + group("g", 10, field("x", 11, "uint16")))),
    now: schemaXml(
      V1,
      message(
        "M",
        1,
        A +
          group(
            "g",
            10,
            field("x", 11, "uint16") + group("n", 14, field("y", 15, "uint16"), SINCE_1),
          ),
      ),
    ),
    oldSends: sent({ a: 1, g: [{ x: 1 }, { x: 2 }] }),
    newSends: sent({
      a: 1,
      g: [
        { x: 1, n: [{ y: 3 }] },
        { x: 7, n: [] },
      ],
    }),
  },
  {
    rule: "data-removed",
    before: schemaXml(V0, message("M", 1, A + d + e)),
    now: schemaXml(V1, message("M", 1, A + e)),
    oldSends: sent({ a: 1, d: "0x0102", e: "0x03" }),
    newSends: sent({ a: 1, e: "0x03" }),
  },
  {
    rule: "data-removed",
    note: "at the end of a group entry, where the next entry follows",
    before: schemaXml(V0, message("M", 1, A + group("g", 10, field("x", 11, "uint16") + d))),
    now: schemaXml(V1, message("M", 1, A + group("g", 10, field("x", 11, "uint16")))),
    oldSends: sent({
      a: 1,
      g: [
        { x: 1, d: "0x0102" },
        { x: 7, d: "0x" },
      ],
    }),
    newSends: sent({ a: 1, g: [{ x: 1 }, { x: 2 }] }),
  },
  {
    rule: "data-order-changed",
    before: schemaXml(V0, message("M", 1, A + d + e)),
    now: schemaXml(V1, message("M", 1, A + e + d)),
    ...both({ a: 1, d: "0x0102", e: "0x03" }),
  },
  {
    rule: "data-added-before-old",
    before: schemaXml(V0, message("M", 1, A + d)),
    now: schemaXml(V1, message("M", 1, A + data("e", 21, SINCE_1) + d)),
    oldSends: sent({ a: 1, d: "0x0102" }),
    newSends: sent({ a: 1, e: "0x03", d: "0x0102" }),
  },
  {
    rule: "data-added-in-group",
    before: schemaXml(V0, message("M", 1, A + entries)),
    now: schemaXml(
      V1,
      message("M", 1, A + group("g", 10, field("x", 11, "uint16") + data("d", 20, SINCE_1))),
    ),
    oldSends: sent({ a: 1, g: [{ x: 1 }, { x: 2 }] }),
    newSends: sent({
      a: 1,
      g: [
        { x: 1, d: "0x0102" },
        { x: 7, d: "0x" },
      ],
    }),
  },
  {
    rule: "data-type-changed",
    before: schemaXml({ ...V0, varData: lengthType("uint16") }, message("M", 1, A + d)),
    now: schemaXml({ ...V1, varData: lengthType("uint8") }, message("M", 1, A + d)),
    ...both({ a: 1, d: "0x0102" }),
  },
];

const NAME_CASES: readonly RuleCase[] = [
  {
    rule: "renamed",
    note: "field, group, data and message",
    before: schemaXml(V0, message("M", 1, A + B + entries + d)),
    now: schemaXml(
      V1,
      message(
        "N",
        1,
        A + field("c", 2, "uint32") + group("k", 10, field("x", 11, "uint16")) + data("f", 20),
      ),
    ),
    oldSends: sent({ a: 1, b: 2, g: [{ x: 1 }], d: "0x01" }),
    newSends: sent({ a: 1, c: 2, k: [{ x: 1 }], f: "0x01" }, "N"),
    renames: { M: "N", b: "c", g: "k", d: "f" },
  },
  {
    rule: "renamed",
    note: "member, enum value and choice",
    before: schemaXml(
      { ...V0, types: composite(member("p", "uint16")) + enumType(XY) + setType(choicesXY) },
      message("M", 1, field("c", 1, "C") + field("e", 2, "E") + field("s", 3, "S")),
    ),
    now: schemaXml(
      {
        ...V1,
        types:
          composite(member("r", "uint16")) +
          enumType(value("X", 1) + value("Z", 2)) +
          setType(choice("X", 0) + choice("Z", 1)),
      },
      message("M", 1, field("c", 1, "C") + field("e", 2, "E") + field("s", 3, "S")),
    ),
    oldSends: sent({ c: { p: 1 }, e: "Y", s: ["Y"] }),
    newSends: sent({ c: { r: 1 }, e: "Z", s: ["Z"] }),
    renames: { p: "r" },
  },
  {
    rule: "type-renamed",
    before: schemaXml({ ...V0, types: enumType(XY) }, withEnum),
    now: schemaXml(
      { ...V1, types: enumType(XY).replace('name="E"', 'name="F"') },
      message("M", 1, field("e", 1, "F")),
    ),
    ...both({ e: "Y" }),
  },
  {
    rule: "type-kind-changed",
    before: schemaXml({ ...V0, types: enumType(XY) }, withEnum),
    now: schemaXml(V1, message("M", 1, field("e", 1, "uint8"))),
    oldSends: sent({ e: "Y" }),
    newSends: sent({ e: 2 }),
  },
];

/** All proofs; every rule has one at least. */
export const RULE_CASES: readonly RuleCase[] = [
  ...SCHEMA_CASES,
  ...MESSAGE_CASES,
  ...FIELD_CASES,
  ...VALUE_CASES,
  ...ENUM_CASES,
  ...STRUCTURE_CASES,
  ...NAME_CASES,
];
