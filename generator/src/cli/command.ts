import type { CliIo } from "./io.js";
import type { OptionSpec, ParsedOptions } from "./option-parser.js";

/** 0 ok, 1 problems in the input, 2 wrong usage. */
export type ExitCode = 0 | 1 | 2;

/** What a command does. */
export type CommandRun = (options: ParsedOptions, io: CliIo) => Promise<ExitCode>;

/** A command as the help shows it; what it does is loaded when it runs. */
export interface CommandSpec {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What stands behind `sbe NAME` in the usage line. */
  readonly usage: string;
  readonly options: readonly OptionSpec[];
  /** Paragraphs below the options. */
  readonly details: readonly string[];
  readonly load: () => Promise<CommandRun>;
}
