/** Compiles the TypeScript and JavaScript of the pages against the built packages, as one strict project. */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bin, root } from "../workspaces.mjs";

const FOLDER = join(root, ".build/docs-code");

const CONFIG = {
  compilerOptions: {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    module: "nodenext",
    target: "es2023",
    lib: ["es2023"],
    types: ["node"],
    allowJs: true,
    checkJs: true,
    allowArbitraryExtensions: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ["*"],
};

/** Names that a page uses without saying where they come from: what stands around the piece that is shown. */
const GLOBALS = `
declare const view: DataView<ArrayBuffer>;
declare const offset: number;
declare const length: number;
declare const limit: number;
declare const end: number;
declare function send(view: DataView, offset: number, length: number): void;
declare function recover(sequence: number, count: number): void;
declare const encoder: import("./codecs/order-entry/index.js").NewOrderEncoder;
declare const decoder: import("./codecs/order-entry/index.js").NewOrderDecoder;
declare const report: {
  transactTime(): bigint;
  transactTimeHigh(): number;
  transactTimeLow(): number;
};
declare const dispatcher: import("./codecs/order-entry/index.js").OrderEntryDispatcher;
declare const price: import("./codecs/order-entry/index.js").PriceDecoder;
declare const layout: import("@alerion/schema").SchemaLayout;
declare const values: Readonly<Record<string, import("@alerion/schema").Value>>;
declare const connect: typeof import("@alerion/transport").connect;
declare const options: import("@alerion/transport").ConnectOptions;
declare const aeron: import("@alerion/transport").Aeron;
declare const OrderEntry: typeof import("./codecs/order-entry/index.js").OrderEntry;
declare function work(aeron: import("@alerion/transport").Aeron): Promise<void>;
declare const file: Uint8Array<ArrayBuffer>;
declare const datagram: DataView<ArrayBuffer>;
`;

/** The schema of `sbe init` and one of the examples, with their codecs in the folders that pages import them from. */
async function writeCodecs() {
  const from = async (/** @type {string} */ path) =>
    /** @type {Promise<unknown>} */ (import(pathToFileURL(join(root, path)).href));
  const { STARTER_SCHEMA } = /** @type {typeof import("../../generator/src/config/starter.js")} */ (
    await from("generator/dist/config/starter.js")
  );
  const { SchemaModules } =
    /** @type {typeof import("../../generator/src/unplugin/schema-modules.js")} */ (
      await from("generator/dist/unplugin/schema-modules.js")
    );
  const schema = join(FOLDER, "order-entry.xml");
  writeFileSync(schema, STARTER_SCHEMA);
  await new SchemaModules({}).build(schema);
  const sbe = join(root, "generator/bin/sbe.js");
  const marketData = join(root, "examples/schemas/market-data.xml");
  for (const output of ["codecs", "src/codecs"]) {
    const args = [sbe, "generate", "order-entry.xml", marketData, "-o", output];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: FOLDER, encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
  }
}

/**
 * What the type-checker says, at the lines of the pages.
 *
 * @param {readonly import("./pages.mjs").Block[]} blocks
 * @returns {Promise<string[]>}
 */
export async function compileErrors(blocks) {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  await writeCodecs();
  writeFileSync(join(FOLDER, "package.json"), '{ "type": "module" }\n');
  writeFileSync(join(FOLDER, "tsconfig.json"), JSON.stringify(CONFIG));
  writeFileSync(join(FOLDER, "globals.d.ts"), GLOBALS);
  const byFile = new Map(
    blocks.map((block) => {
      const name = `${block.page.replaceAll(/[^\w]+/g, "-")}-${block.line}.${block.language}`;
      writeFileSync(join(FOLDER, name), `${block.text}export {};\n`);
      return [name, block];
    }),
  );
  const { stdout } = spawnSync(bin("tsc"), ["-p", FOLDER, "--pretty", "false"], {
    cwd: FOLDER,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) =>
      line.replace(/^([^(]+)\((\d+),(\d+)\)/, (all, name, at, column) => {
        const block = byFile.get(String(name));
        return block === undefined ? all : `${block.page}:${block.line + Number(at) - 1}:${column}`;
      }),
    );
}
