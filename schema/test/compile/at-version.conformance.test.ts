import { describe, expect, it } from "vitest";
import type { Ir } from "@alerion/schema";
import { hasConformanceData, readOfficialIr } from "../support/conformance-data.js";
import {
  comparable,
  compileOfficialSchema,
  problemsOf,
  readTransform,
  transformNames,
} from "../support/official-cases.js";

/** The official tool gives a group that it filtered size and offset 0; everything else is compared. */
function withoutGroupPlaces(ir: Ir): Ir {
  const messages = ir.messages.map((message) => ({
    ...message,
    tokens: message.tokens.map((token) =>
      token.signal === "BEGIN_GROUP" || token.signal === "END_GROUP"
        ? { ...token, size: 0, offset: 0 }
        : token,
    ),
  }));
  return { ...ir, messages };
}

describe.skipIf(!hasConformanceData)("schemas as they were in an older version", () => {
  it("are compared for all 61 transformed schemas", () => {
    expect(transformNames()).toHaveLength(61);
  });

  it.each(transformNames())(
    "%s: the official tokens, without the official fault in groups",
    (name) => {
      const [schemaName = "", version = ""] = name.split("@");
      const { schema } = readOfficialIr(schemaName);
      const result = compileOfficialSchema(schema, { atVersion: Number(version) });
      if (result.ir === undefined) expect.fail(problemsOf(result));
      expect(comparable(withoutGroupPlaces(result.ir))).toEqual(
        comparable(withoutGroupPlaces(readTransform(name))),
      );
    },
  );
});
