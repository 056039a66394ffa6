/** Lays the pages out as the site has them: from where they stand in the repository, with their links rewritten. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { root, workspaces } from "../workspaces.mjs";
import { apiPage, entries } from "./api.mjs";
import { targetOf } from "./links.mjs";
import { NAV } from "./nav.mjs";
import { pages } from "./pages.mjs";

/** Where the sources are, for links to what is no page. */
const { repository } = /** @type {{ repository: { url: string } }} */ (
  JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
);
export const REPOSITORY = repository.url.replace(/^git\+/, "").replace(/\.git$/, "");

/** The path of a page on the site. */
function sitePath(/** @type {string} */ page) {
  if (page === "README.md") return "index.md";
  const parts = page.split("/");
  const isPackage = workspaces().some(({ folder }) => folder === parts[0]);
  if (isPackage) return `packages/${page.replace(/\/README\.md$/, ".md").replace("/docs/", "/")}`;
  return page
    .replace(/^docs\//, "")
    .replace(/README\.md$/, "index.md")
    .toLowerCase();
}

/** The first heading. */
function titleOf(/** @type {string} */ text) {
  return /^# (.+)$/m.exec(text)?.[1]?.replaceAll("`", "") ?? "Untitled";
}

/**
 * All files of the site by their path, and its sidebar.
 *
 * @returns {{ files: Map<string, string>, sidebar: { text: string, items: { text: string, link: string }[] }[] }}
 */
export function stage() {
  const all = pages();
  const byPage = new Map(all.map((page) => [page, sitePath(page)]));
  /** @type {Map<string, string>} */
  const files = new Map();
  /** @type {Map<string, { text: string, link: string }>} */
  const items = new Map();
  for (const [page, path] of byPage) {
    const text = readFileSync(join(root, page), "utf8");
    files.set(path, rewritten(page, path, text, byPage));
    items.set(page, { text: page === "README.md" ? "Alerion" : titleOf(text), link: linkTo(path) });
  }
  const api = entries();
  for (const folder of new Set(api.map((entry) => entry.folder))) {
    const path = `api/${folder}.md`;
    files.set(
      path,
      apiPage(
        folder,
        api.filter((entry) => entry.folder === folder),
      ),
    );
    items.set(path, { text: `@alerion/${folder}`, link: linkTo(path) });
  }
  return { files, sidebar: sidebarOf(items) };
}

function linkTo(/** @type {string} */ path) {
  return `/${path.replace(/\.md$/, "").replace(/(^|\/)index$/, "$1")}`;
}

function sidebarOf(/** @type {Map<string, { text: string, link: string }>} */ items) {
  const left = new Set(items.keys());
  const groups = NAV.map(({ text, folder, pages: named }) => {
    const there = named.filter((page) => left.delete(page));
    return { text, folder, pages: there };
  });
  // What nobody put into an order: new pages appear by themselves.
  for (const page of [...left].sort()) {
    const folder = /^\w+\/docs\//.test(page) ? "packages" : posix.dirname(page);
    const group = groups.find((each) => each.folder === folder) ?? groups.at(-1);
    group?.pages.push(page);
  }
  return groups
    .filter(({ pages: named }) => named.length > 0)
    .map(({ text, pages: named }) => ({
      text,
      items: named.flatMap((page) => items.get(page) ?? []),
    }));
}

/** Links to pages become links on the site, links to sources ones to the repository; code is left alone. */
function rewritten(
  /** @type {string} */ page,
  /** @type {string} */ path,
  /** @type {string} */ text,
  /** @type {Map<string, string>} */ byPage,
) {
  let isCode = false;
  return text
    .split("\n")
    .map((line) => {
      if (/^\s*```/.test(line)) isCode = !isCode;
      if (isCode) return line;
      return line.replaceAll(/\]\(([^)\s]+)\)/g, (all, link) => {
        const target = targetOf(page, String(link));
        if (target === undefined) return all;
        return `](${siteLink(path, target, byPage)})`;
      });
    })
    .join("\n");
}

function siteLink(
  /** @type {string} */ from,
  /** @type {{ path: string, anchor: string }} */ { path, anchor },
  /** @type {Map<string, string>} */ byPage,
) {
  const hash = anchor === "" ? "" : `#${anchor}`;
  const site = byPage.get(path) ?? byPage.get(`${path}/README.md`);
  if (site !== undefined) {
    const relative = posix.relative(posix.dirname(from), site);
    return `${relative.startsWith(".") ? relative : `./${relative}`}${hash}`;
  }
  const file = join(root, path);
  const kind = existsSync(file) && statSync(file).isDirectory() ? "tree" : "blob";
  return `${REPOSITORY}/${kind}/main/${path}${hash}`;
}
