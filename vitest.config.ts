import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";

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

export default defineConfig({
  resolve: { alias: sourceAliases() },
  test: {
    include: ["*/test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, "**/*.slow.test.ts", "**/*.interop.test.ts"],
  },
});
