/** For each rule of `sbe lint` a schema that it is about, and one that is as it should be. */
import type { LintRuleName } from "@alerion/schema";
import { data, field, group, message, schemaXml } from "../support/evolution.js";

/** One rule at work. */
export interface LintCase {
  readonly rule: LintRuleName;
  readonly fires: string;
  /** Path of the finding. */
  readonly path: string;
  readonly text: string;
  readonly silent: string;
  /** What only the XML says cannot be seen in IR. */
  readonly needsXml?: boolean;
}

const A = field("a", 1, "uint32");
const SINCE_1 = 'sinceVersion="1"';
const SINCE_2 = 'sinceVersion="2"';
const optional = 'presence="optional"';
const byteDimension = `<composite name="groupSizeEncoding">
<type name="blockLength" primitiveType="uint8"/><type name="numInGroup" primitiveType="uint8"/></composite>`;
const textOf = (length: number, more = ""): string =>
  `<type name="Text" primitiveType="char" length="${length}" ${more}/>`;
const textGroup = message("M", 1, group("g", 10, field("t", 11, "Text")));
const enumOf = (encodingType: string, values: string): string =>
  `<enum name="E" encodingType="${encodingType}">${values}</enum>`;
const X = '<validValue name="X">1</validValue>';
const setOf = (...bits: readonly number[]): string =>
  `<set name="S" encodingType="uint8">${bits.map((bit) => `<choice name="b${bit}">${bit}</choice>`).join("")}</set>`;
const composite = (content: string): string => `<composite name="C">${content}</composite>`;
const withC = message("M", 1, field("c", 1, "C"));
const optionalE = message("M", 1, field("e", 1, "E", optional));

/** All cases. */
export const LINT_CASES: readonly LintCase[] = [
  {
    rule: "unaligned-field",
    fires: schemaXml({}, message("M", 1, A + field("b", 2, "uint64") + field("c", 3, "double"))),
    path: "message:M/b",
    text: '8-byte field "b" lies at byte 4, and 1 more of message "M"',
    silent: schemaXml({}, message("M", 1, field("b", 2, "uint64") + A)),
  },
  {
    rule: "unaligned-field",
    fires: schemaXml(
      { types: composite('<type name="m" primitiveType="int64"/>') },
      message("M", 1, A + field("c", 2, "C")),
    ),
    path: "message:M/c",
    text: '8-byte field "c" lies at byte 4',
    silent: schemaXml(
      { types: composite('<type name="m" primitiveType="int64"/>') },
      message("M", 1, A + field("c", 2, "C", 'offset="8"')),
    ),
  },
  {
    rule: "block-cannot-grow",
    fires: schemaXml({ dimension: byteDimension, types: textOf(200) }, textGroup),
    path: "message:M/g",
    text: 'group "g" takes 200 of the 254 bytes that blockLength of "groupSizeEncoding" can say',
    silent: schemaXml({ dimension: byteDimension, types: textOf(100) }, textGroup),
  },
  {
    rule: "since-version-order",
    fires: schemaXml(
      { version: 2 },
      message("M", 1, field("b", 2, "uint32", SINCE_2) + field("c", 3, "uint32", SINCE_1) + A),
    ),
    path: "message:M/b",
    text: '"b" of version 2 stands in front of "a" of version 0',
    // In a message of version 2 nothing is older.
    silent: schemaXml(
      { version: 2 },
      message("M", 1, field("b", 2, "uint32", SINCE_2) + A, SINCE_2),
      message("N", 2, A + field("b", 2, "uint32", SINCE_1)),
    ),
  },
  {
    rule: "since-version-order",
    fires: schemaXml({ version: 1 }, message("M", 1, group("g", 10, A, SINCE_1) + data("d", 20))),
    path: "message:M/g",
    text: '"g" of version 1 stands in front of "d" of version 0',
    silent: schemaXml({ version: 1 }, message("M", 1, group("g", 10, A) + data("d", 20, SINCE_1))),
  },
  {
    rule: "since-version-in-composite",
    fires: schemaXml(
      { version: 1, types: composite(`<type name="m" primitiveType="int64" ${SINCE_1}/>`) },
      withC,
    ),
    path: "type:C/m",
    text: 'member "m" of composite "C" has sinceVersion 1',
    silent: schemaXml(
      { version: 1, types: composite('<type name="m" primitiveType="int64"/>') },
      withC,
    ),
    needsXml: true,
  },
  {
    rule: "version-without-changes",
    fires: schemaXml({ version: 2 }, message("M", 1, A + field("b", 2, "uint32", SINCE_1))),
    path: "schema",
    text: "schema version is 2, but nothing says that it came or went with it",
    silent: schemaXml({ version: 2 }, message("M", 1, A, 'deprecated="2"')),
  },
  {
    rule: "added-field-required",
    fires: schemaXml({ version: 1 }, message("M", 1, A + field("b", 2, "uint32", SINCE_1))),
    path: "message:M/b",
    text: 'field "b" (id 2) came with version 1, but is required',
    silent: schemaXml(
      { version: 1 },
      message("M", 1, A + field("b", 2, "uint32", `${SINCE_1} ${optional}`)),
      message("N", 2, field("b", 2, "uint32", SINCE_1), SINCE_1),
    ),
  },
  {
    rule: "enum-without-null",
    fires: schemaXml({ types: enumOf("uint8", X) }, optionalE),
    path: "type:E",
    text: 'enum "E" is used by optional fields, but "uint8" states no null value; here it is 255',
    silent: schemaXml(
      {
        types:
          enumOf("Code", X) +
          `<type name="Code" primitiveType="uint8" ${optional} nullValue="255"/>`,
      },
      optionalE,
    ),
    needsXml: true,
  },
  {
    rule: "char-array-without-encoding",
    fires: schemaXml({ types: textOf(4) }, message("M", 1, field("t", 1, "Text"))),
    path: "type:Text",
    text: 'char array "Text" states no characterEncoding',
    silent: schemaXml(
      { types: textOf(4, 'characterEncoding="UTF-8"') },
      message("M", 1, field("t", 1, "Text")),
    ),
    needsXml: true,
  },
  {
    rule: "name-clash",
    fires: schemaXml(
      {},
      message("M", 1, field("orderId", 1, "uint32") + field("order_ID", 2, "uint32")),
    ),
    path: "message:M/order_ID",
    text: '"order_ID" and "orderId" of message "M" are one name in some languages',
    silent: schemaXml({}, message("M", 1, field("orderId", 1, "uint32") + group("orderIds", 2, A))),
  },
  {
    rule: "name-clash",
    fires: schemaXml(
      { types: composite('<type name="m" primitiveType="int64"/>') },
      message("C", 1, field("c", 1, "C")),
    ),
    path: "type:C",
    text: '"C" names two things of the schema',
    silent: schemaXml({ types: composite('<type name="m" primitiveType="int64"/>') }, withC),
  },
  {
    rule: "name-reserved",
    fires: schemaXml({}, message("M", 1, field("Match", 1, "uint32"))),
    path: "message:M/Match",
    text: '"Match" is a reserved word of Rust',
    silent: schemaXml({}, message("M", 1, field("matched", 1, "uint32"))),
  },
  {
    rule: "missing-description",
    fires: schemaXml({}, message("M", 1, A)),
    path: "message:M",
    text: 'message "M" has no description',
    silent: schemaXml({}, message("M", 1, A, 'description="text"')),
  },
  {
    rule: "missing-field-description",
    fires: schemaXml({}, message("M", 1, A)),
    path: "message:M/a",
    text: 'field "a" (id 1) has no description, and neither has its type',
    silent: schemaXml({}, message("M", 1, field("a", 1, "uint32", 'description="text"'))),
  },
  {
    rule: "missing-type-description",
    fires: schemaXml({ types: enumOf("uint8", X) }, message("M", 1, field("e", 1, "E"))),
    path: "type:E",
    text: 'enum "E" has no description',
    silent: schemaXml(
      { types: enumOf("uint8", X).replace("<enum", '<enum description="text"') },
      message("M", 1, field("e", 1, "E")),
    ),
  },
  {
    rule: "unused-type",
    fires: schemaXml({ types: textOf(4) }, message("M", 1, A)),
    path: "type:Text",
    text: 'type "Text" is never used',
    silent: schemaXml(
      { types: `<type name="Code" primitiveType="uint8"/>${enumOf("Code", X)}` },
      message("M", 1, field("e", 1, "E") + data("d", 20)),
    ),
    needsXml: true,
  },
  {
    rule: "set-gap",
    fires: schemaXml({ types: setOf(0, 1, 5) }, message("M", 1, field("s", 1, "S"))),
    path: "type:S",
    text: 'bit 2 of set "S" has no name',
    silent: schemaXml({ types: setOf(1, 0, 2) }, message("M", 1, field("s", 1, "S"))),
  },
  {
    rule: "id-order",
    fires: schemaXml({}, message("M", 1, field("b", 2, "uint32") + A)),
    path: "message:M/a",
    text: 'id 1 of "a" stands behind id 2 of "b"',
    silent: schemaXml({}, message("M", 1, A + field("b", 2, "uint32"))),
  },
];
