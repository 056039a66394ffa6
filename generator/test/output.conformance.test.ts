import { beforeAll, describe, expect, test } from "vitest";
import * as prettier from "prettier";
import { check, generate, type GeneratedOutput, type GenerateOptions } from "../src/index.js";
import { hasConformanceData, officialLayout, schemaNames } from "./support/conformance-data.js";

interface Variant {
  readonly options: Omit<GenerateOptions, "baseName">;
  readonly schemas: readonly string[];
}

const variants: readonly Variant[] = [
  { options: {}, schemas: schemaNames() },
  {
    options: { checks: true, unknownEnum: "throw" },
    // What the options change shows in these; the whole set would cost a minute more.
    schemas: [
      "code-generation-schema",
      "dto-test-schema",
      "example-extension-schema",
      "example-schema",
      "field-order-check-schema",
      "issue910",
      "nested-group-schema",
      "optional_enum_nullify",
      "since-version-filter-schema",
    ],
  },
];

describe.skipIf(!hasConformanceData).each(variants)(
  "output for the official schemas with $options",
  ({ options, schemas }) => {
    let outputs: GeneratedOutput[] = [];
    beforeAll(() => {
      outputs = schemas.map((name) => ({
        folder: name,
        files: generate(officialLayout(name), { baseName: name, ...options }),
      }));
    });

    test("type-checks as a strict project", { timeout: 300_000 }, async () => {
      expect(outputs).toHaveLength(schemas.length);
      expect(await check(outputs)).toEqual([]);
    });

    test("is formatted as Prettier would", { timeout: 300_000 }, async () => {
      const unformatted: string[] = [];
      for (const { folder, files } of outputs) {
        for (const { path, text } of files) {
          const isFormatted = await prettier.check(text, { parser: "typescript", printWidth: 100 });
          if (!isFormatted) unformatted.push(`${folder}/${path}`);
        }
      }
      expect(unformatted).toEqual([]);
    });

    test("is the same to the byte every time", () => {
      for (const { folder, files } of outputs) {
        const again = generate(officialLayout(folder), { baseName: folder, ...options });
        expect(again).toEqual(files);
      }
    });
  },
);
