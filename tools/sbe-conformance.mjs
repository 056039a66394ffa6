/**
 * Writes docs/sbe-conformance.md: runs the tests that hold the compiler and the codecs to the official tool and to
 * the data of exchanges, and tells what passed, with every listed choice and its reason.
 *
 *   node tools/sbe-conformance.mjs
 *
 * It needs the reference data in the folder `shared` beside the repository.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { root } from "./workspaces.mjs";

const data = join(root, "../shared/conformance");

/**
 * @typedef {{
 *   inlineAccepted: Record<string, string>,
 *   realWorldAccepted: Record<string, string>,
 *   realWorldRefused: Record<string, { rule: string, reason: string }>,
 * }} ListedChoices
 */

/** What is claimed, what it is compared with, and the test files that prove it. */
const CLAIMS = [
  {
    claim: "IR tokens equal the official ones, message order included",
    against: () => `${count("sbe/ir", ".json")} schemas`,
    tests: ["schema/test/compile/ir.conformance.test.ts"],
  },
  {
    claim: "`.sbeir` is byte-identical, and read back to the same tokens",
    against: () => `${count("sbe/ir", ".sbeir")} files`,
    tests: ["schema/test/sbeir.conformance.test.ts", "schema/test/ir-json.conformance.test.ts"],
  },
  {
    claim: "schemas are accepted and refused alike, with the same tokens",
    against: () =>
      `${entries("sbe/rejects.json", "files")} files, ${entries("sbe/rejects.json", "inline")} small cases`,
    tests: ["schema/test/compile/rejects.conformance.test.ts"],
  },
  {
    claim: "warnings say the same of the same elements",
    against: () => "the official WARNING lines",
    tests: ["schema/test/compile/warnings.conformance.test.ts"],
  },
  {
    claim: "every refusal points at the element or attribute at fault, under LF and CRLF",
    against: () => `${positions()} reviewed positions`,
    tests: ["schema/test/compile/positions.golden.test.ts"],
  },
  {
    claim: "`--at-version` gives the official filtered IR",
    against: () => `${count("sbe/transform", ".json")} filtered schemas`,
    tests: ["schema/test/compile/at-version.conformance.test.ts"],
  },
  {
    claim: "on-the-fly decoding gives the values, encoding gives the bytes",
    against: () => `${vectorCount()} vectors`,
    tests: [
      "schema/test/otf/decode.conformance.test.ts",
      "schema/test/otf/encode.conformance.test.ts",
      "schema/test/otf/printer.conformance.test.ts",
    ],
  },
  {
    claim: "generated codecs decode to the values, encode to the bytes, measure the lengths",
    against: () => `${vectorCount()} vectors, the official encoders' Car`,
    tests: ["generator/test/vectors.conformance.test.ts", "generator/test/car.conformance.test.ts"],
  },
  {
    claim: "field order checks are the official state machines",
    against: () => `${entries("sbe/precedence.json", "models")} messages`,
    tests: ["generator/test/field-order.conformance.test.ts"],
  },
  {
    claim: "schemas of venues compile, or their refusal is listed and right",
    against: () => `${count("real-world", ".xml")} schemas`,
    tests: ["schema/test/compile/real-world.conformance.test.ts"],
  },
  {
    claim: "samples and captures of venues decode to their stated values and framed ends",
    against: () => "CME, iLink 3, B3, Deribit, Binance, FIX, Aeron",
    tests: [
      "schema/test/real-world/captures.conformance.test.ts",
      "schema/test/real-world/samples.conformance.test.ts",
      "schema/test/real-world/stated-values.conformance.test.ts",
      "generator/test/cli/real-world.conformance.test.ts",
    ],
  },
  {
    claim: "generated code passes the strict type check, is formatted, and is the same every time",
    against: () => `${count("sbe/ir", ".json")} schemas, with and without checks`,
    tests: ["generator/test/output.conformance.test.ts"],
  },
  {
    claim: "the output for schemas of venues passes the strict type check",
    against: () => "every venue schema that compiles",
    tests: ["generator/test/real-world.conformance.test.ts"],
  },
  {
    claim: "hostile XML ends in a diagnostic, in bounded time and memory",
    against: () => "named attacks",
    tests: ["schema/test/xml/hostile-xml.test.ts", "schema/test/xml/malformed-xml.test.ts"],
  },
  {
    claim: "random schemas and messages round-trip; both decoders agree on any bytes",
    against: () => "random schemas, mutated messages, a guarded view",
    tests: ["schema/test/otf/otf.property.test.ts", "tools/test/agreement.property.test.ts"],
  },
  {
    claim: "hostile bytes end in a value or a typed error, within the limit",
    against: () => "named attacks",
    tests: ["schema/test/otf/hostile.test.ts", "generator/test/hostile.test.ts"],
  },
];

/**
 * @param {string} path below the conformance data
 * @param {string} key
 * @returns {number} entries of the list that stands at `key`
 */
function entries(path, key) {
  const json = /** @type {Record<string, unknown>} */ (
    JSON.parse(readFileSync(join(data, path), "utf8"))
  );
  const list = json[key];
  if (!Array.isArray(list)) throw new Error(`must be a list: path=${path} key=${key}`);
  return list.length;
}

/** @param {string} folder @param {string} ending */
function count(folder, ending) {
  const names = readdirSync(join(data, folder), { recursive: true });
  return names.filter((name) => String(name).endsWith(ending)).length;
}

function vectorCount() {
  const files = readdirSync(join(data, "sbe/messages"));
  const sum = files.reduce((total, file) => total + entries(`sbe/messages/${file}`, "vectors"), 0);
  return sum.toLocaleString("en");
}

function positions() {
  const lines = readFileSync(join(root, "schema/test/golden/reject-positions.txt"), "utf8");
  return lines.split("\n").filter((line) => line !== "" && !line.startsWith("#")).length;
}

/** Runs the tests once; per file: passed, failed, skipped. */
function runTests() {
  const folder = mkdtempSync(join(tmpdir(), "sbe-conformance-"));
  const report = join(folder, "report.json");
  const files = CLAIMS.flatMap(({ tests }) => tests).filter((file) => existsSync(join(root, file)));
  spawnSync("npx", ["vitest", "run", "--reporter=json", `--outputFile=${report}`, ...files], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  /** @type {Map<string, { passed: number, failed: number, skipped: number }>} */
  const totals = new Map();
  const { testResults } =
    /** @type {{ testResults: { name: string, assertionResults: { status: string }[] }[] }} */ (
      JSON.parse(readFileSync(report, "utf8"))
    );
  for (const { name, assertionResults } of testResults) {
    const total = { passed: 0, failed: 0, skipped: 0 };
    for (const { status } of assertionResults) {
      if (status === "passed") total.passed++;
      else if (status === "failed") total.failed++;
      else total.skipped++;
    }
    totals.set(relative(root, name).replaceAll("\\", "/"), total);
  }
  rmSync(folder, { recursive: true });
  return totals;
}

/** @param {ReturnType<typeof runTests>} totals */
function claimRows(totals) {
  return CLAIMS.map(({ claim, against, tests }) => {
    const sum = { passed: 0, failed: 0, skipped: 0, missing: 0 };
    for (const file of tests) {
      const total = totals.get(file);
      if (total === undefined) sum.missing++;
      else {
        sum.passed += total.passed;
        sum.failed += total.failed;
        sum.skipped += total.skipped;
      }
    }
    const result = [
      `${sum.passed} passed`,
      ...(sum.failed > 0 ? [`**${sum.failed} failed**`] : []),
      ...(sum.skipped > 0 ? [`${sum.skipped} skipped`] : []),
      ...(sum.missing > 0 ? [`**${sum.missing} files missing**`] : []),
    ].join(", ");
    const links = tests.map((file) => `[${file.split("/").pop()}](../${file})`).join(", ");
    return `| ${claim} | ${against()} | ${result} | ${links} |`;
  });
}

function choiceRows() {
  const listed = /** @type {ListedChoices} */ (
    JSON.parse(readFileSync(join(root, "schema/test/golden/listed-choices.json"), "utf8"))
  );
  const accepted = [
    ...Object.entries(listed.inlineAccepted),
    ...Object.entries(listed.realWorldAccepted),
  ].map(([name, reason]) => `| \`${name}\` | accepted; the official tool refuses | ${reason} |`);
  const refused = Object.entries(listed.realWorldRefused).map(
    ([name, { rule, reason }]) => `| \`${name}\` | refused, \`${rule}\` | ${reason} |`,
  );
  return [...accepted, ...refused];
}

const totals = runTests();
const machine = cpus()[0]?.model.trim().replace(/\s+/g, " ") ?? "unknown CPU";
const page = `# Conformance of SBE

Written by \`node tools/sbe-conformance.mjs\`: ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${process.platform}
${process.arch}, ${machine}. The reference is the official sbe-tool 1.41, through the data in \`../shared/conformance\`, and through the
released tool itself in \`npm run interop\` (version in [interop/java-versions.json](../interop/java-versions.json)).

| claim | compared with | tests | where |
| --- | --- | --- | --- |
${claimRows(totals).join("\n")}

## Listed choices

Each is a case of the data where our answer is not simply the official one. A case that stops to be a difference fails its test,
so the list cannot outlive its reasons. The general differences behind them are in [diagnostics.md](diagnostics.md#how-it-relates-to-the-official-tool).

| case | our answer | reason |
| --- | --- | --- |
${choiceRows().join("\n")}

## Official faults that are not copied

- A schema filtered to an older version (\`sbe.schema.transform.version\`): the official tool gives every filtered group size and offset 0; here
  groups keep their computed sizes. The comparison masks these two numbers and nothing else.
- \`JsonPrinter\` reads the bytes of constant enums and of fields that an older message does not have, prints uint64 as signed, and runs past
  the end of such messages; here constants take no bytes and absent fields are null. Decoded values are compared with the recorded typed values.
`;
writeFileSync(join(root, "docs/sbe-conformance.md"), page);
spawnSync("npx", ["prettier", "--write", "--log-level", "warn", "docs/sbe-conformance.md"], {
  cwd: root,
  stdio: "inherit",
});
const failed = [...totals.values()].reduce((sum, total) => sum + total.failed, 0);
console.log(`docs/sbe-conformance.md: ${totals.size} test files, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
