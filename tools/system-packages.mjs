/**
 * Brings Debian packages that tests try things in: `node tools/system-packages.mjs chromium tshark`. What is
 * there already is left alone. Where it cannot be brought (no root, no apt-get, no mirror) the reason is printed, the
 * tests that need it skip with it, and nothing fails.
 */
import { spawnSync } from "node:child_process";

/** Packages that are not named as their command. */
const packages = new Map([["ip", "iproute2"]]);

/** Whether a command of that name can be run. */
function isThere(/** @type {string} */ command) {
  return spawnSync("which", [command], { stdio: "ignore" }).status === 0;
}

/** Runs apt-get; true if it succeeded. */
function aptGet(/** @type {string[]} */ ...args) {
  const { status } = spawnSync("apt-get", args, {
    stdio: ["ignore", "ignore", "inherit"],
    timeout: 300_000,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  return status === 0;
}

const missing = process.argv.slice(2).filter((command) => !isThere(command));
if (missing.length > 0) {
  const why = !isThere("apt-get")
    ? "no apt-get"
    : process.getuid?.() !== 0
      ? "not root"
      : undefined;
  if (why !== undefined) console.log(`skipped: ${missing.join(", ")} not installed: ${why}`);
  else {
    const isUpdated = aptGet("update", "-q");
    // One by one: what is missing in the mirror does not keep the others away.
    for (const name of isUpdated ? missing : []) {
      aptGet("install", "-q", "-y", "--no-install-recommends", packages.get(name) ?? name);
    }
  }
  for (const command of missing) {
    console.log(`${command}: ${isThere(command) ? "installed" : "not installed"}`);
  }
}
