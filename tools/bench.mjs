/**
 * Runs benchmarks, each in a process of its own.
 *
 *   npm run bench              all
 *   npm run bench -- codec     those whose path holds "codec"
 *   npm run bench -- --write   with options of a benchmark, which its first comment explains
 *
 * They are compiled with tsc and import the built packages by name, as a user's program does.
 */
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { prepareJava } from "./java.mjs";
import { bin, root, run, workspaces } from "./workspaces.mjs";

const isOption = (/** @type {string} */ word) => word.startsWith("--");
const options = process.argv.slice(2).filter(isOption);
const wanted = process.argv.slice(2).filter((word) => !isOption(word));
const benchmarks = workspaces()
  .map(({ folder }) => `${folder}/bench`)
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map(
      (name) => `${folder}/${name.replaceAll("\\", "/")}`,
    ),
  )
  .filter((path) => path.endsWith(".bench.ts"))
  .filter((path) => wanted.length === 0 || wanted.some((word) => path.includes(word)))
  .sort();

if (benchmarks.length === 0) {
  console.log("no benchmark matches");
} else {
  run(bin("tsc"), ["-b", "tsconfig.bench.json"]);
  const java = prepareJava();
  const environment =
    "jars" in java
      ? { ALERION_JAVA_CLASSPATH: java.jars.join(delimiter) }
      : { ALERION_INTEROP_SKIP: java.skipReason };
  for (const path of benchmarks) {
    console.log(`\n${path}`);
    const compiled = `.build/bench/${path.replace(/\.ts$/, ".js")}`;
    run(process.execPath, ["--expose-gc", compiled, ...options], environment);
  }
}
