import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  COMPAT_RULES,
  compileSchema,
  DIAGNOSTIC_RULES,
  layoutOf,
  LINT_RULES,
  lintDiagnostics,
  lintSchema,
  type LintFinding,
  type LintRule,
  type LintSettings,
  type SchemaLayout,
  type SchemaLocations,
} from "@alerion/schema";
import { field, message, schemaXml } from "../support/evolution.js";
import { LINT_CASES, type LintCase } from "./rule-cases.js";

const ALL: LintSettings = { "*": "warning" };

function compile(xml: string): { layout: SchemaLayout; locations: SchemaLocations } {
  const { ir, locations, diagnostics } = compileSchema(xml, { file: "test.xml" });
  if (ir === undefined) throw new Error(`schema must compile: ${JSON.stringify(diagnostics)}`);
  return { layout: layoutOf(ir), locations };
}

function lint(xml: string, settings: LintSettings = ALL): readonly LintFinding[] {
  const { layout, locations } = compile(xml);
  return lintSchema(layout, locations, settings);
}

function of(findings: readonly LintFinding[], { rule }: LintCase): readonly LintFinding[] {
  return findings.filter((finding) => finding.rule === rule);
}

test("every rule has a case", () => {
  const covered = new Set(LINT_CASES.map(({ rule }) => rule));
  expect([...covered].sort()).toEqual(Object.keys(LINT_RULES).sort());
});

test("no two tables share a rule name, for a baseline holds the names of all", () => {
  const names = [COMPAT_RULES, LINT_RULES, DIAGNOSTIC_RULES].flatMap((rules) => Object.keys(rules));
  expect(names.length).toBe(new Set(names).size);
});

const titled = LINT_CASES.map((lintCase) => ({
  ...lintCase,
  title: `${lintCase.rule}: ${lintCase.text}`,
}));

describe.each(titled)("$title", (lintCase) => {
  test("is found where it is", () => {
    const { rule, path, text } = lintCase;
    expect(of(lint(lintCase.fires), lintCase)).toContainEqual({ rule, path, text });
    const { locations } = compile(lintCase.fires);
    expect(locations.find(path)).toBeDefined();
  });

  test("is silent where all is as it should be", () => {
    expect(of(lint(lintCase.silent), lintCase)).toEqual([]);
  });

  test("is silent when it is off", () => {
    expect(of(lint(lintCase.fires, { "*": "warning", [lintCase.rule]: "off" }), lintCase)).toEqual(
      [],
    );
  });

  test("is found in IR too, unless only the XML says it", () => {
    const { layout } = compile(lintCase.fires);
    const found = of(lintSchema(layout, undefined, ALL), lintCase);
    expect(found.length > 0).toBe(lintCase.needsXml !== true);
  });
});

describe("settings", () => {
  const xml = schemaXml({}, message("M", 1, field("a", 1, "uint32") + field("b", 2, "uint64")));

  test("without any, hazards warn and most of style is off", () => {
    expect(lint(xml, {}).map(({ rule }) => rule)).toEqual([
      "missing-description",
      "unaligned-field",
    ]);
    for (const [name, rule] of Object.entries<LintRule>(LINT_RULES)) {
      if (rule.kind === "hazard") expect(rule.setting, name).toBe("warning");
    }
  });

  test("a rule can be an error, and `*` stands for the rest", () => {
    const settings: LintSettings = { "*": "off", "unaligned-field": "error" };
    const { layout, locations } = compile(xml);
    const findings = lintSchema(layout, locations, settings);
    expect(lintDiagnostics(findings, "m.xml", locations, settings)).toMatchObject([
      {
        rule: "unaligned-field",
        severity: "error",
        file: "test.xml",
        notes: [{ kind: "help", text: "put 8-byte fields first, or give them an offset" }],
      },
    ]);
  });

  test("a schema that came as tokens says the element instead of the line", () => {
    const { layout } = compile(xml);
    const findings = lintSchema(layout, undefined, {});
    const [first] = lintDiagnostics(findings, "m.sbeir", undefined);
    expect(first).toMatchObject({
      file: "m.sbeir",
      line: 1,
      notes: [{ kind: "note", text: "at message:M" }, { kind: "help" }],
    });
  });
});

test("the documentation lists every rule as the code has it", () => {
  const page = readFileSync(new URL("../../../docs/lint.md", import.meta.url), "utf8");
  const rows = page
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const expected = Object.entries<LintRule>(LINT_RULES).map(([name, rule]) => [
    `\`${name}\``,
    rule.kind,
    rule.setting,
    rule.summary,
  ]);
  expect(rows).toEqual(expected);
});
