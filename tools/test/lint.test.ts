import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { bin, root } from "../workspaces.mjs";

/** One planted file, and the rules that must find something in it; none for a file that is in order. */
interface Planted {
  readonly title: string;
  readonly path: string;
  readonly text: string;
  readonly rules: readonly string[];
}

const IMPORTS = "alerion(imports)";

function plantedImport(path: string, line: string, isAllowed = false): Planted {
  const title = `${path} ${isAllowed ? "may" : "may not"} say ${line}`;
  return { title, path, text: `${line}\n`, rules: isAllowed ? [] : [IMPORTS] };
}

const planted: readonly Planted[] = [
  plantedImport("runtime/src/a1.ts", `export { readFileSync } from "node:fs";`),
  plantedImport("runtime/src/a2.ts", `export type { Ir } from "@alerion/schema";`),
  plantedImport("runtime/src/a3.ts", `export { XMLParser } from "fast-xml-parser";`),
  plantedImport("runtime/src/a5.ts", `/** A. */\nexport const a = import("node:fs");`),
  plantedImport("runtime/src/a6.ts", `export { b } from "../test/b.js";`),
  plantedImport("runtime/src/a7.ts", `export { b } from "./b.js";`, true),
  plantedImport("schema/src/a1.ts", `export { readFileSync } from "node:fs";`),
  plantedImport("schema/src/a2.ts", `export { b } from "@alerion/generator";`),
  plantedImport("schema/src/a3.ts", `export { b } from "@alerion/runtime/src/b.js";`),
  plantedImport("schema/src/a4.ts", `export { b } from "../../runtime/src/b.js";`),
  plantedImport("schema/src/a5.ts", `export { AlerionError } from "@alerion/runtime";`, true),
  plantedImport("schema/src/a6.ts", `export { XMLParser } from "fast-xml-parser";`, true),
  plantedImport("generator/src/a1.ts", `export { Project } from "ts-morph";`),
  plantedImport("generator/src/a2.ts", `export { b } from "@alerion/transport";`),
  plantedImport("generator/src/a3.ts", `export type { Project } from "ts-morph";`, true),
  plantedImport("generator/src/a4.ts", `export { readFileSync } from "node:fs";`, true),
  plantedImport("generator/test/a1.ts", `export { b } from "../../schema/test/b.js";`),
  plantedImport("generator/test/a2.ts", `export { Project } from "ts-morph";`, true),
  plantedImport("generator/bench/a1.ts", `export { b } from "../src/b.js";`),
  plantedImport("generator/test/golden/a1.ts", `export { b } from "@alerion/runtime";`),
  plantedImport(
    "generator/test/golden/a2.ts",
    `export { b } from "@alerion/runtime/codegen";`,
    true,
  ),
  plantedImport("transport/src/a1.ts", `export { b } from "@alerion/schema";`),
  plantedImport("transport/src/a2.ts", `export { b } from "@alerion/cluster";`),
  plantedImport(
    "transport/src/a3.ts",
    `/** A. */\nexport const a = import("@alerion/schema");`,
    true,
  ),
  plantedImport("archive/src/a1.ts", `export { b } from "@alerion/cluster";`),
  plantedImport("archive/src/a2.ts", `export { b } from "@alerion/schema";`),
  plantedImport("cluster/src/a1.ts", `export { b } from "@alerion/examples";`),
  plantedImport("cluster/src/a2.ts", `export { b } from "@alerion/archive";`, true),
  plantedImport("examples/src/a1.ts", `export { b } from "../../runtime/src/b.js";`),
  plantedImport("examples/src/a2.ts", `export { b } from "@alerion/runtime/internal";`),
  plantedImport("examples/src/a3.ts", `export { b } from "@alerion/cluster";`, true),
  {
    title: "the type of an import() is no way round the rule",
    path: "runtime/src/a4.ts",
    text: `/** A. */\nexport type A = import("node:net").Socket;\n`,
    rules: [IMPORTS, "typescript(consistent-type-imports)"],
  },
  {
    title: "any, enum, non-null assertion and export * are refused in src",
    path: "runtime/src/language.ts",
    text: `export * from "./b.js";
enum Side { Buy }
/** A. */
export function a(list: number[], other: any): [number, Side, unknown] {
  return [list[0]!, Side.Buy, other];
}
`,
    rules: [
      "alerion(no-export-all)",
      "alerion(no-enum)",
      "typescript(no-explicit-any)",
      "typescript(no-non-null-assertion)",
    ],
  },
  ...["runtime/src/concurrent", "transport/src/driver/network", "transport/src/client"].map(
    (folder) => ({
      title: `agents in ${folder} take clock, timers and randomness from outside`,
      path: `${folder}/agent.ts`,
      text: `/** A. */
export function a(): number {
  setTimeout(() => {}, 1);
  return Date.now() + performance.now() + Math.random();
}
`,
      rules: ["eslint(no-restricted-globals)", "eslint(no-restricted-properties)"],
    }),
  ),
  {
    title: "what is no agent may ask the machine itself",
    path: "transport/src/connect/edge.ts",
    text: `/** A. */\nexport const a = (): number => Date.now();\n`,
    rules: [],
  },
  {
    title: "a promise that nobody awaits is refused",
    path: "transport/src/floating.ts",
    text: `async function send(): Promise<void> {
  await Promise.resolve();
}
/** A. */
export function a(): void {
  send();
}
`,
    rules: ["typescript(no-floating-promises)"],
  },
  {
    title: "an unsafe use of any is refused in tests too",
    path: "schema/test/unsafe.ts",
    text: `export const a: string = JSON.parse("1").name;\n`,
    rules: ["typescript(no-unsafe-assignment)", "typescript(no-unsafe-member-access)"],
  },
  {
    title: "an export without a doc comment is refused",
    path: "schema/src/undocumented.ts",
    text: `export const a = 1;\n`,
    rules: ["alerion(documented-exports)"],
  },
  {
    title: "file names are kebab-case",
    path: "schema/src/camelCase.ts",
    text: `/** A. */\nexport const a = 1;\n`,
    rules: ["unicorn(filename-case)"],
  },
  {
    title: "a cycle of imports is refused",
    path: "archive/src/cycle-one.ts",
    text: `import { two } from "./cycle-two.js";\n/** One. */\nexport const one = (): number => two();\n`,
    rules: ["import(no-cycle)"],
  },
  {
    title: "a cycle of imports is refused at its other end",
    path: "archive/src/cycle-two.ts",
    text: `import { one } from "./cycle-one.js";\n/** Two. */\nexport const two = (): number => one();\n`,
    rules: ["import(no-cycle)"],
  },
];

/** Writes the planted files into a folder of their own and returns the rules found, by path. */
function lint(folder: string): Map<string, Set<string>> {
  mkdirSync(folder, { recursive: true });
  for (const { path, text } of planted) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  for (const name of [".oxlintrc.json", "tsconfig.base.json"]) {
    copyFileSync(join(root, name), join(folder, name));
  }
  for (const name of ["tools", "node_modules"]) symlinkSync(join(root, name), join(folder, name));
  writeFileSync(join(folder, "tsconfig.json"), `{ "extends": "./tsconfig.base.json" }`);
  const folders = [...new Set(planted.map(({ path }) => path.split("/")[0] ?? ""))];
  const args = ["--type-aware", "-f", "json", "-c", ".oxlintrc.json", ...folders];
  const { stdout } = spawnSync(bin("oxlint"), args, { cwd: folder, encoding: "utf8" });
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { code: string; filename: string }[];
  };
  const found = new Map<string, Set<string>>();
  for (const { code, filename } of diagnostics) {
    const path = filename.slice(filename.lastIndexOf("/planted/") + 1).replace(/^planted\//, "");
    found.set(path, (found.get(path) ?? new Set()).add(code));
  }
  return found;
}

describe("the lint rules bite", () => {
  const parent = mkdtempSync(join(tmpdir(), "alerion-lint-"));
  const found = lint(join(parent, "planted"));
  afterAll(() => {
    rmSync(parent, { recursive: true });
  });

  test.each(planted)("$title", ({ path, rules }) => {
    expect([...(found.get(path) ?? [])].sort()).toEqual([...rules].sort());
  });
});
