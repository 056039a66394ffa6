import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compileSchema, layoutOf, lintSchema } from "@alerion/schema";
import { checkConfig } from "../../src/config/check-config.js";
import { CONFIG_SCHEMA } from "../../src/config/config-schema.js";
import { STARTER_CONFIG, STARTER_SCHEMA } from "../../src/config/starter.js";

async function faults(value: unknown): Promise<readonly string[]> {
  const checked = await checkConfig(value);
  return "faults" in checked
    ? checked.faults.map(({ pointer, text }) => `${pointer}: ${text}`)
    : [];
}

describe("the configuration's schema", () => {
  it("is the one that editors get", () => {
    const file = new URL("../../sbe.config.schema.json", import.meta.url);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(CONFIG_SCHEMA);
  });

  it("accepts everything that there is to say", async () => {
    expect(
      await faults({
        $schema: "x",
        schemas: ["a.xml"],
        output: "out",
        includeRoot: ".",
        baseline: "b.json",
        generate: { check: true, emit: "js", checks: true, atVersion: 0, unknownEnums: "throw" },
        lint: { rules: { "*": "off", "id-order": "error" } },
        compat: { levels: ["wire"] },
      }),
    ).toEqual([]);
    expect(await faults({})).toEqual([]);
  });

  it.each([
    [[], ": configuration must be an object"],
    [
      { schema: ["a.xml"] },
      '/schema: configuration must not have "schema" (did you mean "schemas"?)',
    ],
    [{ schemas: "a.xml" }, '/schemas: "schemas" must be an array'],
    [{ schemas: [] }, '/schemas: "schemas" must not be empty'],
    [{ schemas: ["a.xml", 1] }, '/schemas/1: "schemas" must be a string'],
    [
      { generate: { emit: "jss" } },
      '/generate/emit: "emit" must be one of "ts", "js": value="jss"',
    ],
    [{ generate: { atVersion: -1 } }, '/generate/atVersion: "atVersion" must not be negative'],
    [{ generate: { atVersion: 1.5 } }, '/generate/atVersion: "atVersion" must be an integer'],
    [
      { lint: { rules: { "id-oder": "off" } } },
      '/lint/rules/id-oder: "rules" must not have "id-oder" (did you mean "id-order"?)',
    ],
  ])("says of %j: %s", async (value, text) => {
    expect(await faults(value)).toEqual([text]);
  });

  it("says all that is wrong at once", async () => {
    expect(await faults({ output: 1, baseline: 2 })).toHaveLength(2);
  });
});

describe("what sbe init writes", () => {
  it("is a valid configuration", async () => {
    expect(await faults(STARTER_CONFIG)).toEqual([]);
  });

  it("is a schema without findings, hazards or bad style", () => {
    const { ir, diagnostics, locations } = compileSchema(STARTER_SCHEMA, { file: "s.xml" });
    expect(diagnostics).toEqual([]);
    if (ir === undefined) throw new Error("starter schema must compile");
    expect(lintSchema(layoutOf(ir), locations)).toEqual([]);
  });
});
