/** A thread that runs one target. Before each execution it leaves the input in memory that its owner can see. */
import { parentPort, workerData } from "node:worker_threads";
import { Coverage } from "./coverage.mjs";
import { Loop } from "./loop.mjs";

/**
 * @typedef {object} Job
 * @property {string} target
 * @property {number} seed
 * @property {number} seconds
 * @property {readonly Uint8Array[]} corpus
 * @property {readonly import("./prepare.mjs").Subject[]} subjects
 * @property {SharedArrayBuffer} current  int32 count of executions, int32 length, the input
 * @property {Uint8Array | undefined} replay
 */

const job = /** @type {Job} */ (workerData);
// Before anything under test is loaded: V8 lists the functions of what it compiles from now on.
const coverage = new Coverage();
const { loadTarget } = await import("./targets.mjs");
const target = await loadTarget(job.target, job.subjects, job.corpus, job.seed);
const header = new Int32Array(job.current, 0, 2);
const shared = new Uint8Array(job.current, 8);

const loop = new Loop(
  job.replay === undefined ? target : { ...target, seeds: [job.replay] },
  job.seed,
  coverage,
  (input) => {
    const length = Math.min(input.length, shared.length);
    shared.set(input.subarray(0, length));
    header[1] = length;
    Atomics.add(header, 0, 1);
  },
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  (finding) => parentPort?.postMessage({ finding }),
);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort?.postMessage({ outcome: loop.run(job.replay === undefined ? job.seconds : 0) });
