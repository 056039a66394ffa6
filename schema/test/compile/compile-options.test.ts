import { describe, expect, it } from "vitest";
import { compileSchema, type CompileOptions, type CompileResult } from "@alerion/schema";
import { RICH_SCHEMA } from "../support/rich-schema.js";

const WARNED = RICH_SCHEMA.replace('name="always"', 'name="fixed"');
const FAULTY = WARNED.replace('type="Wide"', 'type="Narrow"')
  .replace('primitiveType="int16"', "")
  .replace('type="symbol"', 'type="cymbal"');

function compile(text: string, options: Partial<CompileOptions> = {}): CompileResult {
  return compileSchema(text, { file: "rich.xml", ...options });
}

describe("validation options of the official tool", () => {
  it("warnings leave the schema usable, unless they are fatal", () => {
    expect(compile(WARNED)).toMatchObject({
      ir: { id: 7 },
      diagnostics: [{ severity: "warning", rule: "name-not-portable" }],
    });
    const fatal = compile(WARNED, { warningsFatal: true });
    expect(fatal.ir).toBeUndefined();
    expect(fatal.diagnostics).toMatchObject([{ severity: "error", rule: "name-not-portable" }]);
  });

  it("all faults are listed in the order of the source, unless the first error stops", () => {
    const all = compile(FAULTY).diagnostics;
    expect(all.map(({ rule }) => rule)).toEqual([
      "unknown-type",
      "name-not-portable",
      "unknown-type",
    ]);
    const stopped = compile(FAULTY, { stopOnError: true }).diagnostics;
    expect(stopped).toEqual(all.slice(0, 1));
  });

  it("output that is suppressed leaves success and failure", () => {
    expect(compile(WARNED, { suppressOutput: true })).toMatchObject({
      ir: { id: 7 },
      diagnostics: [],
    });
    const failed = compile(FAULTY, { suppressOutput: true });
    expect(failed.ir).toBeUndefined();
    expect(failed.diagnostics).toEqual([]);
  });
});

describe("older versions of a schema", () => {
  function fieldsAt(version: number): readonly string[] {
    const tokens =
      compile(RICH_SCHEMA, { atVersion: version }).ir?.messages.flatMap(
        (message) => message.tokens,
      ) ?? [];
    return tokens
      .filter(({ signal }) => /^BEGIN_(?:FIELD|GROUP|VAR_DATA)$/.test(signal))
      .map(({ name }) => name);
  }

  it("are without what came later", () => {
    const early = ["id", "side", "kind", "symbol", "always", "byNumber", "currency", "rate"];
    expect(fieldsAt(0)).toEqual([...early, "legs", "ratio", "note"]);
    expect(fieldsAt(1)).toEqual([...early, "price", "legs", "ratio", "fills", "wide", "note"]);
    expect(fieldsAt(2)).toEqual([
      ...early,
      "price",
      "flags",
      "legs",
      "ratio",
      "fills",
      "wide",
      "note",
      "remark",
    ]);
    expect(fieldsAt(3)).toContain("late");
  });

  it("have the block lengths of what is left, for groups too", () => {
    const plain = RICH_SCHEMA.replace(' blockLength="96"', "").replace(' blockLength="8"', "");
    const lengths = [0, 1, 2, 3].map((atVersion) => {
      const tokens = compile(plain, { atVersion }).ir?.messages[0]?.tokens ?? [];
      return ["BEGIN_MESSAGE", "BEGIN_GROUP"].map(
        (signal) => tokens.find((token) => token.signal === signal)?.size,
      );
    });
    expect(lengths).toEqual([
      [28, 2],
      [49, 2],
      [57, 2],
      [57, 3],
    ]);
  });

  it("say their version", () => {
    expect(compile(RICH_SCHEMA, { atVersion: 1 }).ir?.version).toBe(1);
  });

  it.each([-1, 4, 1.5, Number.NaN])("version %d is refused", (atVersion) => {
    const { ir, diagnostics } = compile(RICH_SCHEMA, { atVersion });
    expect(ir).toBeUndefined();
    expect(diagnostics).toMatchObject([
      { rule: "at-version", line: 3, text: expect.stringContaining("must be in 0..3") as string },
    ]);
  });

  it("without the message header are refused", () => {
    const late = RICH_SCHEMA.replace(
      '<composite name="frame">',
      '<composite name="frame" sinceVersion="2">',
    );
    expect(compile(late, { atVersion: 1 }).diagnostics).toMatchObject([{ rule: "at-version" }]);
    expect(compile(late, { atVersion: 2 }).ir).toBeDefined();
  });
});

describe("locations of a compiled schema", () => {
  const { locations } = compile(RICH_SCHEMA);

  it.each([
    ["schema", undefined, 3, "sbe:messageSchema"],
    ["schema", "version", 3, "3"],
    ["message:Order", "blockLength", 46, "96"],
    ["message:Order/price", "sinceVersion", 55, "1"],
    ["message:Order/price", "offset", 55, "field"],
    ["message:Order/legs/fills/wide", "type", 60, "Wide"],
    ["type:price/inner/flags", "type", 42, "Flags"],
    ["type:Side/Sell", "deprecated", 31, "2"],
  ])("%s, attribute %s", (path, attribute, line, covered) => {
    const found = locations.find(path, attribute);
    expect(found).toMatchObject({ file: "rich.xml", line, length: covered.length });
    const text = found?.excerpt.text ?? "";
    const from = (found?.column ?? 0) - (found?.excerpt.firstColumn ?? 0);
    expect(text.slice(from, from + covered.length)).toBe(covered);
  });

  it("know nothing that the schema does not have", () => {
    expect(locations.find("message:Order/nothing")).toBeUndefined();
    expect(compile("<a>").locations.find("schema")).toBeUndefined();
  });
});
