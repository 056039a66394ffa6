import { describe, expect, test } from "vitest";
import {
  compareSchemas,
  compatDiagnostics,
  compileSchema,
  formatDiagnostics,
  layoutOf,
  type CompatSide,
  type Diagnostic,
  type SchemaLayout,
} from "@alerion/schema";
import { field, group, message, schemaXml } from "../support/evolution.js";

interface Side extends CompatSide {
  readonly layout: SchemaLayout;
}

function side(xml: string, file: string, isIr = false): Side {
  // A line an element, so that places can be told apart.
  const { ir, locations, diagnostics } = compileSchema(xml.replaceAll("><", ">\n<"), { file });
  if (ir === undefined) throw new Error(`schema must compile: ${JSON.stringify(diagnostics)}`);
  const layout = layoutOf(ir);
  return { layout, file, version: layout.version, ...(isIr ? {} : { locations }) };
}

function diagnose(before: Side, now: Side): readonly Diagnostic[] {
  return compatDiagnostics(compareSchemas(before.layout, now.layout), before, now);
}

const A = field("a", 1, "uint32");
const B = field("b", 2, "uint32");
const oldXml = schemaXml({ version: 4 }, message("M", 1, A + B));
const movedXml = schemaXml(
  { version: 5 },
  message("M", 1, A + field("n", 3, "uint8", 'sinceVersion="5"') + B),
);

describe("a finding as a diagnostic", () => {
  test("says where it is, where it was, whom it breaks and what to do instead", () => {
    const before = side(oldXml, "m.xml");
    const now = side(movedXml, "m.xml");
    const [moved] = diagnose({ ...before, fileSuffix: "@main" }, now);
    const text = formatDiagnostics(moved === undefined ? [] : [moved], "text");
    const line = movedXml
      .replaceAll("><", ">\n<")
      .split("\n")
      .findIndex((each) => each.includes('"b"'));
    expect(text).toBe(
      `m.xml:${line + 1}:2: error: field "b" (id 2) moved from byte 4 to byte 5 [field-offset-changed]
  ${line + 1} | <field name="b" id="2" type="uint32" />
     |  ^^^^^
was: m.xml@main:${line}:2, byte 4
breaks: version 4 readers of version 5 messages, and the reverse
help: add new fields at the end of the block with sinceVersion="5"
1 error
`,
    );
  });

  test("points at the attribute that is wrong where there is one", () => {
    const now = side(
      schemaXml(
        { version: 5 },
        message("M", 1, A + B + field("n", 3, "uint8", 'sinceVersion="2"')),
      ),
      "m.xml",
    );
    const [wrong] = diagnose(side(oldXml, "m.xml"), now);
    expect(wrong?.rule).toBe("since-version-wrong");
    expect(wrong?.excerpt?.text.slice((wrong.column ?? 1) - 1).startsWith('2"')).toBe(true);
  });

  test("is a note where it hurts nobody, without advice", () => {
    const [renamed] = diagnose(
      side(oldXml, "m.xml"),
      side(schemaXml({ version: 5 }, message("M", 1, A + field("c", 2, "uint32"))), "m.xml"),
    );
    expect(renamed).toMatchObject({ rule: "renamed", severity: "note" });
    expect(renamed?.notes.map(({ kind }) => kind)).toEqual(["was"]);
  });

  test("of what is gone stands at the element around it", () => {
    const group1 = group("g", 9, field("x", 10, "uint8") + field("y", 11, "uint8"));
    const now = side(
      schemaXml({ version: 5 }, message("M", 1, group("g", 9, field("x", 10, "uint8")))),
      "m.xml",
    );
    const gone = diagnose(side(schemaXml({ version: 4 }, message("M", 1, group1)), "m.xml"), now);
    const removed = gone.find(({ rule }) => rule === "field-removed");
    expect(removed?.excerpt?.text).toContain("<group");
  });

  test("names the element where the schema came as tokens", () => {
    const [moved] = diagnose(side(oldXml, "old.sbeir", true), side(movedXml, "new.sbeir", true));
    expect(moved).toMatchObject({ file: "new.sbeir", line: 1, column: 1, length: 0 });
    expect(moved?.notes.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
      "note: at message:M/b",
      "was: byte 4",
      "breaks: version 4 readers of version 5 messages, and the reverse",
      'help: add new fields at the end of the block with sinceVersion="5"',
    ]);
  });

  test("speaks of old and new where the versions do not differ", () => {
    const now = side(schemaXml({ version: 4 }, message("M", 1, A)), "m.xml");
    const [shrunk] = diagnose(side(oldXml, "m.xml"), now);
    expect(shrunk?.notes.find(({ kind }) => kind === "breaks")?.text).toBe(
      "old readers of new messages",
    );
  });

  test("is a SARIF result with the rule's text and the old place", () => {
    const before = side(oldXml, "m.xml");
    const sarif = JSON.parse(
      formatDiagnostics(diagnose(before, side(movedXml, "m.xml")), "sarif"),
    ) as {
      runs: {
        tool: { driver: { rules: { id: string; shortDescription?: { text: string } }[] } };
        results: { ruleId: string; level: string; relatedLocations?: unknown[] }[];
      }[];
    };
    const [run] = sarif.runs;
    expect(run?.tool.driver.rules.every(({ shortDescription }) => shortDescription)).toBe(true);
    expect(run?.results[0]).toMatchObject({ ruleId: "field-offset-changed", level: "error" });
    expect(run?.results[0]?.relatedLocations).toHaveLength(1);
  });
});
