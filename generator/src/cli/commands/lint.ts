import {
  LINT_RULES,
  LINT_SETTINGS,
  lintDiagnostics,
  lintSchema,
  type LintRuleName,
  type LintSetting,
  type LintSettings,
} from "@alerion/schema";
import { gateOptions, schemaOptions } from "../../config/config-options.js";
import { loadConfig, type LoadedConfig } from "../../config/load-config.js";
import type { BaselineScope, Finding } from "../baseline.js";
import type { CommandRun } from "../command.js";
import type { ParsedOptions } from "../option-parser.js";
import { Report } from "../report.js";
import { suggest } from "../suggest.js";
import { UsageError } from "../usage-error.js";
import { baselineFile, passGate } from "./gate.js";
import { readSchemas, type GoodSchema } from "./schemas.js";

/** `sbe lint`: says what in schemas that compile will hurt somebody, or reads badly. */
export const runLint: CommandRun = async (given, io) => {
  const report = new Report(given, io, false);
  const ruleOption = settingsOf(given);
  const loaded = await loadConfig(given, io, report);
  if (report.hasFailed) return report.finish();
  const options = loaded === undefined ? given : gateOptions(schemaOptions(given, loaded), loaded);
  baselineFile(options);
  const settings = { ...lintRules(loaded), ...ruleOption };
  const schemas = await readSchemas(options, io, report);
  const isFatal = options.switches.has("warnings-fatal");
  const findings = schemas.flatMap((schema) => findingsOf(schema, settings, isFatal));
  const scope: BaselineScope = {
    files: schemas.map(({ file }) => file),
    hasRule: (rule) => isRule(rule) && effective(rule, settings) !== "off",
  };
  await passGate(findings, scope, given, options, io, report);
  return report.finish();
};

function lintRules(loaded: LoadedConfig | undefined): LintSettings {
  return loaded?.config.lint?.rules ?? {};
}

function effective(rule: LintRuleName, settings: LintSettings): LintSetting {
  return settings[rule] ?? settings["*"] ?? LINT_RULES[rule].setting;
}

function isRule(name: string): name is LintRuleName {
  return Object.hasOwn(LINT_RULES, name);
}

/**
 * What `--rule NAME=SETTING,…` says.
 *
 * @throws {UsageError} for rules and settings that do not exist
 */
function settingsOf(options: ParsedOptions): LintSettings {
  const text = options.values.get("rule");
  const settings: { [rule in LintRuleName | "*"]?: LintSetting } = {};
  for (const part of text?.split(",") ?? []) {
    const [name = "", value = ""] = part.trim().split("=");
    const setting = LINT_SETTINGS.find((candidate) => candidate === value);
    if (setting === undefined) {
      throw new UsageError(`a rule must be set to ${LINT_SETTINGS.join(", ")}: --rule=${part}`);
    }
    if (name !== "*" && !isRule(name)) {
      const near = suggest(name, Object.keys(LINT_RULES));
      const hint = near === undefined ? "" : ` (did you mean ${near}?)`;
      throw new UsageError(`unknown rule: rule=${name}${hint}`);
    }
    settings[name] = setting;
  }
  return settings;
}

function findingsOf(
  { file, schema }: GoodSchema,
  settings: LintSettings,
  isFatal: boolean,
): readonly Finding[] {
  const { layout, locations } = schema;
  const found = lintSchema(layout, locations, settings);
  const diagnostics = lintDiagnostics(found, file, locations, settings);
  const findings = found.flatMap(({ path }, index): Finding[] => {
    const diagnostic = diagnostics[index];
    if (diagnostic === undefined) return [];
    return [
      { file, path, diagnostic: isFatal ? { ...diagnostic, severity: "error" } : diagnostic },
    ];
  });
  return findings.sort((a, b) => a.diagnostic.line - b.diagnostic.line);
}
