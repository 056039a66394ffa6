/**
 * Writes every checked-in generated file anew: runs the script `regenerate` of each workspace that has one.
 *
 *   npm run regenerate          write
 *   npm run regenerate:check    write, then fail and name the files that changed
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root, run, workspaces } from "./workspaces.mjs";

/** Content hashes of all files that git tracks or would track, by path. */
function snapshot() {
  const listed = spawnSync("git", ["ls-files", "-z", "-co", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (listed.status !== 0) throw new Error(`git ls-files must succeed: stderr=${listed.stderr}`);
  /** @type {Map<string, string>} */
  const hashes = new Map();
  for (const path of listed.stdout.split("\0")) {
    const file = join(root, path);
    if (path === "" || !existsSync(file)) continue;
    hashes.set(path, createHash("sha256").update(readFileSync(file)).digest("hex"));
  }
  return hashes;
}

const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
const before = values.check ? snapshot() : undefined;

const withScript = workspaces().filter(({ manifest }) => manifest.scripts?.["regenerate"]);
for (const { manifest } of withScript)
  run("npm", ["run", "--silent", "regenerate", "-w", manifest.name]);
console.log(`regenerated: ${withScript.map(({ folder }) => folder).join(", ") || "nothing"}`);

if (before !== undefined) {
  const after = snapshot();
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => before.get(path) !== after.get(path),
  );
  for (const path of changed) {
    console.log(`differs: ${path}`);
    spawnSync("git", ["--no-pager", "diff", "--stat", "--", path], { cwd: root, stdio: "inherit" });
  }
  if (changed.length > 0) {
    console.error(`checked-in generated files must be up to date: changed=${changed.length}`);
    process.exitCode = 1;
  }
}
