import { parseArgs } from "node:util";
import { AlerionError } from "@alerion/runtime";
import { VERSION } from "../version.js";
import { driverTerminateCommand } from "./commands/driver-terminate.js";
import { driverCommand } from "./commands/driver.js";
import { errorsCommand } from "./commands/errors.js";
import { gatewayCommand } from "./commands/gateway.js";
import { logCommand } from "./commands/log.js";
import { lossCommand } from "./commands/loss.js";
import { metricsCommand } from "./commands/metrics.js";
import { statCommand } from "./commands/stat.js";
import { streamsCommand } from "./commands/streams.js";
import { uriCommand } from "./commands/uri.js";
import type { Io } from "./io.js";
import { type Subcommand, UsageError } from "./subcommand.js";

const EXIT_PROBLEM = 1;
const EXIT_USAGE = 2;

const subcommands: readonly Subcommand[] = [
  driverCommand,
  driverTerminateCommand,
  statCommand,
  streamsCommand,
  { ...streamsCommand, name: "backlog", summary: "the same as streams" },
  errorsCommand,
  lossCommand,
  logCommand,
  gatewayCommand,
  uriCommand,
  metricsCommand,
];

/** Runs the command line and returns its exit status: 0 success, 1 a problem, 2 wrong usage. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    io.out(overview());
    return name === undefined ? EXIT_USAGE : 0;
  }
  if (name === "--version") {
    io.out(`${VERSION}\n`);
    return 0;
  }
  const twoWords = subcommands.find((each) => each.name === `${name} ${rest[0]}`);
  const subcommand = twoWords ?? subcommands.find((each) => each.name === name);
  if (subcommand === undefined) {
    io.err(`error: verb must be known: verb=${name}\n\n${overview()}`);
    return EXIT_USAGE;
  }
  if (twoWords !== undefined) rest.shift();
  if (rest.includes("--help") || rest.includes("-h")) {
    io.out(`usage: alerion ${subcommand.usage}\n`);
    return 0;
  }
  try {
    return await subcommand.run(parse(subcommand, rest), io);
  } catch (error) {
    if (error instanceof UsageError) {
      io.err(`error: ${error.message}\n\nusage: alerion ${subcommand.usage}\n`);
      return EXIT_USAGE;
    }
    if (error instanceof AlerionError) {
      io.err(`error: ${error.message} [${error.code}]\n`);
      return EXIT_PROBLEM;
    }
    throw error;
  }
}

function parse(subcommand: Subcommand, args: readonly string[]): ReturnType<typeof parsed> {
  try {
    return parsed(subcommand, args);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function parsed(subcommand: Subcommand, args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: subcommand.options,
    allowPositionals: true,
    strict: true,
  });
  return { values, positionals };
}

function overview(): string {
  const width = Math.max(...subcommands.map((each) => each.name.length));
  const lines = subcommands.map((each) => `  ${each.name.padEnd(width)}  ${each.summary}`);
  return `usage: alerion VERB [OPTION …]\n\n${lines.join("\n")}\n\nalerion VERB --help says more.\n`;
}
