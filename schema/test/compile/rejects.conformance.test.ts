import { describe, expect, it } from "vitest";
import { compileSchema, type Ir } from "@alerion/schema";
import { INLINE_ACCEPTED } from "../support/listed-choices.js";
import { hasConformanceData } from "../support/conformance-data.js";
import {
  comparableTokens,
  compileOfficialSchema,
  problemsOf,
  readOfficialCases,
  type InlineCase,
} from "../support/official-cases.js";

const { inline, files } = readOfficialCases();

function compileInline(test: InlineCase): ReturnType<typeof compileSchema> {
  return compileSchema(test.xml, { file: "schema.xml", xinclude: false });
}

function tokensOf(ir: Ir): unknown {
  return comparableTokens(ir.messages.flatMap(({ tokens }) => tokens));
}

describe.skipIf(!hasConformanceData)("schemas that the official tool accepts or refuses", () => {
  it("are compared for 335 small schemas and 23 files", () => {
    expect(inline).toHaveLength(335);
    expect(files).toHaveLength(23);
  });

  it.each(inline)("$id: the same answer, and the same tokens", (test) => {
    const result = compileInline(test);
    const isListed = INLINE_ACCEPTED.has(test.id);
    const isAccepted = result.ir !== undefined;
    expect(isAccepted, problemsOf(result)).toBe(isListed ? !test.accepted : test.accepted);
    if (!isAccepted) {
      // A refusal always says why.
      expect(result.diagnostics.some(({ severity }) => severity === "error")).toBe(true);
    }
    if (result.ir === undefined || test.tokens === undefined || test.header === undefined) return;
    expect(tokensOf(result.ir)).toEqual(comparableTokens(test.tokens));
    expect(comparableTokens(result.ir.header)).toEqual(comparableTokens(test.header));
  });

  it.each(files)("$name: the same answer with and without XInclude", (test) => {
    const plain = compileOfficialSchema(test.schema.replace(/^schemas\//, ""), { xinclude: false });
    expect(plain.ir !== undefined, problemsOf(plain)).toBe(test.accepted);
    const included = compileOfficialSchema(test.schema.replace(/^schemas\//, ""));
    expect(included.ir !== undefined, problemsOf(included)).toBe(
      test.acceptedWithXInclude ?? test.accepted,
    );
  });

  // A case that is no longer a difference fails above, so the list cannot outlive its reasons.
  it("every listed choice is about a case of the data", () => {
    const ids = new Set(inline.map(({ id }) => id));
    expect([...INLINE_ACCEPTED.keys()].filter((id) => !ids.has(id))).toEqual([]);
  });

  it("a default namespace and prefixed types are accepted with XInclude too: elements are known by local name", () => {
    for (const id of ["doc-default-namespace", "doc-namespaced-types"]) {
      const test = inline.find((candidate) => candidate.id === id);
      expect(test).toBeDefined();
      if (test !== undefined)
        expect(compileSchema(test.xml, { file: "schema.xml" }).ir).toBeDefined();
    }
  });
});
