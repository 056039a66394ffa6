/**
 * Sums the totals that vitest runs left in .build/totals and prints them as one plain line.
 *
 *   node tools/totals.mjs tests interop
 *
 * A run without totals did not get to its end and counts as one failure. Exit 1 if anything failed or
 * nothing passed.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { totalsLine } from "./totals-reporter.mjs";
import { root } from "./workspaces.mjs";

const sum = { passed: 0, failed: 0, skipped: 0 };
for (const name of process.argv.slice(2)) {
  const path = join(root, ".build/totals", `${name}.json`);
  if (!existsSync(path)) {
    console.log(`no totals: ${name}`);
    sum.failed += 1;
    continue;
  }
  const totals = /** @type {import("./totals-reporter.mjs").Totals} */ (
    JSON.parse(readFileSync(path, "utf8"))
  );
  sum.passed += totals.passed;
  sum.failed += totals.failed;
  sum.skipped += totals.skipped;
}
console.log(totalsLine(sum));
if (sum.failed > 0 || sum.passed === 0) process.exitCode = 1;
