/** Schemas as modules for a bundler: compiled when one is first asked for, and again after a change. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { relative, sep } from "node:path";
import type { Diagnostic } from "@alerion/schema/compile";
import type { CliIo } from "../cli/io.js";
import { readSchema } from "../cli/schema-input.js";
import { InputError } from "../cli/usage-error.js";
import { GenerateError } from "../errors.js";
import { recordIo } from "../incremental/recording-io.js";
import { isUnchanged, type SeenFile } from "../incremental/snapshot.js";
import { flatDeclaration, GENERATED_MARK, headerOf } from "./flat-declaration.js";
import { siblingSpecifier } from "./module-id.js";
import { parsedOptions, type SbePluginOptions } from "./options.js";
import type { TranspiledModule } from "./transpile.js";

/** What a schema came to. */
export interface SchemaBuild {
  /** Faults, warnings and notes; `modules` is undefined where one of them is an error. */
  readonly diagnostics: readonly Diagnostic[];
  /** JavaScript by the module's name. */
  readonly modules: ReadonlyMap<string, string> | undefined;
  /** Absolute paths of all files that were read: a change of one asks for another build. */
  readonly watchFiles: readonly string[];
}

interface Remembered {
  readonly build: SchemaBuild;
  readonly inputs: readonly SeenFile[];
}

/** All schemas of one run of a bundler. */
export class SchemaModules {
  readonly #options: SbePluginOptions;
  readonly #remembered = new Map<string, Promise<Remembered>>();

  constructor(options: SbePluginOptions) {
    this.#options = options;
  }

  /** The build of a schema; the last one while none of its files has changed. */
  async build(file: string): Promise<SchemaBuild> {
    const before = await this.#remembered.get(file);
    if (before !== undefined && isUnchanged({ files: before.inputs, patterns: [] }, cwd())) {
      return before.build;
    }
    // Whoever asked meanwhile has begun the new one already.
    let current = this.#remembered.get(file);
    if (current === undefined || (await current) === before) {
      current = this.#build(file);
      this.#remembered.set(file, current);
    }
    return (await current).build;
  }

  async #build(file: string): Promise<Remembered> {
    const recording = recordIo(silentIo());
    const remembered = (result: Pick<SchemaBuild, "diagnostics" | "modules">): Remembered => {
      const inputs = recording.files();
      return { inputs, build: { ...result, watchFiles: inputs.map(({ path }) => path) } };
    };
    try {
      const name = relative(cwd(), file).split(sep).join("/");
      const input = await readSchema(name, parsedOptions(this.#options), recording.io);
      const { diagnostics, schema } = input;
      const isFailed = diagnostics.some(({ severity }) => severity === "error");
      if (schema === undefined || isFailed) return remembered({ diagnostics, modules: undefined });
      const { generate } = await import("../generate.js");
      const files = generate(schema.layout, {
        baseName: input.baseName,
        checks: this.#options.checks === true,
        unknownEnum: this.#options.unknownEnums ?? "raw",
      });
      const { transpile } = await import("./transpile.js");
      const modules = await transpile(files);
      if (this.#options.types !== false) {
        writeTypes(file, flatDeclaration(modules, headerOf(files[0]?.text ?? "")));
      }
      return remembered({ diagnostics, modules: javascriptOf(file, modules) });
    } catch (error) {
      return remembered({ diagnostics: [diagnosticOf(file, error)], modules: undefined });
    }
  }
}

function cwd(): string {
  return process.cwd();
}

/** Nothing is printed here: the bundler does. */
function silentIo(): CliIo {
  return {
    cwd: cwd(),
    stdin: process.stdin,
    out: () => Promise.resolve(),
    outNow: () => undefined,
    err: () => undefined,
  };
}

const SIBLING_IMPORT = /(from|import) "\.\/([^"]+)\.js"/gu;

function javascriptOf(
  file: string,
  modules: readonly TranspiledModule[],
): ReadonlyMap<string, string> {
  return new Map(
    modules.map(({ module, javascript }) => [
      module,
      javascript.replaceAll(
        SIBLING_IMPORT,
        (_, keyword: string, sibling: string) =>
          `${keyword} ${JSON.stringify(siblingSpecifier(file, sibling))}`,
      ),
    ]),
  );
}

/** `car.xml` → `car.d.xml.ts`. */
function typesFile(schemaFile: string): string {
  return schemaFile.replace(/\.([^./\\]+)$/u, ".d.$1.ts");
}

/** Left alone where it is the same already: each write wakes editors and watchers. */
function writeTypes(schemaFile: string, text: string): void {
  const path = typesFile(schemaFile);
  if (existsSync(path)) {
    const before = readFileSync(path, "utf8");
    if (before === text) return;
    if (!before.startsWith(GENERATED_MARK)) {
      throw new InputError(path, "OUTPUT_CLASH", "file must be one that the generator wrote");
    }
  }
  try {
    writeFileSync(path, text);
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new InputError(
      path,
      "OUTPUT_UNWRITABLE",
      `types must be writable beside the schema, or switched off: reason=${reason}`,
      1,
      1,
      { cause: error },
    );
  }
}

function diagnosticOf(file: string, error: unknown): Diagnostic {
  if (!(error instanceof InputError || error instanceof GenerateError)) throw error;
  const place = error instanceof InputError ? error : { file, line: 1, column: 1 };
  return {
    rule: error.code.toLowerCase().replaceAll("_", "-"),
    severity: "error",
    file: place.file,
    line: place.line,
    column: place.column,
    length: 0,
    text: error.message,
    notes: [],
  };
}
