/** Diagnostics as SARIF 2.1.0. Source: OASIS SARIF 2.1.0, sections 3.14 to 3.30. */
import type { Diagnostic, DiagnosticNote } from "./diagnostic.js";
import { ruleText } from "./rule-text.js";

/** One log with one run; columns are UTF-16 code units. Ends with a line end. */
export function formatSarif(diagnostics: readonly Diagnostic[]): string {
  const rules = [...new Set(diagnostics.map(({ rule }) => rule))].toSorted();
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "alerion-sbe", rules: rules.map((id) => ruleOf(id)) } },
        columnKind: "utf16CodeUnits",
        results: diagnostics.map((diagnostic) =>
          resultOf(diagnostic, rules.indexOf(diagnostic.rule)),
        ),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function ruleOf(id: string): object {
  const text = ruleText(id);
  return text === undefined ? { id } : { id, shortDescription: { text } };
}

function resultOf(diagnostic: Diagnostic, ruleIndex: number): object {
  const { rule, severity, file, line, column, length, text, notes } = diagnostic;
  const placed = notes.filter((note) => note.file !== undefined);
  const loose = notes
    .filter((note) => note.file === undefined)
    .map((note) => `${note.kind}: ${note.text}`);
  return {
    ruleId: rule,
    ruleIndex,
    level: severity,
    message: { text: [text, ...loose].join("\n") },
    locations: [physical(file, line, column, length)],
    ...(placed.length === 0
      ? {}
      : { relatedLocations: placed.map((note, id) => related(note, id)) }),
  };
}

function related(note: DiagnosticNote, id: number): object {
  const { file = "", line = 1, column = 1, length = 0 } = note;
  const text = note.kind === "was" ? `was: ${note.text}` : note.text;
  return { id, ...physical(file, line, column, length), message: { text } };
}

function physical(file: string, line: number, column: number, length: number): object {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file) },
      region: { startLine: line, startColumn: column, endLine: line, endColumn: column + length },
    },
  };
}

/** A file name as a URI reference: absolute paths as `file:`, the rest relative. */
function uriOf(file: string): string {
  const path = file
    .replaceAll("\\", "/")
    .split("/")
    .map((step) => encodeURIComponent(step))
    .join("/");
  if (path.startsWith("/")) return `file://${path}`;
  return /^[A-Za-z]%3A\//.test(path) ? `file:///${path.replace("%3A", ":")}` : path;
}
