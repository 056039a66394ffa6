import { describe, expect, it } from "vitest";
import { irFromSbeir, irToSbeir, type Ir, type IrToken } from "@alerion/schema";
import {
  hasConformanceData,
  readOfficialIr,
  readOfficialSbeir,
  schemaNames,
} from "./support/conformance-data.js";

/** What `.sbeir` cannot hold is left out: that a description is there, but empty. */
function holdable(tokens: readonly IrToken[]): readonly IrToken[] {
  return tokens.map((token) => {
    const { description, ...rest } = token;
    return description === "" ? rest : token;
  });
}

describe.skipIf(!hasConformanceData)(".sbeir of the official schemas", () => {
  it.each(schemaNames())("%s: the same bytes, and the same tokens from them", (name) => {
    const official = readOfficialIr(name);
    const bytes = readOfficialSbeir(name);
    expect(Buffer.from(irToSbeir(official)).equals(bytes)).toBe(true);
    const { schema: _schema, ...facts } = official;
    const read = irFromSbeir(bytes);
    const expected: Partial<Ir> = {
      package: facts.package,
      id: facts.id,
      version: facts.version,
      description: null,
      semanticVersion: facts.semanticVersion,
      byteOrder: facts.byteOrder,
      headerType: facts.headerType,
      header: holdable(facts.header),
      messages: facts.messages.map((message) => ({ ...message, tokens: holdable(message.tokens) })),
    };
    expect(read).toStrictEqual(expected);
    expect(Buffer.from(irToSbeir(read)).equals(bytes)).toBe(true);
  });
});
