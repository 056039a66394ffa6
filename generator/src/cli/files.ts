/** Reading the files that a command line names. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { resolve } from "node:path";
import type { CliIo } from "./io.js";
import { InputError } from "./usage-error.js";

/** Greatest schema file that is read; XML has a lower limit of its own. */
export const SCHEMA_FILE_BYTES_MAX = 64 * 1024 * 1024;

/**
 * The bytes of a file that the user named.
 *
 * @throws {InputError} FILE_NOT_FOUND, FILE_UNREADABLE, FILE_TOO_LARGE
 */
export function readInputFile(file: string, io: CliIo): Uint8Array {
  const path = resolve(io.cwd, file);
  try {
    const bytes = readAtMost(path, file);
    io.onRead?.(path, bytes);
    return bytes;
  } catch (error) {
    io.onRead?.(path, undefined);
    if (error instanceof InputError) throw error;
    throw fileError(file, error);
  }
}

/** What a failed open or read means to the user. */
export function fileError(file: string, error: unknown): InputError {
  const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  return reason === "ENOENT"
    ? new InputError(file, "FILE_NOT_FOUND", "file must exist", 1, 1, { cause: error })
    : new InputError(file, "FILE_UNREADABLE", `file must be readable: reason=${reason}`, 1, 1, {
        cause: error,
      });
}

/** Looks at the size first, so that a wrong file does not fill the memory; devices have no size. */
function readAtMost(path: string, file: string): Uint8Array {
  const descriptor = openSync(path, "r");
  try {
    const { size } = fstatSync(descriptor);
    let bytes = new Uint8Array(Math.min(size, SCHEMA_FILE_BYTES_MAX) + 1);
    let length = 0;
    for (;;) {
      const count = readSync(descriptor, bytes, length, bytes.length - length, null);
      if (count === 0) return bytes.subarray(0, length);
      length += count;
      if (length > SCHEMA_FILE_BYTES_MAX) {
        throw new InputError(
          file,
          "FILE_TOO_LARGE",
          `schema file must not be larger than ${SCHEMA_FILE_BYTES_MAX} bytes`,
        );
      }
      if (length === bytes.length) {
        const larger = new Uint8Array(bytes.length * 2);
        larger.set(bytes);
        bytes = larger;
      }
    }
  } finally {
    closeSync(descriptor);
  }
}
