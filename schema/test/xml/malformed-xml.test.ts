import { describe, expect, it } from "vitest";
import { compileSchema, type Diagnostic } from "@alerion/schema";

function faultOf(text: string): Diagnostic | undefined {
  return compileSchema(text, { file: "s.xml" }).diagnostics.find(
    ({ severity }) => severity === "error",
  );
}

/** Text, rule, and what the position covers. */
const CASES: readonly (readonly [string, string, string])[] = [
  ["", "xml-malformed", ""],
  ["   \n", "xml-malformed", ""],
  ["text", "xml-malformed", "t"],
  ["<a/>text", "xml-malformed", "t"],
  ["<a/><b/>", "xml-malformed", "b"],
  ["<a></a><b></b>", "xml-malformed", "b"],
  ["<a>", "xml-tag-mismatch", "a"],
  ["<a><b></a>", "xml-tag-mismatch", "a"],
  ["<a></b></a>", "xml-tag-mismatch", "b"],
  ["</a>", "xml-tag-mismatch", "a"],
  ["<a/", "xml-malformed", "/"],
  ["<a", "xml-malformed", "a"],
  ["<a b", "xml-malformed", "b"],
  ["<a b/>", "xml-malformed", "b"],
  ["<a b=c/>", "xml-malformed", "b"],
  ['<a b="c/>', "xml-malformed", "b"],
  ['<a b="c"d="e"/>', "xml-malformed", "d"],
  ['<a b="c" / >', "xml-malformed", "/"],
  ['<a b="1" b="2"/>', "xml-attribute-duplicate", "b"],
  ['<a b="<"/>', "xml-malformed", "<"],
  ['<a b="&"/>', "xml-malformed", "&"],
  ['<a b="&nbsp;"/>', "xml-entity", "&nbsp;"],
  ["<a>&nbsp;</a>", "xml-entity", "&nbsp;"],
  ["<a>&amp</a>", "xml-malformed", "&"],
  ["<a>&#0;</a>", "xml-entity", "&#0;"],
  ["<a>&#x110000;</a>", "xml-entity", "&#x110000;"],
  ["<a>&__proto__;</a>", "xml-entity", "&__proto__;"],
  ["<a>]]></a>", "xml-malformed", "]]>"],
  ["<a>\u0001</a>", "xml-malformed", "\u0001"],
  ["<a>\uFFFE</a>", "xml-malformed", "\uFFFE"],
  ["<1a/>", "xml-malformed", "<"],
  ["< a/>", "xml-malformed", "<"],
  ["<a><!-- - -- --></a>", "xml-malformed", "--"],
  ["<a><!-- </a>", "xml-malformed", "<!--"],
  ["<a><![CDATA[ </a>", "xml-malformed", "<![CDATA["],
  ["<![CDATA[x]]><a/>", "xml-malformed", "<![CDATA["],
  ["<a><!ELEMENT b></a>", "xml-malformed", "<!"],
  ["<a><?xml version='1.0'?></a>", "xml-malformed", "<?xml"],
  ["<a><?pi </a>", "xml-malformed", "<?"],
  ["<a><? pi?></a>", "xml-malformed", "<?"],
  ['<?xml version="2.0"?><a/>', "xml-malformed", "<?xml"],
  ['<?xml encoding="UTF-8"?><a/>', "xml-malformed", "<?xml"],
  ["<a></a b>", "xml-malformed", "</a"],
  ["<!DOCTYPE a><a/>", "xml-doctype", "<!DOCTYPE"],
];

describe("malformed XML", () => {
  it.each(CASES)("%j is %s at %j", (text, rule, covered) => {
    const lines = `\n${text}`;
    const fault = faultOf(rule === "xml-malformed" && text.startsWith("<?xml ") ? text : lines);
    expect(fault?.rule).toBe(rule);
    const line = (fault?.excerpt?.text ?? "").slice((fault?.column ?? 1) - 1);
    expect(line.slice(0, fault?.length)).toBe(covered);
  });

  it("a mismatched end tag names the start tag and its line", () => {
    expect(faultOf("<a>\n<b>\n</c>\n</a>")).toMatchObject({
      line: 3,
      text: "end tag </c> must be </b>",
      notes: [{ kind: "note", text: "<b> begins", line: 2, column: 2 }],
    });
  });

  it("well-formed oddities are read: instructions with quotes, CDATA, comments, all kinds of references", () => {
    const schema = `<?xml version='1.1' encoding="utf-8" standalone='no' ?>
<?style don't "panic?>
<!-- before -->
<messageSchema package='a&#x62;&quot;&apos;' id = "1" ><?x?>
<types>
<composite name="messageHeader"><!-- ' --><type name="blockLength" primitiveType="uint16"/><type
name="templateId"
primitiveType="uint16"></type><type name="schemaId" primitiveType="uint16"/><type name="version" primitiveType="uint16"/></composite>
<type name="t" primitiveType="char" presence="constant"><![CDATA[<&]]></type>
<type name="u" primitiveType="char" presence="constant">&lt;&#65;&#x1F600;</type>
</types>
<message name="M" id="1"><field name="t" id="1" type="t"/><field name="u" id="2" type="u" description="two
lines&#10;kept"/></message>
</messageSchema ><!-- after --><?end it's?>
`;
    const { ir, diagnostics } = compileSchema(schema, { file: "s.xml" });
    expect(diagnostics).toEqual([]);
    expect(ir?.package).toBe("ab\"'");
    const tokens = ir?.messages[0]?.tokens ?? [];
    expect(
      tokens.map(({ encoding }) => encoding.constValue).filter((value) => value !== undefined),
    ).toMatchObject([{ text: "<&" }, { text: "<A?\0", size: 4 }]);
    // White space in an attribute is a space, a reference to it stays.
    expect(
      tokens.find(({ name, signal }) => name === "u" && signal === "BEGIN_FIELD")?.description,
    ).toBe("two lines\nkept");
  });
});
