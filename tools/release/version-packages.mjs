/** Raises the versions: changelog entries become changelogs, and everything that repeats a version follows. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Sources that hold the version of their package. */
export const VERSION_SOURCES = ["generator/src/version.ts", "transport/src/version.ts"];

const SECTIONS = /** @type {const} */ (["dependencies", "devDependencies"]);

/** @typedef {{ name: string, version: string, private?: boolean, workspaces?: string[] } & Partial<Record<typeof SECTIONS[number], Record<string, string>>>} Manifest */

/**
 * Gathers `.changeset/` into versions and changelogs. Entries are gone afterwards.
 *
 * @param {string} folder  the repository's root
 * @param {string} changeset  path of the changesets command
 * @returns {string} the new version, which all published packages share
 */
export function versionPackages(folder, changeset) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [changeset, "version"], {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`changeset version failed: ${stdout}${stderr}`);
  const folders = readManifest(folder).workspaces ?? [];
  const manifests = folders.map((name) => ({ name, manifest: readManifest(join(folder, name)) }));
  const published = manifests.filter(({ manifest }) => manifest.private !== true);
  const versions = new Map(published.map(({ manifest }) => [manifest.name, manifest.version]));
  const [version = "", ...others] = new Set(versions.values());
  if (others.length > 0) {
    throw new Error(`packages must share a version: versions=${[version, ...others].join()}`);
  }
  for (const { name, manifest } of manifests) {
    // Private packages have no version to raise, but take the others by theirs.
    for (const section of SECTIONS) {
      for (const dependency of Object.keys(manifest[section] ?? {})) {
        const raised = versions.get(dependency);
        if (raised !== undefined) Object.assign(manifest[section] ?? {}, { [dependency]: raised });
      }
    }
    writeFileSync(
      join(folder, name, "package.json"),
      `${JSON.stringify(manifest, undefined, 2)}\n`,
    );
  }
  for (const source of VERSION_SOURCES) {
    const path = join(folder, source);
    const text = readFileSync(path, "utf8");
    const raised = text.replace(/(VERSION = )"[^"]+"/, (_, start) => `${start}"${version}"`);
    if (!raised.includes(`"${version}"`)) throw new Error(`source must hold a version: ${source}`);
    writeFileSync(path, raised);
  }
  return version;
}

/** @returns {Manifest} */
function readManifest(/** @type {string} */ folder) {
  return /** @type {Manifest} */ (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
}
