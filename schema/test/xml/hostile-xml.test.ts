/** Input that is made to cost more than it is: each gives a diagnostic in bounded time and memory. */
import { describe, expect, it } from "vitest";
import { compileSchema, type CompileOptions, type CompileResult } from "@alerion/schema";

const MIB = 1024 * 1024;
/** Far above what any case takes (under 2 s) and far below what a quadratic one would. */
const TIME_MAX_MS = 15_000;
const HEAP_MAX = 400 * MIB;

/** Compiles and holds the run to the bounds above. */
function compileBounded(
  source: string | Uint8Array,
  options: Partial<CompileOptions> = {},
): CompileResult {
  const heapBefore = process.memoryUsage().heapTotal;
  const before = performance.now();
  const result = compileSchema(source, { file: "hostile.xml", ...options });
  expect(performance.now() - before).toBeLessThan(TIME_MAX_MS);
  expect(process.memoryUsage().heapTotal - heapBefore).toBeLessThan(HEAP_MAX);
  return result;
}

function rulesOf(result: CompileResult): readonly string[] {
  expect(result.ir).toBeUndefined();
  const errors = result.diagnostics.filter(({ severity }) => severity === "error");
  return [...new Set(errors.map(({ rule }) => rule))];
}

const HEADER =
  '<composite name="messageHeader"><type name="blockLength" primitiveType="uint16"/>' +
  '<type name="templateId" primitiveType="uint16"/><type name="schemaId" primitiveType="uint16"/>' +
  '<type name="version" primitiveType="uint16"/></composite>';

function schemaOf(types: string, messages = ""): string {
  return `<messageSchema package="p" id="1"><types>${HEADER}${types}</types>${messages}</messageSchema>`;
}

describe("hostile XML", { timeout: 60_000 }, () => {
  it("an entity bomb is refused at its DOCTYPE", () => {
    const bomb =
      '<!DOCTYPE lol [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>';
    const result = compileBounded(bomb);
    expect(rulesOf(result)).toEqual(["xml-doctype"]);
    expect(result.diagnostics[0]).toMatchObject({ line: 1, column: 1, length: 9 });
  });

  it("an external entity is refused, not fetched", () => {
    const read: string[] = [];
    const resolver = {
      read: (path: string): undefined => {
        read.push(path);
      },
    };
    const text = '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>';
    expect(rulesOf(compileBounded(text, { resolver }))).toEqual(["xml-doctype"]);
    expect(read).toEqual([]);
  });

  it("10,000 nested elements are refused", () => {
    expect(rulesOf(compileBounded("<a>".repeat(10_000) + "</a>".repeat(10_000)))).toEqual([
      "xml-limit",
    ]);
    expect(rulesOf(compileBounded("<a>".repeat(1_000_000)))).toEqual(["xml-limit"]);
  });

  it("10,000 nested composites and groups are refused", () => {
    const composites = '<composite name="c">'.repeat(10_000) + "</composite>".repeat(10_000);
    expect(rulesOf(compileBounded(schemaOf(composites)))).toEqual(["xml-limit"]);
    const inline = '<composite name="c">'.repeat(150) + "</composite>".repeat(150);
    expect(rulesOf(compileBounded(schemaOf(inline)))).toContain("schema-limit");
    const groups = '<group name="g" id="1">'.repeat(150) + "</group>".repeat(150);
    expect(
      rulesOf(compileBounded(schemaOf("", `<message name="M" id="1">${groups}</message>`))),
    ).toContain("schema-limit");
  });

  it("a chain of 10,000 refs is refused, from either end", () => {
    const link = (index: number, target: number): string =>
      `<composite name="c${index}"><ref name="r" type="c${target}"/></composite>`;
    const down = Array.from({ length: 10_000 }, (_, index) => link(index, index + 1)).join("");
    const up = Array.from({ length: 10_000 }, (_, index) => link(index + 1, index)).join("");
    const end = '<type name="end" primitiveType="int8"/>';
    expect(rulesOf(compileBounded(schemaOf(down + end.replace("end", "c10000"))))).toContain(
      "schema-limit",
    );
    expect(rulesOf(compileBounded(schemaOf(end.replace("end", "c0") + up)))).toContain(
      "schema-limit",
    );
  });

  it("refs that double thirty times are refused before their tokens are written down", () => {
    const doubling = Array.from(
      { length: 30 },
      (_, index) =>
        `<composite name="c${index + 1}"><ref name="a" type="c${index}"/><ref name="b" type="c${index}"/></composite>`,
    ).join("");
    const types = `<type name="c0" primitiveType="int8"/>${doubling}`;
    const message = '<message name="M" id="1"><field name="f" id="1" type="c30"/></message>';
    expect(rulesOf(compileBounded(schemaOf(types, message)))).toEqual(["schema-limit"]);
  });

  it("a composite of more than 2^31 bytes is refused", () => {
    const types =
      '<type name="c0" primitiveType="int64" length="200000000"/><composite name="c1"><ref name="a" type="c0"/><ref name="b" type="c0"/></composite>';
    expect(rulesOf(compileBounded(schemaOf(types)))).toEqual(["size-limit"]);
    expect(
      rulesOf(
        compileBounded(schemaOf('<type name="c0" primitiveType="int64" length="2000000000"/>')),
      ),
    ).toEqual(["size-limit"]);
  });

  it("a constant padded to 2^31 characters is refused", () => {
    const types =
      '<type name="t" primitiveType="char" length="2147483647" presence="constant">A</type>';
    expect(rulesOf(compileBounded(schemaOf(types)))).toContain("schema-limit");
  });

  it("broken UTF-8 is refused at the line it stands in", () => {
    const text = Buffer.concat([
      Buffer.from("<a>\n<b/>\n é"),
      Buffer.from([0xc3, 0x28]),
      Buffer.from("</a>"),
    ]);
    const result = compileBounded(text);
    expect(rulesOf(result)).toEqual(["xml-encoding"]);
    expect(result.diagnostics[0]).toMatchObject({ line: 3, column: 3 });
  });

  it("UTF-8 cut off, overlong or with surrogates is refused", () => {
    for (const bytes of [
      [0xe2, 0x82],
      [0xc0, 0xaf],
      [0xed, 0xa0, 0x80],
      [0xff],
      [0xf4, 0x90, 0x80, 0x80],
    ]) {
      expect(rulesOf(compileBounded(Buffer.from([0x3c, 0x61, 0x3e, ...bytes])))).toEqual([
        "xml-encoding",
      ]);
    }
  });

  it("an unknown encoding is refused by its name", () => {
    const result = compileBounded(Buffer.from('<?xml version="1.0" encoding="EBCDIC-CP-US"?><a/>'));
    expect(rulesOf(result)).toEqual(["xml-encoding"]);
    expect(result.diagnostics[0]?.text).toContain('encoding="EBCDIC-CP-US"');
  });

  it("a gigantic attribute is refused, also one that never ends", () => {
    expect(rulesOf(compileBounded(`<a x="${"y".repeat(15 * MIB)}"/>`))).toEqual(["xml-limit"]);
    expect(rulesOf(compileBounded(`<a x="${"y".repeat(15 * MIB)}`))).toEqual(["xml-malformed"]);
    expect(rulesOf(compileBounded(`<a x='${"&amp;".repeat(3 * MIB)}'/>`))).toEqual(["xml-limit"]);
  });

  it("a gigantic name, text or instruction is refused", () => {
    expect(rulesOf(compileBounded(`<${"a".repeat(15 * MIB)}/>`))).toEqual(["xml-limit"]);
    expect(rulesOf(compileBounded(`<a>${"&amp;".repeat(3 * MIB)}</a>`))).toEqual(["xml-limit"]);
    expect(rulesOf(compileBounded(`<?x ${"'".repeat(15 * MIB)}?><a/>`))).toEqual(["xml-limit"]);
  });

  it("ten thousand attributes, a million elements and a million comments are refused", () => {
    const attributes = Array.from({ length: 10_000 }, (_, index) => `a${index}="1"`).join(" ");
    expect(rulesOf(compileBounded(`<a ${attributes}/>`))).toEqual(["xml-limit"]);
    expect(rulesOf(compileBounded(`<a>${"<b/>".repeat(1_000_000)}</a>`))).toEqual(["xml-limit"]);
    expect(rulesOf(compileBounded(`<a>${"x<!---->".repeat(1_000_000)}</a>`))).toEqual([
      "xml-limit",
    ]);
  });

  it("fifteen MiB of comment cost little", () => {
    expect(rulesOf(compileBounded(`<a><!--${"x".repeat(15 * MIB)}--></a>`))).toEqual([
      "schema-element-missing",
    ]);
    expect(rulesOf(compileBounded(`<a>${"<".repeat(15 * MIB)}`))).toEqual(["xml-malformed"]);
    expect(rulesOf(compileBounded("&".repeat(15 * MIB)))).toEqual(["xml-limit"]);
  });

  it("a file beyond the cap is refused unread", () => {
    expect(rulesOf(compileBounded(new Uint8Array(16 * MIB + 1)))).toEqual(["xml-too-large"]);
    expect(rulesOf(compileBounded("<a/>", { bytesMax: 3 }))).toEqual(["xml-too-large"]);
  });

  it("90,000 faulty fields give a bounded list", () => {
    const fields = Array.from(
      { length: 90_000 },
      (_, index) => `<field name="f" id="1" type="missing${index}"/>`,
    ).join("");
    const result = compileBounded(schemaOf("", `<message name="M" id="1">${fields}</message>`));
    expect(result.ir).toBeUndefined();
    expect(result.diagnostics.length).toBeLessThanOrEqual(1000);
  });

  it("60,000 good fields compile", () => {
    const fields = Array.from(
      { length: 60_000 },
      (_, index) => `<field name="f${index}" id="${index}" type="uint8"/>`,
    ).join("");
    expect(
      compileBounded(schemaOf("", `<message name="M" id="1">${fields}</message>`)).ir,
    ).toBeDefined();
  });

  it("elements and attributes named after object properties are data like any other", () => {
    const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "prototype"];
    for (const name of names) {
      const { ir, diagnostics } = compileBounded(
        schemaOf(`<type name="${name}" primitiveType="int8" ${name}="1"/>`),
      );
      expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      expect(ir).toBeDefined();
      compileBounded(schemaOf(`<${name}><x/></${name}>`));
    }
  });
});
