/**
 * What an idle driver costs, and how soon a parked one serves a command: `node transport/bench/idle.mjs [SECONDS]`, on
 * the built package.
 *
 * The driver is a process of its own (`alerion driver`), its share of a core is what the system says of that process.
 * Commands are counters that a client adds: at rest (a pause of 100 ms before each, so that the driver is parked as
 * deeply as it ever is) and in a row (1 ms apart). A sleep of 1 ms in between says how late this machine wakes a thread:
 * what other work takes shows there as well. Prints one line of JSON for each measurement.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect } from "@alerion/transport";

const IDLE_CLIENTS = 3;
const COMMANDS = 300;
/** Clock ticks of a second in /proc: 100 on Linux. */
const TICKS_PER_SECOND = 100;

const seconds = Number(process.argv[2] ?? 10);
const command = fileURLToPath(new URL("../bin/alerion.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "alerion-idle-"));
const dir = join(folder, "aeron");
const pause = new Int32Array(new SharedArrayBuffer(4));

/** Seconds of a core that a process has had. */
function cpuSeconds(/** @type {number} */ pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function print(/** @type {Record<string, unknown>} */ result) {
  console.log(JSON.stringify(result));
}

function percentiles(/** @type {number[]} */ times) {
  times.sort((a, b) => a - b);
  const at = (/** @type {number} */ part) => times[Math.floor(times.length * part)]?.toFixed(2);
  return { p50Ms: at(0.5), p90Ms: at(0.9), p99Ms: at(0.99), load: loadavg()[0]?.toFixed(1) };
}

const driver = spawn(process.execPath, [command, "driver", "--dir", dir], {
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  await new Promise((resolve) => driver.stdout.once("data", resolve));
  const pid = driver.pid ?? 0;
  const clients = [];
  for (let i = 0; i < IDLE_CLIENTS; i++) {
    const aeron = await connect({ dir });
    await aeron.addSubscription("aeron:ipc", 10);
    await aeron.addPublication("aeron:ipc?term-length=64k", 10);
    clients.push(aeron);
  }
  print({
    machine: cpus()[0]?.model,
    cpus: cpus().length,
    node: process.version,
    load: loadavg()[0]?.toFixed(1),
  });
  // What was compiled at the start is no cost of being idle.
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const before = cpuSeconds(pid);
  const start = performance.now();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const share = (cpuSeconds(pid) - before) / ((performance.now() - start) / 1000);
  print({ what: "idle driver", clients: IDLE_CLIENTS, percentOfCore: (share * 100).toFixed(2) });

  const sleeps = [];
  for (let i = 0; i < COMMANDS; i++) {
    const slept = performance.now();
    Atomics.wait(pause, 0, 0, 1);
    sleeps.push(performance.now() - slept);
  }
  print({ what: "sleep of 1 ms", ...percentiles(sleeps) });

  const aeron = await connect({ dir, conductor: "invoker" });
  for (const [what, pauseMs] of /** @type {const} */ ([
    ["command at rest", 100],
    ["command in a row", 1],
  ])) {
    const times = [];
    for (let i = 0; i < COMMANDS; i++) {
      Atomics.wait(pause, 0, 0, pauseMs);
      const sent = performance.now();
      const counter = aeron.asyncAddCounter(1001, "idle");
      while (counter.state === "pending") aeron.doWork();
      times.push(performance.now() - sent);
      await counter.promise;
      await aeron.asyncRemove(counter.registrationId);
    }
    print({ what, pauseMs, ...percentiles(times) });
  }
  await aeron.close();
  for (const each of clients) await each.close();
} finally {
  driver.kill();
  rmSync(folder, { recursive: true, force: true });
}
