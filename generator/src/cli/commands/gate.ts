/** What compat and lint have in common: findings, less those that a baseline accepts. */
import { Baseline, type BaselineScope, type Finding } from "../baseline.js";
import type { CliIo } from "../io.js";
import type { ParsedOptions } from "../option-parser.js";
import { reported, type Report } from "../report.js";
import { UsageError } from "../usage-error.js";

/**
 * Hands findings to the report, or to the baseline with `--update-baseline`.
 *
 * @param given  the options as they stood on the command line: a baseline that only the
 *   configuration names need not exist yet
 * @throws {UsageError} for `--update-baseline` without `--baseline`
 */
export async function passGate(
  findings: readonly Finding[],
  scope: BaselineScope,
  given: ParsedOptions,
  options: ParsedOptions,
  io: CliIo,
  report: Report,
): Promise<void> {
  const file = baselineFile(options);
  if (file === undefined) {
    report.add(findings.map(({ diagnostic }) => diagnostic));
    return;
  }
  await reported(report, async () => {
    const isUpdate = options.switches.has("update-baseline");
    const baseline = Baseline.read(file, io, isUpdate || !given.values.has("baseline"));
    if (isUpdate) {
      const count = baseline.update(findings, scope);
      if (!isQuiet(options)) io.err(`${file}: ${count} accepted\n`);
      return;
    }
    const { fresh, acceptedCount, stale } = baseline.split(findings, scope);
    report.add([...fresh.map(({ diagnostic }) => diagnostic), ...stale]);
    if (acceptedCount > 0 && !isQuiet(options)) io.err(`${acceptedCount} accepted by ${file}\n`);
  });
}

/**
 * The file that `--baseline` names.
 *
 * @throws {UsageError} for `--update-baseline` without it
 */
export function baselineFile(options: ParsedOptions): string | undefined {
  const file = options.values.get("baseline");
  if (file === undefined && options.switches.has("update-baseline")) {
    throw new UsageError("a baseline must be named: --baseline FILE");
  }
  return file;
}

function isQuiet(options: ParsedOptions): boolean {
  const isForTools = (options.values.get("diagnostics") ?? "text") !== "text";
  return isForTools || options.switches.has("suppress-output");
}
