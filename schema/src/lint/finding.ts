/** What a check of one schema finds. */
import type { SchemaLayout, TypeLayout } from "../layout.js";
import type { SchemaLocations } from "../schema-locations.js";
import type { LintRuleName } from "./rules.js";

/** One finding. */
export interface LintFinding {
  readonly rule: LintRuleName;
  /** What is wrong, without location. */
  readonly text: string;
  /** The element; see `SchemaLocations`. */
  readonly path: string;
}

/** What every check reads and writes. */
export interface LintContext {
  readonly schema: SchemaLayout;
  /** Undefined for IR JSON and `.sbeir`: what only the XML says is not checked then. */
  readonly locations: SchemaLocations | undefined;
  /** Each type once, by path. */
  readonly types: ReadonlyMap<string, TypeLayout>;
  report(rule: LintRuleName, path: string, text: string): void;
}
