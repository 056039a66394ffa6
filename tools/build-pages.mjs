/**
 * Makes the pages, each one HTML file with its script and styles in it: part of `npm run build`, after the packages.
 *
 *   examples/inspector/dist/inspector.html   needs no server; a copy in the generator is what `sbe hex --html` fills
 *   transport/dist/stat.html                 served by `alerion stat --web`
 *   examples/live-book/dist/live-book.html   served by the gateway of examples/src/live-book
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "./workspaces.mjs";

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

/** Bundles the page whose sources are in `folder` and writes it to each of `paths`. */
async function makePage(/** @type {string} */ folder, /** @type {readonly string[]} */ paths) {
  const source = join(root, folder);
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
  for (const path of paths) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), page);
  }
}

await Promise.all([
  makePage("examples/inspector/src", [
    "examples/inspector/dist/inspector.html",
    "generator/dist/inspector.html",
  ]),
  makePage("transport/stat-page/src", ["transport/dist/stat.html"]),
  makePage("examples/live-book/src", ["examples/live-book/dist/live-book.html"]),
]);
