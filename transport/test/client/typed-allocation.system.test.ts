import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const loops = fileURLToPath(new URL("./support/typed-allocation-loops.ts", import.meta.url));
// Below the repository, where the bundle finds the packages.
const bundle = join(root, ".build/typed-allocation-loops.mjs");

/** Messages of the measured part, of each kind. */
const EACH = (4000 * 256) / 8;

describe("a typed stream of eight kinds of messages", { timeout: 120_000 }, () => {
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "alerion-typed-"));
    await build({
      entryPoints: [loops],
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

  // A million messages at 16 bytes each, the least that one boxed number takes, would be 16 scavenges: the young
  // generation is cut to 1 MiB.
  function run(kind: string): { scavengeCount: number; counts: number[] } {
    const args = ["--max-semi-space-size=1", bundle, kind, join(folder, kind)];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(stderr).toBe("");
    return JSON.parse(stdout) as { scavengeCount: number; counts: number[] };
  }

  for (const kind of ["exclusive", "shared"]) {
    it(`allocates nothing from an ${kind} publication to a dispatcher: no scavenge in a million messages`, () => {
      const { scavengeCount, counts } = run(kind);
      expect(counts).toEqual(Array.from({ length: 8 }, () => EACH));
      expect(scavengeCount).toBe(0);
    });
  }
});
