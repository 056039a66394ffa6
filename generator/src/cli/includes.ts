/** XInclude with files: what a schema may include, and reading it. */
import { realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import type { IncludeResolver } from "@alerion/schema";
import { readInputFile } from "./files.js";
import type { CliIo } from "./io.js";
import { InputError } from "./usage-error.js";

/**
 * Lets a schema include files below a folder, also when links are followed.
 *
 * @param file  the schema as the user named it
 * @param root  the folder that the user allows; the schema's own where it is undefined
 */
export function includeSettings(
  file: string,
  root: string | undefined,
  io: CliIo,
): { readonly resolver: IncludeResolver; readonly includeRoot: string } {
  const folder = resolve(io.cwd, root ?? dirname(file));
  // In the same terms as the schema's name, for the comparison of texts that comes first.
  const includeRoot = isAbsolute(file) ? folder : relative(io.cwd, folder) || ".";
  return { includeRoot, resolver: { read: (path) => readBelow(path, folder, io) } };
}

function readBelow(path: string, folder: string, io: CliIo): Uint8Array | undefined {
  const absolute = resolve(io.cwd, path);
  const bytes = readIfBelow(absolute, folder, io);
  io.onRead?.(absolute, bytes);
  return bytes;
}

function readIfBelow(path: string, folder: string, io: CliIo): Uint8Array | undefined {
  try {
    const real = realpathSync(path);
    const root = realpathSync(folder);
    const isBelow = real.startsWith(root.endsWith(sep) ? root : root + sep);
    // Devices and pipes could keep us reading for ever.
    if (!isBelow || !statSync(real).isFile()) return undefined;
    return readInputFile(real, io);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}
