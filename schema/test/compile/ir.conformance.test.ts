import { describe, expect, it } from "vitest";
import { readOfficialIr, hasConformanceData, schemaNames } from "../support/conformance-data.js";
import { comparable, compileOfficialSchema, problemsOf } from "../support/official-cases.js";

describe.skipIf(!hasConformanceData)("tokens of schemas that the official tool accepts", () => {
  it("are compared for all 80 schemas", () => {
    expect(schemaNames()).toHaveLength(80);
  });

  it.each(schemaNames())("%s: every token is the official one, in the official order", (name) => {
    const official = readOfficialIr(name);
    const result = compileOfficialSchema(official.schema);
    if (result.ir === undefined) expect.fail(problemsOf(result));
    expect(comparable(result.ir)).toEqual(comparable(official));
  });
});
