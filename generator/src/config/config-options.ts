/** What a configuration says, as if it stood on the command line; the command line wins. */
import type { ParsedOptions } from "../cli/option-parser.js";
import type { LoadedConfig } from "./load-config.js";

/** Options of a command that takes schemas: the configured ones where none is named. */
export function schemaOptions(options: ParsedOptions, loaded: LoadedConfig): ParsedOptions {
  const { config, pathFrom } = loaded;
  return merge(options, {
    ...(options.positionals.length === 0 ? { positionals: config.schemas?.map(pathFrom) } : {}),
    values: { "include-root": config.includeRoot && pathFrom(config.includeRoot) },
  });
}

/** Options of `sbe generate` without arguments. */
export function generateOptions(options: ParsedOptions, loaded: LoadedConfig): ParsedOptions {
  const { config, pathFrom } = loaded;
  const { check, emit, checks, atVersion, unknownEnums } = config.generate ?? {};
  return merge(schemaOptions(options, loaded), {
    values: {
      output: config.output && pathFrom(config.output),
      emit,
      "at-version": atVersion?.toString(),
      "unknown-enums": unknownEnums,
    },
    switches: { check, checks },
  });
}

/** Options of `sbe lint` and `sbe compat`. */
export function gateOptions(options: ParsedOptions, loaded: LoadedConfig): ParsedOptions {
  const { config, pathFrom } = loaded;
  return merge(options, {
    values: {
      baseline: config.baseline && pathFrom(config.baseline),
      levels: config.compat?.levels?.join(","),
    },
  });
}

interface Additions {
  readonly positionals?: readonly string[] | undefined;
  readonly values?: Readonly<Record<string, string | undefined>>;
  readonly switches?: Readonly<Record<string, boolean | undefined>>;
}

function merge(options: ParsedOptions, additions: Additions): ParsedOptions {
  const values = new Map(options.values);
  for (const [name, value] of Object.entries(additions.values ?? {})) {
    if (value !== undefined && !values.has(name)) values.set(name, value);
  }
  const switches = new Set(options.switches);
  for (const [name, isOn] of Object.entries(additions.switches ?? {})) {
    if (isOn === true) switches.add(name);
  }
  return { positionals: additions.positionals ?? options.positionals, values, switches };
}
