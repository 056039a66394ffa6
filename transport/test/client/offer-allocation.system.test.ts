import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const loops = fileURLToPath(new URL("./support/offer-allocation-loops.ts", import.meta.url));
// Below the repository, where the bundle finds the packages.
const bundle = join(root, ".build/offer-allocation-loops.mjs");
const TERM_ID = 3000;
const TERM_LENGTH = 1024 * 1024;

describe("messages beyond 2 GiB of a stream", { timeout: 120_000 }, () => {
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "alerion-offer-"));
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

  // A million messages at 16 bytes each, the least that one boxed position takes, would be 16 scavenges: the young
  // generation is cut to 1 MiB. As many duty cycles of the client are in it.
  it.each([
    ["exclusive", "offer"],
    ["exclusive", "claim"],
    ["shared", "offer"],
    ["shared", "claim"],
  ])("are published and polled without a scavenge: %s, %s", (kind, mode) => {
    const args = [
      "--expose-gc",
      "--max-semi-space-size=1",
      bundle,
      kind,
      mode,
      join(folder, `${kind}-${mode}`),
    ];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(stderr).toBe("");
    const { scavengeCount, position } = JSON.parse(stdout) as {
      scavengeCount: number;
      position: number;
    };
    expect(position).toBeGreaterThan(TERM_ID * TERM_LENGTH);
    expect(scavengeCount).toBe(0);
  });
});
