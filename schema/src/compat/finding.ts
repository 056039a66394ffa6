/** What a comparison finds, and the list that gathers it. */
import { COMPAT_RULES, type CompatBreaks, type CompatRuleName } from "./rules.js";

/**
 * Where a finding belongs, as a path that `SchemaLocations` knows: `schema`,
 * `message:Name/group/field`, or `type:Name/member`.
 */
export type ElementPath = string;

/** One difference that some reader or some code can notice. */
export interface CompatFinding {
  readonly rule: CompatRuleName;
  /** What changed, with the values of both sides, without location. */
  readonly text: string;
  /** Whom this case hurts; at most whom the rule says. */
  readonly breaks: CompatBreaks;
  /** The element in the old schema; undefined for what is new. */
  readonly oldPath: ElementPath | undefined;
  /** The element in the new schema, or the nearest one that is left of what is gone. */
  readonly newPath: ElementPath;
  /** What the old element was, in a few words, e.g. `byte 16`. */
  readonly was: string | undefined;
}

/** The same element in both versions: what it is called in texts, and where it is. */
export interface Place {
  readonly label: string;
  readonly oldPath: ElementPath | undefined;
  readonly newPath: ElementPath;
}

/** The schema element itself, in both versions. */
export const SCHEMA_PLACE: Place = { label: "schema", oldPath: "schema", newPath: "schema" };

interface FindingDetails {
  /** Where this case hurts fewer than the rule says. */
  readonly breaks?: CompatBreaks;
  readonly was?: string;
}

/** Gathers findings; what is found again at the same place, with the same words, is kept once. */
export class FindingList {
  readonly #findings: CompatFinding[] = [];
  readonly #seen = new Set<string>();
  readonly #rules = new Set<CompatRuleName>();

  /** All findings in the order in which they were reported. */
  get findings(): readonly CompatFinding[] {
    return this.#findings;
  }

  hasRule(rule: CompatRuleName): boolean {
    return this.#rules.has(rule);
  }

  report(rule: CompatRuleName, text: string, place: Place, details: FindingDetails = {}): void {
    const key = `${rule} ${place.newPath} ${text}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#rules.add(rule);
    this.#findings.push({
      rule,
      text,
      breaks: details.breaks ?? COMPAT_RULES[rule].breaks,
      oldPath: place.oldPath,
      newPath: place.newPath,
      was: details.was,
    });
  }
}
