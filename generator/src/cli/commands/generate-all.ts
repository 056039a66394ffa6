import { join } from "node:path";
import { generateOptions } from "../../config/config-options.js";
import { loadConfig } from "../../config/load-config.js";
import { seenPatterns, type SeenPattern } from "../../incremental/snapshot.js";
import type { ExitCode } from "../command.js";
import type { CliIo } from "../io.js";
import type { ParsedOptions } from "../option-parser.js";
import { checkBaseNames, outputFolder } from "../output-folder.js";
import { Report, reported } from "../report.js";
import { InputError } from "../usage-error.js";
import { GenerateError } from "../../errors.js";
import type { GeneratedOutput } from "../../types.js";
import { PrintMemory } from "../../print/print-memory.js";
import type { WriteMemory, WriteResult } from "../../write-all.js";
import { readSchemas, type GoodSchema } from "./schemas.js";

/** What one run of `sbe generate` did. */
export interface GenerateRun {
  readonly code: ExitCode;
  /** Patterns of the command line or configuration, with the files that they named. */
  readonly patterns: readonly SeenPattern[];
  /** Absolute paths of all output, written or the same as before; undefined where it failed. */
  readonly outputs: readonly string[] | undefined;
  readonly writtenCount: number;
}

/** What is kept from run to run of one command line. */
export interface GenerateMemory {
  /** By base name. */
  readonly printed: Map<string, PrintMemory>;
  readonly written: WriteMemory;
}

/** True where the configuration says what to generate. */
function usesConfig(given: ParsedOptions): boolean {
  return given.positionals.length === 0 || given.values.has("config");
}

/** Writes TypeScript or JavaScript codecs for schemas, all of them or none. */
export async function generateAll(
  given: ParsedOptions,
  io: CliIo,
  memory?: GenerateMemory,
): Promise<GenerateRun> {
  const report = new Report(given, io, false);
  const loaded = usesConfig(given) ? await loadConfig(given, io, report) : undefined;
  if (report.hasFailed) {
    return { code: await report.finish(), patterns: [], outputs: undefined, writtenCount: 0 };
  }
  const options = loaded === undefined ? given : generateOptions(given, loaded);
  const folder = outputFolder(options, io);
  const patterns = seenPatterns(options.positionals, io.cwd);
  const inputs = await readSchemas(options, io, report);
  let written: WriteResult | undefined;
  await reported(report, async () => {
    checkBaseNames(inputs);
    let outputs: GeneratedOutput[] = [];
    for (const input of inputs) {
      const output = await reported(report, () => outputOf(input, options, memory));
      if (output !== undefined) outputs.push(output);
    }
    if (options.switches.has("check")) await checkOutputs(outputs, report);
    if (report.hasFailed) return;
    if (options.values.get("emit") === "js") outputs = await emitted(outputs);
    const { writeAnew } = await import("../../write-all.js");
    written = await ofFile(folder, async () => writeAnew(folder, outputs, memory?.written));
  });
  const paths = written && [...written.written, ...written.unchanged];
  return {
    code: await report.finish(),
    patterns,
    outputs: paths?.map((path) => join(folder, path)),
    writtenCount: written?.written.length ?? 0,
  };
}

async function outputOf(
  { file, baseName, schema }: GoodSchema,
  options: ParsedOptions,
  memory: GenerateMemory | undefined,
): Promise<GeneratedOutput> {
  const { generateAnew } = await import("../../generate.js");
  const printed = memory?.printed.get(baseName) ?? new PrintMemory();
  memory?.printed.set(baseName, printed);
  return ofFile(file, async () => {
    const files = generateAnew(
      schema.layout,
      {
        baseName,
        checks: options.switches.has("checks"),
        unknownEnum: options.values.get("unknown-enums") === "throw" ? "throw" : "raw",
      },
      printed,
    );
    return { folder: baseName, files };
  });
}

/** JavaScript and declarations of generated TypeScript. */
async function emitted(outputs: readonly GeneratedOutput[]): Promise<GeneratedOutput[]> {
  const { emitJs } = await import("../../check.js");
  const all: GeneratedOutput[] = [];
  for (const output of outputs) {
    all.push({ folder: output.folder, files: await emitJs(output) });
  }
  return all;
}

/** What the type-checker finds in generated code is our fault, and yet must not be written. */
async function checkOutputs(outputs: readonly GeneratedOutput[], report: Report): Promise<void> {
  const { check } = await import("../../check.js");
  const findings = await check(outputs);
  report.add(
    findings.map(({ file, line, column, text }) => ({
      rule: "output-type-error",
      severity: "error" as const,
      file,
      line,
      column,
      length: 0,
      text: `generated code must type-check: ${text}`,
      notes: [
        { kind: "help" as const, text: "this is an error in the generator; nothing was written" },
      ],
    })),
  );
}

async function ofFile<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GenerateError)) throw error;
    const reason =
      error.cause instanceof Error && "code" in error.cause
        ? ` reason=${String(error.cause.code)}`
        : "";
    throw new InputError(file, error.code, error.message + reason, 1, 1, { cause: error });
  }
}
