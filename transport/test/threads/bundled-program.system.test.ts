import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import webpack from "webpack";

/*
 * A program that was bundled into one file and moved to where there is nothing else but koffi: its threads start all
 * the same. What is bundled is a copy of the packages that is gone when the program runs, because webpack writes the
 * places of the sources into what it makes.
 */

const root = fileURLToPath(new URL("../../../", import.meta.url));
const program = fileURLToPath(new URL("./support/program.mjs", import.meta.url));

const RUNS = [
  { memory: "mapped", received: 100, beats: 3 },
  { memory: "in-process", received: 100, beats: 3 },
];

describe("a program in one file", { timeout: 120_000 }, () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "alerion-bundled-"));
    const koffi = join(root, "node_modules/koffi");
    for (const bundler of ["esbuild", "webpack"]) {
      const modules = join(folder, bundler, "node_modules");
      mkdirSync(modules, { recursive: true });
      symlinkSync(koffi, join(modules, "koffi"));
    }
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** The program beside a copy of the packages that it needs. */
  function copySources(): string {
    const sources = join(folder, "sources");
    const scope = join(sources, "node_modules/@alerion");
    for (const name of ["runtime", "transport"]) {
      for (const part of ["package.json", "dist"]) {
        cpSync(join(root, name, part), join(scope, name, part), { recursive: true });
      }
    }
    cpSync(program, join(sources, "program.mjs"));
    return sources;
  }

  /** What the program prints with each kind of memory. */
  function runBundle(path: string): unknown[] {
    return ["mapped", "in-process"].map((memory) => {
      const dir = join(dirname(path), "aeron");
      const { stdout, stderr } = spawnSync(process.execPath, [path, memory, dir], {
        cwd: tmpdir(),
        encoding: "utf8",
        timeout: 50_000,
        env: { ...process.env, ALERION_NATIVE: memory === "mapped" ? "" : "off" },
      });
      return stdout === "" ? stderr : (JSON.parse(stdout) as unknown);
    });
  }

  it("starts its threads when esbuild made it", async () => {
    const sources = copySources();
    const outfile = join(folder, "esbuild/program.mjs");
    await build({
      entryPoints: [join(sources, "program.mjs")],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      external: ["koffi", "@alerion/archive", "@alerion/cluster"],
      logLevel: "error",
    });
    rmSync(sources, { recursive: true });
    expect(runBundle(outfile)).toEqual(RUNS);
  });

  it("starts its threads when webpack made it", async () => {
    const sources = copySources();
    const compiler = webpack({
      mode: "production",
      target: "node20",
      entry: join(sources, "program.mjs"),
      output: { path: join(folder, "webpack"), filename: "program.mjs", module: true },
      experiments: { outputModule: true },
      externals: { koffi: "module koffi" },
    });
    const problems = await new Promise<string[]>((resolve, reject) => {
      compiler.run((error, stats) => {
        const { errors = [] } = stats?.toJson({ all: false, errors: true }) ?? {};
        if (error === null) resolve(errors.map(({ message }) => message));
        else reject(error);
      });
    });
    expect(problems).toEqual([]);
    rmSync(sources, { recursive: true });
    expect(runBundle(join(folder, "webpack/program.mjs"))).toEqual(RUNS);
  });
});
