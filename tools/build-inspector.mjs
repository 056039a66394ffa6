/**
 * Makes the inspector, one HTML file that needs no server: examples/inspector/dist/inspector.html, and a copy in the generator,
 * which `sbe hex --html` puts a state into. Part of `npm run build`, after the packages.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "./workspaces.mjs";

const source = join(root, "examples/inspector/src");

/** One output of a build, as text. */
async function textOf(/** @type {import("esbuild").BuildOptions} */ options) {
  const { outputFiles = [] } = await build({
    absWorkingDir: root,
    bundle: true,
    minify: true,
    write: false,
    logLevel: "warning",
    ...options,
  });
  return outputFiles[0]?.text.trim() ?? "";
}

const script = await textOf({
  entryPoints: [join(source, "main.ts")],
  format: "esm",
  platform: "browser",
  target: "es2022",
  loader: { ".xml": "text" },
});
const styles = await textOf({ entryPoints: [join(source, "styles.css")], target: "chrome123" });
const page = readFileSync(join(source, "page.html"), "utf8")
  .replaceAll(/\n\s+/g, "\n")
  .replace("/*STYLES*/", () => styles)
  .replace("/*SCRIPT*/", () => script);

for (const folder of ["examples/inspector/dist", "generator/dist"]) {
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, folder, "inspector.html"), page);
}
