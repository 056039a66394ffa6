/** Cases, figures and tables of the IPC benchmark. */
import type { Floor } from "./floor.js";
import type { Language } from "./processes.js";

/** One thing that is measured in both languages. */
export interface Case {
  readonly what: "latency" | "rate" | "solo";
  readonly kind: "exclusive" | "shared";
  readonly mode: "claim" | "offer";
  readonly length: number;
  readonly name: string;
}

/** What one process or pair of them yields. */
export type Figures = Readonly<Record<string, number>>;

const KINDS = ["exclusive", "shared"] as const;
const MODES = ["offer", "claim"] as const;

function caseOf(what: Case["what"], kind: Case["kind"], mode: Case["mode"], length: number): Case {
  return { what, kind, mode, length, name: `${what} ${length} B ${kind} ${mode}` };
}

function combine(what: "rate" | "solo", length: number): Case[] {
  return KINDS.flatMap((kind) => MODES.map((mode) => caseOf(what, kind, mode, length)));
}

const LATENCY = caseOf("latency", "exclusive", "offer", 32);

/** In the order in which they are measured. */
export const CASES: readonly Case[] = [
  LATENCY,
  ...combine("rate", 32),
  ...combine("rate", 1024),
  ...combine("solo", 32),
];

/** Where the tables come from. */
export interface Circumstances {
  readonly machine: string;
  readonly versions: string;
  readonly date: string;
  readonly load: string;
  readonly runs: number;
  /** The one kind of case that was measured; all if undefined. */
  readonly only: string | undefined;
}

/** All figures of all turns. */
export class Results {
  readonly #figures = new Map<string, Figures[]>();

  add(driver: Language, language: Language, each: Case, figures: Figures | undefined): void {
    if (figures === undefined) return;
    const key = keyOf(driver, language, each);
    this.#figures.set(key, [...(this.#figures.get(key) ?? []), figures]);
  }

  /** The least of all turns: of times and of garbage. */
  least(driver: Language, language: Language, each: Case, name: string): number {
    return Math.min(...this.#all(driver, language, each, name));
  }

  /** The greatest of all turns: of rates. */
  greatest(driver: Language, language: Language, each: Case, name: string): number {
    return Math.max(...this.#all(driver, language, each, name));
  }

  median(driver: Language, language: Language, each: Case, name: string): number {
    const sorted = this.#all(driver, language, each, name).sort((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? Number.NaN;
  }

  #all(driver: Language, language: Language, each: Case, name: string): number[] {
    return (this.#figures.get(keyOf(driver, language, each)) ?? []).map(
      (figures) => figures[name] ?? Number.NaN,
    );
  }
}

function keyOf(driver: Language, language: Language, each: Case): string {
  return `${driver} ${language} ${each.name}`;
}

const BEGIN = "<!-- IPC benchmark: written by npm run bench:ipc -- --write -->";
const END = "<!-- end of IPC benchmark -->";

/** The document with new tables between the markers. */
export function replaceTables(
  document: string,
  tables: string,
  markers: { readonly begin: string; readonly end: string } = { begin: BEGIN, end: END },
): string {
  const begin = document.indexOf(markers.begin);
  const end = document.indexOf(markers.end);
  if (begin < 0 || end < begin) {
    throw new Error(`document must hold the markers: marker=${markers.begin}`);
  }
  return `${document.slice(0, begin + markers.begin.length)}\n\n${tables}\n\n${document.slice(end)}`;
}

const million = (value: number): string => (value / 1e6).toFixed(1);
/** A figure with so many digits; a dash where there is none. */
export const digits = (value: number, count: number): string =>
  Number.isFinite(value) ? value.toFixed(count) : "-";

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function title(driver: Language): string {
  return driver === "java" ? "Java's" : "ours";
}

/** All tables as Markdown. */
export function report(
  results: Results,
  floors: readonly Floor[],
  circumstances: Circumstances,
): string {
  const { machine, versions, date, load, runs, only } = circumstances;
  const isMeasured = (what: Case["what"]): boolean => only === undefined || only === what;
  return [
    `${machine}; ${versions}; ${date}; load of the machine when cases began ${load}; best of ${runs} turns, medians in brackets`,
    ...(isMeasured("latency") ? [latencyTable(results, floors)] : []),
    ...(isMeasured("rate") ? [rateTable(results, floors)] : []),
    ...(isMeasured("solo") ? [soloTable(results)] : []),
  ].join("\n\n");
}

function latencyTable(results: Results, floors: readonly Floor[]): string {
  const rows = (["java", "ts"] as const).flatMap((driver) =>
    (["java", "ts"] as const).map((language) => {
      const of = (name: string): string =>
        `${digits(results.least(driver, language, LATENCY, name), 0)} (${digits(results.median(driver, language, LATENCY, name), 0)})`;
      const ratio = (name: string): string =>
        digits(
          results.least(driver, language, LATENCY, name) /
            results.least(driver, "java", LATENCY, name),
          2,
        );
      return [
        title(driver),
        language === "java" ? "Java" : "TypeScript",
        of("p50"),
        of("p99"),
        of("p999"),
        ratio("p50"),
        of("mean"),
        ratio("mean"),
        digits(results.least(driver, language, LATENCY, "clockNs"), 0),
        language === "java" ? "-" : of("scavenges"),
      ];
    }),
  );
  const least = (name: "p50" | "p99" | "p999"): string =>
    digits(Math.min(...floors.map((floor) => floor[name])), 0);
  rows.push([
    "none",
    "bare words in JS",
    least("p50"),
    least("p99"),
    least("p999"),
    "-",
    "-",
    "-",
    "-",
    "-",
  ]);
  return `Round trip of 32 bytes, ns, two processes that spin; the mean is of round trips without a clock around each:\n\n${table(
    [
      "driver",
      "client",
      "p50",
      "p99",
      "p99.9",
      "p50 / Java",
      "mean",
      "mean / Java",
      "clock",
      "scavenges in 1 s",
    ],
    rows,
  )}`;
}

function rateTable(results: Results, floors: readonly Floor[]): string {
  const rows = (["java", "ts"] as const).flatMap((driver) =>
    CASES.filter(({ what }) => what === "rate").map((each) => {
      const of = (language: Language): string =>
        `${million(results.greatest(driver, language, each, "rate"))} (${million(results.median(driver, language, each, "rate"))})`;
      const ratio =
        results.greatest(driver, "ts", each, "rate") /
        results.greatest(driver, "java", each, "rate");
      return [
        title(driver),
        `${each.length} B`,
        each.kind,
        each.mode,
        of("java"),
        of("ts"),
        digits(ratio, 2),
        digits(results.least(driver, "ts", each, "scavenges"), 0),
      ];
    }),
  );
  const floor = million(Math.max(...floors.map(({ rate }) => rate)));
  rows.push(["none", "32 B", "bare ring in JS", "-", "-", floor, "-", "-"]);
  return `Million messages a second, one process to another:\n\n${table(
    ["driver", "length", "publication", "how", "Java", "TypeScript", "ratio", "scavenges"],
    rows,
  )}`;
}

function soloTable(results: Results): string {
  const rows = CASES.filter(({ what }) => what === "solo").map((each) => {
    const of = (language: Language, name: string): string =>
      digits(results.least("ts", language, each, name), 1);
    const ratio = (name: string): string =>
      digits(results.least("ts", "ts", each, name) / results.least("ts", "java", each, name), 2);
    return [
      each.kind,
      each.mode,
      of("java", "offerNs"),
      of("ts", "offerNs"),
      ratio("offerNs"),
      of("java", "pollNs"),
      of("ts", "pollNs"),
      ratio("pollNs"),
    ];
  });
  return `Instructions alone, ns a message of 32 bytes: 2048 sent, then polled, in one thread:\n\n${table(
    ["publication", "how", "Java sends", "ours", "ratio", "Java polls", "ours", "ratio"],
    rows,
  )}`;
}
