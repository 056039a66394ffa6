/**
 * Finds and reads the configuration, without checking it: `sbe generate` with nothing changed has
 * no time for that, and what it read was checked the last time.
 */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { readInputFile } from "../cli/files.js";
import type { CliIo } from "../cli/io.js";
import { InputError } from "../cli/usage-error.js";
import { JsonSyntaxError, parseLocatedJson, type LocatedJson } from "./located-json.js";

/** Names that are looked for in the current folder, in this order. */
export const CONFIG_FILES = ["sbe.config.json", "sbe.config.mjs"] as const;

/** A configuration as it was read. */
export interface RawConfig {
  /** As the user named it, or one of {@link CONFIG_FILES}. */
  readonly file: string;
  /** Absolute; what the paths of the configuration are relative to. */
  readonly folder: string;
  /** Not checked yet. */
  readonly value: unknown;
  /** Undefined for a module, whose values have no place. */
  readonly json: LocatedJson | undefined;
}

/**
 * Reads the configuration that `--config` names, or the one of the current folder.
 *
 * @returns undefined where none is named and there is none
 * @throws {InputError} if it cannot be read, is no JSON, at the line, or cannot be loaded
 */
export async function findConfig(
  named: string | undefined,
  io: CliIo,
): Promise<RawConfig | undefined> {
  const file = named ?? CONFIG_FILES.find((name) => isThere(name, io));
  if (file === undefined) return undefined;
  const path = resolve(io.cwd, file);
  const folder = dirname(path);
  if (!/\.m?js$/.test(file)) {
    const json = parse(file, readInputFile(file, io));
    return { file, folder, value: json.value, json };
  }
  return { file, folder, value: await load(file, path, io), json: undefined };
}

/** A configuration that comes to be matters to whoever remembers a run. */
function isThere(name: string, io: CliIo): boolean {
  const path = resolve(io.cwd, name);
  const isFound = existsSync(path);
  if (!isFound) io.onRead?.(path, undefined);
  return isFound;
}

function parse(file: string, bytes: Uint8Array): LocatedJson {
  try {
    return parseLocatedJson(new TextDecoder().decode(bytes));
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const { line, column } = error.place;
    throw new InputError(file, "CONFIG_INVALID", error.message, line, column, { cause: error });
  }
}

let loads = 0;

async function load(file: string, path: string, io: CliIo): Promise<unknown> {
  readInputFile(file, io); // says that it is missing in the words of any other file
  let loaded: unknown;
  try {
    // A module is loaded once for each address: with --watch it must be loaded again.
    loaded = await import(`${pathToFileURL(path).href}?load=${loads++}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new InputError(file, "CONFIG_INVALID", `configuration must load: ${reason}`, 1, 1, {
      cause: error,
    });
  }
  if (typeof loaded !== "object" || loaded === null || !("default" in loaded)) {
    throw new InputError(file, "CONFIG_INVALID", "configuration must be the default export");
  }
  return loaded.default;
}
