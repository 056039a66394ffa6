/** Looks for hazards and bad style in a schema that compiles. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { SchemaLayout } from "../layout.js";
import { locateElement, type SchemaLocations } from "../schema-locations.js";
import { checkBlocks } from "./check-blocks.js";
import { checkNames } from "./check-names.js";
import { checkTypes } from "./check-types.js";
import { collectTypes } from "../collect-types.js";
import type { LintContext, LintFinding } from "./finding.js";
import { LINT_RULES, lintSettingOf, type LintRule, type LintSettings } from "./rules.js";

/**
 * Lists what the rules find that are not off.
 *
 * @param locations  where the elements stand; without it, rules about what only XML says are silent
 */
export function lintSchema(
  schema: SchemaLayout,
  locations: SchemaLocations | undefined,
  settings: LintSettings = {},
): readonly LintFinding[] {
  const findings: LintFinding[] = [];
  const context: LintContext = {
    schema,
    locations,
    types: collectTypes(schema),
    report(rule, path, text) {
      if (lintSettingOf(rule, settings) !== "off") findings.push({ rule, path, text });
    },
  };
  checkBlocks(context);
  checkTypes(context);
  checkNames(context);
  return findings;
}

/** The diagnostics of findings, in the order of the findings. */
export function lintDiagnostics(
  findings: readonly LintFinding[],
  file: string,
  locations: SchemaLocations | undefined,
  settings: LintSettings = {},
): readonly Diagnostic[] {
  return findings.map(({ rule, path, text }) => {
    const facts: LintRule = LINT_RULES[rule];
    const found = locations && locateElement(locations, path, facts.attribute);
    const where = locations === undefined ? [{ kind: "note" as const, text: `at ${path}` }] : [];
    const help = facts.help === undefined ? [] : [{ kind: "help" as const, text: facts.help }];
    return {
      rule,
      severity: lintSettingOf(rule, settings) === "error" ? "error" : "warning",
      ...(found ?? { file, line: 1, column: 1, length: 0 }),
      text,
      notes: [...where, ...help],
    };
  });
}
