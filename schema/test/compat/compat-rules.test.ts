import { describe, expect, test } from "vitest";
import {
  COMPAT_RULES,
  compareSchemas,
  type CompatBreaks,
  type CompatFinding,
  type SchemaLayout,
} from "@alerion/schema";
import {
  exchange,
  layoutOfXml,
  type Depth,
  type Outcome,
  type Sent,
} from "../support/evolution.js";
import { RULE_CASES, type RuleCase } from "./rule-cases.js";

interface Direction {
  readonly readers: Exclude<CompatBreaks, "both" | "none">;
  readonly writer: SchemaLayout;
  readonly reader: SchemaLayout;
  readonly sent: Sent;
  readonly renames: Readonly<Record<string, string>>;
}

function directions(
  ruleCase: RuleCase,
  before: SchemaLayout,
  now: SchemaLayout,
): readonly Direction[] {
  const toNew = ruleCase.renames ?? {};
  const toOld = Object.fromEntries(Object.entries(toNew).map(([old, recent]) => [recent, old]));
  return [
    {
      readers: "new-readers",
      writer: before,
      reader: now,
      sent: ruleCase.oldSends,
      renames: toOld,
    },
    {
      readers: "old-readers",
      writer: now,
      reader: before,
      sent: ruleCase.newSends,
      renames: toNew,
    },
  ];
}

function outcome(direction: Direction, depth: Depth, byId: boolean): Outcome {
  const { writer, reader, sent, renames } = direction;
  return exchange(writer, reader, sent, depth, { renames, byId });
}

function hurts(breaks: CompatBreaks, readers: Direction["readers"]): boolean {
  return breaks === "both" || breaks === readers;
}

function rulesOf(findings: readonly CompatFinding[]): readonly string[] {
  return [...new Set(findings.map((finding) => finding.rule))].sort();
}

test("every rule is proven", () => {
  expect([...new Set(RULE_CASES.map(({ rule }) => rule))].sort()).toEqual(
    Object.keys(COMPAT_RULES).sort(),
  );
});

const titled = RULE_CASES.map((ruleCase) => ({
  ...ruleCase,
  title: ruleCase.note === undefined ? ruleCase.rule : `${ruleCase.rule}, ${ruleCase.note}`,
}));

describe.each(titled)("$title", (ruleCase) => {
  const before = layoutOfXml(ruleCase.before);
  const now = layoutOfXml(ruleCase.now);
  const findings = compareSchemas(before, now);
  const rule = COMPAT_RULES[ruleCase.rule];
  const finding = findings.find((candidate) => candidate.rule === ruleCase.rule);

  test("is found, and nothing but what else it breaks", () => {
    const expected = new Set([ruleCase.rule, ...(ruleCase.also ?? [])]);
    expect(rulesOf(findings)).toEqual([...expected].sort());
    expect(finding?.breaks).toBe(ruleCase.breaks ?? rule.breaks);
  });

  test("equal schemas have no findings", () => {
    expect(compareSchemas(before, before)).toEqual([]);
    expect(compareSchemas(now, now)).toEqual([]);
  });

  test.each(directions(ruleCase, before, now))(
    "$readers meet what it says",
    ({ readers, ...direction }) => {
      const raw = outcome({ readers, ...direction }, "raw", ruleCase.byId ?? false);
      const meaning = outcome({ readers, ...direction }, "meaning", ruleCase.byId ?? false);
      const isHurt = finding !== undefined && hurts(finding.breaks, readers);
      const isHurtByOther = findings.some((other) => hurts(other.breaks, readers));
      if (isHurt && rule.level === "wire") {
        expect(raw).not.toBe("same");
      } else if (isHurt) {
        // By id, what is taken for something else shows in the numbers already.
        if (ruleCase.byId !== true) expect(raw).toBe("same");
        expect(meaning).not.toBe("same");
      } else if (!isHurtByOther) {
        expect(raw).toBe("same");
        if (rule.level !== "source") expect(meaning).toBe("same");
      }
    },
  );
});
