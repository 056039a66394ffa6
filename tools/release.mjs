/**
 * Makes a release.
 *
 *   npm run release -- version    raises the versions, writes changelogs, renews what repeats the version
 *   npm run release -- publish    packs, installs and uses the packages, then publishes and tags them
 *   npm run release -- publish --dry-run
 *
 * Both want a clean checkout. `publish` belongs into CI: npm takes the provenance from there (`id-token: write`).
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { versionPackages } from "./release/version-packages.mjs";
import { bin, root, run, workspaces } from "./workspaces.mjs";

const [verb, ...options] = process.argv.slice(2);
const isDry = options.includes("--dry-run");
if (!isDry) requireCleanCheckout();

switch (verb) {
  case "version": {
    const version = versionPackages(root, join(root, "node_modules/@changesets/cli/bin.js"));
    run("npm", ["install", "--package-lock-only"]);
    run("npm", ["run", "--silent", "regenerate"]);
    run(bin("prettier"), ["--write", "--log-level", "warn", ...manifests()]);
    console.log(`versions are ${version}: look at the changelogs, commit as "Release ${version}"`);
    break;
  }
  case "publish":
    run("npm", ["run", "--silent", "packed"]);
    if (isDry) {
      for (const { folder } of published()) {
        run("npm", ["publish", `./${folder}`, "--dry-run", "--no-provenance"]);
      }
    } else {
      run(bin("changeset"), ["publish"]);
      run("git", ["push", "--follow-tags"]);
    }
    break;
  default:
    console.error("usage: npm run release -- version | publish [--dry-run]");
    process.exitCode = 2;
}

function published() {
  return workspaces().filter(({ manifest }) => manifest.private !== true);
}

function manifests() {
  return workspaces().map(({ folder }) => `${folder}/package.json`);
}

function requireCleanCheckout() {
  const { stdout } = spawnSync("git", ["status", "--porcelain"], { cwd: root, encoding: "utf8" });
  if (stdout === "") return;
  console.error(`checkout must be clean:\n${stdout}`);
  process.exit(1);
}
