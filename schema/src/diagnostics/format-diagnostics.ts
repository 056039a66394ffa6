/** Diagnostics as text for people, and in the forms that tools read. Pure functions. */
import type { Diagnostic, DiagnosticNote } from "./diagnostic.js";
import { formatSarif } from "./format-sarif.js";

/** What `formatDiagnostics` can write. */
export const DIAGNOSTIC_FORMATS = ["text", "json", "sarif", "github"] as const;

/** Name of a form. */
export type DiagnosticFormat = (typeof DIAGNOSTIC_FORMATS)[number];

/**
 * Writes a list of diagnostics.
 *
 * - `text`: place, message and rule, the line with a caret below, notes; a count at the end
 * - `json`: an array of the diagnostics
 * - `sarif`: a SARIF 2.1.0 log with one run
 * - `github`: workflow commands of GitHub Actions, one a line
 *
 * @returns the whole output; it ends with a line end unless it is empty
 */
export function formatDiagnostics(
  diagnostics: readonly Diagnostic[],
  format: DiagnosticFormat,
): string {
  switch (format) {
    case "text":
      return formatText(diagnostics);
    case "json":
      return `${JSON.stringify(diagnostics, undefined, 2)}\n`;
    case "sarif":
      return formatSarif(diagnostics);
    case "github":
      return diagnostics.map((diagnostic) => githubCommand(diagnostic)).join("");
  }
}

function formatText(diagnostics: readonly Diagnostic[]): string {
  if (diagnostics.length === 0) return "";
  return `${diagnostics.map((diagnostic) => formatDiagnostic(diagnostic)).join("")}${countLine(diagnostics)}\n`;
}

/** One diagnostic as text, without the count. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, severity, text, rule, notes } = diagnostic;
  const head = `${oneLine(file)}:${line}:${column}: ${severity}: ${oneLine(text)} [${rule}]\n`;
  return head + frame(diagnostic) + notes.map((note) => `${noteLine(note)}\n`).join("");
}

function frame({ excerpt, line, column, length }: Diagnostic): string {
  if (excerpt === undefined || excerpt.text.trim() === "") return "";
  const gutter = String(line);
  const at = column - excerpt.firstColumn;
  // A tab moves both lines alike; anything else takes one place of a monospaced font.
  const indent = Array.from(excerpt.text.slice(0, at), (character) =>
    character === "\t" ? "\t" : " ",
  ).join("");
  const marked = Array.from(excerpt.text.slice(at, at + length)).length;
  const carets = "^".repeat(Math.max(1, marked));
  return `  ${gutter} | ${printable(excerpt.text)}\n  ${" ".repeat(gutter.length)} | ${indent}${carets}\n`;
}

function noteLine({ kind, text, file, line, column }: DiagnosticNote): string {
  if (kind === "was" && file !== undefined) {
    // The place is what it is about; the text only adds to it.
    return `was: ${oneLine(file)}:${line ?? 1}:${column ?? 1}${text === "" ? "" : `, ${oneLine(text)}`}`;
  }
  const place = file === undefined ? "" : ` at ${oneLine(file)}:${line}`;
  return `${kind}: ${oneLine(text)}${place}`;
}

function countLine(diagnostics: readonly Diagnostic[]): string {
  const counts = (["error", "warning", "note"] as const).map((wanted) =>
    count(diagnostics.filter(({ severity }) => severity === wanted).length, wanted),
  );
  return counts.filter((text) => text !== "").join(", ");
}

function count(number: number, what: string): string {
  return number === 0 ? "" : `${number} ${what}${number === 1 ? "" : "s"}`;
}

/** No text from a schema may start a line or a terminal sequence of its own. */
function oneLine(text: string): string {
  return printable(text).replaceAll("\t", " ");
}

function printable(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(/[\0-\x08\n-\x1f\x7f-\x9f\u2028\u2029]/g, "\uFFFD");
}

// Source: GitHub Actions, workflow commands: property values also escape `:` and `,`.
function githubCommand({
  severity,
  file,
  line,
  column,
  length,
  text,
  rule,
  notes,
}: Diagnostic): string {
  const properties = [
    `file=${githubProperty(file)}`,
    `line=${line}`,
    `col=${column}`,
    `endColumn=${column + Math.max(1, length)}`,
    `title=${githubProperty(rule)}`,
  ];
  const message = [text, ...notes.map((note) => noteLine(note))].join("\n");
  const command = severity === "note" ? "notice" : severity;
  return `::${command} ${properties.join(",")}::${githubData(message)}\n`;
}

function githubData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function githubProperty(text: string): string {
  return githubData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
