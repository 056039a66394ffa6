import type { SchemaLayout } from "@alerion/schema";
import type { CliIo } from "../io.js";
import type { ParsedOptions } from "../option-parser.js";
import { reported, type Report } from "../report.js";
import { readSchema } from "../schema-input.js";
import { UsageError } from "../usage-error.js";

/**
 * The schema that `--schema` names; undefined, with findings in the report, where it does not
 * compile. Warnings are not shown: they belong to `sbe validate`, not to every message.
 *
 * @throws {UsageError} without `--schema`
 */
export async function readMessageSchema(
  options: ParsedOptions,
  io: CliIo,
  report: Report,
): Promise<SchemaLayout | undefined> {
  const file = options.values.get("schema");
  if (file === undefined) throw new UsageError("a schema must be given: --schema S");
  const input = await reported(report, () => readSchema(file, options, io));
  if (input?.schema !== undefined) return input.schema.layout;
  if (input !== undefined) report.add(input.diagnostics);
  report.fail();
  return undefined;
}
