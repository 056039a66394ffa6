import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../src/cli/run.js";

const command = fileURLToPath(new URL("../../bin/alerion.js", import.meta.url));

describe("alerion driver", { timeout: 60_000 }, () => {
  let folder: string;
  const processes: ChildProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "alerion-command-"));
  });

  afterEach(() => {
    for (const each of processes.splice(0)) each.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  function start(...args: string[]): {
    process: ChildProcess;
    ended: Promise<number | null>;
    text: () => string;
  } {
    const child = spawn(process.execPath, [command, "driver", ...args]);
    processes.push(child);
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    return { process: child, ended, text: () => text };
  }

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  }

  it("serves until it is interrupted, and is seen by the other verbs", async () => {
    const dir = join(folder, "aeron");
    const driver = start("--dir", dir, "--delete", "-D", "aeron.counters.buffer.length=1m");
    await until(() => driver.text().includes("driver ready"));

    const second = start("--dir", dir);
    expect(await second.ended).toBe(1);
    expect(second.text()).toContain("DRIVER_ACTIVE");

    let out = "";
    const status = await run(["stat", "--dir", dir, "--json"], {
      out: (text) => (out += text),
      err: () => {},
      environment: {},
      now: () => Date.now(),
      interrupted: Promise.resolve(),
    });
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ isAlive: true, pid: driver.process.pid });

    driver.process.kill("SIGTERM");
    expect(await driver.ended).toBe(0);
    expect(existsSync(dir)).toBe(false);
  });

  it("names every setting that cannot be", async () => {
    const driver = start(
      "--dir",
      join(folder, "aeron"),
      "-D",
      "aeron.mtu.length=1",
      "-D",
      "aeron.timer.interval=x",
    );
    expect(await driver.ended).toBe(1);
    expect(driver.text()).toContain("aeron.timer.interval=x cannot be read");
    expect(driver.text()).toContain("mtuLength");
  });
});
