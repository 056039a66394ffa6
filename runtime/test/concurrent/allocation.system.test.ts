import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("./support/allocation-loops.mjs", import.meta.url));

// 2^17 messages at 16 bytes each, the least that one boxed number takes, are a scavenge already: the young
// generation is cut to 1 MiB. One is allowed for, as the engine's own bookkeeping may make it.
const SCAVENGES_MAX = 1;

describe("steady state", { timeout: 60_000 }, () => {
  for (const loop of [
    "exclusive offer 32",
    "exclusive offer 1024",
    "exclusive offer 5000",
    "exclusive claim 32",
    "shared offer 32",
    "shared claim 32",
    "one-to-one ring 32",
  ]) {
    it(`${loop}: sending and receiving allocate nothing`, () => {
      const result = spawnSync(process.execPath, ["--max-semi-space-size=1", script, loop], {
        encoding: "utf8",
      });
      expect(result.stderr).toBe("");
      const { scavengeCount, messageCount } = JSON.parse(result.stdout) as {
        scavengeCount: number;
        messageCount: number;
      };
      expect(messageCount).toBeGreaterThan(50_000);
      expect(scavengeCount).toBeLessThanOrEqual(SCAVENGES_MAX);
    });
  }
});
