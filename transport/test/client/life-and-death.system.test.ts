import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Aeron } from "../../src/client/aeron.js";
import { connect, type ConnectOptions } from "../../src/connect/connect.js";
import { launchDriver, type RunningDriver } from "../../src/driver/launch-driver.js";
import { SMALL } from "../support/driver-harness.js";
import { message } from "../support/messages.js";

/*
 * Everything that can end a client or keep it from going on, one by one, with real drivers and processes: each is
 * a typed error or event, and `reconnect` goes on from there.
 */

const workerUrl = new URL("../../dist/driver/driver-worker.js", import.meta.url);
const keepaliveWorkerUrl = new URL("../../dist/connect/keepalive-worker.js", import.meta.url);
const command = fileURLToPath(new URL("../../bin/alerion.js", import.meta.url));
const clientProcess = fileURLToPath(new URL("./support/client-process.mjs", import.meta.url));
const PATIENCE_MS = 40_000;
const SECOND_NS = 1_000_000_000;

/** A driver that gives clients up after a second. */
const QUICK = {
  ...SMALL,
  threadingMode: "SHARED",
  workerUrl,
  clientLivenessTimeoutNs: SECOND_NS,
  timerIntervalNs: SECOND_NS / 20,
  publicationUnblockTimeoutNs: 2 * SECOND_NS,
} as const;

/** The same as properties, for a driver in a process of its own. */
const QUICK_PROPERTIES = {
  "aeron.client.liveness.timeout": "1s",
  "aeron.timer.interval": "50ms",
  "aeron.publication.unblock.timeout": "2s",
  "aeron.driver.timeout": "2000",
  "aeron.counters.buffer.length": "1m",
  "aeron.conductor.buffer.length": "66304",
  "aeron.clients.buffer.length": "65664",
};

async function until(isTrue: () => boolean, work: () => void = () => {}): Promise<void> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (!isTrue()) {
    if (performance.now() > deadlineMs) throw new Error(`must come true: ${isTrue.toString()}`);
    work();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** One message from here to here: the client and its driver are fine. */
async function exchange(aeron: Aeron): Promise<void> {
  const subscription = await aeron.addSubscription("aeron:ipc", 10);
  const publication = await aeron.addExclusivePublication("aeron:ipc?term-length=64k", 10);
  await until(
    () => publication.offerBytes(message(3, 300)) > 0,
    () => aeron.doWork(),
  );
  await until(
    () => subscription.poll(() => {}, 10) > 0,
    () => aeron.doWork(),
  );
  await publication.close();
  await subscription.close();
}

/** A process that prints lines. */
class Process {
  readonly child: ChildProcess;
  readonly lines: string[] = [];
  readonly ended: Promise<unknown>;

  constructor(script: string, args: readonly string[]) {
    const child = spawn(process.execPath, [script, ...args], { stdio: ["pipe", "pipe", "pipe"] });
    this.child = child;
    let rest = "";
    const onText = (chunk: Buffer): void => {
      const parts = (rest + chunk.toString()).split("\n");
      rest = parts.pop() ?? "";
      this.lines.push(...parts);
    };
    child.stdout.on("data", onText);
    child.stderr.on("data", onText);
    this.ended = new Promise((resolve) => child.once("exit", resolve));
  }

  count(text: string): number {
    return this.lines.filter((line) => line.includes(text)).length;
  }

  kill(signal: NodeJS.Signals): Promise<unknown> {
    this.child.kill(signal);
    return this.ended;
  }
}

describe("a client and its end", { timeout: 90_000 }, () => {
  let folder: string;
  let dir: string;
  const cleanups: (() => unknown)[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "alerion-life-"));
    dir = join(folder, "aeron");
  });

  afterEach(async () => {
    for (const each of cleanups.splice(0).toReversed()) await each();
    rmSync(folder, { recursive: true, force: true });
  });

  async function launch(options: Parameters<typeof launchDriver>[0]): Promise<RunningDriver> {
    const driver = await launchDriver({ ...QUICK, dir, ...options });
    cleanups.push(() => driver.close());
    return driver;
  }

  async function open(options: ConnectOptions): Promise<Aeron> {
    return kept(await connect({ keepaliveWorkerUrl, dir, driverTimeoutMs: 2000, ...options }));
  }

  function kept(aeron: Aeron): Aeron {
    cleanups.push(() => aeron.close());
    return aeron;
  }

  function start(script: string, ...args: string[]): Process {
    const started = new Process(script, args);
    cleanups.push(() => started.kill("SIGKILL"));
    return started;
  }

  async function startDriver(): Promise<Process> {
    const properties = Object.entries(QUICK_PROPERTIES).flatMap(([k, v]) => ["-D", `${k}=${v}`]);
    const driver = start(command, "driver", "--dir", dir, ...properties);
    await until(() => driver.count("driver ready") > 0 || driver.child.exitCode !== null);
    expect(driver.lines.join("\n")).toContain("driver ready");
    return driver;
  }

  it("driver killed: DRIVER_TIMEOUT; DRIVER_NOT_FOUND while there is none; then it goes on", async () => {
    const driver = await startDriver();
    const reasons: (Error | undefined)[] = [];
    const aeron = await open({
      connectTimeoutMs: 100,
      keepaliveIntervalMs: 50,
      onClose: (error) => reasons.push(error),
    });
    await exchange(aeron);
    const subscription = await aeron.addSubscription("aeron:ipc", 11);
    await driver.kill("SIGKILL");
    await until(() => aeron.isClosed());
    expect(reasons).toMatchObject([{ code: "DRIVER_TIMEOUT" }]);
    expect(subscription.isClosed()).toBe(true);
    await expect(aeron.addPublication("aeron:ipc", 10)).rejects.toMatchObject({
      code: "CLIENT_CLOSED",
      cause: { code: "DRIVER_TIMEOUT" },
    });
    await expect(aeron.reconnect()).rejects.toMatchObject({ code: "DRIVER_NOT_FOUND", dir });
    await startDriver();
    await exchange(kept(await aeron.reconnect()));
  });

  it("driver restarted in the same directory: the client of the old one ends, the next finds the new one", async () => {
    const driver = await launch({});
    const aeron = await open({ keepaliveIntervalMs: 50 });
    await exchange(aeron);
    await driver.close();
    await launch({});
    await until(() => aeron.isClosed());
    expect(aeron.closeReason()).toMatchObject({ code: "DRIVER_TIMEOUT" });
    const next = kept(await aeron.reconnect());
    await exchange(next);
    expect(aeron.isClosed()).toBe(true);
  });

  it("driver embedded: a client that connects anew brings another one", async () => {
    for (const memory of ["mapped", "in-process"] as const) {
      const driverOptions = { ...QUICK, dir, memory };
      const aeron = await open({ driver: "embedded", driverOptions });
      await exchange(aeron);
      const next = kept(await aeron.reconnect());
      expect(aeron.isClosed()).toBe(true);
      await exchange(next);
      await next.close();
      expect(existsSync(dir)).toBe(false);
    }
  });

  it("client that another thread's port serves: connects anew through the same port", async () => {
    const driver = await launch({ memory: "in-process" });
    const aeron = await open({ port: driver.share(), dir: driver.dir });
    await exchange(aeron);
    const next = kept(await aeron.reconnect());
    expect(next.clientId).not.toBe(aeron.clientId);
    await exchange(next);
  });

  it("client given up by its driver: CLIENT_TIMEOUT", async () => {
    await launch({});
    const aeron = await open({ conductor: "event-loop", keepaliveIntervalMs: 100_000 });
    await aeron.addSubscription("aeron:ipc", 10);
    await until(() => aeron.isClosed());
    expect(aeron.closeReason()).toMatchObject({ code: "CLIENT_TIMEOUT" });
    await exchange(kept(await aeron.reconnect()));
  });

  it("event loop blocked for longer than the driver waits: CONDUCTOR_SERVICE_TIMEOUT", async () => {
    await launch({});
    const aeron = await open({ conductor: "event-loop", keepaliveIntervalMs: 50 });
    await exchange(aeron);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
    await until(() => aeron.isClosed());
    expect(aeron.closeReason()).toMatchObject({
      code: expect.stringMatching(/^(CONDUCTOR_SERVICE|CLIENT)_TIMEOUT$/) as string,
    });
    await exchange(kept(await aeron.reconnect()));
  });

  it("events lost: CLIENT_LAPPED", async () => {
    await launch({ toClientsBufferLength: 4096 + 128 });
    const lapped = await open({ conductor: "invoker" });
    await exchange(lapped);
    const noisy = await open({});
    for (let i = 0; i < 150; i++) (await noisy.addCounter(1001, "noise")).close();
    lapped.doWork();
    expect(lapped.closeReason()).toMatchObject({ code: "CLIENT_LAPPED" });
    await noisy.close();
    await exchange(kept(await lapped.reconnect()));
  });

  it("commands that the driver does not take: DRIVER_BUSY, and the client lives", async () => {
    const driver = await launch({ threadingMode: "INVOKER" });
    const aeron = await open({ conductor: "invoker", driver });
    await exchange(aeron);
    const flood = (): void => {
      for (let i = 0; i < 5000; i++) aeron.asyncAddCounter(1001, "flood").cancel();
    };
    expect(flood).toThrow(expect.objectContaining({ code: "DRIVER_BUSY" }) as Error);
    expect(aeron.isClosed()).toBe(false);
    for (let i = 0; i < 2000; i++) {
      driver.doWork();
      aeron.doWork();
    }
    await exchange(aeron);
  });

  for (const conductor of ["worker", "event-loop"]) {
    it(`client process stopped and continued (${conductor}): a typed end, and it goes on`, async () => {
      await launch({});
      const client = start(clientProcess, dir, conductor);
      await until(() => client.count('"exchanged"') === 1);
      client.child.kill("SIGSTOP");
      await delay(2000);
      client.child.kill("SIGCONT");
      await until(() => client.count('"exchanged"') === 2);
      const told = client.lines.find((line) => line.includes('"closed"')) ?? "";
      expect(told).toMatch(/(CLIENT|CONDUCTOR_SERVICE|DRIVER)_TIMEOUT/);
      client.child.stdin?.end();
      await client.ended;
      expect(client.lines.at(-1)).toContain('"ended"');
    });
  }

  it("laptop suspended, driver and client alike: they go on, or the end is typed and the next client goes on", async () => {
    const driver = await startDriver();
    const client = start(clientProcess, dir, "worker", "2000");
    await until(() => client.count('"exchanged"') === 1);
    for (const each of [driver, client]) each.child.kill("SIGSTOP");
    await delay(3000);
    for (const each of [client, driver]) each.child.kill("SIGCONT");
    // What ends a client shows within its timeouts.
    await delay(1500);
    const endCount = client.count('"closed"');
    await until(() => client.count('"exchanged"') === 1 + endCount);
    for (const line of client.lines.filter((each) => each.includes('"closed"'))) {
      expect(line).toMatch(/(CLIENT|CONDUCTOR_SERVICE|DRIVER)_TIMEOUT/);
    }
    const other = await open({});
    await exchange(other);
    client.child.stdin?.end();
    await client.ended;
    expect(client.lines.at(-1)).toContain('"ended"');
  });

  describe("without room for its files", () => {
    /** A file system of 8 MiB; undefined where one cannot be mounted. */
    function mountSmall(): string | undefined {
      const path = join(folder, "small");
      spawnSync("mkdir", [path]);
      const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=8m", "alerion-test", path]);
      if (mounted.status !== 0) return undefined;
      cleanups.push(() => spawnSync("umount", ["-l", path]));
      return path;
    }

    function fill(path: string, leftBytes: number): string {
      const { bavail, bsize } = statfsSync(path);
      const file = join(path, "filler");
      writeFileSync(file, new Uint8Array(bavail * bsize - leftBytes));
      return file;
    }

    it("STORAGE_SPACE for what does not fit; what there is goes on, and more comes when there is room", async (context) => {
      const small = mountSmall();
      if (small === undefined) return context.skip("a small tmpfs cannot be mounted here");
      dir = join(small, "aeron");
      await launch({});
      const aeron = await open({});
      await exchange(aeron);
      const filler = fill(small, 300 * 1024);
      const log = "aeron:ipc?term-length=256k";
      for (const channel of [log, `${log}|sparse=false`]) {
        await expect(aeron.addPublication(channel, 12)).rejects.toMatchObject({
          code: "REGISTRATION",
          errorName: "STORAGE_SPACE",
        });
      }
      await exchange(aeron);
      rmSync(filler);
      const publication = await aeron.addPublication(`${log}|sparse=false`, 12);
      expect(publication.termBufferLength).toBe(256 * 1024);
      await exchange(aeron);
      await aeron.close();
    });

    it("no driver starts, neither embedded nor by itself, and nothing is left behind", async (context) => {
      const small = mountSmall();
      if (small === undefined) return context.skip("a small tmpfs cannot be mounted here");
      dir = join(small, "aeron");
      fill(small, 1024 * 1024);
      for (const threadingMode of ["SHARED", "INVOKER"] as const) {
        const driverOptions = { ...QUICK, dir, threadingMode, memory: "mapped" as const };
        await expect(open({ driver: "embedded", driverOptions })).rejects.toMatchObject({
          code: "STORAGE_SPACE",
        });
      }
      const driver = start(command, "driver", "--dir", dir);
      await driver.ended;
      expect(driver.child.exitCode).toBe(1);
      expect(driver.lines.join("\n")).toContain("STORAGE_SPACE");
      expect(existsSync(dir)).toBe(false);
    });
  });
});
