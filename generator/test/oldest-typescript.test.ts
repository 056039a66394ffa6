import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compileSchema, layoutOf } from "@alerion/schema";
import { describe, expect, test } from "vitest";
import { generate, type GeneratedOutput, type GenerateOptions } from "../src/index.js";
import { checkWithOldest, OLDEST_TYPESCRIPT } from "./support/oldest-typescript.js";
import { venueLayout } from "./support/venue.js";

const examples = fileURLToPath(new URL("../../examples/schemas/", import.meta.url));

function outputOf(name: string): GeneratedOutput {
  const { ir } = compileSchema(readFileSync(`${examples}${name}.xml`), { file: name });
  if (ir === undefined) throw new Error(`schema must compile: name=${name}`);
  return { folder: name, files: generate(layoutOf(ir), { baseName: name }) };
}

function venueOutput(folder: string, options: Partial<GenerateOptions>): GeneratedOutput {
  return { folder, files: generate(venueLayout(), { baseName: "venue", ...options }) };
}

describe("the oldest TypeScript that the README promises", () => {
  test("is 5.4", () => {
    expect(OLDEST_TYPESCRIPT).toMatch(/^5\.4\./);
  });

  test("compiles generated code with everything strict", { timeout: 300_000 }, () => {
    const outputs = [
      venueOutput("plain", {}),
      venueOutput("checked", { checks: true, unknownEnum: "throw" }),
      outputOf("order-entry"),
      outputOf("market-data"),
    ];
    expect(checkWithOldest(outputs)).toEqual([]);
  });

  test("finds a fault, so that its silence means something", { timeout: 300_000 }, () => {
    const text =
      'import { Cursor } from "@alerion/runtime/codegen";\nexport const a: string = new Cursor();\n';
    expect(checkWithOldest([{ folder: "broken", files: [{ path: "a.ts", text }] }])).toEqual([
      "/out/broken/a.ts TS2322 Type 'Cursor' is not assignable to type 'string'.",
    ]);
  });
});
