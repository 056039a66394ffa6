/**
 * Builds the documentation site to `.build/docs/` and checks its links: `npm run docs`.
 *
 * `npm run docs -- --serve` shows it while pages are written; it has to be started anew for new pages.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { brokenSiteLinks } from "./docs/check-site.mjs";
import { slugOf } from "./docs/links.mjs";
import { REPOSITORY, stage } from "./docs/stage.mjs";
import { version } from "./docs/api.mjs";
import { root, run, bin } from "./workspaces.mjs";

const SOURCE = join(root, ".build/docs-pages");
const SITE = join(root, ".build/docs");

const { files, sidebar } = stage();
const CONFIG = {
  title: "Alerion",
  description: "Simple Binary Encoding and the Aeron family in native TypeScript",
  outDir: SITE,
  lastUpdated: false,
  // No address of its own yet: works below any path once `ALERION_DOCS_BASE` names it.
  base: process.env["ALERION_DOCS_BASE"] ?? "/",
  markdown: { html: false, theme: { light: "github-light", dark: "github-dark" } },
  themeConfig: {
    sidebar,
    nav: [
      { text: "Start", link: "/start" },
      { text: "Guide", link: "/guide" },
      { text: "API", link: "/api/runtime" },
      { text: `v${version()}`, link: `${REPOSITORY}/releases` },
    ],
    outline: [2, 3],
    search: { provider: "local" },
    socialLinks: [{ icon: "github", link: REPOSITORY }],
  },
};

rmSync(SOURCE, { recursive: true, force: true });
for (const [path, text] of files) write(path, text);
write("package.json", '{ "type": "module" }\n');
// Headings are named as on GitHub, so that a link works in both places.
write(
  ".vitepress/config.js",
  `const slugify = ${slugOf.toString()};
const config = ${JSON.stringify(CONFIG, undefined, 2)};
config.markdown.anchor = { slugify };
config.markdown.toc = { slugify };
export default config;
`,
);

function write(/** @type {string} */ path, /** @type {string} */ text) {
  const file = join(SOURCE, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

if (process.argv.includes("--serve")) {
  run(bin("vitepress"), ["dev", SOURCE]);
} else {
  run(bin("vitepress"), ["build", SOURCE]);
  const broken = brokenSiteLinks(SITE);
  for (const link of broken) console.error(link);
  console.log(`site built: .build/docs, ${files.size} pages; broken links=${broken.length}`);
  if (broken.length > 0) process.exitCode = 1;
}
