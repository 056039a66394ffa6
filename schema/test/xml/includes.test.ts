import { describe, expect, it } from "vitest";
import { compileSchema, type CompileOptions, type CompileResult } from "@alerion/schema";

const HEADER =
  '<composite name="messageHeader"><type name="blockLength" primitiveType="uint16"/>' +
  '<type name="templateId" primitiveType="uint16"/><type name="schemaId" primitiveType="uint16"/>' +
  '<type name="version" primitiveType="uint16"/></composite>';

/** Compiles the file of that name among files that are given as texts. */
function compileFiles(
  files: Readonly<Record<string, string>>,
  file: string,
  options: Partial<CompileOptions> = {},
): CompileResult & { readonly read: readonly string[] } {
  const read: string[] = [];
  const resolver = {
    read(path: string): Uint8Array | undefined {
      read.push(path);
      const text = files[path];
      return text === undefined ? undefined : new TextEncoder().encode(text);
    },
  };
  return { ...compileSchema(files[file] ?? "", { file, resolver, ...options }), read };
}

function schemaWith(body: string): string {
  return `<m:messageSchema xmlns:m="x" xmlns:xi="http://www.w3.org/2001/XInclude" package="p" id="1">\n${body}\n</m:messageSchema>`;
}

const MESSAGE = '<m:message name="M" id="1"><field name="a" id="1" type="t"/></m:message>';
const TYPES = `<types>${HEADER}<type name="t" primitiveType="uint8"/></types>`;

describe("includes", () => {
  it("bring the root element of another file, by a path relative to the file they stand in", () => {
    const { ir, read } = compileFiles(
      {
        "venue/order.xml": schemaWith(`<xi:include href="common/types.xml"/>${MESSAGE}`),
        "venue/common/types.xml":
          '<types xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="more/t.xml"/><xi:include href="header.xml"/></types>',
        "venue/common/more/t.xml": '<type name="t" primitiveType="uint8"/>',
        "venue/common/header.xml": HEADER,
      },
      "venue/order.xml",
    );
    expect(ir?.messages).toHaveLength(1);
    expect(read).toEqual([
      "venue/common/types.xml",
      "venue/common/more/t.xml",
      "venue/common/header.xml",
    ]);
  });

  it("are known by their namespace, whatever the prefix", () => {
    const root = `<messageSchema package="p" id="1"><include xmlns="http://www.w3.org/2001/XInclude" href="types.xml"/><message name="M" id="1"/></messageSchema>`;
    expect(compileFiles({ "s.xml": root, "types.xml": TYPES }, "s.xml").ir).toBeDefined();
    const other = `<messageSchema package="p" id="1">${TYPES}<xi:include xmlns:xi="urn:other" href="nowhere.xml"/><message name="M" id="1"/></messageSchema>`;
    expect(compileFiles({ "s.xml": other }, "s.xml").ir).toBeDefined();
  });

  it("are read once, however often they are included", () => {
    const part = schemaWith(
      `${TYPES}<xi:include href="part.xml"/><xi:include href="./part.xml"/><xi:include href="x/../part.xml"/>`,
    );
    const { ir, read } = compileFiles(
      { "s.xml": part, "part.xml": MESSAGE.replaceAll("m:", "") },
      "s.xml",
    );
    expect(read).toEqual(["part.xml"]);
    expect(ir).toBeUndefined(); // three messages of one name
  });

  it("that lead to a fault report it in the file where it is", () => {
    const { diagnostics } = compileFiles(
      {
        "s.xml": schemaWith('<xi:include href="types.xml"/>'),
        "types.xml": `<types>${HEADER}\n<type name="t" primitiveType="uint9"/></types>`,
      },
      "s.xml",
    );
    expect(diagnostics.filter(({ severity }) => severity === "error")).toMatchObject([
      { file: "types.xml", line: 2, column: 31, length: 5, rule: "primitive-type-unknown" },
    ]);
  });

  it("of a missing file are reported once, without echoes of what the file would have defined", () => {
    const { diagnostics } = compileFiles(
      { "s.xml": schemaWith(`<xi:include href="gone.xml"/>${MESSAGE}`) },
      "s.xml",
    );
    expect(diagnostics).toMatchObject([
      { rule: "include-not-found", line: 2, column: 19, length: 8 },
    ]);
  });

  it("of a missing file use their fallback", () => {
    const root = schemaWith(
      `<xi:include href="gone.xml"><xi:fallback>${TYPES}</xi:fallback></xi:include>${MESSAGE}`,
    );
    expect(compileFiles({ "s.xml": root }, "s.xml").ir).toBeDefined();
  });

  it("without a resolver are missing files, and the help says why", () => {
    const { diagnostics } = compileSchema(schemaWith('<xi:include href="types.xml"/>'), {
      file: "s.xml",
    });
    expect(diagnostics).toMatchObject([
      { rule: "include-not-found", notes: [{ text: "no resolver for included files was given" }] },
    ]);
  });

  it("are left alone when XInclude is off", () => {
    const { ir, read } = compileFiles(
      { "s.xml": schemaWith(`<xi:include href="gone.xml"/>${TYPES}${MESSAGE}`) },
      "s.xml",
      { xinclude: false },
    );
    expect(ir).toBeDefined();
    expect(read).toEqual([]);
  });

  it.each([
    ["../types.xml"],
    ["sub/../../types.xml"],
    ["/etc/types.xml"],
    ["file:///etc/types.xml"],
    ["https://example.org/types.xml"],
    ["//host/types.xml"],
    ["C:/types.xml"],
    ["..%2Ftypes.xml"],
    ["..\\types.xml"],
    ["%00.xml"],
    ["%E0%A4%A"],
  ])("cannot leave the folder: %s", (href) => {
    const { diagnostics, read } = compileFiles(
      { "venue/s.xml": schemaWith(`<xi:include href="${href}"/>`) },
      "venue/s.xml",
    );
    expect(diagnostics).toMatchObject([{ rule: "include-outside" }]);
    expect(read).toEqual([]);
  });

  it("may reach as far as the include root", () => {
    const files = {
      "a/venue/s.xml": schemaWith(`<xi:include href="../../common/types.xml"/>${MESSAGE}`),
      "common/types.xml": TYPES,
    };
    expect(compileFiles(files, "a/venue/s.xml", { includeRoot: "." }).ir).toBeDefined();
    expect(compileFiles(files, "a/venue/s.xml", { includeRoot: "a" }).diagnostics).toMatchObject([
      { rule: "include-outside" },
    ]);
    const above = {
      "venue/s.xml": schemaWith(`<xi:include href="../../common/types.xml"/>${MESSAGE}`),
      "../common/types.xml": TYPES,
    };
    expect(compileFiles(above, "venue/s.xml", { includeRoot: ".." }).ir).toBeDefined();
    const absolute = {
      "/w/venue/s.xml": schemaWith(`<xi:include href="../common/types.xml"/>${MESSAGE}`),
      "/w/common/types.xml": TYPES,
    };
    expect(compileFiles(absolute, "/w/venue/s.xml", { includeRoot: "/w" }).ir).toBeDefined();
    expect(
      compileFiles(absolute, "/w/venue/s.xml", { includeRoot: "/w/ven" }).diagnostics,
    ).toMatchObject([{ rule: "include-outside" }]);
  });

  it.each([
    ["", "include-invalid"],
    ['href=""', "include-invalid"],
    ['href="types.xml#part"', "include-invalid"],
    ['href="types.xml" xpointer="element(/1)"', "include-invalid"],
    ['href="types.txt" parse="text"', "include-invalid"],
  ])("with %s are refused", (attributes, rule) => {
    const { diagnostics } = compileFiles(
      { "s.xml": schemaWith(`<xi:include ${attributes}/>`) },
      "s.xml",
    );
    expect(diagnostics).toMatchObject([{ rule }]);
  });

  it("in a loop are refused, with the way around", () => {
    const include = (href: string): string =>
      `<types xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="${href}"/></types>`;
    const files = {
      "s.xml": schemaWith('<xi:include href="a.xml"/>'),
      "a.xml": include("b.xml"),
      "b.xml": include("./a.xml"),
    };
    const { diagnostics } = compileFiles(files, "s.xml");
    expect(diagnostics).toMatchObject([
      {
        rule: "include-cycle",
        file: "b.xml",
        text: 'a file must not include itself: "a.xml" > "b.xml" > "a.xml"',
      },
    ]);
    const self = compileFiles(
      { "d/s.xml": schemaWith('<xi:include href="../d/s.xml"/>') },
      "d/s.xml",
    );
    expect(self.diagnostics).toMatchObject([{ rule: "include-cycle" }]);
  });

  it("that multiply or nest too deep are refused in bounded time", () => {
    const twice = (href: string): string =>
      `<types xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="${href}"/><xi:include href="${href}"/></types>`;
    const files: Record<string, string> = { "s.xml": schemaWith('<xi:include href="f0.xml"/>') };
    for (let index = 0; index < 40; index++) files[`f${index}.xml`] = twice(`f${index + 1}.xml`);
    files["f40.xml"] = "<types/>";
    const { diagnostics, ir } = compileFiles(files, "s.xml");
    expect(ir).toBeUndefined();
    expect(new Set(diagnostics.map(({ rule }) => rule))).toEqual(new Set(["include-limit"]));
  });

  it("may bring no more bytes together than one schema may have", () => {
    const files = {
      "s.xml": schemaWith('<xi:include href="big.xml"/>'),
      "big.xml": `<types><!--${"x".repeat(5000)}--></types>`,
    };
    expect(compileFiles(files, "s.xml", { bytesMax: 1000 }).diagnostics).toMatchObject([
      { rule: "xml-too-large" },
    ]);
  });
});
