/**
 * One target's run: mutate, execute, keep what reaches new code. Everything but the moment it stops depends on the
 * seed alone.
 */
import { getHeapStatistics } from "node:v8";
import { AlerionError } from "@alerion/runtime";
import { Random } from "./random.mjs";

/**
 * @typedef {object} Target
 * @property {readonly string[]} watched  parts of the paths of the scripts under test
 * @property {readonly Uint8Array[]} seeds  inputs to start from
 * @property {number} lengthMax  of an input, in bytes
 * @property {(random: Random, input: Uint8Array, other: Uint8Array) => Uint8Array} mutate
 * @property {(input: Uint8Array) => void} execute  throws if what must hold does not
 */
/**
 * @typedef {object} Finding
 * @property {Uint8Array} input
 * @property {string} text
 */
/**
 * @typedef {object} Outcome
 * @property {number} executions
 * @property {number} kept  inputs in memory at the end, seeds included
 * @property {number} seconds
 * @property {ReturnType<import("./coverage.mjs").Coverage["summary"]>} coverage
 */

/**
 * Longest time that all readings of one input may take, in ms; of three tries the best counts, because the machine is
 * shared. The dearest are 65,535 entries without bytes: about 1 s alone.
 */
const EXECUTION_MS_MAX = 10_000;
/** Bytes that the heap may grow by for one input of any allowed length, garbage included. */
const HEAP_GROWTH_MAX = 160 * 1024 * 1024;
/** Inputs between two looks at the coverage. */
const BATCH_LENGTH = 64;
/** Inputs that are kept at most. */
const KEPT_MAX = 4000;
/** Different findings after which a run stops. */
const FINDINGS_MAX = 4;
/** Executions that making a finding smaller may take. */
const SHRINK_EXECUTIONS_MAX = 400;

export class Loop {
  #target;
  #random;
  #coverage;
  #kept;
  #onExecution;
  #onFinding;
  /** @type {Set<string>} */
  #seen = new Set();
  #executions = 0;

  /**
   * @param {Target} target
   * @param {number} seed
   * @param {import("./coverage.mjs").Coverage} coverage
   * @param {(input: Uint8Array) => void} onExecution  told before each execution
   * @param {(finding: Finding) => void} onFinding
   */
  constructor(target, seed, coverage, onExecution, onFinding) {
    this.#target = target;
    this.#random = new Random(seed);
    this.#coverage = coverage;
    coverage.watch(target.watched);
    this.#kept = [...target.seeds];
    this.#onExecution = onExecution;
    this.#onFinding = onFinding;
  }

  /**
   * @param {number} seconds
   * @returns {Outcome}
   */
  run(seconds) {
    const started = performance.now();
    const end = started + seconds * 1000;
    // The first look lists every function, called or not.
    this.#coverage.isNew(this.#coverage.take(), true);
    for (const input of this.#kept) this.#execute(input);
    this.#coverage.isNew(this.#coverage.take(), true);
    while (performance.now() < end && this.#seen.size < FINDINGS_MAX) this.#batch();
    return {
      executions: this.#executions,
      kept: this.#kept.length,
      seconds: (performance.now() - started) / 1000,
      coverage: this.#coverage.summary(),
    };
  }

  #batch() {
    /** @type {Uint8Array[]} */
    const inputs = [];
    for (let left = BATCH_LENGTH; left > 0; left--) {
      const { mutate, lengthMax } = this.#target;
      const input = mutate(this.#random, this.#pickKept(), this.#random.pick(this.#kept));
      inputs.push(input.subarray(0, lengthMax));
    }
    for (const input of inputs) this.#execute(input);
    const scripts = this.#coverage.take();
    if (!this.#coverage.isNew(scripts, false) || this.#kept.length >= KEPT_MAX) return;
    this.#keepNew(inputs);
    this.#coverage.isNew(scripts, true);
  }

  /** Some of them did it: looks at eighths, then at each input alone. */
  #keepNew(/** @type {readonly Uint8Array[]} */ inputs) {
    const size = Math.ceil(inputs.length / 8);
    for (let at = 0; at < inputs.length; at += size) {
      const part = inputs.slice(at, at + size);
      for (const input of part) this.#execute(input);
      const [alone] = part;
      if (alone === undefined || !this.#coverage.isNew(this.#coverage.take(), part.length === 1))
        continue;
      if (part.length > 1) this.#keepNew(part);
      else this.#kept.push(alone.slice());
    }
  }

  /** Newer inputs more often: they stand where the way on is. */
  #pickKept() {
    const { length } = this.#kept;
    const recent = this.#random.below(3) === 0 ? Math.min(length, 32) : length;
    return /** @type {Uint8Array} */ (this.#kept[length - 1 - this.#random.below(recent)]);
  }

  #execute(/** @type {Uint8Array} */ input) {
    const fault = this.#faultOf(input);
    if (fault === undefined) return;
    const key = keyOf(fault);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const smallest = this.#shrink(input, key);
    this.#onFinding({ input: smallest, text: this.#faultOf(smallest) ?? fault });
  }

  /** @returns {string | undefined} */
  #faultOf(/** @type {Uint8Array} */ input) {
    this.#executions++;
    this.#onExecution(input);
    const heap = getHeapStatistics().used_heap_size;
    const started = performance.now();
    const thrown = this.#thrownBy(input);
    if (thrown !== undefined) return thrown;
    const growth = getHeapStatistics().used_heap_size - heap;
    if (growth > HEAP_GROWTH_MAX) {
      return `heap must not grow by more than ${HEAP_GROWTH_MAX}: growth=${growth} inputLength=${input.length}`;
    }
    let took = performance.now() - started;
    for (let tries = 0; tries < 2 && took > EXECUTION_MS_MAX; tries++) {
      const again = performance.now();
      this.#onExecution(input);
      this.#thrownBy(input);
      took = Math.min(took, performance.now() - again);
    }
    if (took <= EXECUTION_MS_MAX) return undefined;
    return `input must take at most ${EXECUTION_MS_MAX} ms: took=${Math.round(took)} inputLength=${input.length}`;
  }

  /** @returns {string | undefined} */
  #thrownBy(/** @type {Uint8Array} */ input) {
    try {
      this.#target.execute(input);
      return undefined;
    } catch (error) {
      return error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
  }

  /** Leaves pieces out as long as the same goes wrong. */
  #shrink(/** @type {Uint8Array} */ input, /** @type {string} */ key) {
    let smallest = input.slice();
    let left = SHRINK_EXECUTIONS_MAX;
    for (let size = smallest.length >> 1; size > 0; size >>= 1) {
      for (let at = 0; at < smallest.length && left > 0; left--) {
        const less = new Uint8Array(Math.max(smallest.length - size, at));
        less.set(smallest.subarray(0, at));
        less.set(smallest.subarray(at + size), at);
        const fault = this.#faultOf(less);
        if (fault !== undefined && keyOf(fault) === key) smallest = less;
        else at += size;
      }
    }
    return smallest;
  }
}

/** The same for findings that are alike: numbers and quoted texts do not count. */
function keyOf(/** @type {string} */ fault) {
  const [first = "", ...frames] = fault.split("\n");
  const frame = frames.find((line) => line.includes("/dist/") || line.includes(".build")) ?? "";
  return `${first.replace(/\d+|"[^"]*"/g, "#").slice(0, 80)} ${frame.trim().replace(/^.*\//, "")}`;
}

/**
 * What `run` yields, or the code of the typed error that it throws; any other error is passed on.
 *
 * @template T
 * @param {() => T} run
 * @returns {{ readonly value: T } | { readonly code: string, readonly text: string }}
 */
export function outcomeOf(run) {
  try {
    return { value: run() };
  } catch (error) {
    if (error instanceof AlerionError) return { code: error.code, text: error.message };
    throw error;
  }
}

/** Says what must hold. @returns {asserts condition} */
export function must(/** @type {unknown} */ condition, /** @type {() => string} */ text) {
  if (condition !== true) throw new Error(text());
}
