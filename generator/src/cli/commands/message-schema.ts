import type { SchemaLayout } from "@alerion/schema";
import type { CliIo } from "../io.js";
import type { ParsedOptions } from "../option-parser.js";
import { reported, type Report } from "../report.js";
import { readSchema, type CompiledSchema } from "../schema-input.js";
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
  return (await readCompiledMessageSchema(options, io, report))?.layout;
}

/** The same with its tokens. @throws {UsageError} without `--schema` */
export async function readCompiledMessageSchema(
  options: ParsedOptions,
  io: CliIo,
  report: Report,
): Promise<CompiledSchema | undefined> {
  const file = options.values.get("schema");
  if (file === undefined) throw new UsageError("a schema must be given: --schema S");
  const input = await reported(report, () => readSchema(file, options, io));
  if (input?.schema !== undefined) return input.schema;
  if (input !== undefined) report.add(input.diagnostics);
  report.fail();
  return undefined;
}
