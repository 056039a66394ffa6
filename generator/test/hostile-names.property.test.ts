import * as fc from "fast-check";
import { ts } from "ts-morph";
import { describe, expect, test } from "vitest";
import type { SchemaLayout } from "@alerion/schema";
import { check, generate, type GeneratedFile } from "../src/index.js";
import { venueLayout } from "./support/venue.js";

/** What an attacker, or a careless author, may write where a schema wants a name or a description. */
const fragments = fc.constantFrom(
  "*/ globalThis.owned = 1; /*",
  "${globalThis.owned}",
  "`+globalThis.owned+`",
  "{{globalThis.owned}}",
  "{{> message}}",
  '"; globalThis.owned = 1; "',
  "'; globalThis.owned = 1; '",
  "\\",
  "\n globalThis.owned = 1;\n",
  "\r\u2028\u2029 globalThis.owned",
  "// globalThis.owned",
  "../../owned",
  "C:\\owned",
  "con",
  "constructor",
  "__proto__",
  "toString",
  "wrap",
  "view",
  "default",
  "class",
  "Order",
  "order",
  "ORDER",
  "x",
  "xNumber",
  "xLow",
  "xCount",
  "4x",
  "Uint8Array",
  "CodecError",
  "throwBounds",
  "Venue",
  "messages",
  "index",
  "⟦a⏎b⟧",
  "@deprecated",
  "\ud800",
  "\u202e",
  "",
  " ",
  "größe",
  "数量",
);
const hostile = fc.oneof(
  fragments,
  fc.array(fragments, { maxLength: 3 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 20 }),
);

/** Keys of layouts that hold text of the schema. */
const NAME_KEYS = new Set(["name", "typeName", "package", "packageName"]);
const TEXT_KEYS = new Set(["description", "semanticVersion", "semanticType", "timeUnit", "epoch"]);

/** Members that the tree is read by; their names are fixed by the standard. */
const FIXED = new Set(
  "blockLength templateId schemaId version numInGroup length varData".split(" "),
);

/** The same layout with other words: names from a small pool, so that they clash, and any text. */
function renamed(
  layout: SchemaLayout,
  names: readonly string[],
  texts: readonly string[],
): SchemaLayout {
  let count = 0;
  const pick = (list: readonly string[]): string => list[count++ % list.length] ?? "";
  const walk = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map((each) => walk(each, key));
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([name, each]) => [name, walk(each, name)]),
      );
    }
    if (NAME_KEYS.has(key) && typeof value === "string" && !FIXED.has(value)) return pick(names);
    if (TEXT_KEYS.has(key)) return pick(texts);
    return value;
  };
  const changed = walk(layout, "") as SchemaLayout;
  // Two messages of one name are refused.
  const messages = changed.messages.map((message, index) => ({
    ...message,
    name: `${message.name}${"!".repeat(index * 50)}`,
  }));
  return { ...changed, messages };
}

/** Everything that a generated module may consist of, as syntax kinds at the top level. */
const TOP_LEVEL = new Set([
  ts.SyntaxKind.ImportDeclaration,
  ts.SyntaxKind.ExportDeclaration,
  ts.SyntaxKind.ClassDeclaration,
  ts.SyntaxKind.FunctionDeclaration,
  ts.SyntaxKind.InterfaceDeclaration,
  ts.SyntaxKind.TypeAliasDeclaration,
  ts.SyntaxKind.VariableStatement,
]);

function problemsOf({ path, text }: GeneratedFile): string[] {
  const problems: string[] = [];
  if (!/^[a-z0-9-]{1,125}(?:_\d*)?\.ts$/u.test(path)) problems.push(`path ${JSON.stringify(path)}`);
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const { parseDiagnostics } = source as unknown as { parseDiagnostics: readonly ts.Diagnostic[] };
  problems.push(
    ...parseDiagnostics.map(({ messageText }) => `${path}: ${JSON.stringify(messageText)}`),
  );
  for (const statement of source.statements) {
    if (!TOP_LEVEL.has(statement.kind))
      problems.push(`${path}: ${statement.getText().slice(0, 80)}`);
  }
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === "globalThis") problems.push(`${path}: globalThis`);
    if (ts.isTemplateExpression(node)) problems.push(`${path}: template`);
    node.forEachChild(visit);
  };
  visit(source);
  return problems;
}

describe("names and descriptions of any schema", () => {
  const layout = venueLayout();

  test("never become code or a path", () => {
    fc.assert(
      fc.property(
        fc.array(hostile, { minLength: 1, maxLength: 12 }),
        fc.array(hostile, { minLength: 1, maxLength: 12 }),
        (names, texts) => {
          const files = generate(renamed(layout, names, texts), { baseName: names[0] ?? "" });
          const paths = files.map(({ path }) => path.toLowerCase());
          expect(new Set(paths).size).toBe(paths.length);
          expect(files.flatMap(problemsOf)).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  }, 300_000);

  test("give code that type-checks, however they clash", { timeout: 300_000 }, async () => {
    const samples = fc.sample(
      fc.tuple(
        fc.array(hostile, { minLength: 1, maxLength: 12 }),
        fc.array(hostile, { minLength: 1, maxLength: 12 }),
      ),
      6,
    );
    const outputs = samples.map(([names, texts], index) => ({
      folder: `sample-${index}`,
      files: generate(renamed(layout, names, texts), {
        baseName: names[0] ?? "",
        checks: index % 2 === 1,
      }),
    }));
    expect(await check(outputs), JSON.stringify(samples)).toEqual([]);
  });
});
