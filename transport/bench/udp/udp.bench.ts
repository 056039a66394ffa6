/**
 * Our driver and client and the official ones in Java over UDP on loopback: the same program in both (peer.ts,
 * UdpBench.java), taking turns, with raw sendmmsg and recvmmsg as the floor.
 *
 *   npm run bench:udp -- --write
 *     --runs=N      turns of every case; 3. The best of them counts: other work on the machine only takes away
 *     --seconds=S   measured in each; 1.5
 *     --only=WORD   invoker, shared or streams
 *     --write       puts the tables into docs/performance.md
 */
import { type ChildProcess, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import {
  javaTitle,
  type Language,
  Peer,
  type PeerProgram,
  type PeerResult,
  prepareJavaPeer,
  startDriver,
} from "../ipc/processes.js";
import { replaceTables } from "../ipc/report.js";
import { measureUdpFloor, type UdpFloor } from "./floor.js";
import {
  type Host,
  MARKERS,
  report,
  STREAM_COUNTS,
  type UdpCase,
  UDP_CASES,
  UdpResults,
} from "./report.js";

const DOCUMENT = "docs/performance.md";
const WARM_UP_MS = 1500;
const PROGRAM: PeerProgram = {
  javaSource: "transport/bench/udp/UdpBench.java",
  javaClass: "UdpBench",
  script: ".build/bench/transport/bench/udp/peer.js",
};
const DRIVER_SETTINGS = {
  "shared.idle.strategy": "yield",
  "socket.so_rcvbuf": "2m",
  "socket.so_sndbuf": "2m",
  "rcv.initial.window.length": "2m",
};

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "3" },
    seconds: { type: "string", default: "1.5" },
    only: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const runs = Number(values.runs);
const measureMs = Math.round(Number(values.seconds) * 1000);

const HOSTS: readonly Host[] = ["invoker", "shared"];
const isWanted = (word: string): boolean => values.only === undefined || values.only === word;

let nextPort = 24_400;

/** Two processes: each with its own driver in its one thread, or both at one driver. */
async function measure(
  root: string,
  language: Language,
  host: Host,
  each: UdpCase,
): Promise<PeerResult | undefined> {
  const ports = [nextPort++, nextPort++];
  const settings = {
    channel: `aeron:udp?endpoint=localhost:${ports[0]}`,
    answers: `aeron:udp?endpoint=localhost:${ports[1]}`,
    stream: 10,
    length: each.length,
    driver: host,
    measureMs,
    warmUpMs: WARM_UP_MS,
  };
  // Never that of a driver that was just killed: it would look alive for a while.
  const dirOf = (name: string): string =>
    `${root}/${ports[0]}-${host === "invoker" ? name : "shared"}`;
  let driver: ChildProcess | undefined;
  if (host === "shared") driver = startDriver(language, dirOf("shared"), DRIVER_SETTINGS);
  try {
    const isLatency = each.what === "latency";
    const first = new Peer(PROGRAM, language, dirOf("a"), isLatency ? "pong" : "receive", settings);
    await first.ready;
    const second = new Peer(PROGRAM, language, dirOf("b"), isLatency ? "ping" : "send", settings);
    if (isLatency) {
      const result = await second.result;
      first.kill();
      return result;
    }
    const [received, sent] = await Promise.all([first.result, second.result]);
    if (received === undefined) return undefined;
    return {
      ...received,
      scavenges: (received["scavenges"] ?? 0) + (sent?.["scavenges"] ?? 0),
    };
  } finally {
    driver?.kill("SIGKILL");
  }
}

async function measureStreams(
  root: string,
  language: Language,
  count: number,
): Promise<PeerResult | undefined> {
  const peer = new Peer(PROGRAM, language, `${root}/streams`, "streams", {
    channel: `aeron:udp?endpoint=localhost:${nextPort++}`,
    streams: count,
    driver: "invoker",
    measureMs,
    warmUpMs: WARM_UP_MS,
    length: 32,
    stream: 10,
  });
  return peer.result;
}

async function turn(run: number, results: UdpResults): Promise<void> {
  const root = mkdtempSync("/dev/shm/alerion-bench-");
  // Who goes first changes from turn to turn.
  const languages: readonly Language[] = run % 2 === 0 ? ["java", "ts"] : ["ts", "java"];
  try {
    for (const host of HOSTS.filter(isWanted)) {
      for (const each of UDP_CASES) {
        for (const language of languages) {
          const figures = await measure(root, language, host, each);
          results.add(`${host} ${language} ${each.name}`, figures);
          console.log(`${host}, ${language}, ${each.name}: ${JSON.stringify(figures)}`);
        }
      }
    }
    for (const count of isWanted("streams") ? STREAM_COUNTS : []) {
      for (const language of languages) {
        const figures = await measureStreams(root, language, count);
        results.add(`streams ${language} ${count}`, figures);
        console.log(`${count} streams, ${language}: ${JSON.stringify(figures)}`);
      }
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const why = prepareJavaPeer(PROGRAM);
if (why !== undefined) {
  console.log(`skipped: ${why}`);
} else {
  const results = new UdpResults();
  const floors: UdpFloor[] = [];
  const loads: number[] = [];
  for (let run = 0; run < runs; run++) {
    loads.push(loadavg()[0] ?? 0);
    floors.push(await measureUdpFloor(measureMs));
    await turn(run, results);
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
  if (values.write && values.only === undefined) {
    writeFileSync(DOCUMENT, replaceTables(readFileSync(DOCUMENT, "utf8"), tables, MARKERS));
    spawnSync("node_modules/.bin/prettier", ["--write", DOCUMENT], { stdio: "inherit" });
  }
}
