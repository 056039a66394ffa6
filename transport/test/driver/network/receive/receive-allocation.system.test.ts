import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../../../../", import.meta.url));
const loops = fileURLToPath(new URL("../support/receive-loops.ts", import.meta.url));
// Below the repository, where the bundle finds the packages.
const bundle = join(root, ".build/receive-loops.mjs");

describe("receiving", { timeout: 120_000 }, () => {
  beforeAll(async () => {
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

  // 250,000 datagrams and half a million duty cycles. One boxed number a datagram, the least there can be, would be
  // four scavenges: the young generation is cut to 1 MiB. The one that may be is the process's own.
  it.each([1, 20])("makes no garbage from datagrams of %d messages", (messageCount) => {
    const args = ["--max-semi-space-size=1", bundle, String(messageCount)];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(stderr).toBe("");
    const { scavengeCount, missing } = JSON.parse(stdout) as Record<string, number>;
    expect(missing).toBe(0);
    expect(scavengeCount).toBeLessThanOrEqual(1);
  });
});
