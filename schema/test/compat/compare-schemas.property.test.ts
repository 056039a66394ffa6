import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { COMPAT_RULES, compareSchemas, type CompatFinding } from "@alerion/schema";
import { exchange, layoutOfXml } from "../support/evolution.js";
import { CHANGE_KINDS, evolve, modelXml, randomValues } from "../support/random-evolution.js";

const pick = fc.nat({ max: 63 });
const seed = fc.record({
  fields: fc.array(pick, { maxLength: 4 }),
  groups: fc.array(fc.array(pick, { minLength: 1, maxLength: 3 }), { maxLength: 3 }),
  data: fc.array(pick, { maxLength: 2 }),
});
const change = fc.record({
  kind: fc.constantFrom(...CHANGE_KINDS),
  block: fc.nat({ max: 3 }),
  at: pick,
  pick,
});

/** True if a finding says that these readers are hurt, at one of the levels. */
function isFlagged(
  findings: readonly CompatFinding[],
  readers: "old-readers" | "new-readers",
  levels: readonly string[],
): boolean {
  return findings.some(
    ({ rule, breaks }) =>
      (breaks === "both" || breaks === readers) && levels.includes(COMPAT_RULES[rule].level),
  );
}

describe("what is not reported does not happen", () => {
  test("over random changes and values, both ways", { timeout: 60_000 }, () => {
    let silent = 0;
    fc.assert(
      fc.property(
        seed,
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(fc.nat({ max: 255 })),
        (start, changes, numbers) => {
          const models = evolve(start, changes);
          const before = layoutOfXml(modelXml(models.before));
          const now = layoutOfXml(modelXml(models.now));
          const findings = compareSchemas(before, now);
          const next = (): number => Number(numbers.next().value);
          for (const readers of ["new-readers", "old-readers"] as const) {
            const [writer, reader] = readers === "new-readers" ? [before, now] : [now, before];
            const source = { next, readerVersion: reader.version };
            const sent = { message: "M", values: randomValues(writer, source) };
            if (isFlagged(findings, readers, ["wire"])) continue;
            silent++;
            expect(exchange(writer, reader, sent, "raw"), readers).toBe("same");
            // A number for an enum is another form of the same thing.
            if (findings.some(({ rule }) => rule === "type-kind-changed")) continue;
            if (isFlagged(findings, readers, ["meaning"])) continue;
            expect(exchange(writer, reader, sent, "meaning"), readers).toBe("same");
          }
        },
      ),
      { numRuns: 500 },
    );
    // Else the property would hold of nothing.
    expect(silent).toBeGreaterThan(100);
  });
});
