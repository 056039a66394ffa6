/**
 * Runs a program of the cookbook on a venue's schema and samples, as its page says: generates the codecs,
 * type-checks the program against them, runs it.
 *
 *   node examples/cookbook/run.mjs VENUE SCHEMA FILE…
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { withoutHeaderFields } from "./deribit/without-header-fields.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const sbe = join(root, "generator/bin/sbe.js");
const tsc = join(root, "node_modules/typescript/bin/tsc");

/** What the schema is called, so that the codecs have the names that the program imports. */
const SCHEMA_NAMES = { binance: "spot", "cme-mdp3": "mdp3", deribit: "deribit", b3: "entrypoint" };

function run(args, cwd) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
  if (status !== 0) {
    process.stderr.write(`${stdout}${stderr}`);
    process.exit(status ?? 1);
  }
  return stdout;
}

const [venue, schemaFile, ...files] = process.argv.slice(2);
const name = SCHEMA_NAMES[venue];
if (name === undefined || schemaFile === undefined) {
  console.error(`usage: run.mjs ${Object.keys(SCHEMA_NAMES).join("|")} SCHEMA FILE…`);
  process.exit(2);
}

const folder = join(root, ".build/cookbook", venue);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const schema = readFileSync(schemaFile, "utf8");
writeFileSync(
  join(folder, `${name}.xml`),
  venue === "deribit" ? withoutHeaderFields(schema) : schema,
);
copyFileSync(new URL(`${venue}/main.ts`, import.meta.url), join(folder, "main.ts"));
writeFileSync(
  join(folder, "tsconfig.json"),
  JSON.stringify({
    extends: "../../../tsconfig.base.json",
    compilerOptions: {
      composite: false,
      sourceMap: false,
      inlineSources: false,
      declarationMap: false,
      rootDir: ".",
      outDir: "out",
      types: ["node"],
    },
    include: ["main.ts"],
  }),
);
writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');

run([sbe, "generate", `${name}.xml`, "-o", "codecs"], folder);
run([tsc, "-p", folder], root);
process.stdout.write(
  run([join(folder, "out/main.js"), ...files.map((file) => resolve(file))], root),
);
