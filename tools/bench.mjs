/**
 * Runs benchmarks, each in a process of its own.
 *
 *   npm run bench              all
 *   npm run bench -- codec     those whose path holds "codec"
 *
 * They are compiled with tsc and import the built packages by name, as a user's program does.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { bin, root, run, workspaces } from "./workspaces.mjs";

const wanted = process.argv.slice(2);
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
  for (const path of benchmarks) {
    console.log(`\n${path}`);
    run(process.execPath, ["--expose-gc", `.build/bench/${path.replace(/\.ts$/, ".js")}`]);
  }
}
