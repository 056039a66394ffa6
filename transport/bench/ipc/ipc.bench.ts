/**
 * Our client and the official one in Java over IPC: the same program in both (peer.ts, IpcBench.java), taking turns
 * under the Java driver and under ours, with a bare ring in JavaScript as the floor.
 *
 *   npm run bench:ipc -- --write
 *     --runs=N        turns of every case; 3. The best of them counts: other work on the machine only takes away
 *     --seconds=S     measured in each; 1.5
 *     --window=BYTES  of publications; 4m. The driver sleeps up to a millisecond, in which 1 MiB is used up; what is
 *                     far larger than the caches is fast in one start and slow in the next
 *     --only=WHAT     latency, rate or solo; on a machine that others use, solo alone means something
 *     --write         puts the tables into docs/performance.md
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { type Floor, measureFloor } from "./floor.js";
import {
  javaTitle,
  type Language,
  Peer,
  type PeerProgram,
  prepareJavaPeer,
  startDriver,
} from "./processes.js";
import { type Case, CASES, type Figures, report, replaceTables, Results } from "./report.js";

const DOCUMENT = "docs/performance.md";
const WARM_UP_MS = 1500;
const PROGRAM: PeerProgram = {
  javaSource: "transport/bench/ipc/IpcBench.java",
  javaClass: "IpcBench",
  script: ".build/bench/transport/bench/ipc/peer.js",
};

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "3" },
    seconds: { type: "string", default: "1.5" },
    window: { type: "string", default: "4m" },
    only: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const channel = `aeron:ipc?term-length=16m|pub-wnd=${values.window}`;
const runs = Number(values.runs);
const measureMs = Math.round(Number(values.seconds) * 1000);

let nextStreamId = 100;

async function measure(dir: string, language: Language, each: Case): Promise<Figures | undefined> {
  const stream = (nextStreamId += 2);
  const { kind, mode, length } = each;
  const settings = {
    channel,
    stream,
    kind,
    mode,
    length,
    measureMs,
    warmUpMs: WARM_UP_MS,
  };
  if (each.what === "solo") {
    return new Peer(PROGRAM, language, dir, "solo", { ...settings, batch: 2048 }).result;
  }
  const isLatency = each.what === "latency";
  const first = new Peer(PROGRAM, language, dir, isLatency ? "pong" : "receive", settings);
  await first.ready;
  const second = new Peer(PROGRAM, language, dir, isLatency ? "ping" : "send", settings);
  const [resultOfFirst, resultOfSecond] = await Promise.all([
    isLatency ? undefined : first.result,
    second.result,
  ]);
  if (isLatency) {
    first.kill();
    return resultOfSecond;
  }
  if (resultOfFirst === undefined) return undefined;
  const scavenges = (resultOfFirst["scavenges"] ?? 0) + (resultOfSecond?.["scavenges"] ?? 0);
  return { ...resultOfFirst, scavenges };
}

async function underDriver(driver: Language, run: number, results: Results): Promise<void> {
  const dir = mkdtempSync("/dev/shm/alerion-bench-");
  const process = startDriver(driver, `${dir}/aeron`);
  try {
    for (const each of CASES) {
      if (each.what === "solo" && driver === "java") continue;
      if (values.only !== undefined && each.what !== values.only) continue;
      // Who goes first changes from turn to turn.
      const languages: Language[] = run % 2 === 0 ? ["java", "ts"] : ["ts", "java"];
      for (const language of languages) {
        const figures = await measure(`${dir}/aeron`, language, each);
        results.add(driver, language, each, figures);
        console.log(
          `${driver} driver, ${language} client, ${each.name}: ${JSON.stringify(figures)}`,
        );
      }
    }
  } finally {
    process.kill("SIGKILL");
    rmSync(dir, { recursive: true, force: true });
  }
}

const why = prepareJavaPeer(PROGRAM);
if (why !== undefined) {
  console.log(`skipped: ${why}`);
} else {
  const results = new Results();
  const loads: number[] = [];
  const floors: Floor[] = [];
  for (let run = 0; run < runs; run++) {
    if (values.only !== "solo") floors.push(await measureFloor(measureMs));
    for (const driver of ["java", "ts"] as const) {
      loads.push(loadavg()[0] ?? 0);
      await underDriver(driver, run, results);
    }
  }
  const tables = report(results, floors, {
    machine: `${(cpus()[0]?.model ?? "CPU").replace(/\s+/g, " ").trim()}, ${cpus().length} CPUs`,
    versions: `Node ${process.versions.node}, ${javaTitle()}`,
    date: new Date().toISOString().slice(0, 10),
    load: `${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}`,
    runs,
    only: values.only,
  });
  console.log(`\n${tables}`);
  if (values.write) {
    writeFileSync(DOCUMENT, replaceTables(readFileSync(DOCUMENT, "utf8"), tables));
    spawnSync("node_modules/.bin/prettier", ["--write", DOCUMENT], { stdio: "inherit" });
  }
}
