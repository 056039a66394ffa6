/**
 * What a driver costs that has nothing to do, and how fast it is there: start-up, CPU when idle, and how long a datagram
 * waits for a parked driver. In every threading mode, with one publication and one subscription on the loopback.
 *
 *   npm run bench -- threads
 *     --seconds=S   of idleness; 5
 *     --mode=NAME   one threading mode only
 */
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { connect, launchDriver, type DriverOptions } from "@alerion/transport";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "5" },
    mode: { type: "string" },
    startUp: { type: "string" },
  },
});
const MODES = ["INVOKER", "SHARED", "SHARED_NETWORK", "DEDICATED"] as const;
type Mode = (typeof MODES)[number];
const WARM_UP_MS = 20_000;
const PORT = 24_700;
const CHANNEL = `aeron:udp?endpoint=127.0.0.1:${PORT}`;
/** System counter: bytes that the receiver has taken in. */
const BYTES_RECEIVED = 1;

const folder = mkdtempSync(join(tmpdir(), "alerion-threads-"));

function options(threadingMode: Mode): DriverOptions {
  return { dir: join(folder, threadingMode), threadingMode, dirDeleteOnStart: true };
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0;
}

/** In a fresh process: how long `launchDriver` takes, and since the process began. */
async function startUpHere(mode: Mode): Promise<void> {
  const start = performance.now();
  const driver = await launchDriver(options(mode));
  const end = performance.now();
  console.log(JSON.stringify([end - start, end]));
  await driver.close();
  rmSync(folder, { recursive: true, force: true });
}

function startUp(mode: Mode): Promise<[number, number]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [process.argv[1] ?? "", `--startUp=${mode}`]);
    let text = "";
    child.stdout.on("data", (part: Buffer) => (text += part.toString()));
    child.on("error", reject);
    child.on("close", () => resolve(JSON.parse(text) as [number, number]));
  });
}

/** CPU of the whole process in % of a core, and the waits of datagrams in µs. */
async function idle(mode: Mode): Promise<{ cpu: number; waitsUs: number[] }> {
  const driver = await launchDriver(options(mode));
  const aeron = await connect({ driver, conductor: "event-loop", idleIntervalMs: 100 });
  const subscription = await aeron.addSubscription(CHANNEL, 10);
  const publication = await aeron.addExclusivePublication(CHANNEL, 10);
  while (!publication.isConnected() || !subscription.isConnected()) await pause(5);
  // Until what runs 200 times a second is compiled: after 3 s it takes half as much again.
  await pause(WARM_UP_MS);

  const seconds = Number(values.seconds);
  const before = process.cpuUsage();
  await pause(seconds * 1000);
  const { user, system } = process.cpuUsage(before);

  const bytesReceived = (): number => aeron.counters.value(BYTES_RECEIVED);
  // Answered at once, so that `send` has sent when it returns.
  const socket = createSocket({
    type: "udp4",
    lookup: (host, _options, callback) => callback(null, host, 4),
  });
  const waitsUs: number[] = [];
  const datagram = new Uint8Array(32);
  for (let i = 0; i < 200; i++) {
    await pause(13);
    const bytes = bytesReceived();
    const start = performance.now();
    socket.send(datagram, PORT, "127.0.0.1");
    // Status messages and heartbeats come in too; a datagram of 32 bytes is seen at once or within 100 ms.
    while (bytesReceived() === bytes && performance.now() - start < 100);
    waitsUs.push((performance.now() - start) * 1000);
  }
  socket.close();
  await aeron.close();
  await driver.close();
  return { cpu: (user + system) / 1e4 / seconds, waitsUs: waitsUs.sort((a, b) => a - b) };
}

if (values.startUp !== undefined) {
  await startUpHere(values.startUp as Mode);
} else {
  const [cpu] = cpus();
  console.log(`${cpu?.model ?? "?"}, ${cpus().length} CPUs, Node ${process.version}`);
  console.log(`load ${loadavg()[0]?.toFixed(1)}, ${new Date().toISOString().slice(0, 10)}\n`);
  console.log(
    "| mode | launchDriver, ms | since the process began, ms | idle, % of a core | datagram waits p50 / p99, µs |",
  );
  console.log("| --- | --- | --- | --- | --- |");
  for (const mode of MODES) {
    if (values.mode !== undefined && values.mode !== mode) continue;
    const starts: [number, number][] = [];
    for (let i = 0; i < 5; i++) starts.push(await startUp(mode));
    const best = (index: 0 | 1): string =>
      Math.min(...starts.map((each) => each[index])).toFixed(0);
    const row = [mode, best(0), best(1)];
    if (mode === "INVOKER") row.push("caller's", "caller's");
    else {
      const { cpu: share, waitsUs } = await idle(mode);
      const waits = `${percentile(waitsUs, 0.5).toFixed(0)} / ${percentile(waitsUs, 0.99).toFixed(0)}`;
      row.push(share.toFixed(2), waits);
    }
    console.log(`| ${row.join(" | ")} |`);
  }
  rmSync(folder, { recursive: true, force: true });
}
