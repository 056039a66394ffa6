/** Collects diagnostics while a schema is compiled. */
import type { SourceSpan } from "../source-text.js";
import type { Diagnostic, DiagnosticExcerpt, DiagnosticNote } from "./diagnostic.js";
import { DIAGNOSTIC_RULES, type DiagnosticRule } from "./diagnostic-rules.js";

/** Diagnostics beyond this many are counted, not kept: input size must not become memory. */
const DIAGNOSTIC_COUNT_MAX = 1000;

/** Units of source line in one excerpt. */
const EXCERPT_LENGTH_MAX = 160;

/** Units of a schema's own text in a message. */
const QUOTED_LENGTH_MAX = 60;

/** Text from the schema, in quotes, clipped, and without characters that could end a line. */
export function quoted(text: string): string {
  const clipped =
    text.length > QUOTED_LENGTH_MAX ? `${text.slice(0, QUOTED_LENGTH_MAX - 1)}…` : text;
  return JSON.stringify(clipped).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

/** A note without a place: what to write instead. */
export function help(text: string): DiagnosticNote {
  return { kind: "help", text };
}

/** A note with a place; the place is printed behind the text. */
export function noteAt(
  kind: DiagnosticNote["kind"],
  text: string,
  span: SourceSpan,
): DiagnosticNote {
  const { line, column } = span.source.positionAt(span.start);
  return { kind, text, file: span.source.file, line, column, length: lengthInLine(span, line) };
}

interface Entry {
  readonly diagnostic: Diagnostic;
  readonly rank: number;
  readonly start: number;
}

/** Takes findings one by one; severity comes from the rule. */
export class DiagnosticSink {
  readonly #entries: Entry[] = [];
  readonly #seen = new Set<string>();
  #errorCount = 0;

  /** Errors so far, kept or not. */
  get errorCount(): number {
    return this.#errorCount;
  }

  /**
   * Adds one finding; the same rule at the same place with the same text is kept once, because a
   * shared type is looked at from every place of use.
   */
  report(
    rule: DiagnosticRule,
    span: SourceSpan,
    text: string,
    notes: readonly DiagnosticNote[] = [],
  ): void {
    const key = `${rule} ${span.source.rank} ${span.start} ${span.end} ${text}`;
    if (this.#seen.has(key)) return;
    const { severity } = DIAGNOSTIC_RULES[rule];
    if (severity === "error") this.#errorCount++;
    if (this.#entries.length >= DIAGNOSTIC_COUNT_MAX) return;
    this.#seen.add(key);
    const { source } = span;
    const { line, column } = source.positionAt(span.start);
    const length = lengthInLine(span, line);
    const diagnostic: Diagnostic = {
      rule,
      severity,
      file: source.file,
      line,
      column,
      length,
      text,
      notes,
      excerpt: excerptOf(span, line, column, length),
    };
    this.#entries.push({ diagnostic, rank: source.rank, start: span.start });
  }

  /** All findings, in the order of the source. */
  diagnostics(): Diagnostic[] {
    return this.#entries
      .toSorted((a, b) => a.rank - b.rank || a.start - b.start)
      .map((entry) => entry.diagnostic);
  }
}

function lengthInLine(span: SourceSpan, line: number): number {
  const { end } = span.source.lineBounds(line);
  return Math.max(0, Math.min(span.end, end) - span.start);
}

/** The line around a place, or a window of it. */
export function excerptOf(
  span: SourceSpan,
  line: number,
  column: number,
  length: number,
): DiagnosticExcerpt {
  const { start, end } = span.source.lineBounds(line);
  if (end - start <= EXCERPT_LENGTH_MAX) {
    return { text: span.source.text.slice(start, end), firstColumn: 1 };
  }
  // A window with the fault in its middle: a schema on one line has lines of any length.
  const shown = Math.min(length, EXCERPT_LENGTH_MAX);
  const before = Math.floor((EXCERPT_LENGTH_MAX - shown) / 2);
  const from = Math.max(0, Math.min(column - 1 - before, end - start - EXCERPT_LENGTH_MAX));
  return {
    text: span.source.text.slice(start + from, start + from + EXCERPT_LENGTH_MAX),
    firstColumn: from + 1,
  };
}
