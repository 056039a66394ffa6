/** A diagnostic in the terms that bundlers share: absolute file, line from 1, column from 0, a frame. */
import { resolve } from "node:path";
import { formatDiagnostics, type Diagnostic } from "@alerion/schema/compile";
import type { SchemaBuild } from "./schema-modules.js";

/** A fault or warning on its way to a bundler. */
export interface Finding {
  readonly isError: boolean;
  /** The text with the rule behind it. */
  readonly message: string;
  /** Absolute. */
  readonly file: string;
  readonly line: number;
  /** From 0, in UTF-16 code units. */
  readonly column: number;
  readonly length: number;
  /** The line of the schema with the fault underlined, and the notes below it. */
  readonly frame: string;
  readonly diagnostic: Diagnostic;
}

/** The findings of a build, errors first; notes hurt nobody and are left to `sbe validate`. */
export function findingsOf(build: SchemaBuild): readonly Finding[] {
  return build.diagnostics
    .filter(({ severity }) => severity !== "note")
    .map(findingOf)
    .sort((a, b) => Number(b.isError) - Number(a.isError));
}

function findingOf(diagnostic: Diagnostic): Finding {
  const { severity, rule, text, file, line, column, length } = diagnostic;
  return {
    isError: severity === "error",
    message: `${text} [${rule}]`,
    file: resolve(file),
    line,
    column: column - 1,
    length,
    // The first line says place and text, the last how many there were: bundlers do that themselves.
    frame: formatDiagnostics([diagnostic], "text").trimEnd().split("\n").slice(1, -1).join("\n"),
    diagnostic,
  };
}
