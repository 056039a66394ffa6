import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker, type WorkerOptions } from "node:worker_threads";
import { AlerionError } from "@alerion/runtime";

/**
 * The code that a worker thread starts from cannot be found.
 *
 * Code `WORKER_NOT_FOUND`. Give the location of its file with the option that the message names.
 */
export class WorkerNotFoundError extends AlerionError {
  override readonly name: string = "WorkerNotFoundError";

  constructor(specifier: string, option: string) {
    super(
      "WORKER_NOT_FOUND",
      `worker's code must lie beside the program, in the bundle or in node_modules: specifier=${specifier} option=${option}`,
    );
  }
}

/** Where the code of a worker may be. */
export interface WorkerSearch {
  /** `import.meta.url` of the module that asks. */
  readonly base: string;
  /** Path of the worker's file from there, e.g. `./x-worker.js`. */
  readonly path: string;
  /** Brings the worker as one text: a bundler packs that with the program. `undefined` where it was not built. */
  readonly embedded: () => Promise<{ readonly source: string | undefined }>;
  /** How the package exports it. */
  readonly specifier: string;
  /** Where a user says it is, and the name of the option, for the error. */
  readonly given: URL | undefined;
  readonly option: string;
}

/** Starts the thread. */
export type StartWorker = (options: WorkerOptions) => Worker;

/**
 * Finds the code of a worker: where the user says, beside the module that asks, or, when that was bundled away, in
 * the bundle itself or in node_modules.
 *
 * No literal path meets `import.meta.url` here: webpack would copy the worker's file alone, without what it imports.
 *
 * @throws {WorkerNotFoundError} if it is in none of these places
 */
export async function findWorker(search: WorkerSearch): Promise<StartWorker> {
  const { base, path, embedded, specifier, given, option } = search;
  if (given !== undefined) return fromFile(given);
  // With all it imports in one file a thread is there in half the time.
  for (const name of [path.replace(/\.js$/, ".bundle.cjs"), path]) {
    const beside = new URL(name, base);
    if (beside.protocol === "file:" && existsSync(fileURLToPath(beside))) return fromFile(beside);
  }
  const { source } = await embedded();
  if (source !== undefined) {
    // Such a thread does not know its program, from whose folder koffi is found.
    const program = `process.argv[1] = ${JSON.stringify(process.argv[1] ?? "")};`;
    return (options) => new Worker(program + source, { ...options, eval: true });
  }
  try {
    return fromFile(pathToFileURL(createRequire(base).resolve(specifier)));
  } catch {
    throw new WorkerNotFoundError(specifier, option);
  }
}

function fromFile(url: URL): StartWorker {
  return (options) => new Worker(url, options);
}
