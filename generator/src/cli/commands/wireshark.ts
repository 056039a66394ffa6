import { FRAMINGS, framingNamed } from "@alerion/schema/explain";
import { dissectorOf, protocolName } from "../../wireshark/dissector.js";
import type { CommandRun } from "../command.js";
import type { ParsedOptions } from "../option-parser.js";
import { Report, reported } from "../report.js";
import { readSchema } from "../schema-input.js";
import { suggest } from "../suggest.js";
import { UsageError } from "../usage-error.js";

/** `sbe wireshark`: a dissector in Lua for the messages of a schema. */
export const runWireshark: CommandRun = async (options, io) => {
  const [file, ...rest] = options.positionals;
  if (file === undefined || rest.length > 0) throw new UsageError("one schema must be named");
  const settings = settingsOf(options);
  const report = new Report(options, io, true);
  const input = await reported(report, () => readSchema(file, options, io));
  if (input !== undefined) report.add(input.diagnostics);
  if (input?.schema === undefined) {
    report.fail();
    return report.finish();
  }
  const { layout } = input.schema;
  const { name = protocolName(layout) } = settings;
  await io.out(dissectorOf(layout, { ...settings, name }));
  return report.finish();
};

function settingsOf({ values }: ParsedOptions): {
  readonly name?: string;
  readonly framing: string;
  readonly udp: string;
  readonly tcp: string;
} {
  const name = values.get("name");
  if (name !== undefined && !/^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/.test(name)) {
    throw new UsageError(`--name must be lower case letters, digits, "_" and ".": name=${name}`);
  }
  const framing = values.get("framing") ?? "auto";
  if (framing !== "auto" && framingNamed(framing) === undefined) {
    const names = ["auto", ...FRAMINGS.map((each) => each.name)];
    const near = suggest(framing, names);
    const hint = near === undefined ? "" : ` (did you mean ${near}?)`;
    throw new UsageError(`option must be one of ${names.join(", ")}: --framing=${framing}${hint}`);
  }
  const udp = portsOf(values.get("udp"), "udp");
  const tcp = portsOf(values.get("tcp"), "tcp");
  return { ...(name === undefined ? {} : { name }), framing, udp, tcp };
}

/** Ports and ranges of them, as Wireshark writes them. */
function portsOf(text: string | undefined, option: string): string {
  if (text === undefined) return "";
  const isPort = (each: string): boolean => /^\d{1,5}$/.test(each) && Number(each) <= 65_535;
  const isFine = text.split(",").every((part) => {
    const ends = part.split("-");
    return ends.length <= 2 && ends.every(isPort);
  });
  if (!isFine) {
    throw new UsageError(
      `--${option} must be ports and ranges such as 9000-9010,9100: ${option}=${text}`,
    );
  }
  return text;
}
