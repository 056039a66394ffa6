import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compileSchema, layoutOf } from "@alerion/schema";
import { describe, expect, test } from "vitest";
import { check, generate, type GeneratedOutput } from "../src/index.js";

const folder = fileURLToPath(new URL("../../../shared/conformance/real-world/", import.meta.url));

const schemas = existsSync(folder)
  ? readdirSync(folder, { recursive: true })
      .map((path) => String(path).replaceAll("\\", "/"))
      .filter((path) => path.endsWith(".xml"))
      .toSorted()
  : [];

/** Output of one schema; undefined where it does not compile, which schema/test holds against a list. */
function outputOf(schema: string, index: number): GeneratedOutput | undefined {
  const { ir } = compileSchema(readFileSync(folder + schema), {
    file: schema,
    resolver: {
      read: (path) => (existsSync(folder + path) ? readFileSync(folder + path) : undefined),
    },
    // Zeebe's modules include across their folders.
    ...(schema.startsWith("zeebe/") ? { includeRoot: "zeebe" } : {}),
  });
  if (ir === undefined) return undefined;
  const baseName = (schema.split("/").pop() ?? "").replace(/\.xml$/, "");
  return { folder: `s${index}-${baseName}`, files: generate(layoutOf(ir), { baseName }) };
}

describe.skipIf(schemas.length === 0)("output for the schemas of exchanges and projects", () => {
  test("type-checks as a strict project", { timeout: 300_000 }, async () => {
    const outputs = schemas.flatMap((schema, index) => outputOf(schema, index) ?? []);
    expect(outputs.length).toBeGreaterThan(55);
    // In portions, so that the type-checker's memory stays bounded.
    for (let start = 0; start < outputs.length; start += 10) {
      expect(await check(outputs.slice(start, start + 10))).toEqual([]);
    }
  });
});
