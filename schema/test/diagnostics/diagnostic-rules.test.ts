import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { DIAGNOSTIC_RULES } from "@alerion/schema";

const table = fileURLToPath(new URL("../../../docs/diagnostics.md", import.meta.url));
const sources = fileURLToPath(new URL("../../src/", import.meta.url));

describe("rules of diagnostics", () => {
  it("are listed in docs/diagnostics.md as they are in the code", () => {
    const rows = [
      ...readFileSync(table, "utf8").matchAll(
        /^\| `([a-z0-9-]+)` *\| (error|warning) *\| (.+?) *\|$/gm,
      ),
    ].map(([, rule, severity, says]) => [rule, { severity, says: says?.replaceAll("\\|", "|") }]);
    expect(Object.fromEntries(rows)).toEqual(DIAGNOSTIC_RULES);
    expect(rows.map(([rule]) => rule)).toEqual(Object.keys(DIAGNOSTIC_RULES));
  });

  it("are kebab-case, and each is reported somewhere", () => {
    const code = readdirSync(sources, { recursive: true })
      .map(String)
      .filter((file) => file.endsWith(".ts") && !file.endsWith("diagnostic-rules.ts"))
      .map((file) => readFileSync(sources + file, "utf8"))
      .join("\n");
    for (const rule of Object.keys(DIAGNOSTIC_RULES)) {
      expect(rule).toMatch(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/);
      expect(code.includes(`"${rule}"`), rule).toBe(true);
    }
  });
});
