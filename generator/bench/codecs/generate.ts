import type { BenchSchema } from "./messages/messages.js";
import { run } from "./run.js";

/** Where the generated codecs lie, relative to the root: below it, so that they find the runtime by name. */
export const CODECS = ".build/bench-codecs";

/** Generates the codecs that are measured, as JavaScript, with the built `sbe` command; fast where nothing changed. */
export function generate(schemas: readonly BenchSchema[]): void {
  for (const { path } of schemas) {
    run(process.execPath, ["generator/bin/sbe.js", "generate", path, "-o", CODECS, "--emit", "js"]);
  }
}
