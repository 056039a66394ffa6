/** Cases, figures and tables of the UDP benchmark. */
import type { Language, PeerResult } from "../ipc/processes.js";
import { type Circumstances, digits, table } from "../ipc/report.js";
import type { UdpFloor } from "./floor.js";

/** Where the driver runs: in the one thread of each process, or in a process of its own. */
export type Host = "invoker" | "shared";

/** One thing that is measured in both languages. */
export interface UdpCase {
  readonly what: "latency" | "rate";
  readonly length: number;
  readonly name: string;
}

/** In the order in which they are measured. */
export const UDP_CASES: readonly UdpCase[] = [
  { what: "latency", length: 32, name: "round trip, 32 B" },
  { what: "rate", length: 32, name: "messages of 32 B" },
  { what: "rate", length: 1024, name: "messages of 1 KiB" },
];

/** Idle streams of one driver. */
export const STREAM_COUNTS: readonly number[] = [1, 10, 100, 1000];

/** Where the tables stand in the document. */
export const MARKERS = {
  begin: "<!-- UDP benchmark: written by npm run bench:udp -- --write -->",
  end: "<!-- end of UDP benchmark -->",
};

/** All figures of all turns. */
export class UdpResults {
  readonly #figures = new Map<string, PeerResult[]>();

  add(key: string, figures: PeerResult | undefined): void {
    if (figures === undefined) return;
    this.#figures.set(key, [...(this.#figures.get(key) ?? []), figures]);
  }

  all(key: string, name: string): number[] {
    const figures = this.#figures.get(key) ?? [];
    return figures.map((each) => each[name] ?? Number.NaN).sort((a, b) => a - b);
  }

  least(key: string, name: string): number {
    return this.all(key, name)[0] ?? Number.NaN;
  }

  greatest(key: string, name: string): number {
    return this.all(key, name).at(-1) ?? Number.NaN;
  }

  median(key: string, name: string): number {
    const all = this.all(key, name);
    return all[all.length >> 1] ?? Number.NaN;
  }
}

const HOSTS: readonly (readonly [Host, string])[] = [
  ["invoker", "two processes, each its own INVOKER driver"],
  ["shared", "SHARED driver apart, all yielding"],
];
const LATENCY = "round trip, 32 B";

function latencyTable(results: UdpResults, floors: readonly UdpFloor[]): string {
  const rows = HOSTS.flatMap(([host, title]) =>
    (["java", "ts"] as const).map((language) => {
      const key = `${host} ${language} ${LATENCY}`;
      const of = (name: string, count: number): string =>
        `${digits(results.least(key, name), count)} (${digits(results.median(key, name), count)})`;
      const ratio = results.least(key, "p50") / results.least(`${host} java ${LATENCY}`, "p50");
      return [
        title,
        language === "java" ? "Java" : "TypeScript",
        of("p50", 2),
        of("p99", 1),
        of("p999", 1),
        digits(ratio, 2),
        language === "java" ? "-" : digits(results.least(key, "scavenges"), 0),
      ];
    }),
  );
  const floor = digits(Math.min(...floors.map(({ p50 }) => p50)), 2);
  rows.push(["none: raw datagrams, one thread", "JS", floor, "-", "-", "-", "-"]);
  return `Round trip of 32 bytes, µs:\n\n${table(
    ["driver", "language", "p50", "p99", "p99.9", "p50 / Java", "scavenges in 1 s"],
    rows,
  )}`;
}

function rateTable(results: UdpResults, floors: readonly UdpFloor[]): string {
  const rows = HOSTS.flatMap(([host, title]) =>
    UDP_CASES.filter(({ what }) => what === "rate").map(({ name, length }) => {
      const million = (language: Language): string => {
        const key = `${host} ${language} ${name}`;
        const best = digits(results.greatest(key, "rate") / 1e6, 2);
        return `${best} (${digits(results.median(key, "rate") / 1e6, 2)})`;
      };
      const of = (language: Language): number =>
        results.greatest(`${host} ${language} ${name}`, "rate");
      return [
        title,
        length === 32 ? "32 B" : "1 KiB",
        million("java"),
        million("ts"),
        digits(of("ts") / of("java"), 2),
        digits(results.least(`${host} ts ${name}`, "scavenges"), 0),
      ];
    }),
  );
  const floor = digits(Math.max(...floors.map(({ rate }) => rate)) / 1e6, 2);
  rows.push(["none: raw datagrams, one thread", "64 B", "-", floor, "-", "-"]);
  return `Million messages a second:\n\n${table(
    ["driver", "length", "Java", "TypeScript", "ratio", "scavenges"],
    rows,
  )}`;
}

function streamsTable(results: UdpResults): string {
  const rows = STREAM_COUNTS.map((count) => {
    const of = (language: Language): number =>
      results.least(`streams ${language} ${count}`, "cycleNs");
    return [
      String(count),
      digits(of("java") / 1000, 2),
      digits(of("ts") / 1000, 2),
      digits(of("ts") / of("java"), 2),
      digits(of("ts") / count, 0),
    ];
  });
  return `A duty cycle of a whole INVOKER driver with idle streams to itself, µs:\n\n${table(
    ["streams", "Java", "TypeScript", "ratio", "ns a stream"],
    rows,
  )}`;
}

/** All tables as Markdown. */
export function report(
  results: UdpResults,
  floors: readonly UdpFloor[],
  { machine, versions, date, load, runs }: Circumstances,
): string {
  return [
    `${machine}; ${versions}; ${date}; load of the machine when cases began ${load}; best of ${runs} turns, medians in brackets. Loopback, MTU 1408, socket buffers and receiver window 2 MiB.`,
    latencyTable(results, floors),
    rateTable(results, floors),
    streamsTable(results),
  ].join("\n\n");
}
