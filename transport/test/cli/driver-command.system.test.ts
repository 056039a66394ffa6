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

  /** A verb, run in this process. */
  async function verb(...args: string[]) {
    let out = "";
    let err = "";
    const status = await run(args, {
      out: (text) => (out += text),
      err: (text) => (err += text),
      environment: {},
      now: () => Date.now(),
      interrupted: new Promise(() => {}),
    });
    return { status, out, err };
  }

  it("serves until it is interrupted, and is seen by the other verbs", async () => {
    const dir = join(folder, "aeron");
    const driver = start("--dir", dir, "--delete", "-D", "aeron.counters.buffer.length=1m");
    await until(() => driver.text().includes("driver ready"));

    const second = start("--dir", dir);
    expect(await second.ended).toBe(1);
    expect(second.text()).toContain("DRIVER_ACTIVE");

    const { status, out } = await verb("stat", "--dir", dir, "--json");
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ isAlive: true, pid: driver.process.pid });

    driver.process.kill("SIGTERM");
    expect(await driver.ended).toBe(0);
    expect(existsSync(dir)).toBe(false);
  });

  it("ends when terminate asks, if it may", async () => {
    const dir = join(folder, "aeron");
    const missing = await verb("driver", "terminate", "--dir", dir);
    expect([missing.status, missing.err]).toEqual([1, expect.stringContaining("DRIVER_NOT_FOUND")]);

    const driver = start("--dir", dir, "-D", "aeron.driver.termination.validator=allow");
    await until(() => driver.text().includes("driver ready"));
    const { status, out } = await verb("driver", "terminate", "--dir", dir, "--json");
    expect([status, JSON.parse(out)]).toEqual([
      0,
      { dir, pid: driver.process.pid, hasEnded: true },
    ]);
    expect(await driver.ended).toBe(0);
  });

  it("goes on when terminate asks and it may not, and terminate says so", async () => {
    const dir = join(folder, "aeron");
    const driver = start("--dir", dir);
    await until(() => driver.text().includes("driver ready"));
    const refused = await verb("driver", "terminate", "--dir", dir, "--timeout", "100");
    expect(refused.status).toBe(1);
    expect(refused.err).toContain("aeron.driver.termination.validator");
    const asked = await verb("driver", "terminate", "--dir", dir, "--token", "x", "-t", "0");
    expect([asked.status, asked.out]).toEqual([
      0,
      `driver was asked to end: dir=${dir} pid=${driver.process.pid}\n`,
    ]);
    expect(driver.process.exitCode).toBeNull();
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
