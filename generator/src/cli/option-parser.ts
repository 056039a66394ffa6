/** The command line of one command: options by a table, everything else is positional. */
import { suggest } from "./suggest.js";
import { UsageError } from "./usage-error.js";

/** One option. Without `value` it is a switch. */
export interface OptionSpec {
  readonly name: string;
  readonly short?: string;
  /** What stands for the value in the help, e.g. `DIR`. */
  readonly value?: string;
  /** The words that the value may be. */
  readonly choices?: readonly string[];
  readonly help: string;
}

/** What a command line says. */
export interface ParsedOptions {
  readonly positionals: readonly string[];
  readonly switches: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
}

/**
 * Parses the arguments behind the command's name. `--name value`, `--name=value`, `-n value`,
 * `-nvalue`; `--` ends the options; a lone `-` is positional.
 *
 * @throws {UsageError} for unknown, repeated or incomplete options
 */
export function parseOptions(args: readonly string[], specs: readonly OptionSpec[]): ParsedOptions {
  const positionals: string[] = [];
  const switches = new Set<string>();
  const values = new Map<string, string>();
  const queue = [...args];
  for (let arg = queue.shift(); arg !== undefined; arg = queue.shift()) {
    if (arg === "--") {
      positionals.push(...queue);
      break;
    }
    if (arg === "-" || !arg.startsWith("-")) {
      positionals.push(arg);
      continue;
    }
    const { spec, inlineValue } = findOption(arg, specs);
    if (switches.has(spec.name) || values.has(spec.name)) {
      throw new UsageError(`option must be given once: option=--${spec.name}`);
    }
    if (spec.value === undefined) {
      if (inlineValue !== undefined) {
        throw new UsageError(`option must have no value: option=--${spec.name}`);
      }
      switches.add(spec.name);
      continue;
    }
    const value = inlineValue ?? takeValue(queue);
    if (value === undefined) {
      throw new UsageError(`option must have a value: option=--${spec.name} ${spec.value}`);
    }
    checkChoice(spec, value);
    values.set(spec.name, value);
  }
  return { positionals, switches, values };
}

/** The next argument, unless it is an option; a value that looks like one needs `=`. */
function takeValue(queue: string[]): string | undefined {
  const next = queue[0];
  return next === undefined || (next.startsWith("-") && next !== "-") ? undefined : queue.shift();
}

function findOption(
  arg: string,
  specs: readonly OptionSpec[],
): { spec: OptionSpec; inlineValue: string | undefined } {
  if (!arg.startsWith("--")) {
    const spec = specs.find((candidate) => candidate.short === arg[1]);
    if (spec === undefined) throw new UsageError(`unknown option: option=${arg}`);
    return { spec, inlineValue: arg.length > 2 ? arg.slice(2) : undefined };
  }
  const equals = arg.indexOf("=");
  const name = equals < 0 ? arg.slice(2) : arg.slice(2, equals);
  const spec = specs.find((candidate) => candidate.name === name);
  if (spec === undefined) {
    const near = suggest(
      name,
      specs.map((candidate) => candidate.name),
    );
    const hint = near === undefined ? "" : ` (did you mean --${near}?)`;
    throw new UsageError(`unknown option: option=--${name}${hint}`);
  }
  return { spec, inlineValue: equals < 0 ? undefined : arg.slice(equals + 1) };
}

function checkChoice(spec: OptionSpec, value: string): void {
  if (spec.choices === undefined || spec.choices.includes(value)) return;
  const near = suggest(value, spec.choices);
  const hint = near === undefined ? "" : ` (did you mean ${near}?)`;
  throw new UsageError(
    `option must be one of ${spec.choices.join(", ")}: --${spec.name}=${value}${hint}`,
  );
}

/** The value of an option that counts something: a whole number from 0. */
export function countOption(options: ParsedOptions, name: string): number | undefined {
  const text = options.values.get(name);
  if (text === undefined) return undefined;
  const count = Number(text);
  if (!/^[0-9]+$/.test(text) || !Number.isSafeInteger(count)) {
    throw new UsageError(`option must be a whole number: --${name}=${text}`);
  }
  return count;
}
