/** The pages of the documentation and the code on them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root, workspaces } from "../workspaces.mjs";

/**
 * A fenced block of code.
 *
 * @typedef {object} Block
 * @property {string} page  path from the repository's root, with `/`
 * @property {string} language  what stands behind the fence; empty for none
 * @property {number} line  of its first line of code, from 1
 * @property {string} text
 */

/** Markdown files below a folder, with `/`, sorted. */
function markdownBelow(/** @type {string} */ folder) {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((name) => name.endsWith(".md") && !/\/(node_modules|dist|test)\//.test(name))
    .sort();
}

/**
 * All pages: the README, those of the packages, `docs/` and the `docs/` of each package.
 *
 * @returns {string[]} paths from the repository's root
 */
export function pages() {
  const folders = workspaces().map(({ folder }) => folder);
  return ["README.md", "CONTRIBUTING.md", ...["docs", ...folders].flatMap(markdownBelow)].filter(
    (page) => !page.endsWith("CHANGELOG.md"),
  );
}

/**
 * The blocks of a page.
 *
 * @returns {Block[]}
 */
export function blocksOf(/** @type {string} */ page) {
  const lines = readFileSync(join(root, page), "utf8").split("\n");
  /** @type {Block[]} */
  const blocks = [];
  for (let at = 0; at < lines.length; at++) {
    const open = /^(\s*)(`{3,})([\w-]*)/.exec(lines[at] ?? "");
    if (open === null) continue;
    const [, indent = "", fence = "", language = ""] = open;
    const start = at + 1;
    const end = lines.findIndex((line, index) => index >= start && line.trim() === fence);
    if (end < 0) throw new Error(`block must end: ${page}:${start}`);
    const text = lines
      .slice(start, end)
      .map((line) => line.slice(indent.length))
      .join("\n");
    blocks.push({ page, language, line: start + 1, text: `${text}\n` });
    at = end;
  }
  return blocks;
}

/** All blocks of all pages. */
export function allBlocks() {
  return pages().flatMap(blocksOf);
}
