/** A checked configuration for a command. */
import { relative, resolve, sep } from "node:path";
import type { Diagnostic } from "@alerion/schema";
import type { CliIo } from "../cli/io.js";
import type { ParsedOptions } from "../cli/option-parser.js";
import { reported, type Report } from "../cli/report.js";
import type { ConfigFault } from "./check-config.js";
import type { SbeConfig } from "./config-schema.js";
import { findConfig, type RawConfig } from "./find-config.js";

/** A configuration and where it came from. */
export interface LoadedConfig {
  readonly config: SbeConfig;
  readonly file: string;
  /** A path or pattern of the configuration, as the command line would name it. */
  readonly pathFrom: (path: string) => string;
}

/**
 * The configuration of a run: of `--config`, or of the current folder. What is wrong with it goes
 * to the report.
 *
 * @returns undefined where there is none, or a wrong one: then the report has failed
 */
export async function loadConfig(
  options: ParsedOptions,
  io: CliIo,
  report: Report,
): Promise<LoadedConfig | undefined> {
  const raw = await reported(report, () => findConfig(options.values.get("config"), io));
  return raw === undefined ? undefined : checkedConfig(raw, io, report);
}

/** Checks what {@link findConfig} read; what is wrong with it goes to the report. */
async function checkedConfig(
  raw: RawConfig,
  io: CliIo,
  report: Report,
): Promise<LoadedConfig | undefined> {
  const { checkConfig } = await import("./check-config.js");
  const checked = await checkConfig(raw.value);
  if ("config" in checked) {
    const pathFrom = (path: string): string =>
      relative(io.cwd, resolve(raw.folder, path)).split(sep).join("/") || ".";
    return { config: checked.config, file: raw.file, pathFrom };
  }
  report.add(checked.faults.map((fault) => diagnosticOf(raw, fault)));
  return undefined;
}

function diagnosticOf({ file, json }: RawConfig, fault: ConfigFault): Diagnostic {
  const { pointer, isKey, text } = fault;
  const place = json?.placeOf(pointer, isKey ? "key" : "value");
  const where = json === undefined && pointer !== "" ? ` at ${pointer}` : "";
  return {
    rule: "config-invalid",
    severity: "error",
    file,
    line: place?.line ?? 1,
    column: place?.column ?? 1,
    length: place?.length ?? 0,
    text: text + where,
    notes: [],
    ...(place === undefined ? {} : { excerpt: { text: place.lineText, firstColumn: 1 } }),
  };
}
