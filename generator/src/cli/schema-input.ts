/** Schemas as the command line names them: files and patterns; XML, IR JSON or `.sbeir`. */
import { basename, extname } from "node:path";
import {
  compileSchema,
  IrError,
  layoutOf,
  type Diagnostic,
  type IncludeResolver,
  type Ir,
  type SchemaLayout,
  type SchemaLocations,
} from "@alerion/schema/compile";
import { readInputFile } from "./files.js";
import { gitIncludes, gitNameOf, readGitFile } from "./git-source.js";
import { expandPattern, isPattern } from "./glob.js";
import { includeSettings } from "./includes.js";
import type { CliIo } from "./io.js";
import { countOption, type ParsedOptions } from "./option-parser.js";
import { InputError, UsageError } from "./usage-error.js";

/** What a schema compiled to. */
export interface CompiledSchema {
  readonly ir: Ir;
  readonly layout: SchemaLayout;
  /** Undefined for IR, which does not know where it comes from. */
  readonly locations: SchemaLocations | undefined;
}

/** A schema that was read; without `schema` its diagnostics say why. */
export interface SchemaInput {
  /** As the user named it, or as a pattern found it; of `git:REF:path` the path. */
  readonly file: string;
  /** Stands behind file names in findings: `@REF` for a schema from git. */
  readonly fileSuffix: string;
  /** File name without its ending: what output is named after. */
  readonly baseName: string;
  readonly schema: CompiledSchema | undefined;
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

/** A schema before it is compiled. */
interface SchemaSource {
  readonly file: string;
  readonly fileSuffix: string;
  readonly bytes: Uint8Array;
  readonly includes: { readonly resolver: IncludeResolver; readonly includeRoot?: string };
}

function sourceNamed(name: string, options: ParsedOptions, io: CliIo): SchemaSource {
  const root = options.values.get("include-root");
  const git = gitNameOf(name);
  return git === undefined
    ? {
        file: name,
        fileSuffix: "",
        bytes: readInputFile(name, io),
        includes: includeSettings(name, root, io),
      }
    : {
        file: git.path,
        fileSuffix: `@${git.ref}`,
        bytes: readGitFile(git, io),
        includes: gitIncludes(git, root, io),
      };
}

/**
 * Reads one schema: a file, or `git:REF:path`. Faults of the schema are diagnostics.
 *
 * @throws {InputError} if the file cannot be read, or is no IR where its name says so
 */
export async function readSchema(
  name: string,
  options: ParsedOptions,
  io: CliIo,
): Promise<SchemaInput> {
  const { file, fileSuffix, bytes, includes } = sourceNamed(name, options, io);
  const baseName = basename(file, extname(file));
  const atVersion = countOption(options, "at-version");
  if (file.endsWith(".json") || file.endsWith(".sbeir")) {
    if (atVersion !== undefined) {
      throw new UsageError(`--at-version must be given with an XML schema: schema=${name}`);
    }
    const schema = await readIr(file, fileSuffix, bytes);
    return { file, fileSuffix, baseName, schema, diagnostics: [] };
  }
  const { ir, diagnostics, locations } = compileSchema(bytes, {
    file,
    ...includes,
    ...(atVersion === undefined ? {} : { atVersion }),
    warningsFatal: options.switches.has("warnings-fatal"),
    stopOnError: options.switches.has("stop-on-error"),
    suppressOutput: options.switches.has("suppress-output"),
  });
  return {
    file,
    fileSuffix,
    baseName,
    schema: ir === undefined ? undefined : { ir, layout: layoutOf(ir), locations },
    diagnostics: fileSuffix === "" ? diagnostics : diagnostics.map((each) => at(each, fileSuffix)),
  };
}

function at(diagnostic: Diagnostic, fileSuffix: string): Diagnostic {
  return {
    ...diagnostic,
    file: diagnostic.file + fileSuffix,
    notes: diagnostic.notes.map((note) =>
      note.file === undefined ? note : { ...note, file: note.file + fileSuffix },
    ),
  };
}

async function readIr(
  file: string,
  fileSuffix: string,
  bytes: Uint8Array,
): Promise<CompiledSchema> {
  const text = file.endsWith(".json") ? new TextDecoder().decode(bytes) : undefined;
  const shown = file + fileSuffix;
  // Most schemas are XML: the readers of both forms are loaded for the others only.
  const { irFromJson, irFromSbeir } = await import("@alerion/schema");
  const ir = await irFaultAsync(shown, async () =>
    text === undefined ? irFromSbeir(bytes) : irFromJson(text),
  );
  return { ir, layout: irFault(shown, () => layoutOf(ir)), locations: undefined };
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
