import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { GeneratedFile } from "./types.js";

const RELATIVE_IMPORT = /(?:from|import)\s*\(?"(\.\.?\/[^"]+)\.js"/gu;

/**
 * The declarations of `@alerion/runtime/codegen` and of all that they import, as files of a package that has nothing
 * else. Type-checking generated code needs them, wherever the runtime is installed.
 */
export function readDoorDeclarations(): GeneratedFile[] {
  const require = createRequire(import.meta.url);
  const door = require.resolve("@alerion/runtime/codegen");
  const root = dirname(dirname(door));
  const files = new Map<string, string>();
  const pending = ["codegen/index"];
  for (let module = pending.pop(); module !== undefined; module = pending.pop()) {
    if (files.has(module)) continue;
    const text = readFileSync(join(root, `${module}.d.ts`), "utf8");
    files.set(module, text);
    for (const [, specifier] of text.matchAll(RELATIVE_IMPORT)) {
      if (specifier !== undefined)
        pending.push(join(dirname(module), specifier).replaceAll("\\", "/"));
    }
  }
  const manifest = {
    name: "@alerion/runtime",
    type: "module",
    exports: { "./codegen": { types: "./dist/codegen/index.d.ts" } },
  };
  return [
    { path: "package.json", text: JSON.stringify(manifest) },
    ...[...files].map(([module, text]) => ({ path: `dist/${module}.d.ts`, text })),
  ];
}
