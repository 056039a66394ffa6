import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { type PlantedBug, plantedBugs } from "./planted/planted-bugs.js";
import { plantedNetworkBugs } from "./planted/planted-network-bugs.js";

const repository = fileURLToPath(new URL("../../../", import.meta.url));
// Inside the repository, so that packages are found in its node_modules; two runs do not meet.
const tree = join(repository, `.build/planted-${process.pid}`);
const RUN_TIMEOUT_MS = 300_000;

/** Of its own: the project's would look for what the copy leaves out. */
const CONFIG = `
const src = new URL("./runtime/src/", import.meta.url).pathname;
export default {
  resolve: {
    alias: [
      { find: /^@alerion\\/runtime$/, replacement: src + "index.ts" },
      { find: /^@alerion\\/runtime\\/(.+)$/, replacement: src + "$1/index.ts" },
    ],
  },
  test: {
    include: ["transport/test/**/*.test.ts"],
    exclude: ["**/*.slow.test.ts"],
    testTimeout: 60_000,
  },
};
`;

/** A copy of the sources and the simulation, with the bug in it. */
function plant(bug: PlantedBug | undefined): void {
  rmSync(tree, { recursive: true, force: true });
  mkdirSync(tree, { recursive: true });
  const copied = ["package.json", "runtime/src", "transport/src", "transport/test"];
  for (const path of copied) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    cpSync(join(repository, path), join(tree, path), { recursive: true });
  }
  writeFileSync(join(tree, "vitest.config.mjs"), CONFIG);
  for (const { file, find, replace } of bug?.changes ?? []) {
    const path = join(tree, file);
    const source = readFileSync(path, "utf8");
    const changed = source.replace(find, replace);
    if (changed === source)
      throw new Error(`planted bug must still apply: file=${file} find=${find}`);
    writeFileSync(path, changed);
  }
}

/** What is run against a bug: the simulations, and for the network the behaviours beside them. */
const IPC_TESTS = ["transport/test/sim/ipc-world", "transport/test/sim/crash-points"];
const NETWORK_TESTS = ["transport/test/sim/udp-world", "transport/test/driver/network"];

function simulate(tests: readonly string[]): { status: number | null; output: string } {
  const vitest = join(repository, "node_modules/vitest/vitest.mjs");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    // Without those that use real sockets and threads: what they meet is not always the bug.
    [vitest, "run", "--root", tree, "--bail", "1", "--exclude", "**/*.system.test.ts", ...tests],
    {
      encoding: "utf8",
      timeout: RUN_TIMEOUT_MS,
      env: {
        ...process.env,
        ALERION_SIM_STEPS: "80000",
        ALERION_SIM_SEEDS: "1,2,3,4,5,6,7,8",
        ALERION_TOTALS: undefined,
      },
    },
  );
  return { status, output: `${stdout}\n${stderr}` };
}

describe("the simulator", () => {
  afterEach(() => {
    rmSync(tree, { recursive: true, force: true });
  });

  it("finds nothing where nothing is planted", { timeout: RUN_TIMEOUT_MS }, () => {
    plant(undefined);
    const { status, output } = simulate([...IPC_TESTS, ...NETWORK_TESTS]);
    expect(status, output).toBe(0);
  });

  it.each([
    ...plantedBugs.map((bug) => [bug.name, bug, IPC_TESTS] as const),
    ...plantedNetworkBugs.map((bug) => [bug.name, bug, NETWORK_TESTS] as const),
  ])("finds: %s", { timeout: RUN_TIMEOUT_MS }, (_, bug, tests) => {
    plant(bug);
    const { status, output } = simulate(tests);
    expect(status, output).not.toBe(0);
    // Found by an invariant or by what the code itself refuses, not by a run that did not start.
    expect(output).toMatch(
      /D1:|D2:|D3:|D4:|progress:|images:|sessions:|Corrupt|AssertionError|come to rest/,
    );
    console.log(
      `${bug.name}: ${/(D1|D2|D3|D4|progress|images|sessions|Corrupt\w*|AssertionError|come to rest)[^\n]*/.exec(output)?.[0] ?? ""}`,
    );
  });
});
