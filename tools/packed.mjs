/**
 * The packages as their users get them: `npm run packed`.
 *
 * Packs each published package and looks at what is in it; installs the packed files in an empty project outside the
 * repository, and does there what the READMEs say, on the Node at hand and on the newest: the README's path from
 * nothing to a message and to two processes, and the first example of each package's README.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { bring } from "./bring-node.mjs";
import { blocksOf } from "./docs/pages.mjs";
import { packageFaults } from "./packed/package-faults.mjs";
import { root, workspaces } from "./workspaces.mjs";

const STEP_TIMEOUT_MS = 120_000;

/** What the first example of each package's README prints, or a part of it. */
const EXAMPLES = /** @type {const} */ ({
  runtime: "cancel 42n",
  schema: "NewOrder: 29 bytes",
  generator: "ALRN 1",
  transport: "CancelOrder { orderId: 42n }",
});

/** @type {string[]} */
const faults = [];
const published = workspaces().filter(({ manifest }) => manifest.private !== true);
const packs = join(root, ".build/packed");
rmSync(packs, { recursive: true, force: true });
mkdirSync(packs, { recursive: true });

const tarballs = published.map(({ folder }) => {
  const out = must("npm", ["pack", `./${folder}`, "--pack-destination", packs, "--json"], root);
  const [pack] = /** @type {import("./packed/package-faults.mjs").Pack[]} */ (JSON.parse(out));
  if (pack === undefined) throw new Error(`npm must pack the package: folder=${folder}`);
  faults.push(...packageFaults(folder, pack));
  console.log(`${pack.filename}: ${(pack.size / 1024).toFixed(0)} KB, ${pack.files.length} files`);
  return join(packs, pack.filename);
});

const project = mkdtempSync(join(tmpdir(), "alerion-packed-"));
const aeronDir = mkdtempSync(join(tmpdir(), "alerion-packed-aeron-"));
/** What a stranger has, and nothing of the repository. */
const env = { ...process.env, AERON_DIR: join(aeronDir, "driver"), NODE_PATH: "" };
try {
  must("npm", ["init", "-y"], project);
  must("npm", ["pkg", "set", "type=module"], project);
  must("npm", ["install", "--no-audit", "--no-fund", ...tarballs], project);
  must("npx", ["sbe", "init"], project);
  must("npx", ["sbe", "generate", "--emit", "js"], project);
  writePrograms();
  typeCheck();
  await runOn("node at hand", process.execPath);
  const newest = bring("latest");
  if (newest === undefined) console.log("skipped: the npm package node cannot be brought");
  else await runOn("newest node", newest);
} finally {
  rmSync(project, { recursive: true, force: true });
  rmSync(aeronDir, { recursive: true, force: true });
}
for (const fault of faults) console.error(fault);
console.log(`packages packed, installed and used; faults=${faults.length}`);
if (faults.length > 0) process.exitCode = 1;

/** Runs a command; its standard output. */
function must(
  /** @type {string} */ command,
  /** @type {string[]} */ args,
  /** @type {string} */ cwd,
) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    env: cwd === root ? process.env : env,
    timeout: STEP_TIMEOUT_MS,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${stdout}${stderr}`);
  return stdout;
}

/** The README's programs under the names that it gives them, and the packages' first examples. */
function writePrograms() {
  for (const { language, text } of blocksOf("README.md")) {
    const name = /^\/\/ (\w+\.js)$/m.exec(text)?.[1];
    if (language === "js" && name !== undefined) writeFileSync(join(project, name), text);
  }
  symlinkSync(join(project, "src/codecs"), join(project, "codecs"));
  writeFileSync(
    join(project, "order-entry.xml"),
    readFileSync(join(project, "schemas/order-entry.xml")),
  );
  for (const folder of Object.keys(EXAMPLES)) {
    const first = blocksOf(`${folder}/README.md`).find(({ language }) => language === "ts");
    if (first === undefined) throw new Error(`README must have an example: folder=${folder}`);
    const { code } = transformSync(first.text, { loader: "ts", format: "esm", target: "node20" });
    writeFileSync(join(project, `${folder}.js`), code);
  }
}

/** The types of all packages in a strict project that checks libraries too. */
function typeCheck() {
  const specifiers = published.flatMap(({ manifest }) => manifest.name);
  const imports = specifiers.map((name, index) => `export * as p${index} from "${name}";\n`);
  writeFileSync(join(project, "types.ts"), imports.join(""));
  const config = {
    compilerOptions: {
      strict: true,
      module: "nodenext",
      target: "es2022",
      lib: ["es2023"],
      types: ["node"],
      typeRoots: [join(root, "node_modules/@types")],
      noEmit: true,
    },
    files: ["types.ts"],
  };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", project], {
    encoding: "utf8",
  });
  if (status !== 0) faults.push(`types of the packages must hold:\n${stdout}`);
}

/** Everything that runs, on one Node. */
async function runOn(/** @type {string} */ title, /** @type {string} */ node) {
  const { stdout } = spawnSync(node, ["--version"], { encoding: "utf8" });
  console.log(`${title}: ${stdout.trim()}`);
  expectOutput(title, node, "order.js", "42 10 ALRN");
  for (const [folder, expected] of Object.entries(EXAMPLES)) {
    expectOutput(title, node, `${folder}.js`, expected);
  }
  await twoProcesses(title, node);
}

function expectOutput(
  /** @type {string} */ title,
  /** @type {string} */ node,
  /** @type {string} */ program,
  /** @type {string} */ expected,
) {
  const { status, stdout, stderr } = spawnSync(node, [program], {
    cwd: project,
    encoding: "utf8",
    env,
    timeout: STEP_TIMEOUT_MS,
  });
  if (status === 0 && stdout.includes(expected)) return;
  faults.push(
    `${title}: ${program} must print "${expected}": status=${status}\n${stdout}${stderr}`,
  );
}

/** A driver, a subscriber and a publisher, as the README starts them. */
async function twoProcesses(/** @type {string} */ title, /** @type {string} */ node) {
  const alerion = join(project, "node_modules/@alerion/transport/bin/alerion.js");
  const driver = start(node, [alerion, "driver"]);
  try {
    await driver.says("driver ready");
    const subscriber = start(node, ["subscriber.js"]);
    const publisher = start(node, ["publisher.js"]);
    const codes = await Promise.all([subscriber.ended, publisher.ended]);
    const said = subscriber.said();
    if (codes.some((code) => code !== 0) || !said.includes("CancelOrder { orderId: 42n }")) {
      faults.push(
        `${title}: two processes must talk: codes=${codes.join()}\n${said}${publisher.said()}`,
      );
    }
  } finally {
    driver.process.kill("SIGINT");
    const code = await driver.ended;
    if (code !== 0)
      faults.push(`${title}: the driver must end with 0: code=${code}\n${driver.said()}`);
  }
}

/** A process of the project; killed when it takes too long. */
function start(/** @type {string} */ node, /** @type {string[]} */ args) {
  const child = spawn(node, args, { cwd: project, env, timeout: STEP_TIMEOUT_MS });
  let text = "";
  let wake = () => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (/** @type {string} */ piece) => {
      text += piece;
      wake();
    });
  }
  /** @type {Promise<number | null>} */
  const ended = new Promise((resolve) => {
    child.on("close", (code) => {
      resolve(code);
      wake();
    });
  });
  return {
    process: child,
    ended,
    said: () => text,
    async says(/** @type {string} */ expected) {
      while (!text.includes(expected)) {
        if (child.exitCode !== null) throw new Error(`process must go on: ${text}`);
        await new Promise((/** @type {(value?: undefined) => void} */ resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
