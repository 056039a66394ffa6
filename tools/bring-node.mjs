/** Other Node versions, from the npm package `node`. */
import { spawnSync } from "node:child_process";
import { root } from "./workspaces.mjs";

const BRING_TIMEOUT_MS = 180_000;

/**
 * The path of the binary of a Node version; undefined where it cannot be brought. npx in front of every process would
 * start two.
 *
 * @returns {string | undefined}
 */
export function bring(/** @type {string} */ version) {
  const args = ["--yes", `--package=node@${version}`, "node", "-p", "process.execPath"];
  const { status, stdout } = spawnSync("npx", args, {
    cwd: root,
    encoding: "utf8",
    timeout: BRING_TIMEOUT_MS,
  });
  const path = stdout?.trim() ?? "";
  return status === 0 && path !== "" ? path : undefined;
}
