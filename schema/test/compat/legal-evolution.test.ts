import { describe, expect, test } from "vitest";
import { compareSchemas } from "@alerion/schema";
import {
  data,
  exchange,
  field,
  group,
  layoutOfXml,
  message,
  schemaXml,
  type Sent,
} from "../support/evolution.js";

const SINCE_1 = 'sinceVersion="1"';
const V1 = { version: 1 };
const A = field("a", 1, "uint32");
const entries = group("g", 10, field("x", 11, "uint16"));
const VALUES = '<validValue name="X">1</validValue>';
const CHOICES = '<choice name="P">0</choice>';
const FIXED = '<type name="Fixed" primitiveType="int8" presence="constant">5</type>';

function sent(values: unknown, name = "M"): Sent {
  return { message: name, values };
}

const cases: readonly {
  readonly title: string;
  readonly before: string;
  readonly now: string;
  readonly oldSends: Sent;
  readonly newSends: Sent;
}[] = [
  {
    title: "a field at the end of a message block",
    before: schemaXml({}, message("M", 1, A)),
    now: schemaXml(V1, message("M", 1, A + field("b", 2, "uint64", SINCE_1))),
    oldSends: sent({ a: 1 }),
    newSends: sent({ a: 1, b: "2" }),
  },
  {
    title: "a field at the end of a group entry",
    before: schemaXml({}, message("M", 1, A + entries)),
    now: schemaXml(
      V1,
      message(
        "M",
        1,
        A + group("g", 10, field("x", 11, "uint16") + field("y", 12, "double", SINCE_1)),
      ),
    ),
    oldSends: sent({ a: 1, g: [{ x: 2 }, { x: 3 }] }),
    newSends: sent({
      a: 1,
      g: [
        { x: 2, y: 0.5 },
        { x: 3, y: 1.5 },
      ],
    }),
  },
  {
    title: "a field in bytes that the old block left unused",
    before: schemaXml({}, message("M", 1, A, 'blockLength="16"')),
    now: schemaXml(V1, message("M", 1, A + field("b", 2, "uint32", SINCE_1), 'blockLength="16"')),
    oldSends: sent({ a: 1 }),
    newSends: sent({ a: 1, b: 2 }),
  },
  {
    title: "a block that loses unused bytes",
    before: schemaXml({}, message("M", 1, A + data("d", 20), 'blockLength="16"')),
    now: schemaXml(V1, message("M", 1, A + data("d", 20))),
    oldSends: sent({ a: 1, d: "0x0102" }),
    newSends: sent({ a: 1, d: "0x0102" }),
  },
  {
    title: "a group after the last group, where there is no data",
    before: schemaXml({}, message("M", 1, A + entries)),
    now: schemaXml(
      V1,
      message("M", 1, A + entries + group("h", 12, field("y", 13, "uint16"), SINCE_1)),
    ),
    oldSends: sent({ a: 1, g: [{ x: 2 }] }),
    newSends: sent({ a: 1, g: [{ x: 2 }], h: [{ y: 3 }] }),
  },
  {
    title: "data after the last data",
    before: schemaXml({}, message("M", 1, A + entries + data("d", 20))),
    now: schemaXml(V1, message("M", 1, A + entries + data("d", 20) + data("e", 21, SINCE_1))),
    oldSends: sent({ a: 1, g: [{ x: 2 }], d: "0x01" }),
    newSends: sent({ a: 1, g: [{ x: 2 }], d: "0x01", e: "0x02" }),
  },
  {
    title: "a message under a raised version",
    before: schemaXml({}, message("M", 1, A)),
    now: schemaXml(V1, message("M", 1, A), message("N", 2, A)),
    oldSends: sent({ a: 1 }),
    newSends: sent({ a: 1 }),
  },
  {
    title: "an enum value and a choice with their sinceVersion",
    before: schemaXml(
      {
        types: `<enum name="E" encodingType="uint8">${VALUES}</enum><set name="S" encodingType="uint8">${CHOICES}</set>`,
      },
      message("M", 1, field("e", 1, "E") + field("s", 2, "S")),
    ),
    now: schemaXml(
      {
        ...V1,
        types: `<enum name="E" encodingType="uint8">${VALUES}<validValue name="Y" ${SINCE_1}>2</validValue></enum>
          <set name="S" encodingType="uint8">${CHOICES}<choice name="Q" ${SINCE_1}>1</choice></set>`,
      },
      message("M", 1, field("e", 1, "E") + field("s", 2, "S")),
    ),
    oldSends: sent({ e: "X", s: ["P"] }),
    newSends: sent({ e: "X", s: ["P"] }),
  },
  {
    title: "a constant, which takes no bytes",
    before: schemaXml({ types: FIXED }, message("M", 1, A)),
    now: schemaXml({ ...V1, types: FIXED }, message("M", 1, A + field("f", 2, "Fixed"))),
    oldSends: sent({ a: 1 }),
    newSends: sent({ a: 1 }),
  },
  {
    title: "descriptions, deprecation and the semantic version",
    before: schemaXml({}, message("M", 1, A)),
    now: schemaXml(
      V1,
      message(
        "M",
        1,
        field("a", 1, "uint32", 'description="text" deprecated="1"'),
        'deprecated="1"',
      ),
    ).replace('package="test"', 'package="test" semanticVersion="2" description="text"'),
    oldSends: sent({ a: 1 }),
    newSends: sent({ a: 1 }),
  },
  {
    title: "a unit that was unstated and is stated now",
    before: schemaXml({}, message("M", 1, field("t", 1, "uint64"))),
    now: schemaXml(V1, message("M", 1, field("t", 1, "uint64", 'timeUnit="nanosecond"'))),
    oldSends: sent({ t: "1" }),
    newSends: sent({ t: "1" }),
  },
];

describe.each(cases)("$title", ({ before: oldXml, now: newXml, oldSends, newSends }) => {
  const before = layoutOfXml(oldXml);
  const now = layoutOfXml(newXml);

  test("hurts nobody", () => {
    const hurting = compareSchemas(before, now).filter(({ breaks }) => breaks !== "none");
    expect(hurting).toEqual([]);
  });

  test("reads alike both ways", () => {
    expect(exchange(before, now, oldSends, "raw")).toBe("same");
    expect(exchange(now, before, newSends, "raw")).toBe("same");
  });
});
