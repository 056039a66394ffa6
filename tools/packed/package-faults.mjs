/** What must be in a packed package, and what not. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../workspaces.mjs";

/**
 * What `npm pack --json` says.
 *
 * @typedef {object} Pack
 * @property {string} filename
 * @property {number} size  packed bytes
 * @property {{ path: string }[]} files
 */

/**
 * @typedef {object} PublishedManifest
 * @property {string} [license]
 * @property {string} [description]
 * @property {string[]} [keywords]
 * @property {string} [homepage]
 * @property {{ url?: string, directory?: string }} [repository]
 * @property {{ access?: string, provenance?: boolean }} [publishConfig]
 * @property {Record<string, string | { types?: string, default?: string }>} [exports]
 * @property {Record<string, string>} [bin]
 * @property {Record<string, string>} [scripts]
 */

/** Greatest packed size in KB, above what it is by a fifth, by half where much is being added: growth is noticed, and then allowed or not. */
const SIZE_MAX_KB = /** @type {Record<string, number>} */ ({
  runtime: 280,
  schema: 530,
  generator: 800,
  transport: 1400,
});

/**
 * Faults of one package.
 *
 * @param {string} folder
 * @param {Pack} pack
 * @returns {string[]}
 */
export function packageFaults(folder, pack) {
  const manifest = /** @type {PublishedManifest} */ (read(`${folder}/package.json`));
  const whole = /** @type {PublishedManifest} */ (read("package.json"));
  const files = new Set(pack.files.map(({ path }) => path));
  /** @type {[boolean, string][]} */
  const rules = [
    [pack.size <= (SIZE_MAX_KB[folder] ?? 0) * 1024, `must not be larger: bytes=${pack.size}`],
    ...["README.md", "LICENSE", "package.json"].map(
      /** @returns {[boolean, string]} */ (name) => [files.has(name), `must hold ${name}`],
    ),
    [manifest.license === whole.license, "must name the license"],
    [
      (manifest.keywords ?? []).length > 2 && manifest.description !== undefined,
      "must be findable",
    ],
    [manifest.homepage !== undefined, "must name its homepage"],
    // What npm compares with the source that the provenance names.
    [manifest.repository?.url === whole.repository?.url, "must name the repository"],
    [manifest.repository?.directory === folder, "must name its folder in the repository"],
    [manifest.publishConfig?.provenance === true, "must be published with provenance"],
    [manifest.publishConfig?.access === "public", "must be published for all"],
    [!hasInstallScript(manifest), "must run nothing when it is installed"],
  ];
  return [
    ...rules.filter(([holds]) => !holds).map(([, text]) => text),
    ...fileFaults(manifest, files),
  ].map((text) => `@alerion/${folder} ${text}`);
}

function hasInstallScript(/** @type {PublishedManifest} */ { scripts = {} }) {
  return ["preinstall", "install", "postinstall"].some((name) => name in scripts);
}

function fileFaults(/** @type {PublishedManifest} */ manifest, /** @type {Set<string>} */ files) {
  const named = [
    ...Object.values(manifest.bin ?? {}),
    ...Object.values(manifest.exports ?? {}).flatMap((target) =>
      typeof target === "string" ? [target] : [target.types ?? "", target.default ?? ""],
    ),
  ].map((path) => path.replace(/^\.\//, ""));
  const isOurs = (/** @type {string} */ path) => /^dist\/.*(?<!\.d)\.js$/.test(path);
  return [
    ...named.filter((path) => !files.has(path)).map((path) => `must hold what it exports: ${path}`),
    ...[...files]
      .filter((path) =>
        /(^|\/)(src|test|bench|node_modules)\/|\.tsbuildinfo$|\.ts\.map$/.test(path),
      )
      .map((path) => `must not hold ${path}`),
    ...[...files]
      .filter((path) => isOurs(path) && !files.has(`${path}.map`))
      .map((path) => `must hold the source map of ${path}`),
  ];
}

/** @returns {unknown} */
function read(/** @type {string} */ path) {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}
