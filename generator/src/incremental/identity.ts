/**
 * Which generator this is. The version alone would do for installed packages, but not for those who
 * work on the generator: so the files that decide the output count too, by size and time.
 */
import { readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { GENERATOR_VERSION } from "../version.js";
import { hashOf } from "./snapshot.js";

const CODE = /\.(?:c?js|ts|hbs)$/;
const DECLARATION = /\.d\.ts$/;

/** Changes whenever the generator or the schema compiler does. */
export function generatorIdentity(): string {
  const here = fileURLToPath(new URL(".", import.meta.url));
  const parts = [GENERATOR_VERSION];
  // The bundled command has all its code in one folder; otherwise `src`, templates and the compiler's folder count.
  for (const folder of basename(here) === "bundle" ? [here] : looseFolders(here)) {
    collect(folder, parts);
  }
  return hashOf(parts.join("\n"));
}

function looseFolders(here: string): readonly string[] {
  const own = dirname(here);
  const schema = dirname(createRequire(import.meta.url).resolve("@alerion/schema"));
  return [own, join(dirname(own), "templates"), schema];
}

function collect(folder: string, parts: string[]): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) collect(path, parts);
    else if (CODE.test(entry.name) && !DECLARATION.test(entry.name)) {
      const { size, mtimeMs } = statSync(path);
      parts.push(`${path} ${size} ${mtimeMs}`);
    }
  }
}
