import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";
import { compiledTemplates } from "./tools/compile-templates.mjs";
import { TotalsReporter } from "./tools/totals-reporter.mjs";

const root = dirname(fileURLToPath(import.meta.url));

/**
 * `@alerion/*` resolves to the sources, so tests need no build. The exports map of each package is the one
 * list of entry points: `./dist/x.js` is built from `./src/x.ts`.
 */
function sourceAliases(): { find: RegExp; replacement: string }[] {
  const rootManifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    workspaces: string[];
  };
  return rootManifest.workspaces.flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as {
      name: string;
      exports?: Record<string, { default: string } | string>;
    };
    return Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) => {
      if (typeof target === "string") return [];
      const source = join(
        root,
        folder,
        target.default.replace(/^\.\/dist\//, "src/").replace(/\.js$/, ".ts"),
      );
      if (!existsSync(source)) return [];
      const specifier = manifest.name + subpath.slice(1);
      return [{ find: new RegExp(`^${specifier.replaceAll("/", "\\/")}$`), replacement: source }];
    });
  });
}

/**
 * What runs in which mode: `vitest run` the everyday tests, `--mode slow` those that take minutes,
 * `--mode interop` those against the Java reference implementations (`npm run interop`).
 */
function filesOf(mode: string): { include: string[]; exclude: string[] } {
  switch (mode) {
    case "slow":
    case "interop":
      return { include: [`*/test/**/*.${mode}.test.ts`], exclude: configDefaults.exclude };
    default:
      return {
        include: ["*/test/**/*.test.ts"],
        exclude: [...configDefaults.exclude, "**/*.slow.test.ts", "**/*.interop.test.ts"],
      };
  }
}

/** Tests print with the templates as they are now, not as they were built. */
const templates = {
  name: "alerion:templates",
  load: (id: string) =>
    id.endsWith("/print/compiled-templates.ts") ? compiledTemplates() : undefined,
};

export default defineConfig(({ mode }) => ({
  plugins: [templates],
  resolve: { alias: sourceAliases() },
  test: {
    ...filesOf(mode),
    // Machines with two busy cores; a test that hangs is found all the same.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Last, so that the totals are the last line.
    reporters: ["default", new TotalsReporter()],
  },
}));
