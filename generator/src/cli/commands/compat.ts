import {
  COMPAT_LEVELS,
  COMPAT_RULES,
  compareSchemas,
  compatDiagnostics,
  type CompatLevel,
  type CompatRuleName,
  type CompatSide,
  type Diagnostic,
} from "@alerion/schema";
import { gateOptions } from "../../config/config-options.js";
import { loadConfig } from "../../config/load-config.js";
import type { Finding } from "../baseline.js";
import type { CommandRun } from "../command.js";
import type { CliIo } from "../io.js";
import type { ParsedOptions } from "../option-parser.js";
import { Report, reported } from "../report.js";
import { readSchema, type CompiledSchema, type SchemaInput } from "../schema-input.js";
import { UsageError } from "../usage-error.js";
import { baselineFile, passGate } from "./gate.js";

/** `sbe compat`: says what breaks readers or writers of the other version of a schema. */
export const runCompat: CommandRun = async (given, io) => {
  const [oldName, newName, ...rest] = given.positionals;
  if (oldName === undefined || newName === undefined || rest.length > 0) {
    throw new UsageError("two schemas must be named: OLD NEW");
  }
  levelsOf(given);
  const report = new Report(given, io, false);
  const loaded = await loadConfig(given, io, report);
  if (report.hasFailed) return report.finish();
  const options = loaded === undefined ? given : gateOptions(given, loaded);
  const levels = levelsOf(options);
  baselineFile(options);
  const before = await readSide(oldName, options, io, report);
  const now = await readSide(newName, options, io, report);
  if (before !== undefined && now !== undefined) {
    const findings = findingsOf(before, now, newName, levels);
    const hasRule = (rule: string): boolean => isRule(rule) && levels.has(COMPAT_RULES[rule].level);
    await passGate(findings, { files: [newName], hasRule }, given, options, io, report);
  }
  return report.finish();
};

function isRule(name: string): name is CompatRuleName {
  return Object.hasOwn(COMPAT_RULES, name);
}

/**
 * The levels that `--levels` names, all without it.
 *
 * @throws {UsageError} for a level that does not exist
 */
function levelsOf(options: ParsedOptions): ReadonlySet<CompatLevel> {
  const text = options.values.get("levels");
  if (text === undefined) return new Set(COMPAT_LEVELS);
  const levels = new Set<CompatLevel>();
  for (const name of text.split(",")) {
    const level = COMPAT_LEVELS.find((candidate) => candidate === name.trim());
    if (level === undefined) {
      throw new UsageError(`levels must be of ${COMPAT_LEVELS.join(", ")}: --levels=${text}`);
    }
    levels.add(level);
  }
  return levels;
}

type Side = SchemaInput & { readonly schema: CompiledSchema };

/** Warnings are not shown: they belong to `sbe validate`. */
async function readSide(
  name: string,
  options: ParsedOptions,
  io: CliIo,
  report: Report,
): Promise<Side | undefined> {
  const input = await reported(report, () => readSchema(name, options, io));
  if (input === undefined) return undefined;
  const { schema } = input;
  if (schema !== undefined) return { ...input, schema };
  report.add(input.diagnostics);
  report.fail();
  return undefined;
}

function findingsOf(
  before: Side,
  now: Side,
  newName: string,
  levels: ReadonlySet<CompatLevel>,
): readonly Finding[] {
  const found = compareSchemas(before.schema.layout, now.schema.layout).filter(({ rule }) =>
    levels.has(COMPAT_RULES[rule].level),
  );
  const diagnostics = compatDiagnostics(found, sideOf(before), sideOf(now));
  const findings = found.flatMap(({ oldPath, newPath }, index): Finding[] => {
    const diagnostic = diagnostics[index];
    return diagnostic === undefined
      ? []
      : [{ file: newName, path: oldPath ?? newPath, diagnostic }];
  });
  return findings.sort((a, b) => compareLines(a.diagnostic, b.diagnostic));
}

/** In the order of the new schema, as people read it. */
function compareLines(a: Diagnostic, b: Diagnostic): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

function sideOf({ file, fileSuffix, schema }: Side): CompatSide {
  const { layout, locations } = schema;
  return {
    file,
    fileSuffix,
    version: layout.version,
    ...(locations === undefined ? {} : { locations }),
  };
}
