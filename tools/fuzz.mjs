/**
 * Fuzzes what reads bytes from outside; docs/fuzzing.md says what must hold.
 *
 *   npm run fuzz -- [target…]     default: all targets
 *     --seconds N                 for each target; default: ALERION_FUZZ_SECONDS, or 10
 *     --seed S                    default: 1
 *     --jobs N                    targets at a time; default: 2
 *     --replay FILE               runs one input of one target and nothing else
 *     --report                    writes executions and coverage into docs/fuzzing.md
 *
 * A finding is written to .build/fuzz-findings/ and printed; the exit code is 1.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { prepare } from "./fuzz/prepare.mjs";
import { writeReport } from "./fuzz/report.mjs";
import { TARGET_NAMES } from "./fuzz/targets.mjs";
import { root } from "./workspaces.mjs";

/** @typedef {import("./fuzz/worker.mjs").Job} Job */
/** @typedef {import("./fuzz/loop.mjs").Finding} Finding */
/** @typedef {import("./fuzz/loop.mjs").Outcome} Outcome */
/** @typedef {{ finding?: Finding, outcome?: Outcome }} Message */

/** An input that is still running after so many ms hangs. */
const HANG_MS = 30_000;
/** Heap of a target's thread, in MiB; beyond it the target ends with a finding. */
const HEAP_MIB_MAX = 768;
/** Longest input that is remembered while it runs, in bytes. */
const CURRENT_LENGTH = 128 * 1024;

const findings = join(root, ".build/fuzz-findings");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: process.env["ALERION_FUZZ_SECONDS"] ?? "10" },
    seed: { type: "string", default: "1" },
    jobs: { type: "string", default: "2" },
    replay: { type: "string" },
    report: { type: "boolean", default: false },
  },
});

const targets = positionals.length === 0 ? TARGET_NAMES : positionals;
const seconds = Number(values.seconds);
const seed = Number(values.seed);
const jobs = Number(values.jobs);
const unknown = targets.find((target) => !TARGET_NAMES.includes(target));
if (unknown !== undefined || !(seconds > 0) || !Number.isSafeInteger(seed) || !(jobs >= 1)) {
  console.error(
    `usage: npm run fuzz -- [${TARGET_NAMES.join("|")}…] [--seconds N] [--seed S] [--jobs N] [--replay FILE] [--report]`,
  );
  process.exit(2);
}

const subjects = await prepare(seed);
const replay = values.replay === undefined ? undefined : readFileSync(values.replay);
/** @type {Map<string, Outcome>} */
const outcomes = new Map();
let findingCount = 0;
const waiting = [...targets];
await Promise.all(Array.from({ length: jobs }, runWaiting));

for (const target of targets) {
  const outcome = outcomes.get(target);
  if (outcome !== undefined) console.log(summaryOf(target, outcome));
}
if (values.report) writeReport(outcomes, seed);
if (findingCount > 0) {
  console.error(`fuzzing must find nothing: findings=${findingCount}`);
  process.exitCode = 1;
}

async function runWaiting() {
  for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
    await runTarget(target);
  }
}

/** @returns {Promise<void>} */
function runTarget(/** @type {string} */ target) {
  const current = new SharedArrayBuffer(8 + CURRENT_LENGTH);
  const header = new Int32Array(current, 0, 2);
  /** @type {Job} */
  const workerData = { target, seed, seconds, corpus: corpusOf(target), subjects, current, replay };
  const worker = new Worker(new URL("./fuzz/worker.mjs", import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX },
  });
  const running = () => new Uint8Array(current, 8, Atomics.load(header, 1)).slice();
  return new Promise((resolve) => {
    let seenCount = -1;
    const watchdog = setInterval(() => {
      const count = Atomics.load(header, 0);
      if (count === seenCount && count > 0) {
        report(target, { input: running(), text: `input must end: hangs for ${HANG_MS} ms` });
        void worker.terminate();
      }
      seenCount = count;
    }, HANG_MS);
    worker.on("message", (/** @type {Message} */ { finding, outcome }) => {
      if (finding !== undefined) report(target, finding);
      if (outcome !== undefined) outcomes.set(target, outcome);
    });
    worker.on("error", (error) => {
      // Among others ERR_WORKER_OUT_OF_MEMORY.
      report(target, { input: running(), text: error.stack ?? error.message });
    });
    worker.on("exit", () => {
      clearInterval(watchdog);
      resolve();
    });
  });
}

function report(/** @type {string} */ target, /** @type {Finding} */ { input, text }) {
  findingCount++;
  mkdirSync(findings, { recursive: true });
  const file = join(findings, `${target}-${seed}-${findingCount}.bin`);
  writeFileSync(file, input);
  const path = relative(root, file);
  console.error(
    `finding: target=${target} seed=${seed} inputLength=${input.length}\n${text}\nagain: npm run fuzz -- ${target} --seed ${seed} --replay ${path}\n`,
  );
}

/** Small inputs that once were findings or are hard to come by. */
function corpusOf(/** @type {string} */ target) {
  const folder = join(root, "tools/fuzz/corpus", target);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name)));
}

/** One line for a target. */
function summaryOf(/** @type {string} */ target, /** @type {Outcome} */ outcome) {
  const { executions, kept, coverage } = outcome;
  const perSecond = Math.round(executions / outcome.seconds);
  const reached = ((100 * coverage.charactersReached) / coverage.characters).toFixed(1);
  return `${target}: executions=${executions} perSecond=${perSecond} kept=${kept} functions=${coverage.functionsReached}/${coverage.functions} codeReached=${reached}%`;
}
