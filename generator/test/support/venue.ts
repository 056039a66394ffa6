/** The schema of these tests: every kind of thing in a few messages. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compileSchema, layoutOf, type SchemaLayout } from "@alerion/schema";

/** Compiles `venue.xml`. */
export function venueLayout(): SchemaLayout {
  const path = fileURLToPath(new URL("venue.xml", import.meta.url));
  const { ir, diagnostics } = compileSchema(readFileSync(path), { file: "venue.xml" });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (ir === undefined) throw new Error(`venue.xml must compile: ${JSON.stringify(errors)}`);
  return layoutOf(ir);
}
