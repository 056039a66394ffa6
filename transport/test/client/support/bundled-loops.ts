import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect } from "vitest";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** Runs the program that was bundled, and yields what it prints, from JSON. */
export type RunLoops = (nodeFlags: readonly string[], args: readonly string[]) => unknown;

/**
 * A program of loops, bundled for the tests of one `describe`: what it allocates is only known in a process
 * of its own, on the built packages. Its last argument is a directory for a driver, another one in each run.
 */
export function bundledLoops(program: URL): RunLoops {
  const source = fileURLToPath(program);
  // Below the repository, where the bundle finds the packages.
  const bundle = join(root, ".build", `${basename(source, ".ts")}.mjs`);
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "alerion-loops-"));
    await build({
      entryPoints: [source],
      outfile: bundle,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      external: ["@alerion/*", "koffi"],
      logLevel: "error",
    });
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  return (nodeFlags, args) => {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [...nodeFlags, bundle, ...args, join(folder, args.join("-"))],
      { encoding: "utf8" },
    );
    expect(stderr).toBe("");
    return JSON.parse(stdout) as unknown;
  };
}
