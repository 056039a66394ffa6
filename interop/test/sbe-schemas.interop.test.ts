/** Accept or refuse, and the IR byte for byte: on schemas that nobody wrote. */
import { readFileSync } from "node:fs";
import { compileSchema, irToSbeir, type CompileResult } from "@alerion/schema";
import { describe, expect, test } from "vitest";
import { mutatedSchemas } from "./support/mutated-schemas.js";
import { needsJava, runOracle } from "./support/java.js";

/** Refusals and warnings that are listed choices (docs/diagnostics.md): no difference to report. */
const LISTED: ReadonlySet<string> = new Set([
  "dimension-type-kind",
  "header-type-kind",
  "length-max",
  "schema-limit",
  "size-limit",
  "value-space",
]);

function isListed({ diagnostics }: CompileResult): boolean {
  return diagnostics.some(({ rule }) => LISTED.has(rule));
}

describe("the official sbe-tool", () => {
  needsJava();

  test.each(["order-entry", "market-data"])(
    "accepts and refuses what we do of 500 mutations of %s, and writes the same IR",
    (name) => {
      const schemas = mutatedSchemas(readFileSync(`examples/schemas/${name}.xml`, "utf8"), 500, 7);
      const lines = schemas.map((schema) => Buffer.from(schema).toString("base64"));
      const official = runOracle(["irs"], `${lines.join("\n")}\n`)
        .trim()
        .split("\n");
      expect(official).toHaveLength(schemas.length);
      let compared = 0;
      for (const [index, schema] of schemas.entries()) {
        const result = compileSchema(Buffer.from(schema), { file: `${name}.xml`, xinclude: false });
        if (isListed(result)) continue;
        compared++;
        const ours =
          result.ir === undefined ? "refused" : Buffer.from(irToSbeir(result.ir)).toString("hex");
        if (ours !== official[index]) {
          expect.fail(
            `${JSON.stringify(result.diagnostics)}\nofficial: ${official[index]?.slice(0, 80)}\n${schema}`,
          );
        }
      }
      // Most mutations must say something.
      expect(compared).toBeGreaterThan(400);
    },
    120_000,
  );
});
