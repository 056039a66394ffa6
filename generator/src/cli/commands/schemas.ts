/** What validate, ir and generate have in common: read all schemas, report all findings. */
import type { CliIo } from "../io.js";
import type { ParsedOptions } from "../option-parser.js";
import { reported, type Report } from "../report.js";
import { readSchema, schemaFiles, type SchemaInput } from "../schema-input.js";

/** A schema that compiled. */
export type GoodSchema = SchemaInput & { readonly schema: NonNullable<SchemaInput["schema"]> };

/**
 * Reads every schema that the command line names; findings go to the report. With --stop-on-error
 * reading ends at the first schema with an error.
 *
 * @returns the schemas that compiled
 */
export async function readSchemas(
  options: ParsedOptions,
  io: CliIo,
  report: Report,
): Promise<readonly GoodSchema[]> {
  const files = await reported(report, async () => schemaFiles(options, io));
  const good: GoodSchema[] = [];
  for (const file of files ?? []) {
    const input = await reported(report, () => readSchema(file, options, io));
    if (input !== undefined) {
      report.add(input.diagnostics);
      if (isGood(input)) good.push(input);
      else report.fail();
    }
    if (report.hasFailed && options.switches.has("stop-on-error")) break;
  }
  return good;
}

function isGood(input: SchemaInput): input is GoodSchema {
  return input.schema !== undefined;
}
