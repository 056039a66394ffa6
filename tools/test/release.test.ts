import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { VERSION_SOURCES, versionPackages } from "../release/version-packages.mjs";
import { root, workspaces } from "../workspaces.mjs";

const CHANGESET = join(root, "node_modules/@changesets/cli/bin.js");

/** What a release touches, as a repository of its own. */
function copyOfRepository(): string {
  const folder = mkdtempSync(join(tmpdir(), "alerion-release-"));
  const manifests = workspaces().map((workspace) => `${workspace.folder}/package.json`);
  for (const path of ["package.json", ".changeset", ...manifests, ...VERSION_SOURCES]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const git = (...args: string[]) =>
    spawnSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
      cwd: folder,
    });
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-qm", "all");
  return folder;
}

test("a release raises all versions together, wherever one stands, and gathers the entries", () => {
  const folder = copyOfRepository();
  try {
    const version = versionPackages(folder, CHANGESET);
    expect(version).toMatch(/^[0-9]+\.[0-9]+\.[0-9]+$/);
    expect(version).not.toBe("0.0.0");
    const read = (path: string) => readFileSync(join(folder, path), "utf8");
    for (const { folder: name, manifest } of workspaces()) {
      const raised = JSON.parse(read(`${name}/package.json`)) as {
        version: string;
        dependencies?: Record<string, string>;
      };
      if (manifest.private !== true) {
        expect(raised.version).toBe(version);
        expect(read(`${name}/CHANGELOG.md`)).toContain(`## ${version}`);
      }
      for (const [dependency, range] of Object.entries(raised.dependencies ?? {})) {
        if (dependency.startsWith("@alerion/"))
          expect(range, `${name} ${dependency}`).toBe(version);
      }
    }
    for (const source of VERSION_SOURCES) expect(read(source)).toContain(`VERSION = "${version}"`);
    expect(read("generator/CHANGELOG.md")).toContain("Vite, Rollup, Rolldown");
    expect(existsSync(join(folder, ".changeset/bundler-plugin.md"))).toBe(false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
