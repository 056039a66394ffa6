import type { ParsedOptions } from "../cli/option-parser.js";

/** What the bundler plugin can be told; everything has a default. */
export interface SbePluginOptions {
  /** Which imported files are schemas, by absolute path with `/`. Default: names that end in `.xml`. */
  readonly include?: RegExp;
  /** Which of them are not. Default: none. */
  readonly exclude?: RegExp;
  /** Writes the types beside each schema, `car.d.xml.ts` for `car.xml`. Default true. */
  readonly types?: boolean;
  /** XInclude may read files below this folder. Default: the schema's own. */
  readonly includeRoot?: string;
  /** Codecs check the order of calls against the order on the wire, as `sbe generate --checks`. Default false. */
  readonly checks?: boolean;
  /** What reading an enum value does that the schema does not list, as `--unknown-enums`. Default `"raw"`. */
  readonly unknownEnums?: "raw" | "throw";
  /** Makes the codecs of this version of the schema, as `--at-version`. Default: the newest. */
  readonly atVersion?: number;
  /** A warning about a schema fails the build. Default false. */
  readonly warningsFatal?: boolean;
}

/** The options as a command line would say them. */
export function parsedOptions(options: SbePluginOptions): ParsedOptions {
  const values = new Map<string, string>();
  if (options.includeRoot !== undefined) values.set("include-root", options.includeRoot);
  if (options.atVersion !== undefined) values.set("at-version", String(options.atVersion));
  const switches = new Set<string>();
  if (options.warningsFatal === true) switches.add("warnings-fatal");
  return { positionals: [], switches, values };
}
