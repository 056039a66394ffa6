/** Findings in the form of Rollup, which Rolldown and Vite share: a place, a frame; Vite shows it in its overlay. */
import { findingsOf, type Finding } from "./finding.js";
import type { SchemaBuild } from "./schema-modules.js";

/** A log entry of Rollup. */
interface RollupLog {
  readonly message: string;
  readonly id: string;
  readonly loc: { readonly file: string; readonly line: number; readonly column: number };
  readonly frame: string;
}

/** What of the bundler's plugin context is used; `error` throws. */
export interface RollupContext {
  error(log: RollupLog): void;
  warn(log: RollupLog): void;
}

/** Says all warnings, then fails with the first error; a build ends there, so the others stand in its message. */
export function reportToRollup(build: SchemaBuild, context: RollupContext): void {
  const findings = findingsOf(build);
  for (const finding of findings) if (!finding.isError) context.warn(logOf(finding, []));
  const [first, ...others] = findings.filter(({ isError }) => isError);
  if (first !== undefined) context.error(logOf(first, others));
}

function logOf(finding: Finding, others: readonly Finding[]): RollupLog {
  const { message, file, line, column, frame } = finding;
  const more = others.map(
    (other) => `\n${other.file}:${other.line}:${other.column + 1}: ${other.message}`,
  );
  return {
    message: message + more.join(""),
    id: file,
    loc: { file, line, column },
    frame,
  };
}
