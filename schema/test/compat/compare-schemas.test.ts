import { describe, expect, test } from "vitest";
import { compareSchemas, type CompatFinding } from "@alerion/schema";
import {
  field,
  group,
  layoutOfXml,
  message,
  schemaXml,
  type SchemaParts,
} from "../support/evolution.js";

function compare(
  before: readonly [SchemaParts, ...string[]],
  now: readonly [SchemaParts, ...string[]],
): readonly CompatFinding[] {
  return compareSchemas(layoutOfXml(schemaXml(...before)), layoutOfXml(schemaXml(...now)));
}

function texts(findings: readonly CompatFinding[]): readonly string[] {
  return findings.map(({ rule, text }) => `${rule}: ${text}`);
}

const SINCE_1 = 'sinceVersion="1"';

describe("findings", () => {
  test("say both places, and what stood there", () => {
    const findings = compare(
      [{}, message("M", 1, group("g", 9, field("a", 1, "uint8") + field("b", 2, "uint8")))],
      [
        { version: 1 },
        message(
          "M",
          1,
          group("g", 9, field("a", 1, "uint8") + field("b", 2, "uint8", 'offset="3"')),
        ),
      ],
    );
    expect(findings).toEqual([
      {
        rule: "field-offset-changed",
        text: 'field "b" (id 2) moved from byte 1 to byte 3',
        breaks: "both",
        oldPath: "message:M/g/b",
        newPath: "message:M/g/b",
        was: "byte 1",
      },
    ]);
  });

  test("of what is gone stand at what is left around it", () => {
    const [finding] = compare(
      [{}, message("M", 1, field("a", 1, "uint8") + field("b", 2, "uint8", 'offset="2"'))],
      [{ version: 1 }, message("M", 1, field("b", 2, "uint8", 'offset="2"'))],
    );
    expect(finding).toMatchObject({
      rule: "field-removed",
      oldPath: "message:M/a",
      newPath: "message:M",
    });
  });

  test("are one for neighbours that moved by the same number of bytes", () => {
    const rest = field("b", 2, "uint8") + field("c", 3, "uint8") + field("d", 4, "uint8");
    expect(
      texts(
        compare(
          [{}, message("M", 1, rest)],
          [{ version: 1 }, message("M", 1, field("a", 1, "uint8", SINCE_1) + rest)],
        ),
      ),
    ).toEqual([
      'field-offset-changed: field "b" (id 2) moved from byte 0 to byte 1, and 2 fields behind it by as much',
      'field-added-in-old-bytes: new field "a" (id 1) lies at byte 0, where "b" was',
    ]);
  });

  test("are one for a renumbered block", () => {
    const block = (start: number): string =>
      message(
        "M",
        1,
        ["a", "b", "c"].map((name, index) => field(name, start + index, "uint8")).join(""),
      );
    expect(texts(compare([{}, block(1)], [{ version: 1 }, block(2)]))).toEqual([
      'field-id-changed: "c" had id 3 and has 4',
      'field-id-reused: id 2 passed from "b" to "a"; so did 1 more ids of message "M"',
    ]);
  });

  test("inside a named type are reported once, however many fields use it", () => {
    const types = (value: number): string =>
      `<enum name="E" encodingType="uint8"><validValue name="X">${value}</validValue></enum>`;
    const uses = message("M", 1, field("a", 1, "E") + field("b", 2, "E"));
    expect(
      compare([{ types: types(1) }, uses], [{ version: 1, types: types(2) }, uses]),
    ).toMatchObject([{ rule: "enum-value-changed", oldPath: "type:E/X", newPath: "type:E/X" }]);
  });

  test("of a field that took another type, which both versions have, stand at the field", () => {
    const price = (name: string, exponent: number): string =>
      `<composite name="${name}"><type name="mantissa" primitiveType="int64"/>
      <type name="exponent" primitiveType="int8" presence="constant">${exponent}</type></composite>`;
    const types = price("Price", -4) + price("Price8", -8);
    const other = field("other", 2, "Price8");
    expect(
      texts(
        compare(
          [{ types }, message("M", 1, field("price", 1, "Price") + other)],
          [{ version: 1, types }, message("M", 1, field("price", 1, "Price8") + other)],
        ),
      ),
    ).toEqual([
      'type-renamed: field "price" (id 1) had composite "Price" and has "Price8"',
      'constant-value-changed: "exponent" of field "price" (id 1) was the constant -4 and is -8',
    ]);
  });

  test("of an inline enum stand below its composite", () => {
    const types = (value: number): string => `<composite name="C">
      <enum name="E" encodingType="uint8"><validValue name="X">${value}</validValue></enum></composite>`;
    const uses = message("M", 1, field("a", 1, "C"));
    expect(
      compare([{ types: types(1) }, uses], [{ version: 1, types: types(2) }, uses]),
    ).toMatchObject([{ rule: "enum-value-changed", newPath: "type:C/E/X" }]);
  });

  test("another schema id silences what versions would say", () => {
    const findings = compare(
      [{ id: 1, version: 5 }, message("M", 1, field("a", 1, "uint8"))],
      [
        { id: 2, version: 0 },
        message("M", 1, field("a", 1, "uint8") + field("b", 2, "uint8")),
        message("N", 2, ""),
      ],
    );
    expect(findings.map(({ rule }) => rule)).toEqual(["schema-id-changed"]);
  });

  test("byte order is one finding, not one for every number", () => {
    const uses = message("M", 1, field("a", 1, "uint16") + field("b", 2, "uint32"));
    const findings = compare([{}, uses], [{ version: 1, byteOrder: "bigEndian" }, uses]);
    expect(findings.map(({ rule }) => rule)).toEqual(["byte-order-changed"]);
  });

  test("a message that keeps its id and some fields under another name is renamed", () => {
    const findings = compare(
      [{}, message("M", 1, field("a", 1, "uint8") + field("b", 2, "uint8"))],
      [{ version: 1 }, message("N", 1, field("a", 1, "uint8"))],
    );
    expect(findings.map(({ rule }) => rule)).toEqual(["renamed", "block-shrunk", "field-removed"]);
  });

  test("a new enum value in the place of an old one is a rename only with the old sinceVersion", () => {
    const types = (value: string): string => `<enum name="E" encodingType="uint8">${value}</enum>`;
    const uses = message("M", 1, field("a", 1, "E"));
    const rename = (attributes: string): string | undefined =>
      compare(
        [{ types: types('<validValue name="X">1</validValue>') }, uses],
        [{ version: 1, types: types(`<validValue name="Y" ${attributes}>1</validValue>`) }, uses],
      )[0]?.rule;
    expect(rename("")).toBe("renamed");
    expect(rename(SINCE_1)).toBe("enum-value-reused");
  });
});
