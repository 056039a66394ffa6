/** What the house's scripts share: the repository's root, its workspaces, and running a command. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const root = fileURLToPath(new URL("../", import.meta.url));

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {boolean} [private]
 * @property {Record<string, string>} [scripts]
 */

/**
 * The workspaces in the order of the root package.json.
 *
 * @returns {{ folder: string, manifest: Manifest }[]}
 */
export function workspaces() {
  const { workspaces: folders } = /** @type {{ workspaces: string[] }} */ (
    JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  );
  return folders.map((folder) => ({
    folder,
    manifest: /** @type {Manifest} */ (
      JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"))
    ),
  }));
}

/**
 * Runs a command from the root with this terminal; ends this process with the command's code if it fails.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} [env]  added to the environment
 */
export function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/**
 * The path of a development tool's command.
 *
 * @param {string} name
 * @returns {string}
 */
export function bin(name) {
  return join(root, "node_modules/.bin", name);
}
