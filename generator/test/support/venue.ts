/** The schema of these tests: every kind of thing in a few messages. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compileSchema, layoutOf, type SchemaLayout } from "@alerion/schema";

/** Compiles `venue.xml`, or what `change` makes of it. */
export function venueLayout(change: (text: string) => string = (text) => text): SchemaLayout {
  const path = fileURLToPath(new URL("venue.xml", import.meta.url));
  const text = change(readFileSync(path, "utf8"));
  const { ir, diagnostics } = compileSchema(Buffer.from(text), { file: "venue.xml" });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (ir === undefined) throw new Error(`venue.xml must compile: ${JSON.stringify(errors)}`);
  return layoutOf(ir);
}
