/**
 * Diagnostics as data. Whoever prints them chooses the form (format-diagnostics.ts); nothing in
 * this package writes to a console.
 */

/** `note` hurts nobody: no reason to fail. */
export type DiagnosticSeverity = "error" | "warning" | "note";

/** The piece of source line that a person should see, clipped to a window around the fault. */
export interface DiagnosticExcerpt {
  /** Part of the line; never more than `EXCERPT_LENGTH_MAX` units. */
  readonly text: string;
  /** Column of the first unit of `text` in its line. */
  readonly firstColumn: number;
}

/**
 * A remark below a diagnostic. `help` says what to write instead, `note` where something else is;
 * of two versions, `was` says where and what something was, `breaks` whom a change hurts.
 */
export interface DiagnosticNote {
  readonly kind: "help" | "note" | "was" | "breaks";
  readonly text: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly length?: number;
}

/**
 * One finding. `line` and `column` count from 1, `column` and `length` in UTF-16 code units;
 * `length` stays within the line.
 */
export interface Diagnostic {
  /** Kebab-case name of the rule; listed in docs/diagnostics.md. */
  readonly rule: string;
  readonly severity: DiagnosticSeverity;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
  readonly text: string;
  readonly notes: readonly DiagnosticNote[];
  readonly excerpt?: DiagnosticExcerpt;
}
