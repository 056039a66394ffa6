/** Checks each published package as its user will get it: publint, then attw, on what npm would pack. */
import { spawnSync } from "node:child_process";
import { bin, root, workspaces } from "./workspaces.mjs";

let failures = 0;

/** Runs a check; shows what it printed only if it failed. */
function check(/** @type {string} */ name, /** @type {string[]} */ args) {
  const { status, stdout, stderr } = spawnSync(bin(name), args, { cwd: root, encoding: "utf8" });
  if (status === 0) return;
  failures += 1;
  console.error(`${name} ${args.join(" ")} failed:\n${stdout}${stderr}`);
}

const published = workspaces().filter(({ manifest }) => manifest.private !== true);
for (const { folder } of published) {
  check("publint", ["--strict", folder]);
  check("attw", ["--pack", folder, "--profile", "esm-only", "--format", "ascii"]);
}
console.log(
  `packages checked: ${published.map(({ folder }) => folder).join(", ")}; failures=${failures}`,
);
if (failures > 0) process.exitCode = 1;
