import { COMPAT_RULES } from "../compat/rules.js";
import { LINT_RULES } from "../lint/rules.js";
import { DIAGNOSTIC_RULES } from "./diagnostic-rules.js";

const TEXTS: ReadonlyMap<string, string> = new Map([
  ...Object.entries(DIAGNOSTIC_RULES).map(([name, { says }]) => [name, says] as const),
  ...Object.entries(COMPAT_RULES).map(([name, { summary }]) => [name, summary] as const),
  ...Object.entries(LINT_RULES).map(([name, { summary }]) => [name, summary] as const),
]);

/** One line on what a rule is about; undefined for a rule of somebody else. */
export function ruleText(rule: string): string | undefined {
  return TEXTS.get(rule);
}
