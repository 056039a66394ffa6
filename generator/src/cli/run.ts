/** The `sbe` command without a process: arguments in, exit code out. */
import { readFileSync } from "node:fs";
import type { CommandSpec, ExitCode } from "./command.js";
import { COMMANDS } from "./commands.js";
import { commandHelp, overviewHelp } from "./help.js";
import { OutputClosedError, type CliIo } from "./io.js";
import { parseOptions } from "./option-parser.js";
import { suggest } from "./suggest.js";
import { UsageError } from "./usage-error.js";

/**
 * Runs one command line.
 *
 * @param argv  the arguments behind `sbe`
 * @returns the exit code: 0 ok, 1 problems in the input, 2 wrong usage
 */
export async function run(argv: readonly string[], io: CliIo): Promise<ExitCode> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    if (error instanceof OutputClosedError) return 0;
    if (!(error instanceof UsageError)) throw error;
    const command = error.command === undefined ? "sbe" : `sbe ${error.command}`;
    io.err(`${command}: ${error.message}\nsee ${command} --help\n`);
    return 2;
  }
}

async function dispatch(argv: readonly string[], io: CliIo): Promise<ExitCode> {
  const [name, ...args] = argv;
  switch (name) {
    case undefined:
      io.err(overviewHelp());
      return 2;
    case "--help":
    case "-h":
      await io.out(overviewHelp());
      return 0;
    case "--version":
    case "-V":
      await io.out(`${packageVersion()}\n`);
      return 0;
    case "help":
      return help(args[0], io);
    default:
      return runCommand(commandNamed(name), args, io);
  }
}

async function help(name: string | undefined, io: CliIo): Promise<ExitCode> {
  await io.out(name === undefined ? overviewHelp() : commandHelp(commandNamed(name)));
  return 0;
}

async function runCommand(
  command: CommandSpec,
  args: readonly string[],
  io: CliIo,
): Promise<ExitCode> {
  try {
    const options = parseOptions(args, command.options);
    if (options.switches.has("help")) return await help(command.name, io);
    const execute = await command.load();
    return await execute(options, io);
  } catch (error) {
    if (error instanceof UsageError) error.command = command.name;
    throw error;
  }
}

function commandNamed(name: string): CommandSpec {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  const near = suggest(
    name,
    COMMANDS.map((candidate) => candidate.name),
  );
  const hint = near === undefined ? "" : ` (did you mean ${near}?)`;
  throw new UsageError(`unknown command: command=${name}${hint}`);
}

/** The version of this package; `src/cli` and `dist/cli` lie equally deep. */
function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
