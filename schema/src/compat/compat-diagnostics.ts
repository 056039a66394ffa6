/** Findings of a comparison as diagnostics: where they are, what was there, whom they hurt. */
import type { Diagnostic, DiagnosticNote } from "../diagnostics/diagnostic.js";
import { locateElement, type SchemaLocations } from "../schema-locations.js";
import type { CompatFinding } from "./finding.js";
import { COMPAT_RULES, type CompatBreaks, type CompatRule } from "./rules.js";

/** One of the two schemas, as it is shown. */
export interface CompatSide {
  /** What its places are called; with locations, those name their files themselves. */
  readonly file: string;
  readonly version: number;
  /** Stands behind each file name of this side, e.g. `@main`. */
  readonly fileSuffix?: string;
  /** Absent for IR JSON and `.sbeir`, which do not know where they come from. */
  readonly locations?: SchemaLocations;
}

/**
 * The diagnostics of findings, in the order of the findings. What hurts some reader is an error,
 * all else a note.
 */
export function compatDiagnostics(
  findings: readonly CompatFinding[],
  before: CompatSide,
  now: CompatSide,
): readonly Diagnostic[] {
  return findings.map((finding) => {
    const rule: CompatRule = COMPAT_RULES[finding.rule];
    return {
      rule: finding.rule,
      severity: finding.breaks === "none" ? "note" : "error",
      ...placeOf(now, finding.newPath, rule),
      text: finding.text,
      notes: notesOf(finding, rule, before, now),
    };
  });
}

function placeOf(
  side: CompatSide,
  path: string,
  rule: CompatRule,
): Pick<Diagnostic, "file" | "line" | "column" | "length" | "excerpt"> {
  const found = side.locations && locateElement(side.locations, path, rule.attribute);
  const place = found ?? { file: side.file, line: 1, column: 1, length: 0 };
  return { ...place, file: place.file + (side.fileSuffix ?? "") };
}

function notesOf(
  finding: CompatFinding,
  rule: CompatRule,
  before: CompatSide,
  now: CompatSide,
): DiagnosticNote[] {
  const notes: DiagnosticNote[] = [];
  if (now.locations === undefined) notes.push({ kind: "note", text: `at ${finding.newPath}` });
  if (finding.oldPath !== undefined) {
    const { file, line, column, length } = placeOf(before, finding.oldPath, rule);
    const text = finding.was ?? "";
    if (before.locations !== undefined) {
      notes.push({ kind: "was", text, file, line, column, length });
    } else if (text !== "") {
      notes.push({ kind: "was", text });
    }
  }
  const breaks = breaksText(finding.breaks, before.version, now.version);
  if (breaks !== undefined) notes.push({ kind: "breaks", text: breaks });
  if (rule.help !== undefined && finding.breaks !== "none") {
    const raised = now.version > before.version ? now.version : before.version + 1;
    notes.push({ kind: "help", text: rule.help.replaceAll('"N"', `"${raised}"`) });
  }
  return notes;
}

function breaksText(breaks: CompatBreaks, before: number, now: number): string | undefined {
  // Equal versions tell nobody which side is meant.
  const [old, recent] = now > before ? [`version ${before}`, `version ${now}`] : ["old", "new"];
  switch (breaks) {
    case "old-readers":
      return `${old} readers of ${recent} messages`;
    case "new-readers":
      return `${recent} readers of ${old} messages`;
    case "both":
      return `${old} readers of ${recent} messages, and the reverse`;
    case "none":
      return undefined;
  }
}
