/**
 * What the targets need besides the built packages: the test support that makes random schemas, values and
 * captures, and generated codecs. All of it is TypeScript, so the compiler turns it into `.build/fuzz/js` first.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { generate } from "@alerion/generator";
import { compileSchema, layoutOf } from "@alerion/schema";
import * as fc from "fast-check";
import { bin, root } from "../workspaces.mjs";

/** @typedef {import("@alerion/schema").SchemaLayout} SchemaLayout */
/** @typedef {typeof import("../../schema/test/support/random-schema.js")} RandomSchemaModule */
/** @typedef {typeof import("../../schema/test/support/random-values.js")} RandomValuesModule */
/** @typedef {typeof import("../../schema/test/support/guarded-view.js")} GuardedViewModule */
/** @typedef {typeof import("../../schema/test/capture/capture-builder.js")} CaptureBuilderModule */
/** @typedef {typeof import("../../transport/test/support/hostile-memory.js")} HostileMemoryModule */

/**
 * @typedef {object} Subject
 * @property {string} name
 * @property {string} xml
 */

const folder = join(root, ".build/fuzz");

const SUPPORT = [
  "schema/test/support/random-schema.ts",
  "schema/test/support/random-values.ts",
  "schema/test/support/guarded-view.ts",
  "schema/test/capture/capture-builder.ts",
  "transport/test/support/hostile-memory.ts",
];

/** Schemas made anew for each seed. */
const RANDOM_SCHEMA_COUNT = 6;

/**
 * Compiles the support and the codecs of all subjects.
 *
 * @param {number} seed of the random schemas
 * @returns {Promise<Subject[]>}
 */
export async function prepare(seed) {
  rmSync(folder, { recursive: true, force: true });
  compileTypeScript(SUPPORT.map((path) => join(root, path)));
  const subjects = [...ownSchemas(), ...(await randomSchemas(seed))];
  compileTypeScript(subjects.flatMap(({ name, xml }) => writeCodecs(name, layoutOfXml(xml))));
  return subjects;
}

/** @returns {Promise<RandomSchemaModule>} */
const loadRandomSchema = async () =>
  /** @type {RandomSchemaModule} */ (await importBuilt("schema/test/support/random-schema.js"));

/** @returns {Promise<RandomValuesModule>} */
export const loadRandomValues = async () =>
  /** @type {RandomValuesModule} */ (await importBuilt("schema/test/support/random-values.js"));

/** @returns {Promise<GuardedViewModule>} */
export const loadGuardedView = async () =>
  /** @type {GuardedViewModule} */ (await importBuilt("schema/test/support/guarded-view.js"));

/** @returns {Promise<CaptureBuilderModule>} */
export const loadCaptureBuilder = async () =>
  /** @type {CaptureBuilderModule} */ (await importBuilt("schema/test/capture/capture-builder.js"));

/** @returns {Promise<HostileMemoryModule>} */
export const loadHostileMemory = async () =>
  /** @type {HostileMemoryModule} */ (
    await importBuilt("transport/test/support/hostile-memory.js")
  );

/**
 * The codecs that {@link prepare} generated, by template id.
 *
 * @returns {Promise<import("@alerion/runtime/codegen").SchemaCodecs["messages"]>}
 */
export async function loadCodecs(/** @type {string} */ name) {
  const exports = await importBuilt(`.build/fuzz/codecs/${name}/registry.js`);
  return /** @type {{ messages: import("@alerion/runtime/codegen").SchemaCodecs["messages"] }} */ (
    exports
  ).messages;
}

/** @returns {Promise<unknown>} */
function importBuilt(/** @type {string} */ path) {
  return import(pathToFileURL(join(folder, "js", path)).href);
}

/** @returns {SchemaLayout} */
export function layoutOfXml(/** @type {string} */ xml) {
  const { ir, diagnostics } = compileSchema(xml, { file: "subject.xml" });
  if (ir === undefined)
    throw new Error(
      `schema must compile: ${JSON.stringify(diagnostics.find(({ severity }) => severity === "error"))}`,
    );
  return layoutOf(ir);
}

/**
 * The project's own schemas.
 *
 * @returns {Subject[]}
 */
function ownSchemas() {
  const inFolder = (/** @type {string} */ path) =>
    readdirSync(join(root, path))
      .filter((name) => name.endsWith(".xml"))
      .sort()
      .map((name) => join(path, name));
  return [
    ...inFolder("examples/schemas"),
    "schema/ir-codec.xml",
    ...inFolder("tools/fuzz/schemas"),
  ].map((path) => ({
    name: path.replace(/^.*[/\\]|\.xml$/g, ""),
    xml: readFileSync(join(root, path), "utf8"),
  }));
}

async function randomSchemas(/** @type {number} */ seed) {
  const { randomSchema } = await loadRandomSchema();
  return fc
    .sample(randomSchema(), { seed, numRuns: RANDOM_SCHEMA_COUNT })
    .map(({ xml }, index) => ({ name: `random-${index}`, xml }));
}

/** @returns {string[]} the files */
function writeCodecs(/** @type {string} */ name, /** @type {SchemaLayout} */ layout) {
  return generate(layout, { baseName: name }).map(({ path, text }) => {
    const file = join(folder, "codecs", name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  });
}

function compileTypeScript(/** @type {string[]} */ files) {
  mkdirSync(folder, { recursive: true });
  const project = join(folder, "tsconfig.json");
  const compilerOptions = {
    target: "es2023",
    module: "nodenext",
    rootDir: root,
    outDir: join(folder, "js"),
    // The types are checked by `npm run typecheck` and the tests of the generator.
    noCheck: true,
    skipLibCheck: true,
    types: [],
  };
  writeFileSync(project, JSON.stringify({ compilerOptions, files }));
  const { status, stdout } = spawnSync(bin("tsc"), ["-p", project], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`tsc must succeed: status=${status} ${stdout}`);
}
