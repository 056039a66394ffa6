import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileSchema, layoutOf, type SchemaLayout } from "@alerion/schema";
import { randomSchema } from "./support/random-schema.js";

/** The layout as JSON can compare it, without what stands in no place of its own. */
function essence(layout: SchemaLayout): unknown {
  return JSON.parse(
    JSON.stringify(layout, (_key: string, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    ),
  );
}

describe("random schemas", () => {
  it("compile without errors, to the layout that the model has", () => {
    fc.assert(
      fc.property(randomSchema(), ({ xml, ir }) => {
        const compiled = compileSchema(xml, { file: "random.xml" });
        const errors = compiled.diagnostics.filter(({ severity }) => severity === "error");
        expect(errors).toStrictEqual([]);
        expect(compiled.ir).toBeDefined();
        if (compiled.ir === undefined) return;
        expect(essence(layoutOf(compiled.ir))).toStrictEqual(essence(layoutOf(ir)));
      }),
    );
  }, 60_000);
});
