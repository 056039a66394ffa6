/**
 * Wall time of `sbe generate` as a process, beside the official tool.
 *
 *   npm run bench:generate                        9 rounds
 *   npm run bench:generate -- --rounds=21 --write writes the table into docs/performance.md
 *
 * The schemas are those of the conformance data beside the project. Every round runs each command once, in turn, so
 * that a busy moment of the machine hits all alike; shown are the least and the middle of the rounds. Without the data
 * or without Java the script says so and measures what is left.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { prepareJava } from "./java.mjs";
import { bin, root, run } from "./workspaces.mjs";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "9" },
    write: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const DOCUMENT = join(root, "docs/performance.md");
const BEGIN = "<!-- sbe generate: written by npm run bench:generate -- --write -->";
const END = "<!-- end of sbe generate -->";
const sbe = join(root, "generator/bin/sbe.js");
const data = join(root, "../shared/conformance/sbe/schemas/sbe-tool-test");
const schemas = existsSync(data)
  ? [join(data, "example-schema.xml"), join(data, "ilinkbinary.xml")]
  : [join(root, "examples/schemas/order-entry.xml")];

/** Runs a command to its end; returns milliseconds. */
function timed(
  /** @type {string} */ command,
  /** @type {string[]} */ args,
  /** @type {string} */ cwd,
) {
  const start = performance.now();
  const { status, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  const elapsed = performance.now() - start;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: status=${status} ${stderr}`);
  return elapsed;
}

function summary(/** @type {number[]} */ times) {
  const sorted = times.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  return { least: sorted[0] ?? NaN, middle };
}

/** Milliseconds from a change of the schema to the word of `--watch` that it has written. */
async function watchTimes(/** @type {string} */ folder, /** @type {string} */ file) {
  const child = spawn(process.execPath, [sbe, "generate", file, "-o", "watched", "--watch"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (piece) => (said += String(piece)));
  const says = async (/** @type {string} */ text) => {
    while (!said.includes(text)) await once(child.stderr, "data");
    said = said.slice(said.indexOf(text) + text.length);
  };
  await says("watching");
  const path = join(folder, file);
  const original = readFileSync(path, "utf8");
  /** @type {number[]} */
  const times = [];
  for (let round = 0; round < rounds; round++) {
    // The last description, that of a field, becomes a comment of the generated code: something to write each time.
    const start = performance.now();
    const at = original.lastIndexOf('description="') + 'description="'.length;
    const rest = original.slice(original.indexOf('"', at));
    writeFileSync(path, `${original.slice(0, at)}round ${round}${rest}`);
    await says("files written");
    times.push(performance.now() - start);
  }
  child.kill("SIGINT");
  await once(child, "close");
  writeFileSync(path, original);
  return times;
}

const OFFICIAL = "official tool";

/** A line of the table: least / middle of each, and the ratio of ours to the official tool's. */
function row(
  /** @type {string} */ title,
  /** @type {readonly { name: string, times: number[] }[]} */ runs,
) {
  const all = runs.map(({ name, times }) => ({ name, ...summary(times) }));
  const cells = all.map(({ least, middle }) => `${least.toFixed(0)} / ${middle.toFixed(0)}`);
  const ours = all.find(({ name }) => name === "sbe generate");
  const theirs = all.find(({ name }) => name === OFFICIAL);
  const ratio =
    ours === undefined || theirs === undefined
      ? "not measured"
      : `${(ours.least / theirs.least).toFixed(2)} / ${(ours.middle / theirs.middle).toFixed(2)}`;
  const names = all.map(({ name }) => name);
  if (rows.length === 0) {
    rows.push(
      `| schema | ${names.join(" | ")} | ratio |`,
      `| --- |${" --- |".repeat(all.length + 1)}`,
    );
  }
  return `| ${title} | ${cells.join(" | ")} | ${ratio} |`;
}

const java = prepareJava();
if ("skipReason" in java) console.log(`official tool skipped: ${java.skipReason}`);
const load = loadavg()[0] ?? 0;
/** @type {string[]} */
const rows = [];

for (const schema of schemas) {
  const folder = mkdtempSync(join(tmpdir(), "sbe-bench-"));
  try {
    mkdirSync(join(folder, "node_modules"));
    const file = basename(schema);
    cpSync(schema, join(folder, file));
    // Schemas of the reference implementation warn: nothing that is measured here.
    const ours = [sbe, "generate", file, "-o", "ours", "--suppress-output"];
    /** @type {{ name: string, command: string, args: string[], times: number[] }[]} */
    const runs = [
      { name: "node -e 0", command: process.execPath, args: ["-e", "0"], times: [] },
      { name: "sbe generate", command: process.execPath, args: [...ours, "--force"], times: [] },
      { name: "sbe generate, nothing changed", command: process.execPath, args: ours, times: [] },
    ];
    if ("jars" in java) {
      const separator = process.platform === "win32" ? ";" : ":";
      const options = ["-Dsbe.output.dir=theirs", "-Dsbe.target.language=Java"];
      const opens = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED";
      const args = [
        opens,
        ...options,
        "-cp",
        java.jars.join(separator),
        "uk.co.real_logic.sbe.SbeTool",
        file,
      ];
      runs.push({ name: OFFICIAL, command: "java", args, times: [] });
    }
    for (let round = 0; round < rounds; round++) {
      for (const { command, args, times } of runs) times.push(timed(command, args, folder));
    }
    runs.push({
      name: "sbe generate --watch, a change",
      command: "",
      args: [],
      times: await watchTimes(folder, file),
    });
    rows.push(row(`${file}, ${Math.round(readFileSync(schema).length / 1024)} KiB`, runs));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const date = new Date().toISOString().slice(0, 10);
const cpu = cpus();
const text = [
  `${cpu[0]?.model.trim() ?? "unknown"}, ${cpu.length} CPUs; Node ${process.versions.node}; ${date}; load average ` +
    `${load.toFixed(1)} before, ${(loadavg()[0] ?? 0).toFixed(1)} after.`,
  `Milliseconds: least / middle of ${rounds} rounds. Ratio: \`sbe generate\` to the official tool.`,
  "",
  ...rows,
].join("\n");
console.log(text);
if (values.write) {
  const document = readFileSync(DOCUMENT, "utf8");
  const start = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (start < 0 || end < start) throw new Error(`document must hold the marks: ${DOCUMENT}`);
  const before = document.slice(0, start + BEGIN.length);
  writeFileSync(DOCUMENT, `${before}\n\n${text}\n\n${document.slice(end)}`);
  run(bin("prettier"), ["--write", "--log-level", "warn", DOCUMENT]);
}
