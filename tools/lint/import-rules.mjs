/**
 * Who may import whom: the one table. The lint rule `alerion/imports` enforces it; the project references of
 * each tsconfig.json and the dependencies of each package.json repeat the part they need.
 *
 * @typedef {object} ImportRule
 * @property {readonly string[]} packages  packages of this repository that may be imported
 * @property {readonly string[]} lazyPackages  the same, but by `import()` or as types only: never on start-up
 * @property {readonly string[]} external  third-party packages; each has its reason in docs/dependencies.md
 * @property {readonly string[]} lazyExternal  third-party packages loaded by `import()` or used as types only
 * @property {boolean} node  whether `node:` modules may be imported; false keeps the package fit for browsers
 */

/** @type {Readonly<Record<string, ImportRule>>} */
export const importRules = {
  runtime: { packages: [], lazyPackages: [], external: [], lazyExternal: [], node: false },
  schema: {
    packages: ["runtime"],
    lazyPackages: [],
    external: ["fast-xml-parser", "ajv"],
    lazyExternal: [],
    node: false,
  },
  generator: {
    packages: ["schema", "runtime"],
    lazyPackages: [],
    external: ["ajv", "unplugin"],
    // Bundlers are the user's own: of them the plugin knows the types alone.
    lazyExternal: ["ts-morph", "esbuild", "rolldown", "rollup", "vite", "webpack"],
    node: true,
  },
  transport: {
    packages: ["runtime"],
    // The `alerion` command decodes payloads and finds the subcommands of its siblings when asked to.
    lazyPackages: ["schema", "archive", "cluster"],
    external: ["koffi", "ws"],
    // Loaded when shared memory or native sockets are first asked for; everything else runs without it.
    lazyExternal: ["koffi"],
    node: true,
  },
  archive: {
    packages: ["transport", "runtime"],
    lazyPackages: [],
    external: [],
    lazyExternal: [],
    node: true,
  },
  cluster: {
    packages: ["archive", "transport", "runtime"],
    lazyPackages: [],
    external: [],
    lazyExternal: [],
    node: true,
  },
  examples: {
    packages: ["schema", "generator", "runtime", "transport", "archive", "cluster"],
    lazyPackages: [],
    external: [],
    lazyExternal: [],
    node: true,
  },
};

/** The only door through which generated code enters the runtime. */
const GENERATED_CODE_DOOR = "@alerion/runtime/codegen";

const SCOPE = "@alerion/";

/** Splits a bare specifier: `@alerion/runtime/codegen` is package `@alerion/runtime`, subpath `codegen`. */
function splitSpecifier(/** @type {string} */ specifier) {
  const parts = specifier.split("/");
  const nameLength = specifier.startsWith("@") ? 2 : 1;
  return { name: parts.slice(0, nameLength).join("/"), subpath: parts.slice(nameLength).join("/") };
}

/** Resolves `./` and `../` against the folder of `path`; undefined above the repository's root. */
function resolveRelative(/** @type {string} */ path, /** @type {string} */ specifier) {
  const parts = path.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== ".") {
      parts.push(part);
    }
  }
  return parts.join("/");
}

/** Says why a relative import is wrong, or returns undefined. */
function checkRelative(
  /** @type {string} */ path,
  /** @type {string} */ specifier,
  /** @type {string} */ folder,
  /** @type {string} */ area,
) {
  const target = resolveRelative(path, specifier);
  if (target === undefined || !target.startsWith(`${folder}/`)) {
    return `${folder} may not reach into another folder: other packages are imported by name`;
  }
  if (area === "src" && !target.startsWith(`${folder}/src/`)) {
    return "src may import from its own src only";
  }
  if (area === "bench" && !target.startsWith(`${folder}/bench/`)) {
    return "a benchmark imports the public API, by the package's name";
  }
  return undefined;
}

/**
 * Says why `path` may not import `specifier`, or returns undefined if it may.
 *
 * @param {string} path  the importing file, relative to the repository's root, with forward slashes
 * @param {string} specifier  what is imported, as written
 * @param {boolean} lazy  true for `import()` and for imports of types only
 * @returns {string | undefined}
 */
export function whyNot(path, specifier, lazy) {
  const [folder = "", area = ""] = path.split("/");
  const rule = Object.hasOwn(importRules, folder) ? importRules[folder] : undefined;
  if (rule === undefined) {
    // The house's own files: tools, configuration.
    return specifier.startsWith(`${SCOPE}examples`) ? "nobody imports examples" : undefined;
  }
  if (specifier.startsWith(".")) return checkRelative(path, specifier, folder, area);

  if (/\/(generated|golden)\//.test(path)) {
    return specifier === GENERATED_CODE_DOOR
      ? undefined
      : `generated code imports ${GENERATED_CODE_DOOR} only`;
  }

  const isShipped = area === "src" || area === "bin";
  const { name, subpath } = splitSpecifier(specifier);
  if (name.startsWith(SCOPE)) {
    const target = name.slice(SCOPE.length);
    if (target === "examples") return "nobody imports examples";
    if (/^(src|dist|test|bench)(\/|$)/.test(subpath)) {
      return "another package is used through its exports map only";
    }
    if (folder === "examples" && subpath === "internal") {
      return "examples use public exports only";
    }
    if (target === folder)
      return isShipped ? "a package does not import itself by name" : undefined;
    if (rule.packages.includes(target)) return undefined;
    if (rule.lazyPackages.includes(target)) {
      return lazy ? undefined : `${folder} imports ${name} lazily, by import(), or as types`;
    }
    return `${folder} may import ${list(rule.packages.map((each) => SCOPE + each))}`;
  }

  // Tests and benchmarks use node: and the development dependencies freely.
  if (!isShipped) return undefined;
  if (specifier.startsWith("node:")) {
    return rule.node ? undefined : `${folder} runs in browsers too: no node: modules`;
  }
  if (rule.external.includes(name)) return undefined;
  if (rule.lazyExternal.includes(name)) {
    return lazy ? undefined : `${folder} imports ${name} lazily, by import(), or as types`;
  }
  return `${name} is not among the third-party packages of ${folder}`;
}

function list(/** @type {readonly string[]} */ names) {
  return names.length === 0 ? "nothing" : `${names.join(", ")} only`;
}
