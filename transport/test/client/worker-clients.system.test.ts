import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const program = fileURLToPath(new URL("./support/threads-program.mjs", import.meta.url));

interface Output {
  /** Codes of what needs native code, where that is off. */
  readonly failures: readonly string[];
  readonly results: readonly {
    readonly clientId: string;
    readonly sessionId: number;
    readonly received: number;
    readonly faults: number;
    readonly isNative: boolean;
  }[];
}

describe("threads and processes with a client each", { timeout: 90_000 }, () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "alerion-workers-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function run(memory: "in-process" | "mapped", where: "processes" | "threads"): Output {
    const args = [program, memory, join(folder, "aeron"), where];
    const { stdout, stderr } = spawnSync(process.execPath, args, {
      encoding: "utf8",
      timeout: 80_000,
      env: { ...process.env, ALERION_NATIVE: memory === "mapped" ? "" : "off" },
    });
    expect(stderr).toBe("");
    return JSON.parse(stdout) as Output;
  }

  function check({ results }: Output, isNative: boolean): void {
    expect(results).toHaveLength(3);
    for (const result of results) {
      expect(result).toMatchObject({ received: 15_000, faults: 0, isNative });
    }
    expect(new Set(results.map(({ clientId }) => clientId)).size).toBe(3);
    expect(new Set(results.map(({ sessionId }) => sessionId)).size).toBe(1);
  }

  it("share one publication and read all messages of all, whole and in order, in files", () => {
    const output = run("mapped", "threads");
    expect(output.failures).toEqual([]);
    check(output, true);
  });

  it("do so from processes of their own", () => {
    const output = run("mapped", "processes");
    expect(output.failures).toEqual([]);
    check(output, true);
  });

  it("do so without native code, in shared buffers; what cannot be done without says so", () => {
    const output = run("in-process", "threads");
    expect(output.failures).toEqual(Array.from({ length: 3 }, () => "NATIVE_UNAVAILABLE"));
    check(output, false);
  });
});
