import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compileSchema,
  DIAGNOSTIC_FORMATS,
  formatDiagnostics,
  IrError,
  layoutOf,
  type CompileResult,
} from "@alerion/schema";
import { RICH_SCHEMA } from "../support/rich-schema.js";

/** Values that schemas must not choke on, wherever they stand. */
const NASTY = [
  "",
  "-1",
  "0",
  "1",
  "2147483647",
  "-2147483648",
  "99999999999999999999",
  "1e9",
  "NaN",
  "0x10",
  " ",
  "\\u0000",
  "constant",
  "optional",
  "char",
  "uint64",
  "double",
  "Side",
  "Side.Buy",
  "Side.",
  ".",
  "price",
  "frame",
  "text",
  "groupSizeEncoding",
  "__proto__",
  "constructor",
  "*/ ${x}",
  "é€\u2028😀",
  "&#0;",
  "&lt;",
  "&bomb;",
  "<",
  "]]>",
] as const;

const PIECES = [
  "<",
  ">",
  "/>",
  "&",
  '"',
  "'",
  "<!--",
  "-->",
  "<![CDATA[",
  "]]>",
  "<?x?>",
  "<types>",
  "</types>",
  '<ref name="r" type="price"/>',
  "<group/>",
  "<data/>",
  "\uFEFF",
  "\uD800",
  "\u0000",
  "\r",
] as const;

interface Mutation {
  readonly kind: "value" | "delete" | "insert" | "repeat";
  readonly at: number;
  readonly length: number;
  readonly value: string;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom(
    "value" as const,
    "value" as const,
    "delete" as const,
    "insert" as const,
    "repeat" as const,
  ),
  at: fc.nat(RICH_SCHEMA.length),
  length: fc.nat(60),
  value: fc.oneof(fc.constantFrom(...NASTY, ...PIECES), fc.string({ maxLength: 12 })),
});

function mutate(text: string, { kind, at, length, value }: Mutation): string {
  switch (kind) {
    case "value": {
      // The attribute value that comes next.
      const open = text.indexOf('="', at);
      const close = text.indexOf('"', open + 2);
      return open < 0 || close < 0 ? text : text.slice(0, open + 2) + value + text.slice(close);
    }
    case "delete":
      return text.slice(0, at) + text.slice(at + length);
    case "insert":
      return text.slice(0, at) + value + text.slice(at);
    case "repeat":
      return text.slice(0, at) + text.slice(at, at + length).repeat(2) + text.slice(at + length);
  }
}

/** What is wrong with a result, whatever the input was; empty for a sound one. */
function complaintsOf(result: CompileResult): readonly string[] {
  const complaints: string[] = [];
  const hasError = result.diagnostics.some(({ severity }) => severity === "error");
  if ((result.ir === undefined) !== hasError)
    complaints.push("no tokens without an error, and the reverse");
  for (const { line, column, length, text } of result.diagnostics) {
    if (line < 1 || column < 1 || length < 0) complaints.push(`position of ${text}`);
  }
  for (const format of DIAGNOSTIC_FORMATS) formatDiagnostics(result.diagnostics, format);
  try {
    if (result.ir !== undefined) layoutOf(result.ir);
  } catch (error) {
    if (!(error instanceof IrError)) complaints.push(String(error));
  }
  return complaints;
}

describe("compiling whatever comes", { timeout: 120_000 }, () => {
  it("the schema that is mutated compiles", () => {
    expect(compileSchema(RICH_SCHEMA, { file: "rich.xml" }).diagnostics).toEqual([]);
  });

  it("any bytes give diagnostics, never an exception", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(complaintsOf(compileSchema(bytes, { file: "random.xml" }))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("any text in XML's alphabet gives diagnostics, never an exception", () => {
    const piece = fc.oneof(
      fc.constantFrom(...PIECES, "<a ", 'b="', "c", " ", "\n", "<a>", "</a>"),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(complaintsOf(compileSchema(pieces.join(""), { file: "random.xml" }))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it("a mutated schema gives tokens or diagnostics, never an exception", () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        expect(
          complaintsOf(
            compileSchema(mutations.reduce(mutate, RICH_SCHEMA), { file: "mutated.xml" }),
          ),
        ).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });

  it("every attribute of the schema survives every nasty value", () => {
    const values = [...RICH_SCHEMA.matchAll(/="[^"]*"/g)].map(({ index }) => index);
    for (const at of values) {
      for (const value of NASTY) {
        expect(
          complaintsOf(
            compileSchema(mutate(RICH_SCHEMA, { kind: "value", at, length: 0, value }), {
              file: "mutated.xml",
            }),
          ),
        ).toEqual([]);
      }
    }
  });

  it("the same schema gives the same result under LF, CRLF and CR, with and without a byte order mark", () => {
    const { ir } = compileSchema(RICH_SCHEMA, { file: "rich.xml" });
    for (const lineEnd of ["\r\n", "\r"]) {
      expect(compileSchema(RICH_SCHEMA.replaceAll("\n", lineEnd), { file: "rich.xml" }).ir).toEqual(
        ir,
      );
    }
    expect(compileSchema(`\uFEFF${RICH_SCHEMA}`, { file: "rich.xml" }).ir).toEqual(ir);
    expect(compileSchema(Buffer.from(`\uFEFF${RICH_SCHEMA}`), { file: "rich.xml" }).ir).toEqual(ir);
    const utf16 = Buffer.from(`\uFEFF${RICH_SCHEMA.replace("UTF-8", "UTF-16")}`, "utf16le");
    expect(compileSchema(utf16, { file: "rich.xml" }).ir).toEqual(ir);
    expect(compileSchema(utf16.swap16(), { file: "rich.xml" }).ir).toEqual(ir);
  });
});
