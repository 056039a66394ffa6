import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compileSchema, layoutOf, type CompileResult } from "@alerion/schema";
import { folderResolver, problemsOf } from "../support/official-cases.js";

const folder = fileURLToPath(
  new URL("../../../../shared/conformance/real-world/", import.meta.url),
);

interface Refusal {
  readonly rule: string;
  readonly reason: string;
}

const NO_HEADER: Refusal = {
  rule: "header-type-unknown",
  reason: "the schema has no messageHeader composite; the official tool refuses it too",
};
const PART: Refusal = {
  rule: "schema-element-missing",
  reason: "a part that other schemas include; the official tool refuses it too",
};

/** Schemas that do not compile; one that starts to compile fails below. */
const REFUSED: ReadonlyMap<string, Refusal> = new Map([
  [
    "cointossx-jse/Admin.xml",
    {
      rule: "dimension-member-unsigned",
      reason: "a signed blockLength and numInGroup; the official tool refuses it too",
    },
  ],
  [
    "cointossx-jse/NativeMessage.xml",
    {
      rule: "field-id-duplicate",
      reason: "two fields of one message share an id; the official tool refuses it too",
    },
  ],
  ["fix-community/v2-0-RC2/resources/xml/messages-include.xml", PART],
  ["fix-community/v2-0-RC2/resources/xml/types-include.xml", PART],
  ["fix-community/v2-0-RC3/resources/xml/messages-include.xml", PART],
  ["fix-community/v2-0-RC3/resources/xml/types-include.xml", PART],
  ["zeebe/zeebe/protocol/src/main/resources/common-types.xml", PART],
  ["sbe-source-generator/HighPerformanceMarketData/Schemas/marketdata-1.0.xml", NO_HEADER],
  ["sbe-source-generator/SbeCodeGenerator.Benchmarks/Schemas/benchmark-schema.xml", NO_HEADER],
  ...[
    "bcl-collision",
    "edge-cases",
    "endian-test",
    "integration-test",
    "optional-fields-test",
    "versioning-test",
  ].map((name): [string, Refusal] => [
    `sbe-source-generator/SbeCodeGenerator.IntegrationTests/TestSchemas/${name}-schema.xml`,
    NO_HEADER,
  ]),
  [
    "sbe-source-generator/SbeCodeGenerator.IntegrationTests/TestSchemas/cross-schema-common.xml",
    NO_HEADER,
  ],
  [
    "sbe-source-generator/SbeCodeGenerator.IntegrationTests/TestSchemas/cross-schema-orders.xml",
    NO_HEADER,
  ],
  ...["endian-test-schema", "test-schema-simple", "validation-test-schema"].map(
    (name): [string, Refusal] => [
      `sbe-source-generator/SbeCodeGenerator.Tests/TestData/${name}.xml`,
      NO_HEADER,
    ],
  ),
  [
    "zeebe/zeebe/protocol/src/main/resources/protocol.xml",
    {
      rule: "version-placeholder",
      reason:
        'version="${protocol.version}" is filled in by Maven; the official tool refuses it too',
    },
  ],
  [
    "zeebe/zeebe/transport/src/main/resources/stream-protocol.xml",
    {
      rule: "include-not-found",
      reason:
        "the included path exists in the venue's build only; the official tool refuses it too",
    },
  ],
]);

/** Accepted here, refused by the official tool without need; the READMEs of the venues have its words. */
const ACCEPTED_BY_CHOICE: ReadonlyMap<string, string> = new Map([
  ["fix-community/v1-0-RC4/resources/Examples.xml", "white space around a number"],
  ["fix-community/v1-0-STANDARD/resources/Examples.xml", "white space around a number"],
  [
    "fix-community/v2-0-RC3/resources/xml/examples.xml",
    "types in a default namespace, with XInclude on",
  ],
]);

const schemas = existsSync(folder)
  ? readdirSync(folder, { recursive: true })
      .map((path) => String(path).replaceAll("\\", "/"))
      .filter((path) => path.endsWith(".xml"))
      .toSorted()
  : [];

function compile(schema: string): CompileResult {
  // Zeebe's modules include across their folders.
  const includeRoot = schema.startsWith("zeebe/") ? "zeebe" : undefined;
  return compileSchema(readFileSync(folder + schema), {
    file: schema,
    resolver: folderResolver(folder),
    ...(includeRoot === undefined ? {} : { includeRoot }),
  });
}

/** What the official tool said, from the table of the venue: `ok`, `ok, 1 warnings`, `refused: …`. */
function officialResult(schema: string): string {
  const [venue = "", ...rest] = schema.split("/");
  const row = readFileSync(`${folder}${venue}/README.md`, "utf8")
    .split("\n")
    .find((line) => line.startsWith(`| \`${rest.join("/")}\` |`) && /\| (?:ok|refused)/.test(line));
  return /\| ((?:ok|refused)[^|]*)\|/.exec(row ?? "")?.[1]?.trim() ?? `no row for ${schema}`;
}

describe.skipIf(schemas.length === 0)("schemas of exchanges and projects", () => {
  it.each(schemas)("%s compiles, or its refusal is listed and right", (schema) => {
    const result = compile(schema);
    const refused = REFUSED.get(schema);
    if (refused === undefined) {
      if (result.ir === undefined) expect.fail(problemsOf(result));
      expect(layoutOf(result.ir).messages).toHaveLength(result.ir.messages.length);
      return;
    }
    expect(result.ir).toBeUndefined();
    expect(result.diagnostics.map(({ rule }) => rule)).toContain(refused.rule);
  });

  it.each(schemas)("%s: another answer than the official tool's is a listed choice", (schema) => {
    const official = officialResult(schema);
    expect(official).toMatch(/^(?:ok|refused)/);
    const isAccepted = compile(schema).ir !== undefined;
    expect(isAccepted).toBe(official.startsWith("ok") || ACCEPTED_BY_CHOICE.has(schema));
    if (ACCEPTED_BY_CHOICE.has(schema)) expect(official).toMatch(/^refused/);
  });

  it("the three messages of FIX SBE 2.0 are found in their <messages> elements, as in RC1", () => {
    const [rc1, rc2, rc3] = [
      "fix-community/v2-0-RC1/resources/Examples.xml",
      "fix-community/v2-0-RC2/resources/xml/examples.xml",
      "fix-community/v2-0-RC3/resources/xml/examples.xml",
    ].map((schema) => compile(schema).ir?.messages);
    expect(rc1).toHaveLength(3);
    expect(rc2).toEqual(rc1);
    expect(rc3).toEqual(rc1);
  });
});
