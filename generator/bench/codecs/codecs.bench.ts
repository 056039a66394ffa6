/**
 * Generated codecs beside a DataView by hand, the serialisers of npm and the codecs of the official tool in Java.
 *
 *   npm run bench -- codecs                       this Node and the newest that the npm package `node` brings
 *   npm run bench -- codecs --node=24,26          this Node and those
 *   npm run bench -- codecs --node=none           this Node alone
 *   npm run bench -- codecs --message=car,book    some of the messages
 *   npm run bench -- codecs --processes=5         processes for each figure, 3 unless told
 *   npm run bench -- codecs --write               writes the tables into docs/performance.md
 *
 * Each message has processes of its own; in one process its candidates take turns. Processes of Node and of Java take
 * turns too, so that a change of the machine meets all of them. Nothing here passes or fails on time.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { CODECS, generate } from "./generate.js";
import { javaClasspath, JavaCodecs } from "./java.js";
import { type BenchMessage, messages } from "./messages/messages.js";
import { type NodeBinary, nodeOf, ownNode } from "./nodes.js";
import { HOT, HOT_LARGER_BUDGET, type MessageResult, messageReport, withReport } from "./report.js";
import { merged, type Row } from "./results.js";
import { run } from "./run.js";

const DOCUMENT = "docs/performance.md";
const WORKER = join(dirname(fileURLToPath(import.meta.url)), "worker.js");

/** V8 inlines 920 bytes of bytecode into one function; a large message has more accessors than that. */
const LARGER_BUDGET = "--max-inlined-bytecode-size-cumulative=4000";

const { values } = parseArgs({
  options: {
    node: { type: "string", default: "latest" },
    message: { type: "string" },
    processes: { type: "string", default: "3" },
    write: { type: "boolean", default: false },
  },
});

function say(text: string): void {
  console.log(text);
}

function wantedMessages(): BenchMessage[] {
  const keys = values.message?.split(",");
  const wanted = messages.filter(({ key }) => keys === undefined || keys.includes(key));
  return wanted.filter(({ key, schema }) => {
    const isThere = existsSync(schema.path);
    if (!isThere) say(`skipped: ${key}, its schema is not there: ${schema.path}`);
    return isThere;
  });
}

function nodes(): NodeBinary[] {
  const own = ownNode();
  const others = values.node
    .split(",")
    .filter((version) => version !== "none" && version !== "")
    .flatMap((version) => {
      const found = nodeOf(version);
      if (found === undefined) say(`skipped: Node ${version}, the npm package cannot be brought`);
      return found === undefined || found.title === own.title ? [] : [found];
    });
  return [own, ...others];
}

function java(wanted: readonly BenchMessage[]): JavaCodecs | undefined {
  const found = javaClasspath();
  if ("jars" in found) return new JavaCodecs(found.jars, wanted);
  say(`skipped: Java, ${found.why}`);
  return undefined;
}

function worker(node: string, flags: readonly string[], words: readonly string[]): Row[] {
  return JSON.parse(run(node, ["--expose-gc", ...flags, WORKER, CODECS, ...words])) as Row[];
}

/** Every process that measures a message, in one round: each Node, and Java with and without checks. */
function round(message: BenchMessage, all: readonly NodeBinary[], codecs: JavaCodecs | undefined) {
  const byNode = all.map(({ path }) => [
    ...worker(path, [], [message.key]),
    ...worker(path, [LARGER_BUDGET], [message.key, HOT]).map((row) => ({
      ...row,
      name: HOT_LARGER_BUDGET,
    })),
  ]);
  const inJava =
    codecs === undefined
      ? []
      : message.texts.flatMap((text) =>
          [true, false].map((checks) => codecs.measure(message, text, checks)),
        );
  check(message, [...byNode.flat(), ...inJava]);
  return { byNode, inJava };
}

/** All read the same values, and all that write SBE write the same bytes. */
function check({ key }: BenchMessage, rows: readonly Row[]): void {
  const sums = new Set(rows.map(({ checksum }) => checksum));
  const bytes = new Set(rows.flatMap(({ hex }) => hex ?? []));
  if (sums.size > 1 || bytes.size > 1) {
    throw new Error(`codecs must agree: message=${key} sums=${sums.size} bytes=${bytes.size}`);
  }
}

function transposed(all: readonly (readonly Row[])[]): Row[] {
  return (all[0] ?? []).map((_, i) => merged(all.map((rows) => rows[i] as Row)));
}

function measure(
  message: BenchMessage,
  all: readonly NodeBinary[],
  codecs: JavaCodecs | undefined,
): MessageResult[] {
  const rounds = Array.from({ length: Number(values.processes) }, () =>
    round(message, all, codecs),
  );
  const inJava = transposed(rounds.map((each) => each.inJava));
  return all.map(({ title: node }, i) => ({
    title: message.title,
    node,
    rows: [...transposed(rounds.map(({ byNode }) => byNode[i] ?? [])), ...inJava],
  }));
}

function preamble(codecs: JavaCodecs | undefined, load: number): string {
  const cpu = cpus();
  const machine = `${cpu[0]?.model.trim() ?? "unknown"}, ${cpu.length} CPUs`;
  const versions = codecs === undefined ? "without Java" : codecs.title();
  const date = new Date().toISOString().slice(0, 10);
  return [
    `${machine}; ${versions}; ${date}; load average ${load.toFixed(1)} before, ${(loadavg()[0] ?? 0).toFixed(1)} after.`,
    `Nanoseconds: the least of ${values.processes} processes of 150 rounds, in brackets the median.`,
    "B: bytes of garbage for one operation. ×: how many times the time of that row, encode / decode.",
    `Larger budget: \`node ${LARGER_BUDGET}\`, see below.`,
  ].join("\n");
}

const load = loadavg()[0] ?? 0;
const wanted = wantedMessages();
const all = nodes();
generate(wanted.map(({ schema }) => schema));
const codecs = java(wanted);
const reports = wanted.map((message) => {
  const report = messageReport(measure(message, all, codecs));
  say(`\n${report}`);
  return report;
});
const summary = preamble(codecs, load);
say(`\n${summary}`);
if (values.write) {
  const report = [summary, ...reports].join("\n\n");
  writeFileSync(DOCUMENT, withReport(readFileSync(DOCUMENT, "utf8"), report));
  run(process.execPath, ["node_modules/prettier/bin/prettier.cjs", "--write", DOCUMENT]);
  say(`written: ${DOCUMENT}`);
}
