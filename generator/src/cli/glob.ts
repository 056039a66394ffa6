/** Files by pattern, for shells and scripts that hand patterns on unexpanded. */
import { readdirSync, type Dirent } from "node:fs";
import { join } from "node:path";

/** True where the text is a pattern rather than a path. */
export function isPattern(text: string): boolean {
  return /[*?]/.test(text);
}

/**
 * The files that a pattern names, sorted. `*` and `?` stay within a folder name, `**` is any number
 * of folders. Folders that cannot be read match nothing; links to folders are not followed.
 *
 * @param onFolder  is told each folder that was looked into, written like the pattern
 * @returns paths written like the pattern: relative where it is relative
 */
export function expandPattern(
  pattern: string,
  cwd: string,
  onFolder: (folder: string) => void = () => undefined,
): readonly string[] {
  const steps = pattern.split("/");
  const found: string[] = [];
  const first = steps[0] === "" ? "/" : "";
  const search = { cwd, found, onFolder };
  expand(first, first === "" ? steps : steps.slice(1), search);
  return [...new Set(found)].sort();
}

interface Search {
  readonly cwd: string;
  readonly found: string[];
  readonly onFolder: (folder: string) => void;
}

function expand(base: string, steps: readonly string[], search: Search): void {
  const [step, ...rest] = steps;
  if (step === undefined) return;
  if (!isPattern(step)) {
    const path = base === "" ? step : join(base, step);
    if (rest.length > 0) expand(path === "" ? "." : path, rest, search);
    else if (entriesOf(base, search).some((entry) => entry.name === step && entry.isFile())) {
      search.found.push(path);
    }
    return;
  }
  if (step === "**") expand(base, rest, search);
  const matcher = step === "**" ? /^[^.]/ : matcherOf(step);
  for (const entry of entriesOf(base, search)) {
    if (!matcher.test(entry.name)) continue;
    const path = base === "" ? entry.name : join(base, entry.name);
    if (entry.isDirectory()) expand(path, step === "**" ? steps : rest, search);
    else if (rest.length === 0 && step !== "**") search.found.push(path);
  }
}

function entriesOf(base: string, { cwd, onFolder }: Search): Dirent[] {
  onFolder(base === "" ? "." : base);
  try {
    return readdirSync(base.startsWith("/") ? base : join(cwd, base), { withFileTypes: true });
  } catch {
    return [];
  }
}

/** The step as a regular expression; like in a shell a leading `*` does not match dot files. */
function matcherOf(step: string): RegExp {
  const source = step
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${/^[*?]/.test(step) ? "(?!\\.)" : ""}${source}$`);
}
