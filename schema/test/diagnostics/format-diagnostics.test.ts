import { describe, expect, it } from "vitest";
import {
  compileSchema,
  formatDiagnostic,
  formatDiagnostics,
  type Diagnostic,
} from "@alerion/schema";

const SCHEMA = `<messageSchema package="car" id="1">
  <types>
    <composite name="messageHeader">
      <type name="blockLength" primitiveType="uint16"/>
      <type name="templateId" primitiveType="uint16"/>
      <type name="schemaId" primitiveType="uint16"/>
      <type name="version" primitiveType="uint32"/>
    </composite>
    <type name="Engine" primitiveType="uint8"/>
  </types>
  <message name="Car" id="1">
  <field name="engine" id="8" type="Engin"/>
  </message>
</messageSchema>
`;

const { diagnostics } = compileSchema(SCHEMA, { file: "car.xml" });
const ODD: Diagnostic = {
  rule: "unknown-type",
  severity: "error",
  file: "a,b:c%/é x.xml",
  line: 3,
  column: 5,
  length: 2,
  text: "first\nsecond\u2028\u001B[31m",
  notes: [{ kind: "note", text: "see\r\nthere", file: "o\n.xml", line: 9, column: 1, length: 1 }],
  excerpt: { text: "\t<é😀/>", firstColumn: 3 },
};

describe("diagnostics as text", () => {
  it("show place, message, rule, the line with a caret, the fix, and a count", () => {
    expect(formatDiagnostics(diagnostics, "text"))
      .toBe(`car.xml:7:43: warning: "version" of the message header should be uint16: primitiveType=uint32 [header-member-uint16]
  7 |       <type name="version" primitiveType="uint32"/>
    |                                           ^^^^^^
car.xml:12:37: error: field "engine" (id 8) has unknown type "Engin" [unknown-type]
  12 |   <field name="engine" id="8" type="Engin"/>
     |                                     ^^^^^
help: "Engine" is defined at car.xml:9
1 error, 1 warning
`);
  });

  it("are nothing where there is nothing to say", () => {
    expect(formatDiagnostics([], "text")).toBe("");
  });

  it("keep the caret below the fault behind tabs and characters of two units", () => {
    expect(formatDiagnostic({ ...ODD, text: "x", notes: [], column: 6 }))
      .toBe(`a,b:c%/é x.xml:3:6: error: x [unknown-type]
  3 | \t<é😀/>
    | \t  ^
`);
  });

  it("never let a schema's text begin a line or a terminal sequence", () => {
    const text = formatDiagnostic(ODD);
    // eslint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u001B\u2028\r]/);
    expect(text.split("\n")).toHaveLength(5);
  });

  it("show a window of a long line, with the fault in it", () => {
    const long = `<messageSchema package="p" id="1">${" ".repeat(500)}<types/>${" ".repeat(500)}<oops>${" ".repeat(500)}</messageSchema>`;
    const [fault] = compileSchema(long, { file: "long.xml" }).diagnostics;
    expect(fault?.excerpt?.text.length).toBe(160);
    const lines = formatDiagnostics(fault === undefined ? [] : [fault], "text").split("\n");
    const caret = lines[2]?.indexOf("^") ?? -1;
    expect(lines[1]?.slice(caret, caret + 13)).toBe("messageSchema");
  });
});

describe("diagnostics for tools", () => {
  it("json is the list itself", () => {
    expect(JSON.parse(formatDiagnostics(diagnostics, "json"))).toEqual(diagnostics);
    expect(formatDiagnostics([], "json")).toBe("[]\n");
  });

  it("github commands escape what would end a property or the command", () => {
    expect(formatDiagnostics([ODD], "github")).toBe(
      "::error file=a%2Cb%3Ac%25/é x.xml,line=3,col=5,endColumn=7,title=unknown-type::first%0Asecond\u2028\u001B[31m%0Anote: see\uFFFD\uFFFDthere at o\uFFFD.xml:9\n",
    );
    expect(formatDiagnostics([], "github")).toBe("");
  });

  it("sarif is one run with its rules, regions and related places", () => {
    const log: unknown = JSON.parse(formatDiagnostics(diagnostics, "sarif"));
    expect(log).toMatchObject({
      version: "2.1.0",
      runs: [
        {
          columnKind: "utf16CodeUnits",
          tool: {
            driver: {
              name: "alerion-sbe",
              rules: [
                { id: "header-member-uint16" },
                { id: "unknown-type", shortDescription: { text: "the type of a field exists" } },
              ],
            },
          },
          results: [
            { ruleId: "header-member-uint16", ruleIndex: 0, level: "warning" },
            {
              ruleId: "unknown-type",
              ruleIndex: 1,
              level: "error",
              message: { text: 'field "engine" (id 8) has unknown type "Engin"' },
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: "car.xml" },
                    region: { startLine: 12, startColumn: 37, endLine: 12, endColumn: 42 },
                  },
                },
              ],
              relatedLocations: [
                {
                  message: { text: '"Engine" is defined' },
                  physicalLocation: { region: { startLine: 9 } },
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it.each([
    ["car.xml", "car.xml"],
    ["a b/é,#.xml", "a%20b/%C3%A9%2C%23.xml"],
    ["/w/car.xml", "file:///w/car.xml"],
    ["C:\\w\\car.xml", "file:///C:/w/car.xml"],
    ["a:b.xml", "a%3Ab.xml"],
  ])("sarif names the file %s as a URI", (file, uri) => {
    const log: unknown = JSON.parse(formatDiagnostics([{ ...ODD, file, notes: [] }], "sarif"));
    expect(log).toMatchObject({
      runs: [{ results: [{ locations: [{ physicalLocation: { artifactLocation: { uri } } }] }] }],
    });
  });

  it("an empty list is a log with no results", () => {
    expect(JSON.parse(formatDiagnostics([], "sarif"))).toMatchObject({
      runs: [{ results: [], tool: { driver: { rules: [] } } }],
    });
  });
});
