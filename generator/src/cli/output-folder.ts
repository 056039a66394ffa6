/** Where results go: one folder, names that do not meet, all files or none. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { CliIo } from "./io.js";
import type { ParsedOptions } from "./option-parser.js";
import { InputError, UsageError } from "./usage-error.js";

/** A file to be written, relative to the output folder. */
export interface OutputFile {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/**
 * The folder that `-o` names, absolute.
 *
 * @throws {UsageError} without `-o`
 */
export function outputFolder(options: ParsedOptions, io: CliIo): string {
  const folder = options.values.get("output");
  if (folder === undefined) throw new UsageError("a folder must be given: -o DIR");
  return resolve(io.cwd, folder);
}

/**
 * Makes sure that every schema has an output of its own.
 *
 * @throws {InputError} if two have the same base name, also where only case differs
 */
export function checkBaseNames(
  inputs: readonly { readonly file: string; readonly baseName: string }[],
): void {
  const seen = new Map<string, string>();
  for (const { file, baseName } of inputs) {
    // Some file systems do not tell upper from lower case.
    const key = baseName.toLowerCase();
    const other = seen.get(key);
    if (other !== undefined) {
      throw new InputError(
        file,
        "OUTPUT_CLASH",
        `schemas must have different base names: name=${baseName} other=${other}`,
      );
    }
    seen.set(key, file);
  }
}

/**
 * Writes all files or none: each beside its place first, then all are moved there.
 *
 * @throws {InputError} OUTPUT_UNWRITABLE
 */
export function writeFiles(folder: string, files: readonly OutputFile[]): void {
  const written: { readonly temporary: string; readonly path: string }[] = [];
  try {
    for (const file of files) {
      const path = join(folder, file.path);
      mkdirSync(dirname(path), { recursive: true });
      const temporary = `${path}.${process.pid}.tmp`;
      written.push({ temporary, path });
      writeFileSync(temporary, file.content);
    }
    for (const { temporary, path } of written) renameSync(temporary, path);
  } catch (error) {
    for (const { temporary } of written) rmSync(temporary, { force: true });
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new InputError(
      folder,
      "OUTPUT_UNWRITABLE",
      `output folder must be writable: reason=${reason}`,
      1,
      1,
      { cause: error },
    );
  }
}
