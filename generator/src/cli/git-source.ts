/** Files as they were at a branch, tag or commit: `git:REF:path`. */
import { spawnSync } from "node:child_process";
import { isAbsolute, relative, resolve } from "node:path";
import type { IncludeResolver } from "@alerion/schema";
import { SCHEMA_FILE_BYTES_MAX } from "./files.js";
import type { CliIo } from "./io.js";
import { InputError, UsageError } from "./usage-error.js";

/** What stands behind `git:`. */
export interface GitName {
  readonly ref: string;
  /** Relative to the current folder, like any other path. */
  readonly path: string;
}

const PREFIX = "git:";

/**
 * Takes `git:REF:path` apart; undefined for a plain file name.
 *
 * @throws {UsageError} if ref or path is missing
 */
export function gitNameOf(name: string): GitName | undefined {
  if (!name.startsWith(PREFIX)) return undefined;
  const colon = name.indexOf(":", PREFIX.length);
  const ref = colon < 0 ? "" : name.slice(PREFIX.length, colon);
  const path = colon < 0 ? "" : name.slice(colon + 1);
  // What begins with a dash would be an option of git.
  if (ref === "" || ref.startsWith("-") || path === "") {
    throw new UsageError(`a file in git must be named git:REF:path: name=${name}`);
  }
  return { ref, path };
}

/**
 * Reads a file of a commit.
 *
 * @throws {InputError} FILE_NOT_FOUND, GIT_FAILED
 */
export function readGitFile({ ref, path }: GitName, io: CliIo): Uint8Array {
  const result = spawnSync("git", ["show", `${ref}:${pathInGit(path, io)}`], {
    cwd: io.cwd,
    maxBuffer: SCHEMA_FILE_BYTES_MAX,
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (result.status === 0) return result.stdout;
  const file = `${path}@${ref}`;
  if (result.error !== undefined) {
    throw new InputError(file, "GIT_FAILED", `git must run: reason=${result.error.message}`, 1, 1, {
      cause: result.error,
    });
  }
  const [said = ""] = result.stderr.toString("utf8").trim().split("\n");
  throw new InputError(file, "GIT_FAILED", `git must have the file: ${said}`);
}

/** Includes come from the same commit. */
export function gitIncludes(
  name: GitName,
  root: string | undefined,
  io: CliIo,
): { readonly resolver: IncludeResolver; readonly includeRoot?: string } {
  const resolver: IncludeResolver = {
    read(path) {
      try {
        return readGitFile({ ref: name.ref, path }, io);
      } catch (error) {
        if (error instanceof InputError) return undefined;
        throw error;
      }
    },
  };
  return root === undefined ? { resolver } : { resolver, includeRoot: root };
}

/** `./` makes git take the path from the current folder instead of from the repository's root. */
function pathInGit(path: string, io: CliIo): string {
  const local = isAbsolute(path) ? relative(io.cwd, resolve(path)) : path;
  return `./${local.replaceAll("\\", "/")}`;
}
