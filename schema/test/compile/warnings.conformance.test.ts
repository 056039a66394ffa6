/**
 * The official tool's WARNING lines against ours. One official line says one thing about one
 * element; ours say the same, but of a name that is not valid in several languages one warning says
 * it for all. So both sides are brought to a set of facts: kind, and what the warning is about.
 */
import { describe, expect, it } from "vitest";
import { compileSchema, type Diagnostic } from "@alerion/schema";
import { hasConformanceData, readOfficialIr, schemaNames } from "../support/conformance-data.js";
import { compileOfficialSchema, readOfficialCases } from "../support/official-cases.js";

const OFFICIAL: readonly (readonly [RegExp, (match: RegExpExecArray) => string])[] = [
  [
    /name is not valid for (.+?): (.*)$/,
    ([, language = "", name]) => `name ${language === "Golang" ? "Go" : language} ${name}`,
  ],
  [/no messages found in document/, () => "no messages"],
  [/"(\w+)" should be UINT16/, ([, member]) => `header ${member}`],
  [/type already exists for name: (.*)$/, ([, name]) => `type ${name}`],
  [/nullValue set, but presence is not optional/, () => "nullValue"],
  [/validValue already exists for value: (.*)$/, ([, value]) => `enum value ${value}`],
  [/validValue already exists for name: (.*)$/, ([, name]) => `enum name ${name}`],
  [/Choice value already defined: (.*)$/, ([, value]) => `choice value ${value}`],
  [/Choice already exists for name: (.*)$/, ([, name]) => `choice name ${name}`],
  [/"(\w+)" should be UINT8 or UINT16/, ([, member]) => `dimension size ${member}`],
  [/"numInGroup" should be unsigned type/, () => "dimension signed"],
  [/"length" should be UINT8, UINT16, or UINT32/, () => "data length"],
];

/** Warnings of ours that the official tool does not have. */
const OURS_ONLY: ReadonlySet<string> = new Set([
  "data-member-order",
  "field-variable-length",
  "id-out-of-range",
  "length-negative",
  "value-space",
]);

function officialFacts(messages: readonly string[]): readonly string[] {
  const facts = new Set<string>();
  for (const message of messages) {
    if (!message.startsWith("WARNING")) continue;
    const known = OFFICIAL.flatMap(([pattern, factOf]) => {
      const match = pattern.exec(message);
      return match === null ? [] : [factOf(match)];
    });
    // A warning that no pattern knows must not pass unseen.
    facts.add(known[0] ?? `unknown: ${message}`);
  }
  return [...facts].toSorted();
}

function ourFacts(diagnostics: readonly Diagnostic[]): readonly string[] {
  const facts = new Set<string>();
  for (const { rule, severity, text } of diagnostics) {
    if (severity !== "warning" || OURS_ONLY.has(rule)) continue;
    const quotedName = /"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? "";
    switch (rule) {
      case "name-not-portable":
        for (const language of text.slice(text.indexOf("valid in ") + 9).split(/, | and /)) {
          facts.add(`name ${language} ${quotedName}`);
        }
        break;
      case "messages-missing":
        facts.add("no messages");
        break;
      case "header-member-uint16":
        facts.add(`header ${quotedName}`);
        break;
      case "type-duplicate":
        facts.add(`type ${quotedName}`);
        break;
      case "null-value-unused":
        facts.add("nullValue");
        break;
      case "enum-value-duplicate":
        facts.add(`enum value ${/value (\S+) is/.exec(text)?.[1]}`);
        break;
      case "enum-name-duplicate":
        facts.add(`enum name ${quotedName}`);
        break;
      case "choice-value-duplicate":
        facts.add(`choice value ${/bit (\S+) is/.exec(text)?.[1]}`);
        break;
      case "choice-name-duplicate":
        facts.add(`choice name ${quotedName}`);
        break;
      case "dimension-member-size":
        facts.add(`dimension size ${quotedName}`);
        break;
      case "dimension-member-signed":
        facts.add("dimension signed");
        break;
      case "data-length-size":
        facts.add("data length");
        break;
      default:
        facts.add(`unknown: ${rule}`);
    }
  }
  return [...facts].toSorted();
}

const { inline, files } = readOfficialCases();

describe.skipIf(!hasConformanceData)("warnings of the official tool", () => {
  it.each(schemaNames())("%s: the same warnings", (name) => {
    const official = readOfficialIr(name);
    const { diagnostics } = compileOfficialSchema(official.schema);
    expect(ourFacts(diagnostics)).toEqual(officialFacts(official.warnings));
  });

  it.each(inline.filter(({ accepted }) => accepted))(
    "$id: the same warnings",
    ({ xml, messages }) => {
      const { diagnostics } = compileSchema(xml, { file: "schema.xml", xinclude: false });
      expect(ourFacts(diagnostics)).toEqual(officialFacts(messages));
    },
  );

  it.each(files.filter(({ accepted }) => accepted))(
    "$name: the same warnings",
    ({ schema, messages }) => {
      const { diagnostics } = compileOfficialSchema(schema.replace(/^schemas\//, ""), {
        xinclude: false,
      });
      expect(ourFacts(diagnostics)).toEqual(officialFacts(messages));
    },
  );
});
