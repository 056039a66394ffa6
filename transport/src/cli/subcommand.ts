import type { ParseArgsConfig } from "node:util";
import { AlerionError } from "@alerion/runtime";
import type { Io } from "./io.js";

/** The command line is wrong: unknown flag, missing or malformed argument. Code `USAGE`, exit status 2. */
export class UsageError extends AlerionError {
  override readonly name: string = "UsageError";

  constructor(text: string) {
    super("USAGE", text);
  }
}

/** What the user gave: options by name, and the rest. */
export interface Arguments {
  readonly values: Readonly<
    Record<string, string | boolean | readonly (string | boolean)[] | undefined>
  >;
  readonly positionals: readonly string[];
}

/** One verb of the command. */
export interface Subcommand {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** How it is called, and what its options mean. */
  readonly usage: string;
  readonly options: NonNullable<ParseArgsConfig["options"]>;
  /** @returns the exit status: 0 success, 1 a problem with what was looked at */
  readonly run: (given: Arguments, io: Io) => Promise<number>;
}

/** Options of every verb that looks into a directory. */
export const directoryOptions = {
  dir: { type: "string", short: "d" },
  json: { type: "boolean" },
} as const;

/** Their help. */
export const directoryUsage = `  -d, --dir DIRECTORY  Aeron directory; default AERON_DIR, else the user's
      --json           machine-readable output`;

/** A text option, or `undefined`. */
export function textOption(given: Arguments, name: string): string | undefined {
  const value = given.values[name];
  return typeof value === "string" ? value : undefined;
}

/** Whether a flag was given. */
export function flag(given: Arguments, name: string): boolean {
  return given.values[name] === true;
}

/** @throws {UsageError} unless the option is absent or an integer in the range */
export function integerOption(
  given: Arguments,
  name: string,
  min: number,
  max: number,
): number | undefined {
  const text = textOption(given, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || value < min || value > max) {
    throw new UsageError(`--${name} must be an integer in ${min}..${max}: ${name}=${text}`);
  }
  return value;
}

/** @throws {UsageError} unless there are exactly as many arguments as names */
export function positionals(given: Arguments, ...names: readonly string[]): readonly string[] {
  if (given.positionals.length !== names.length) {
    throw new UsageError(
      names.length === 0
        ? `arguments must be options only: argument=${given.positionals[0] ?? ""}`
        : `arguments must be ${names.join(" ")}: count=${given.positionals.length}`,
    );
  }
  return given.positionals;
}
