import type { CommandSpec } from "./command.js";
import { COMMANDS } from "./commands.js";

/** The help of the `sbe` command itself. */
export function overviewHelp(): string {
  const width = Math.max(...COMMANDS.map((command) => command.name.length));
  const commands = COMMANDS.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return [
    "usage: sbe COMMAND [arguments]",
    "",
    "Simple Binary Encoding: schemas, codecs and messages.",
    "",
    ...commands,
    "",
    "sbe COMMAND --help tells more; sbe --version prints the version.",
    "exit codes: 0 ok, 1 problems in the input, 2 wrong usage",
    "",
  ].join("\n");
}

/** The help of one command. */
export function commandHelp(command: CommandSpec): string {
  const rows = command.options.map((option) => {
    const short = option.short === undefined ? "" : `-${option.short}, `;
    const value = option.value === undefined ? "" : ` ${option.value}`;
    return { left: `${short}--${option.name}${value}`, help: option.help };
  });
  const width = Math.max(...rows.map((row) => row.left.length));
  return [
    `usage: sbe ${command.name} ${command.usage}`,
    "",
    `${command.summary[0]?.toUpperCase() ?? ""}${command.summary.slice(1)}.`,
    "",
    ...rows.map((row) => `  ${row.left.padEnd(width)}  ${row.help}`),
    "",
    ...command.details.flatMap((paragraph) => [paragraph, ""]),
  ].join("\n");
}
