/** Schemas as the command line names them: files and patterns; XML, IR JSON or `.sbeir`. */
import { basename, extname } from "node:path";
import {
  compileSchema,
  irFromJson,
  irFromSbeir,
  IrError,
  layoutOf,
  type Diagnostic,
  type Ir,
  type SchemaLayout,
} from "@alerion/schema";
import { readInputFile } from "./files.js";
import { expandPattern, isPattern } from "./glob.js";
import { includeSettings } from "./includes.js";
import type { CliIo } from "./io.js";
import { countOption, type ParsedOptions } from "./option-parser.js";
import { InputError, UsageError } from "./usage-error.js";

/** A schema that was read; without `schema` its diagnostics say why. */
export interface SchemaInput {
  /** As the user named it, or as a pattern found it. */
  readonly file: string;
  /** File name without its ending: what output is named after. */
  readonly baseName: string;
  readonly schema: { readonly ir: Ir; readonly layout: SchemaLayout } | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The files that the positional arguments name, patterns expanded, each once.
 *
 * @throws {UsageError} if none is named
 * @throws {InputError} if a pattern finds nothing
 */
export function schemaFiles(options: ParsedOptions, io: CliIo): readonly string[] {
  if (options.positionals.length === 0) throw new UsageError("a schema must be named");
  const files = options.positionals.flatMap((positional) => {
    if (!isPattern(positional)) return [positional];
    const found = expandPattern(positional, io.cwd);
    if (found.length === 0) {
      throw new InputError(positional, "FILE_NOT_FOUND", "pattern must match a file");
    }
    return found;
  });
  return [...new Set(files)];
}

/**
 * Reads one schema. Faults of the schema are diagnostics.
 *
 * @throws {InputError} if the file cannot be read, or is no IR where its name says so
 */
export async function readSchema(
  file: string,
  options: ParsedOptions,
  io: CliIo,
): Promise<SchemaInput> {
  const bytes = readInputFile(file, io);
  const baseName = basename(file, extname(file));
  const atVersion = countOption(options, "at-version");
  if (file.endsWith(".json") || file.endsWith(".sbeir")) {
    if (atVersion !== undefined) {
      throw new UsageError(`--at-version must be given with an XML schema: schema=${file}`);
    }
    return { file, baseName, schema: await readIr(file, bytes), diagnostics: [] };
  }
  const { ir, diagnostics } = compileSchema(bytes, {
    file,
    ...includeSettings(file, options.values.get("include-root"), io),
    ...(atVersion === undefined ? {} : { atVersion }),
    warningsFatal: options.switches.has("warnings-fatal"),
    stopOnError: options.switches.has("stop-on-error"),
    suppressOutput: options.switches.has("suppress-output"),
  });
  const schema = ir === undefined ? undefined : { ir, layout: layoutOf(ir) };
  return { file, baseName, schema, diagnostics };
}

async function readIr(
  file: string,
  bytes: Uint8Array,
): Promise<{ readonly ir: Ir; readonly layout: SchemaLayout }> {
  const text = file.endsWith(".json") ? new TextDecoder().decode(bytes) : undefined;
  const ir = await irFaultAsync(file, async () =>
    text === undefined ? irFromSbeir(bytes) : irFromJson(text),
  );
  return { ir, layout: irFault(file, () => layoutOf(ir)) };
}

/** Makes an error in the tokens one of the file that they came from. */
export function irFault<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw ofFile(file, error);
  }
}

async function irFaultAsync<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw ofFile(file, error);
  }
}

function ofFile(file: string, error: unknown): unknown {
  return error instanceof IrError
    ? new InputError(file, error.code, error.message, 1, 1, { cause: error })
    : error;
}
