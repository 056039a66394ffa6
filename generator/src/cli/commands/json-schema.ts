import { messageJsonSchema, messagesJsonSchema, type SchemaLayout } from "@alerion/schema";
import type { CommandRun } from "../command.js";
import { outputFolder, writeFiles } from "../output-folder.js";
import { Report, reported } from "../report.js";
import { readSchema, schemaFiles } from "../schema-input.js";
import { UsageError } from "../usage-error.js";

/** `sbe json-schema`: the JSON Schema of messages in the plain form of `sbe decode`. */
export const runJsonSchema: CommandRun = async (options, io) => {
  const messageName = options.values.get("message");
  const hasFolder = options.values.has("output");
  if (messageName !== undefined && hasFolder) {
    throw new UsageError("--message must be given without -o, which writes all messages");
  }
  const report = new Report(options, io, true);
  await reported(report, async () => {
    const files = schemaFiles(options, io);
    const [file, ...others] = files;
    if (file === undefined || others.length > 0) throw new UsageError("one schema must be named");
    const { schema, diagnostics } = await readSchema(file, options, io);
    if (schema === undefined) {
      report.add(diagnostics);
      report.fail();
      return;
    }
    const { layout } = schema;
    if (hasFolder) writeFiles(outputFolder(options, io), filesOf(layout));
    else if (messageName === undefined) await io.out(textOf(messagesJsonSchema(layout)));
    else await io.out(textOf(messageJsonSchema(layout, knownName(layout, messageName))));
  });
  return report.finish();
};

function filesOf(layout: SchemaLayout): { path: string; content: string }[] {
  return layout.messages.map(({ name }) => ({
    // A name from IR may hold anything, but shall not lead out of the folder.
    path: `${encodeURIComponent(name).replaceAll(".", "%2E")}.schema.json`,
    content: textOf(messageJsonSchema(layout, name)),
  }));
}

function knownName(layout: SchemaLayout, name: string): string {
  if (layout.messages.some((message) => message.name === name)) return name;
  throw new UsageError(`message must be one of the schema: --message=${name}`);
}

function textOf(jsonSchema: object): string {
  return `${JSON.stringify(jsonSchema, undefined, 2)}\n`;
}
