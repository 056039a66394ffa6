import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { compareSchemas, compileSchema, layoutOf, type SchemaLayout } from "@alerion/schema";

const folder = fileURLToPath(
  new URL("../../../../shared/conformance/real-world/binance/", import.meta.url),
);

function read(version: string): SchemaLayout {
  const file = `spot_${version}.xml`;
  const { ir } = compileSchema(readFileSync(folder + file), { file });
  if (ir === undefined) throw new Error(`schema must compile: ${file}`);
  return layoutOf(ir);
}

/**
 * What each published version did to the one before. Read by hand against the files: 2_0, 3_0 are
 * new schema ids; 3_1 drops two exponents from a group of one message; 3_2 and 3_5 forget a
 * sinceVersion; 3_3 takes a private message back.
 */
const STEPS: readonly (readonly [string, string, Readonly<Record<string, number>>])[] = [
  [
    "1_0",
    "2_0",
    {
      "schema-id-changed": 1,
      "field-offset-changed": 1,
      "field-added-in-old-bytes": 1,
      "group-added-in-group": 1,
      "group-removed": 1,
      "field-id-changed": 1,
      "field-id-reused": 1,
    },
  ],
  ["2_0", "2_1", {}],
  [
    "2_1",
    "3_0",
    {
      "schema-id-changed": 1,
      "enum-value-changed": 6,
      "enum-value-removed": 3,
      "enum-value-reused": 2,
      "field-offset-changed": 1,
      "field-added-in-old-bytes": 1,
      "field-id-changed": 1,
      "field-id-reused": 1,
      "presence-optional-to-required": 38,
      "presence-required-to-optional": 1,
    },
  ],
  [
    "3_0",
    "3_1",
    {
      renamed: 3,
      "field-offset-changed": 1,
      "field-added-in-old-bytes": 2,
      "field-removed": 2,
      "field-id-reused": 1,
    },
  ],
  ["3_1", "3_2", { "choice-added": 1 }],
  ["3_2", "3_3", { "message-removed": 1 }],
  ["3_3", "3_4", {}],
  ["3_4", "3_5", { "enum-value-added": 1 }],
];

describe.skipIf(!existsSync(folder))(
  "the published versions of an exchange's schema",
  { timeout: 60_000 },
  () => {
    test.each(STEPS)("%s to %s", (before, now, expected) => {
      const counts: Record<string, number> = {};
      for (const { rule } of compareSchemas(read(before), read(now))) {
        counts[rule] = (counts[rule] ?? 0) + 1;
      }
      expect(counts).toEqual(expected);
    });

    test("two schemas that have nothing to do with each other compare in any order", () => {
      const file = "stream_1_0.xml";
      const { ir } = compileSchema(readFileSync(folder + file), { file });
      if (ir === undefined) throw new Error(`schema must compile: ${file}`);
      const spot = read("3_5");
      expect(compareSchemas(layoutOf(ir), spot).length).toBeGreaterThan(0);
      expect(compareSchemas(spot, layoutOf(ir)).length).toBeGreaterThan(spot.messages.length);
    });
  },
);
