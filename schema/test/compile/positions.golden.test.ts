/**
 * Where every refusal points. The table in `golden/reject-positions.txt` is ours: ids of the cases,
 * our rules and positions, no schemas. It was reviewed line by line: each position is the element or
 * attribute at fault. A change shows up in the diff and is reviewed again.
 */
import { describe, expect, it } from "vitest";
import { compileSchema, type Diagnostic } from "@alerion/schema";
import { hasConformanceData } from "../support/conformance-data.js";
import { compileOfficialSchema, readOfficialCases } from "../support/official-cases.js";
import { oneElementALine } from "../support/one-element-a-line.js";

const { inline, files } = readOfficialCases();
const rejected = inline.filter(({ accepted }) => !accepted);

function errorsOf(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter(({ severity }) => severity === "error");
}

/** One line for each error: id, rule, line:column+length. */
function tableOf(id: string, diagnostics: readonly Diagnostic[]): string {
  const rows = errorsOf(diagnostics).map(
    ({ rule, line, column, length }) => `${id} ${rule} ${line}:${column}+${length}\n`,
  );
  return rows.length === 0 ? `${id} accepted\n` : rows.join("");
}

function compileLines(xml: string, lineEnd: "\n" | "\r\n"): readonly Diagnostic[] {
  return compileSchema(oneElementALine(xml, lineEnd), { file: "schema.xml", xinclude: false })
    .diagnostics;
}

describe.skipIf(!hasConformanceData)("positions of refusals", () => {
  it("are those of the reviewed table, for every rejected case and file", async () => {
    const table = [
      ...rejected.map(({ id, xml }) => tableOf(id, compileLines(xml, "\n"))),
      ...files
        .filter(({ accepted }) => !accepted)
        .map(({ name, schema }) => {
          const result = compileOfficialSchema(schema.replace(/^schemas\//, ""), {
            xinclude: false,
          });
          return tableOf(`file:${name}`, result.diagnostics);
        }),
    ].join("");
    await expect(table).toMatchFileSnapshot("../golden/reject-positions.txt");
  });

  it.each(rejected)(
    "$id: the same positions under LF and CRLF, and the text there is not empty",
    ({ xml }) => {
      const underLf = errorsOf(compileLines(xml, "\n"));
      const underCrlf = errorsOf(compileLines(xml, "\r\n"));
      expect(underCrlf).toEqual(underLf);
      for (const { line, column, length, excerpt, rule } of underLf) {
        const source = oneElementALine(xml, "\n").split("\n")[line - 1] ?? "";
        expect(length, rule).toBeGreaterThan(0);
        expect(column - 1 + length).toBeLessThanOrEqual(source.length);
        expect(excerpt?.text).toBe(source.slice(0, 160));
      }
    },
  );
});
