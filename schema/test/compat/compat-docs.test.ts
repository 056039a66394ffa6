import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { COMPAT_LEVELS, COMPAT_RULES, type CompatRule } from "@alerion/schema";

const page = readFileSync(new URL("../../../docs/compat.md", import.meta.url), "utf8");

/** Cells of the table rows, white space and the padding of the formatter aside. */
function rowsOf(markdown: string): readonly (readonly string[])[] {
  return markdown
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

test("the documentation lists every rule as the code has it", () => {
  const expected = Object.entries<CompatRule>(COMPAT_RULES).map(([name, rule]) => [
    `\`${name}\``,
    rule.level,
    rule.breaks,
    rule.summary,
  ]);
  expect(rowsOf(page)).toEqual(expected);
});

test("the documentation explains every level", () => {
  for (const level of COMPAT_LEVELS) expect(page).toContain(`- **${level}**: `);
});
