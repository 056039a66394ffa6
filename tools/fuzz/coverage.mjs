/**
 * Block coverage of this thread, from V8 itself: which inputs reach code that none before them reached.
 *
 * V8 names the blocks of a function that did not run. What no run has entered yet is, for each function, the
 * intersection of those; it shrinks when an input reaches something new.
 */
import { readFileSync } from "node:fs";
import { Session } from "node:inspector";
import { fileURLToPath } from "node:url";

/** @typedef {readonly [start: number, end: number]} Interval */
/**
 * @typedef {object} FunctionState
 * @property {number} start
 * @property {number} end
 * @property {readonly Interval[] | undefined} unreached  undefined while the function was never called
 */
/** @typedef {import("node:inspector").Profiler.ScriptCoverage} ScriptCoverage */

export class Coverage {
  #session = new Session();
  /** @type {Map<string, Map<string, FunctionState>>} */
  #scripts = new Map();
  /** @type {readonly string[]} */
  #watched = [];

  constructor() {
    this.#session.connect();
    this.#session.post("Profiler.enable");
    // Without counts: code that is hot is optimised as ever once its blocks are known.
    this.#session.post("Profiler.startPreciseCoverage", { callCount: false, detailed: true });
  }

  /**
   * Says which scripts count; until then none does.
   *
   * @param {readonly string[]} parts of their paths
   */
  watch(parts) {
    this.#watched = parts;
  }

  /**
   * What ran since the last call; 2 to 3 ms, so it is asked after batches.
   *
   * @returns {ScriptCoverage[]}
   */
  take() {
    /** @type {ScriptCoverage[]} */
    let scripts = [];
    this.#session.post("Profiler.takePreciseCoverage", (error, { result }) => {
      if (error !== null) throw error;
      scripts = result.filter(
        ({ url }) => url.startsWith("file:") && this.#watched.some((part) => url.includes(part)),
      );
    });
    return scripts;
  }

  /**
   * Whether something in it is new.
   *
   * @param {readonly ScriptCoverage[]} scripts
   * @param {boolean} merges whether it counts as known from now on
   */
  isNew(scripts, merges) {
    let isNew = false;
    for (const { url, functions } of scripts) {
      const known = this.#functionsOf(url);
      for (const { ranges } of functions) {
        const [outer, ...inner] = ranges;
        if (outer === undefined) continue;
        const { startOffset: start, endOffset: end } = outer;
        const key = `${start}-${end}`;
        const state = known.get(key);
        if (outer.count === 0) {
          if (state === undefined) known.set(key, { start, end, unreached: undefined });
          continue;
        }
        const missed = unreachedOf(inner);
        const before = state?.unreached;
        const unreached = before === undefined ? missed : intersection(before, missed);
        if (before !== undefined && lengthOf(unreached) >= lengthOf(before)) continue;
        isNew = true;
        if (merges) known.set(key, { start, end, unreached });
      }
    }
    return isNew;
  }

  /** How much of the watched code was reached: functions, and characters that are no comment or white space. */
  summary() {
    const sum = { functions: 0, functionsReached: 0, characters: 0, charactersReached: 0 };
    for (const [url, functions] of this.#scripts) {
      const text = readFileSync(fileURLToPath(url), "utf8");
      const isCode = codeMask(text);
      const isReached = new Uint8Array(text.length);
      const states = [...functions.values()].sort((a, b) => b.end - b.start - (a.end - a.start));
      // Outer functions first: what is in them paints over.
      for (const { start, end, unreached } of states) {
        isReached.fill(unreached === undefined ? 0 : 1, start, end);
        for (const [from, to] of unreached ?? []) isReached.fill(0, from, to);
        sum.functions++;
        if (unreached !== undefined) sum.functionsReached++;
      }
      for (let at = 0; at < text.length; at++) {
        if (isCode[at] === 0) continue;
        sum.characters++;
        if (isReached[at] === 1) sum.charactersReached++;
      }
    }
    return sum;
  }

  #functionsOf(/** @type {string} */ url) {
    let functions = this.#scripts.get(url);
    if (functions === undefined) {
      functions = new Map();
      this.#scripts.set(url, functions);
    }
    return functions;
  }
}

/**
 * Outermost ranges that did not run; ranges are nested and sorted.
 *
 * @param {readonly import("node:inspector").Profiler.CoverageRange[]} ranges
 * @returns {Interval[]}
 */
function unreachedOf(ranges) {
  /** @type {Interval[]} */
  const intervals = [];
  for (const { startOffset, endOffset, count } of ranges) {
    if (count === 0 && startOffset >= (intervals.at(-1)?.[1] ?? 0)) {
      intervals.push([startOffset, endOffset]);
    }
  }
  return intervals;
}

/**
 * @param {readonly Interval[]} left
 * @param {readonly Interval[]} right
 * @returns {Interval[]}
 */
function intersection(left, right) {
  /** @type {Interval[]} */
  const both = [];
  let index = 0;
  for (const [start, end] of left) {
    while (index < right.length && (right[index]?.[1] ?? 0) <= start) index++;
    for (let next = index; next < right.length; next++) {
      const [from, to] = right[next] ?? [0, 0];
      if (from >= end) break;
      both.push([Math.max(start, from), Math.min(end, to)]);
    }
  }
  return both;
}

/** @param {readonly Interval[]} intervals */
function lengthOf(intervals) {
  return intervals.reduce((sum, [start, end]) => sum + end - start, 0);
}

/** Comments and white space do not run. Strings with `//` in them are rare enough to be counted as comments. */
function codeMask(/** @type {string} */ text) {
  const mask = new Uint8Array(text.length).fill(1);
  for (const { index, 0: found } of text.matchAll(/\/\*[^]*?\*\/|\/\/[^\n]*|\s+/g)) {
    mask.fill(0, index, index + found.length);
  }
  return mask;
}
