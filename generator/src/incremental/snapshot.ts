/** What a run looked at, so that a later one can tell whether it would look at the same. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { expandPattern, isPattern } from "../cli/glob.js";

/** A file that was looked at; `hash` is null for one that is not there, or is no file. */
export interface SeenFile {
  /** Absolute. */
  readonly path: string;
  readonly hash: string | null;
}

/** A pattern and the files that it named. */
export interface SeenPattern {
  readonly pattern: string;
  readonly files: readonly string[];
}

/** All inputs of a run. */
export interface Snapshot {
  readonly files: readonly SeenFile[];
  readonly patterns: readonly SeenPattern[];
}

/** Hash of any text or bytes. */
export function hashOf(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("base64url");
}

/** The patterns among the names of a command line, with the files that they name now. */
export function seenPatterns(names: readonly string[], cwd: string): readonly SeenPattern[] {
  return names
    .filter((name) => isPattern(name))
    .map((pattern) => ({ pattern, files: expandPattern(pattern, cwd) }));
}

/** True while every input is as it was. */
export function isUnchanged({ files, patterns }: Snapshot, cwd: string): boolean {
  return (
    files.every(({ path, hash }) => hashOfFile(path) === hash) &&
    patterns.every(
      ({ pattern, files: named }) => expandPattern(pattern, cwd).join("\0") === named.join("\0"),
    )
  );
}

/** Folders in which a change of these inputs shows, absolute. */
export function foldersOf({ files, patterns }: Snapshot, cwd: string): readonly string[] {
  const folders = new Set(files.map(({ path }) => dirname(path)));
  for (const { pattern } of patterns) {
    expandPattern(pattern, cwd, (folder) => folders.add(resolve(cwd, folder)));
  }
  return [...folders].sort();
}

function hashOfFile(path: string): string | null {
  try {
    return hashOf(readFileSync(path));
  } catch {
    return null;
  }
}
