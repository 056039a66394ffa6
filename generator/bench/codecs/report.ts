/** Tables of the results, in Markdown. */
import type { TextMode } from "./candidate.js";
import { javaName } from "./java.js";
import type { Row, Timing } from "./results.js";

/** The rows of one message on one Node, Java's beside them. */
export interface MessageResult {
  readonly title: string;
  readonly node: string;
  readonly rows: readonly Row[];
}

const HEADINGS: Readonly<Record<TextMode, string>> = {
  bytes: "text as bytes",
  strings: "text as strings",
  none: "no text in the message",
};

/** The hot form of generated codecs. */
export const HOT = "generated, hot";

/** The same where V8 may inline more. */
export const HOT_LARGER_BUDGET = "generated, hot, larger budget";

const FLOOR = "DataView by hand";

/** Rows that are no serialiser of the npm registry. */
function isPeer({ name }: Row): boolean {
  return name !== FLOOR && !/^(generated|Java),/.test(name);
}

function isHot({ name }: Row): boolean {
  return name === HOT || name === HOT_LARGER_BUDGET;
}

function cell({ min, median }: Timing): string {
  return `${digits(min)} (${digits(median)})`;
}

function digits(ns: number): string {
  return ns < 100 ? ns.toFixed(1) : ns.toFixed(0);
}

function times(value: number, unit: number | undefined): string {
  return unit === undefined ? "" : (value / unit).toFixed(value / unit < 9.95 ? 1 : 0);
}

function find(rows: readonly Row[], name: string): Row | undefined {
  return rows.find((row) => row.name === name);
}

function table(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]?.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  const [head = [], ...body] = lines.map((line) =>
    line.map((each, i) => each.padEnd(widths?.[i] ?? 0)),
  );
  const rule = head.map((each) => "-".repeat(each.length));
  return [head, rule, ...body].map((line) => `| ${line.join(" | ")} |`).join("\n");
}

/** One table: a text mode of one message on one Node. */
function modeTable(all: readonly Row[], text: TextMode): string {
  const rows = all.filter((row) => row.text === text);
  const floor = find(rows, FLOOR);
  const java = find(rows, javaName(true));
  // The larger budget beside the usual one, whatever the order of measuring was.
  const sorted = rows.toSorted((a, b) => Number(isHot(b)) - Number(isHot(a)));
  const lines = sorted.map((row) => [
    row.name,
    cell(row.encode),
    cell(row.decode),
    row.encodeGarbage.toFixed(0),
    row.decodeGarbage.toFixed(0),
    String(row.wire),
    `${times(row.encode.min, floor?.encode.min)} / ${times(row.decode.min, floor?.decode.min)}`,
    java === undefined
      ? "-"
      : `${times(row.encode.min, java.encode.min)} / ${times(row.decode.min, java.decode.min)}`,
  ]);
  const head = [
    "codec",
    "encode ns",
    "decode ns",
    "B/encode",
    "B/decode",
    "B on the wire",
    "× by hand",
    "× Java, checks on",
  ];
  return table([head, ...lines]);
}

/** How far the generated codec is ahead of the fastest peer of each direction. */
function lead(all: readonly Row[], text: TextMode): string {
  const rows = all.filter((row) => row.text === text);
  const hot = find(rows, HOT);
  const peers = rows.filter(isPeer);
  if (hot === undefined || peers.length === 0) return "";
  const fastest = (direction: "encode" | "decode"): string => {
    const peer = peers.reduce((a, b) => (a[direction].min <= b[direction].min ? a : b));
    return `${direction} ${times(peer[direction].min, hot[direction].min)} × ${peer.name}`;
  };
  return `Hot form against the fastest serialiser of JavaScript: ${fastest("encode")}, ${fastest("decode")}.`;
}

/** Everything about one message, on every Node. */
export function messageReport(results: readonly MessageResult[]): string {
  const parts = results.flatMap(({ node, rows }) =>
    [...new Set(rows.map(({ text }) => text))].map(
      (text) => `${node}, ${HEADINGS[text]}:\n\n${modeTable(rows, text)}\n\n${lead(rows, text)}`,
    ),
  );
  return `#### ${results[0]?.title ?? ""}\n\n${parts.join("\n\n")}`;
}

const BEGIN = "<!-- codec benchmark: written by npm run bench -- codecs --write -->";
const END = "<!-- end of codec benchmark -->";

/** `document` with the part between the markers replaced. */
export function withReport(document: string, report: string): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`document must hold the markers: marker=${BEGIN}`);
  return `${document.slice(0, begin + BEGIN.length)}\n\n${report}\n\n${document.slice(end)}`;
}
