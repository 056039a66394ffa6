import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compileSchema, layoutOf, type CompileResult } from "@alerion/schema";
import { REAL_WORLD_ACCEPTED, REAL_WORLD_REFUSED } from "../support/listed-choices.js";
import { folderResolver, problemsOf } from "../support/official-cases.js";

const folder = fileURLToPath(
  new URL("../../../../shared/conformance/real-world/", import.meta.url),
);

const schemas = existsSync(folder)
  ? readdirSync(folder, { recursive: true })
      .map((path) => String(path).replaceAll("\\", "/"))
      .filter((path) => path.endsWith(".xml"))
      .toSorted()
  : [];

function compile(schema: string): CompileResult {
  // Zeebe's modules include across their folders.
  const includeRoot = schema.startsWith("zeebe/") ? "zeebe" : undefined;
  return compileSchema(readFileSync(folder + schema), {
    file: schema,
    resolver: folderResolver(folder),
    ...(includeRoot === undefined ? {} : { includeRoot }),
  });
}

/** What the official tool said, from the table of the venue: `ok`, `ok, 1 warnings`, `refused: …`. */
function officialResult(schema: string): string {
  const [venue = "", ...rest] = schema.split("/");
  const row = readFileSync(`${folder}${venue}/README.md`, "utf8")
    .split("\n")
    .find((line) => line.startsWith(`| \`${rest.join("/")}\` |`) && /\| (?:ok|refused)/.test(line));
  return /\| ((?:ok|refused)[^|]*)\|/.exec(row ?? "")?.[1]?.trim() ?? `no row for ${schema}`;
}

describe.skipIf(schemas.length === 0)("schemas of exchanges and projects", () => {
  it.each(schemas)("%s compiles, or its refusal is listed and right", (schema) => {
    const result = compile(schema);
    const refused = REAL_WORLD_REFUSED.get(schema);
    if (refused === undefined) {
      if (result.ir === undefined) expect.fail(problemsOf(result));
      expect(layoutOf(result.ir).messages).toHaveLength(result.ir.messages.length);
      return;
    }
    expect(result.ir).toBeUndefined();
    expect(result.diagnostics.map(({ rule }) => rule)).toContain(refused.rule);
  });

  it.each(schemas)("%s: another answer than the official tool's is a listed choice", (schema) => {
    const official = officialResult(schema);
    expect(official).toMatch(/^(?:ok|refused)/);
    const isAccepted = compile(schema).ir !== undefined;
    expect(isAccepted).toBe(official.startsWith("ok") || REAL_WORLD_ACCEPTED.has(schema));
    if (REAL_WORLD_ACCEPTED.has(schema)) expect(official).toMatch(/^refused/);
  });

  it("every listed choice is about a schema of the data", () => {
    const known = new Set(schemas);
    const listed = [...REAL_WORLD_ACCEPTED.keys(), ...REAL_WORLD_REFUSED.keys()];
    expect(listed.filter((schema) => !known.has(schema))).toEqual([]);
  });

  it("the three messages of FIX SBE 2.0 are found in their <messages> elements, as in RC1", () => {
    const [rc1, rc2, rc3] = [
      "fix-community/v2-0-RC1/resources/Examples.xml",
      "fix-community/v2-0-RC2/resources/xml/examples.xml",
      "fix-community/v2-0-RC3/resources/xml/examples.xml",
    ].map((schema) => compile(schema).ir?.messages);
    expect(rc1).toHaveLength(3);
    expect(rc2).toEqual(rc1);
    expect(rc3).toEqual(rc1);
  });
});
