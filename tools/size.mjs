/**
 * What a message's decoder costs in a browser: `npm run size`. Bundles each decoder of the examples' generated code
 * with the part of the runtime that it needs (esbuild, minified, ES modules), and says what else came along: nothing of
 * other messages may.
 *
 * With arguments: `npm run size -- path/to/generated/index.ts CarDecoder …`
 */
import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { root } from "./workspaces.mjs";

/** Bytes, gzipped: what one message's decoder with its runtime should stay below. */
export const DECODER_GOAL = 3 * 1024;

/**
 * @typedef {object} Size
 * @property {string} name  what is exported
 * @property {number} minified  bytes
 * @property {number} gzipped  bytes
 * @property {number} runtime  minified bytes that are of the runtime
 * @property {string[]} modules  modules of generated code that left something in the bundle
 * @property {string} text  the bundle
 */

/**
 * Bundles what a program gets that imports `names` from a generated `index.ts` and nothing else.
 *
 * @param {string} index  absolute path
 * @param {string[]} names
 * @returns {Promise<Size>}
 */
export async function sizeOf(index, names) {
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: `export { ${names.join(", ")} } from ${JSON.stringify(index)};`,
      resolveDir: root,
    },
    absWorkingDir: root,
    nodePaths: [join(root, "node_modules")],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    metafile: true,
    logLevel: "error",
  });
  const [file] = outputFiles;
  const [output] = Object.values(metafile.outputs);
  if (file === undefined || output === undefined) throw new Error(`no bundle: ${index}`);
  const folder = relative(root, dirname(index)).replaceAll("\\", "/");
  let runtime = 0;
  const modules = [];
  for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
    if (bytesInOutput === 0) continue;
    if (path.startsWith("runtime/")) runtime += bytesInOutput;
    if (path.startsWith(`${folder}/`)) modules.push(path.slice(folder.length + 1));
  }
  const { contents, text } = file;
  const gzipped = gzipSync(contents, { level: 9 }).length;
  const minified = contents.length;
  return { name: names.join(" + "), minified, gzipped, runtime, modules: modules.sort(), text };
}

/** Names of the decoders of messages that a generated `index.ts` exports. */
export function decodersOf(/** @type {string} */ index) {
  const text = readFileSync(join(dirname(index), "registry.ts"), "utf8");
  return [...new Set([...text.matchAll(/\b(\w+Decoder)\b/g)].map(([, name = ""]) => name))].sort();
}

async function main(/** @type {string[]} */ args) {
  const [given, ...names] = args;
  const indexes =
    given === undefined
      ? ["order-entry", "market-data"].map((name) =>
          join(root, "examples/src/generated", name, "index.ts"),
        )
      : [resolve(given)];
  console.log(`Node ${process.version}, esbuild; bytes minified / gzipped / of the runtime`);
  for (const index of indexes) {
    console.log(`\n${relative(root, dirname(index))}`);
    const wanted = names.length > 0 ? names : decodersOf(index);
    for (const name of wanted) {
      const { minified, gzipped, runtime, modules } = await sizeOf(index, [name]);
      const mark = gzipped < DECODER_GOAL ? "" : `  above the goal of ${DECODER_GOAL}`;
      const numbers = [minified, gzipped, runtime].map((each) => String(each).padStart(7)).join("");
      console.log(`  ${name.padEnd(28)}${numbers}  ${modules.join(" ")}${mark}`);
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
