/**
 * A vitest reporter: one closing line with the totals, `tests: N passed, N failed, N skipped`, the reasons of
 * what was skipped, and the same numbers as JSON for .ci/run. Where they go: `ALERION_TOTALS`, else
 * `.build/totals/tests.json`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

/** @typedef {{ passed: number, failed: number, skipped: number }} Totals */

/**
 * The totals as one line; the skipped are named only where there are some.
 *
 * @param {Totals} totals
 * @returns {string}
 */
export function totalsLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed` + (skipped === 0 ? "" : `, ${skipped} skipped`);
}

/**
 * Writes the totals of one run to where .ci/run sums them.
 *
 * @param {string} path
 * @param {Totals} totals
 */
export function writeTotals(path, totals) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(totals)}\n`);
}

/** Counts what vitest ran. A file that does not load and an error outside any test count as failures. */
export class TotalsReporter {
  /**
   * @param {readonly import("vitest/node").TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const totals = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    /** @type {Map<string, number>} */
    const reasons = new Map();
    for (const module of modules) {
      totals.failed += module.errors().length;
      for (const suite of module.children.allSuites()) totals.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === "passed") totals.passed += 1;
        else if (result.state === "failed") totals.failed += 1;
        else {
          totals.skipped += 1;
          const note = result.state === "skipped" ? result.note : undefined;
          const reason = note ?? "no reason given";
          reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        }
      }
    }
    const path = process.env["ALERION_TOTALS"] ?? join(root, ".build/totals/tests.json");
    writeTotals(path, totals);
    for (const [reason, count] of reasons) console.log(`skipped: ${reason} (${count})`);
    console.log(`${basename(path, ".json")}: ${totalsLine(totals)}`);
  }
}
