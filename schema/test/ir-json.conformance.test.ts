import { describe, expect, it } from "vitest";
import { irFromJson, irToJson } from "@alerion/schema";
import {
  conformancePath,
  hasConformanceData,
  readOfficialIr,
  schemaNames,
} from "./support/conformance-data.js";
import { readFileSync } from "node:fs";

describe.skipIf(!hasConformanceData)("IR JSON of the official schemas", () => {
  it.each(schemaNames())(
    "%s: reads back to the same tokens and writes the same lines",
    async (name) => {
      const official = readOfficialIr(name);
      const ir = await irFromJson(readFileSync(conformancePath(`ir/${name}.json`), "utf8"));
      expect(ir.header).toStrictEqual(official.header);
      expect(ir.messages).toStrictEqual(official.messages);
      const text = irToJson(ir);
      expect(await irFromJson(text)).toStrictEqual(ir);
      const tokenLines = (lines: string): string[] =>
        lines.split("\n").filter((line) => line.startsWith('{"signal"'));
      const officialText = readFileSync(conformancePath(`ir/${name}.json`), "utf8");
      expect(tokenLines(text)).toStrictEqual(tokenLines(officialText));
    },
  );
});
