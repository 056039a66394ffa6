/** The vectors of the official tool in headless Chromium: what passes in Node passes there. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, type TestContext } from "vitest";
import { compileSchema, irToJson, type Ir } from "@alerion/schema";
import { generate } from "../../../generator/src/index.js";
import { schemaModel } from "../../../generator/src/model/schema-model.js";
import {
  hasConformanceData,
  officialLayout,
  readJson,
  schemaNames,
  vectorsOf,
} from "../../../generator/test/support/conformance-data.js";
import { toData } from "../../../generator/test/support/vector-values.js";
import { browserSkipReason, launchBrowser } from "../../browser/chromium.mjs";
import { root } from "../../workspaces.mjs";
import { canonical } from "./canonical.js";
import type * as VectorsPage from "./vectors-page.js";

const skipReason = hasConformanceData
  ? browserSkipReason
  : "no conformance data beside the project";
const folder = join(root, ".build/browser-vectors");
const REPRODUCIBLE = new Set(["zero", "min", "max", "null", "random", "unknown_enum"]);

declare const alerion: typeof VectorsPage;

/** Writes the generated code of all schemas and bundles it with the page's module. */
async function bundle(names: readonly string[]): Promise<string> {
  rmSync(folder, { recursive: true, force: true });
  const page = join(root, "tools/test/browser/vectors-page.ts");
  const lines = [`import * as page from ${JSON.stringify(page)};`];
  for (const [index, name] of names.entries()) {
    const directory = join(folder, name);
    mkdirSync(directory, { recursive: true });
    for (const { path, text } of generate(officialLayout(name), { baseName: name })) {
      writeFileSync(join(directory, path), text);
    }
    lines.push(`import * as s${index} from ${JSON.stringify(join(directory, "index.ts"))};`);
    lines.push(`page.generated[${JSON.stringify(name)}] = s${index};`);
  }
  lines.push("globalThis.alerion = page;");
  writeFileSync(join(folder, "entry.ts"), lines.join("\n"));
  const outfile = join(folder, "page.js");
  await build({
    entryPoints: [join(folder, "entry.ts")],
    bundle: true,
    platform: "browser",
    format: "iife",
    target: "es2022",
    outfile,
    logLevel: "error",
    nodePaths: [join(root, "node_modules")],
  });
  return outfile;
}

/** The vectors of a schema as the page takes them. */
function pageVectors(name: string): VectorsPage.PageVector[] {
  const layout = officialLayout(name);
  const model = schemaModel(layout, { baseName: name });
  return vectorsOf(name).map((vector, index) => {
    const block = layout.messages.find(({ id }) => id === vector.templateId);
    const message = model.messages.find(({ id }) => id === vector.templateId);
    if (block === undefined || message === undefined) throw new Error(vector.message);
    return {
      hint: `${name} ${index} ${vector.message} ${vector.kind}`,
      hex: vector.hex,
      message: vector.message,
      values: vector.values,
      isReproducible: REPRODUCIBLE.has(vector.kind),
      className: message.className,
      expected: canonical(toData(vector.values, block, message, model)),
    };
  });
}

describe("the official vectors in Chromium", () => {
  const names = schemaNames();
  let browser: Awaited<ReturnType<typeof launchBrowser>>;
  let page: Page;

  beforeAll(async () => {
    if (skipReason !== undefined) return;
    browser = await launchBrowser();
    page = await browser.context.newPage();
    await page.addScriptTag({ path: await bundle(names) });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
  });

  const here = (context: TestContext): void => context.skip(skipReason !== undefined, skipReason);

  test("generated codecs decode and encode all of them", async (context) => {
    here(context);
    let vectorCount = 0;
    for (const name of names) {
      const vectors = pageVectors(name);
      vectorCount += vectors.length;
      const result = await page.evaluate(
        ([schema, given]) => alerion.checkGenerated(schema, given),
        [name, vectors] as const,
      );
      expect(result.faults, name).toEqual([]);
      expect(result.checked).toBeGreaterThanOrEqual(vectors.length);
    }
    expect({ schemas: names.length, vectorCount }).toEqual({ schemas: 80, vectorCount: 2247 });
  });

  test("decoding and encoding on the fly give the official values and bytes", async (context) => {
    here(context);
    let checked = 0;
    for (const name of names) {
      const vectors = pageVectors(name);
      const result = await page.evaluate(([ir, given]) => alerion.checkOnTheFly(ir, given), [
        readJson(`ir/${name}.json`) as Ir,
        vectors,
      ] as const);
      expect(result.faults, name).toEqual([]);
      checked += result.checked;
    }
    expect(checked).toBeGreaterThan(2 * 2247);
  });

  test("the schema compiler gives what it gives in Node", async (context) => {
    here(context);
    const schemas = join(root, "../shared/conformance/sbe/schemas");
    const files = readdirSync(schemas, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".xml"),
    );
    expect(files.length).toBeGreaterThan(80);
    let compiled = 0;
    for (const file of files) {
      const source = readFileSync(join(schemas, file), "utf8");
      const { ir, diagnostics } = compileSchema(source, { file });
      if (ir !== undefined) compiled++;
      const expected = ir === undefined ? JSON.stringify(diagnostics) : irToJson(ir);
      const seen = await page.evaluate(([name, text]) => alerion.compile(name, text), [
        file,
        source,
      ] as const);
      expect(seen, file).toBe(expected);
    }
    expect(compiled).toBeGreaterThan(70);
  });

  test("a page that reports nothing would be noticed: a changed byte is a fault", async (context) => {
    here(context);
    const [first] = pageVectors("example-schema");
    if (first === undefined) throw new Error("vectors");
    const changed = { ...first, expected: `${first.expected} ` };
    const { faults } = await page.evaluate(
      (given) => alerion.checkGenerated("example-schema", [given]),
      changed,
    );
    expect(faults).toHaveLength(1);
  });
});
