/** Links between the pages: whether each leads to a file, and to a heading in it. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { root } from "../workspaces.mjs";

const LINK = /\[(?:[^\]\\]|\\.)*\]\(([^)\s]+)\)/g;

/** The text of a page without its code, line by line. */
function proseOf(/** @type {string} */ page) {
  let isCode = false;
  return readFileSync(join(root, page), "utf8")
    .split("\n")
    .map((line) => {
      const isFence = /^\s*```/.test(line);
      if (isFence) isCode = !isCode;
      return isCode || isFence
        ? ""
        : line.replaceAll(/`[^`]*`/g, (code) => code.replaceAll(/[[\]]/g, " "));
    });
}

/** The anchors of a page, as GitHub and the site make them of headings. */
function anchorsOf(/** @type {string} */ page) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  return new Set(
    readFileSync(join(root, page), "utf8")
      .replaceAll(/^\s*```[^]*?^\s*```/gm, "")
      .split("\n")
      .filter((line) => /^#{1,6} /.test(line))
      .map((line) => {
        const slug = slugOf(line.replace(/^#+ /, ""));
        const count = seen.get(slug) ?? 0;
        seen.set(slug, count + 1);
        return count === 0 ? slug : `${slug}-${count}`;
      }),
  );
}

/** A heading as an anchor: GitHub's rule. */
export function slugOf(/** @type {string} */ heading) {
  return heading
    .trim()
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
}

/**
 * The file or folder that a relative link of a page names, from the root; undefined for addresses elsewhere.
 *
 * @returns {{ path: string, anchor: string } | undefined}
 */
export function targetOf(/** @type {string} */ page, /** @type {string} */ link) {
  if (/^[a-z][a-z+.-]*:/.test(link)) return undefined;
  const [path = "", anchor = ""] = link.split("#");
  const target = path === "" ? page : normalize(join(dirname(page), decodeURIComponent(path)));
  return { path: target.replaceAll("\\", "/").replace(/\/$/, ""), anchor };
}

/**
 * Links that lead nowhere, with their place.
 *
 * @param {readonly string[]} pages
 * @returns {string[]}
 */
export function brokenLinks(pages) {
  return pages.flatMap((page) =>
    proseOf(page).flatMap((line, index) =>
      [...line.matchAll(LINK)].flatMap(([, link = ""]) => {
        const why = whyBroken(page, link);
        return why === undefined ? [] : [`${page}:${index + 1}: ${link} ${why}`];
      }),
    ),
  );
}

function whyBroken(/** @type {string} */ page, /** @type {string} */ link) {
  const target = targetOf(page, link);
  if (target === undefined) return undefined;
  const path = join(root, target.path);
  if (target.path.startsWith("..") || !existsSync(path)) return "names no file";
  if (target.anchor === "" || !target.path.endsWith(".md") || !statSync(path).isFile())
    return undefined;
  return anchorsOf(target.path).has(target.anchor) ? undefined : "names no heading";
}
