/** Looks at the built site: every link within it leads to a page and an element that are there. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Links of the built pages that lead nowhere.
 *
 * @param {string} folder  of the built site
 * @returns {string[]}
 */
export function brokenSiteLinks(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".html") && name !== "404.html");
  const html = new Map(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
  const ids = new Map(
    [...html].map(([name, text]) => [
      name,
      new Set([...text.matchAll(/\sid="([^"]+)"/g)].map(([, id = ""]) => id)),
    ]),
  );
  return [...html].flatMap(([name, text]) =>
    [...text.matchAll(/<a\b[^>]*?\shref="([^"]+)"/g)].flatMap(([, href = ""]) => {
      if (/^[a-z]+:|^\/\//.test(href)) return [];
      const { pathname, hash } = new URL(href, `http://site/${name}`);
      const path = decodeURIComponent(pathname.slice(1));
      const target = path === "" || path.endsWith("/") ? `${path}index.html` : path;
      if (!html.has(target)) {
        return existsSync(join(folder, target)) ? [] : [`${name}: ${href} names no page`];
      }
      const id = decodeURIComponent(hash.slice(1));
      if (id === "" || ids.get(target)?.has(id) === true) return [];
      return [`${name}: ${href} names no heading`];
    }),
  );
}
