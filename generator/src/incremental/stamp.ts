/**
 * The memory of `sbe generate`: what the last run with the same command line read, wrote and said.
 * If all of that is still so, there is nothing to do, and the heavy parts are not even loaded.
 *
 * Stamps lie in `node_modules/.cache/alerion-sbe/`, where a project's tools keep what may be thrown
 * away; without a `node_modules` folder nothing is remembered. A stamp that cannot be read or
 * written costs time, never correctness.
 */
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isUnchanged, type Snapshot } from "./snapshot.js";

/** A file that a run wrote or left as it was. */
export interface StampedOutput {
  /** Absolute. */
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** One successful run. */
export interface Stamp {
  readonly format: typeof STAMP_FORMAT;
  /** Of the generator that ran; see identity.ts. */
  readonly identity: string;
  /** Hash of the command line, the configuration and the current folder. */
  readonly request: string;
  readonly inputs: Snapshot;
  readonly outputs: readonly StampedOutput[];
  /** What the run printed: warnings must not vanish because nothing changed. */
  readonly stdout: string;
  readonly stderr: string;
}

/** Raised when the form of a stamp changes. */
export const STAMP_FORMAT = 1;

/** Where the stamp of a command line lies; undefined where nothing can be remembered. */
export function stampFile(cwd: string, key: string): string | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const modules = join(folder, "node_modules");
    if (isFolder(modules)) return join(modules, ".cache", "alerion-sbe", `${key}.json`);
    if (folder === dirname(folder)) return undefined;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Reads a stamp; undefined for none, a damaged one, or one of another form. */
export function readStamp(file: string): Stamp | undefined {
  try {
    const stamp = JSON.parse(readFileSync(file, "utf8")) as Stamp;
    return stamp.format === STAMP_FORMAT ? stamp : undefined;
  } catch {
    return undefined;
  }
}

/** Writes a stamp, whole or not at all. */
export function writeStamp(file: string, stamp: Stamp): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify(stamp));
    renameSync(temporary, file);
  } catch {
    // Remembering is a convenience.
  }
}

/** Describes written files as they lie there now; undefined if one does not. */
export function stampOutputs(paths: readonly string[]): readonly StampedOutput[] | undefined {
  const outputs: StampedOutput[] = [];
  for (const path of paths) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    outputs.push({ path, size: found.size, mtimeMs: found.mtimeMs });
  }
  return outputs;
}

/** True if a run now would read, write and say the same as the one of the stamp. */
export function isCurrent(stamp: Stamp, identity: string, request: string, cwd: string): boolean {
  try {
    return (
      stamp.identity === identity &&
      stamp.request === request &&
      stamp.outputs.every(({ path, size, mtimeMs }) => {
        const found = statSync(path, { throwIfNoEntry: false });
        return found?.size === size && found.mtimeMs === mtimeMs;
      }) &&
      isUnchanged(stamp.inputs, cwd)
    );
  } catch {
    // A stamp that somebody has edited.
    return false;
  }
}
