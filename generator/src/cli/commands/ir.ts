import { irToJson, irToSbeir } from "@alerion/schema";
import type { CommandRun } from "../command.js";
import { checkBaseNames, outputFolder, writeFiles, type OutputFile } from "../output-folder.js";
import { Report, reported } from "../report.js";
import { irFault } from "../schema-input.js";
import { readSchemas } from "./schemas.js";

/** `sbe ir`: writes the tokens of schemas as JSON or `.sbeir`. */
export const runIr: CommandRun = async (options, io) => {
  const folder = outputFolder(options, io);
  const format = options.values.get("format") ?? "json";
  const report = new Report(options, io, false);
  const inputs = await readSchemas(options, io, report);
  await reported(report, async () => {
    checkBaseNames(inputs);
    const files = inputs.map(({ file, baseName, schema }): OutputFile => {
      const content = irFault(file, () =>
        format === "json" ? irToJson(schema.ir) : irToSbeir(schema.ir),
      );
      return { path: `${baseName}.${format}`, content };
    });
    if (!report.hasFailed) writeFiles(folder, files);
  });
  return report.finish();
};
