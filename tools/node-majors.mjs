/**
 * Runs what rests on practice of V8 rather than on its contract under other Node versions: how plain accesses to
 * shared memory are ordered (litmus, stress), that hot paths allocate nothing, and the door to the OS.
 *
 *   npm run test:majors              Node 24 and the newest; the one at hand is `npm test`'s
 *   npm run test:majors -- 22 26
 *
 * They come through the npm package `node`. One that cannot be brought is skipped, and the reason printed.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { bring } from "./bring-node.mjs";
import { bin, root } from "./workspaces.mjs";

const FILES = [
  "runtime/test/concurrent/stress.system.test.ts",
  "runtime/test/concurrent/allocation.system.test.ts",
  "transport/test/os/native-os.system.test.ts",
  "transport/test/client/connect.system.test.ts",
];

const versions = process.argv.length > 2 ? process.argv.slice(2) : ["24", "latest"];
let hasFailed = false;
for (const version of versions) {
  const node = bring(version);
  if (node === undefined) {
    console.log(`skipped: the npm package node@${version} cannot be brought`);
    continue;
  }
  const title = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
  console.log(`\nNode ${title}`);
  const { status } = spawnSync(node, [bin("vitest"), "run", ...FILES], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ALERION_TOTALS: join(root, `.build/totals/node-${title}.json`) },
  });
  if (status !== 0) hasFailed = true;
}
if (hasFailed) process.exitCode = 1;
