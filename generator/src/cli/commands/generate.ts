import type { CommandRun } from "../command.js";
import type { ParsedOptions } from "../option-parser.js";
import { checkBaseNames, outputFolder } from "../output-folder.js";
import { Report, reported } from "../report.js";
import { InputError } from "../usage-error.js";
import { GenerateError } from "../../errors.js";
import type { GeneratedOutput } from "../../types.js";
import { readSchemas, type GoodSchema } from "./schemas.js";

/** `sbe generate`: writes TypeScript or JavaScript codecs for schemas, all of them or none. */
export const runGenerate: CommandRun = async (options, io) => {
  const folder = outputFolder(options, io);
  const report = new Report(options, io, false);
  const inputs = await readSchemas(options, io, report);
  await reported(report, async () => {
    checkBaseNames(inputs);
    const outputs: GeneratedOutput[] = [];
    for (const input of inputs) {
      const output = await reported(report, () => outputOf(input, options));
      if (output !== undefined) outputs.push(output);
    }
    if (options.switches.has("check")) await checkOutputs(outputs, report);
    if (report.hasFailed) return;
    const { writeAll } = await import("../../write-all.js");
    await ofFile(folder, async () => writeAll(folder, outputs));
  });
  return report.finish();
};

async function outputOf(
  { file, baseName, schema }: GoodSchema,
  options: ParsedOptions,
): Promise<GeneratedOutput> {
  const { generate } = await import("../../generate.js");
  return ofFile(file, async () => {
    const files = generate(schema.layout, {
      baseName,
      checks: options.switches.has("checks"),
      unknownEnum: options.values.get("unknown-enums") === "throw" ? "throw" : "raw",
    });
    const output = { folder: baseName, files };
    if (options.values.get("emit") !== "js") return output;
    const { emitJs } = await import("../../check.js");
    return { folder: baseName, files: await emitJs(output) };
  });
}

/** What the type-checker finds in generated code is our fault, and yet must not be written. */
async function checkOutputs(outputs: readonly GeneratedOutput[], report: Report): Promise<void> {
  const { check } = await import("../../check.js");
  const findings = await check(outputs);
  report.add(
    findings.map(({ file, line, column, text }) => ({
      rule: "output-type-error",
      severity: "error" as const,
      file,
      line,
      column,
      length: 0,
      text: `generated code must type-check: ${text}`,
      notes: [
        { kind: "help" as const, text: "this is an error in the generator; nothing was written" },
      ],
    })),
  );
}

async function ofFile<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GenerateError)) throw error;
    const reason =
      error.cause instanceof Error && "code" in error.cause
        ? ` reason=${String(error.cause.code)}`
        : "";
    throw new InputError(file, error.code, error.message + reason, 1, 1, { cause: error });
  }
}
