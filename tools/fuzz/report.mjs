/** Writes what the last run reached into docs/fuzzing.md, between two markers. */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { root } from "../workspaces.mjs";

/** @typedef {import("./loop.mjs").Outcome} Outcome */

const BEGIN = "<!-- fuzz report: begin; written by npm run fuzz with its option report -->";
const END = "<!-- fuzz report: end -->";

/**
 * @param {ReadonlyMap<string, Outcome>} outcomes by target
 * @param {number} seed
 */
export function writeReport(outcomes, seed) {
  const file = join(root, "docs/fuzzing.md");
  const text = readFileSync(file, "utf8");
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin)
    throw new Error(`docs/fuzzing.md must hold the lines ${BEGIN} and ${END}`);
  const rows = [...outcomes].map(([target, { executions, seconds, kept, coverage }]) => [
    `\`${target}\``,
    executions.toLocaleString("en-US"),
    seconds.toFixed(0),
    String(kept),
    `${coverage.functionsReached} of ${coverage.functions}`,
    `${((100 * coverage.charactersReached) / coverage.characters).toFixed(1)} %`,
  ]);
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown CPU"}`;
  const date = new Date().toISOString().slice(0, 10);
  const report = [
    `Run of ${date}, seed ${seed}, Node ${process.versions.node}, ${machine}:`,
    "",
    ...table(
      ["Target", "Executions", "Seconds", "Inputs kept", "Functions reached", "Code reached"],
      rows,
    ),
  ].join("\n");
  writeFileSync(file, `${text.slice(0, begin)}${BEGIN}\n\n${report}\n\n${text.slice(end)}`);
}

/** A table as the formatter would write it. */
function table(/** @type {string[]} */ head, /** @type {string[][]} */ rows) {
  const widths = head.map((cell, index) =>
    Math.max(cell.length, ...rows.map((row) => (row[index] ?? "").length)),
  );
  const line = (/** @type {string[]} */ cells) =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)];
}
