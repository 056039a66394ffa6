/** Checks each published package as its user will get it: publint, then attw, on what npm would pack. */
import { bin, run, workspaces } from "./workspaces.mjs";

for (const { folder, manifest } of workspaces()) {
  if (manifest.private === true) continue;
  console.log(`\n${manifest.name}`);
  run(bin("publint"), ["--strict", folder]);
  run(bin("attw"), ["--pack", folder, "--profile", "esm-only", "--format", "ascii"]);
}
