import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { AlerionError } from "@alerion/runtime";

/**
 * The file that a worker thread starts from cannot be found: the program was bundled into one file.
 *
 * Code `WORKER_NOT_FOUND`. Give its location with the option that the message names, or run the agent in a
 * thread of your own.
 */
export class WorkerNotFoundError extends AlerionError {
  override readonly name: string = "WorkerNotFoundError";

  constructor(specifier: string, option: string) {
    super(
      "WORKER_NOT_FOUND",
      `worker file must lie beside the program or in node_modules: specifier=${specifier} option=${option}`,
    );
  }
}

/**
 * Finds the file of a worker: beside the module that asks, or, when that was bundled away, in the package.
 *
 * @param url beside the asking module, as `new URL("./x.js", import.meta.url)`: webpack then emits the file
 * @param specifier how the package exports it
 * @param option name of the option with which a user may say where it is, for the error
 * @throws {WorkerNotFoundError} if it is in neither place
 */
export function locateWorker(url: URL, specifier: string, option: string): URL {
  if (url.protocol === "file:" && existsSync(fileURLToPath(url))) return url;
  try {
    const path = createRequire(url).resolve(specifier);
    return new URL(`file://${path}`);
  } catch {
    throw new WorkerNotFoundError(specifier, option);
  }
}
