/** Findings on their way out: which stream, which form, which exit code. */
import { formatDiagnostics, type Diagnostic, type DiagnosticFormat } from "@alerion/schema/compile";
import type { ExitCode } from "./command.js";
import type { CliIo } from "./io.js";
import type { ParsedOptions } from "./option-parser.js";
import { InputError } from "./usage-error.js";

/** Findings, gathered over all files of a command line. */
export class Report {
  readonly #options: ParsedOptions;
  readonly #io: CliIo;
  /** True where standard output carries results of another kind. */
  readonly #resultsOnStdout: boolean;
  readonly #diagnostics: Diagnostic[] = [];
  #hasFailed = false;

  constructor(options: ParsedOptions, io: CliIo, resultsOnStdout: boolean) {
    this.#options = options;
    this.#io = io;
    this.#resultsOnStdout = resultsOnStdout;
  }

  /** True once anything was found that makes the exit code 1. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  add(diagnostics: readonly Diagnostic[]): void {
    this.#diagnostics.push(...diagnostics);
    if (diagnostics.some(({ severity }) => severity === "error")) this.#hasFailed = true;
  }

  /** For what failed without a finding, or with findings that nobody wants to see. */
  fail(): void {
    this.#hasFailed = true;
  }

  /** A file that cannot be used is a finding too. */
  addError(error: InputError): void {
    this.add([
      {
        rule: error.code.toLowerCase().replaceAll("_", "-"),
        severity: "error",
        file: error.file,
        line: error.line,
        column: error.column,
        length: 0,
        text: error.message,
        notes: [],
      },
    ]);
  }

  /** Prints what was found; returns the exit code. */
  async finish(): Promise<ExitCode> {
    const format = (this.#options.values.get("diagnostics") ?? "text") as DiagnosticFormat;
    if (!this.#options.switches.has("suppress-output")) {
      const text = formatDiagnostics(this.#diagnostics, format);
      const isForTools = format === "json" || format === "sarif";
      if (isForTools && !this.#resultsOnStdout) await this.#io.out(text);
      else if (text !== "" && (!isForTools || this.#diagnostics.length > 0)) this.#io.err(text);
    }
    return this.#hasFailed ? 1 : 0;
  }
}

/**
 * Runs work whose InputErrors are findings.
 *
 * @returns undefined where it failed
 */
export async function reported<T>(report: Report, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    report.addError(error);
    return undefined;
  }
}
