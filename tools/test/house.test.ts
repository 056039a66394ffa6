import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { importRules, whyNot } from "../lint/import-rules.mjs";
import { totalsLine } from "../totals-reporter.mjs";
import { root, workspaces } from "../workspaces.mjs";

interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly type?: string;
  readonly license?: string;
  readonly sideEffects?: boolean;
  readonly engines?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function text(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

const packages = workspaces().map(({ folder }) => ({
  folder,
  manifest: JSON.parse(text(`${folder}/package.json`)) as Manifest,
}));
const published = packages.filter(({ manifest }) => manifest.private !== true);
const rootManifest = JSON.parse(text("package.json")) as Manifest;

describe("manifests", () => {
  test.each(packages)(
    "$folder is named after its folder, ESM, Apache-2.0",
    ({ folder, manifest }) => {
      expect(manifest).toMatchObject({
        name: `@alerion/${folder}`,
        type: "module",
        license: "Apache-2.0",
        engines: { node: ">=20" },
      });
      expect(existsSync(join(root, folder, "README.md"))).toBe(true);
    },
  );

  test.each(published)("$folder is fit to publish", ({ folder, manifest }) => {
    expect(manifest.sideEffects).toBe(false);
    expect(text(`${folder}/LICENSE`)).toBe(text("LICENSE"));
    for (const entry of Object.values(manifest.exports ?? {})) {
      // A file such as a JSON Schema stands as it is; a module has its types first.
      if (typeof entry === "string") expect(entry).toMatch(/^\.\/[^*]+\.json$/);
      else expect(Object.keys(entry)).toEqual(["types", "default"]);
    }
  });

  test("published packages share one version", () => {
    const config = JSON.parse(text(".changeset/config.json")) as { fixed: string[][] };
    expect(config.fixed.flat().sort()).toEqual(
      published.map(({ manifest }) => manifest.name).sort(),
    );
    expect(new Set(published.map(({ manifest }) => manifest.version)).size).toBe(1);
  });

  test("every version is exact, and every dependency has its reason written down", () => {
    const reasons = text("docs/dependencies.md");
    for (const { manifest } of [...packages, { manifest: rootManifest }]) {
      const all = { ...manifest.dependencies, ...manifest.devDependencies };
      for (const [name, version] of Object.entries(all)) {
        expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
        if (!name.startsWith("@alerion/")) expect(reasons).toContain(`| \`${name}\` `);
      }
    }
  });

  test("a package depends on what its import rules allow and on nothing else", () => {
    for (const { folder, manifest } of packages) {
      const rule = importRules[folder];
      const allowed = [
        ...[...(rule?.packages ?? []), ...(rule?.lazyPackages ?? [])].map(
          (name) => `@alerion/${name}`,
        ),
        ...(rule?.external ?? []),
        ...(rule?.lazyExternal ?? []),
      ];
      expect(allowed).toEqual(expect.arrayContaining(Object.keys(manifest.dependencies ?? {})));
    }
  });

  test("the lock file names no registry", () => {
    const lock = JSON.parse(text("package-lock.json")) as {
      packages: Record<string, { resolved?: string; link?: boolean }>;
    };
    const named = Object.values(lock.packages).filter(
      ({ resolved, link }) => resolved !== undefined && link !== true,
    );
    expect(named).toEqual([]);
  });
});

describe("the README's commands", () => {
  test.each(["npm test", "npm run quickstart"])("a fresh machine needs npm ci && %s", (command) => {
    expect(text("README.md").split("\n")).toContain(`npm ci && ${command}`);
    const script = command.replace(/^npm (run )?/, "");
    expect((JSON.parse(text("package.json")) as { scripts: object }).scripts).toHaveProperty(
      script,
    );
    // .ci/run looks the command up in the README rather than repeating it.
    expect(text(".ci/run")).toContain(`readme_command '${command}'`);
  });
});

describe("totals", () => {
  test("the line names the skipped only where there are some", () => {
    expect(totalsLine({ passed: 3, failed: 0, skipped: 0 })).toBe("3 passed, 0 failed");
    expect(totalsLine({ passed: 3, failed: 1, skipped: 2 })).toBe("3 passed, 1 failed, 2 skipped");
  });

  test("a run that left no totals counts as a failure", () => {
    const { stdout, status } = spawnSync(process.execPath, ["tools/totals.mjs", "absent"], {
      cwd: root,
      encoding: "utf8",
    });
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("0 passed, 1 failed");
    expect(status).toBe(1);
  });
});

/** The folders that a tsconfig references. Its comments stand on lines of their own. */
function references(path: string): string[] {
  const json = text(path).replaceAll(/^\s*\/\/.*$/gm, "");
  const config = JSON.parse(json) as { references?: { path: string }[] };
  return (config.references ?? []).map((reference) => reference.path.replace("../", "")).sort();
}

describe("project references", () => {
  const compiled = packages
    .map(({ folder }) => folder)
    .filter((folder) => existsSync(join(root, folder, "src")));

  test.each(["tsconfig.json", "tsconfig.build.json", "tsconfig.bench.json"])(
    "%s knows every package that has sources",
    (path) => {
      // Pages have types of their own: they are bundled, not built.
      const known = references(path).filter((folder) => !folder.includes("/"));
      expect(known).toEqual([...compiled].sort());
    },
  );

  test.each(compiled)("%s references only what it may import", (folder) => {
    const rule = importRules[folder];
    const allowed = [...(rule?.packages ?? []), ...(rule?.lazyPackages ?? [])];
    expect(allowed).toEqual(expect.arrayContaining(references(`${folder}/tsconfig.json`)));
  });
});

describe("import rules", () => {
  test("every workspace has a rule", () => {
    expect(Object.keys(importRules).sort()).toEqual(packages.map(({ folder }) => folder).sort());
  });

  test("no package may import one that may import it", () => {
    for (const [folder, { packages: allowed }] of Object.entries(importRules)) {
      for (const target of allowed) expect(importRules[target]?.packages).not.toContain(folder);
    }
  });

  test("the house's own scripts may import what they need, but not examples", () => {
    expect(whyNot("tools/bench.mjs", "mitata", false)).toBeUndefined();
    expect(whyNot("tools/bench.mjs", "@alerion/examples", false)).toBe("nobody imports examples");
  });
});
