import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { AlerionError } from "@alerion/runtime";
import { encodeDocument, EncodeError, MessageNameError, type SchemaLayout } from "@alerion/schema";
import type { CommandRun } from "../command.js";
import { fileError } from "../files.js";
import type { CliIo } from "../io.js";
import { JsonDocumentSplitter, type JsonDocumentText } from "../json-documents.js";
import type { ParsedOptions } from "../option-parser.js";
import { Report, reported } from "../report.js";
import { InputError, UsageError } from "../usage-error.js";
import { documentFaults } from "./document-faults.js";
import { readMessageSchema } from "./message-schema.js";

/** `sbe encode`: makes messages from JSON documents. */
export const runEncode: CommandRun = async (options, io) => {
  const { positionals } = options;
  if (positionals.length > 1) throw new UsageError("documents must come from one file");
  const file = positionals[0] ?? "-";
  const report = new Report(options, io, true);
  const layout = await readMessageSchema(options, io, report);
  if (layout !== undefined) {
    await reported(report, () => encodeFile(file, layout, options, io, report));
  }
  return report.finish();
};

async function encodeFile(
  file: string,
  layout: SchemaLayout,
  options: ParsedOptions,
  io: CliIo,
  report: Report,
): Promise<void> {
  const name = file === "-" ? "<stdin>" : file;
  const pieces: AsyncIterable<Uint8Array> =
    file === "-" ? io.stdin : createReadStream(resolve(io.cwd, file));
  const decoder = new TextDecoder();
  const splitter = new JsonDocumentSplitter();
  const output = new OutputBuffer(io);
  const messageName = options.values.get("message");
  const encode = async (text: JsonDocumentText): Promise<void> => {
    const document = parseDocument(name, text);
    // The encoder knows all of it, but stops at the first fault and at no line.
    if (messageName !== undefined) {
      const faults = await documentFaults(name, text, document, layout, messageName);
      for (const fault of faults) report.addError(fault);
      if (faults.length > 0) return;
    }
    for (const bytes of encodeParsed(name, text, document, layout, messageName)) {
      const isHex = options.switches.has("hex");
      await output.add(isHex ? Buffer.from(`${Buffer.from(bytes).toString("hex")}\n`) : bytes);
    }
  };
  try {
    for await (const piece of pieces) {
      for (const document of splitter.push(decoder.decode(piece, { stream: true }))) {
        await encode(document);
        if (report.hasFailed) return;
      }
      await output.flush();
    }
    const last = splitter.end();
    if (last !== undefined) await encode(last);
  } catch (error) {
    if (error instanceof AlerionError || !(error instanceof Error && "syscall" in error)) {
      throw error;
    }
    throw fileError(name, error);
  } finally {
    // What was encoded before a fault is good.
    await output.flush();
  }
}

/** Bytes of output that wait for more. */
const OUTPUT_LENGTH_MAX = 65_536;

/** Gathers short messages, so that a piece of input takes few writes; nothing waits for the next piece. */
class OutputBuffer {
  readonly #io: CliIo;
  #pieces: Uint8Array[] = [];
  #length = 0;

  constructor(io: CliIo) {
    this.#io = io;
  }

  async add(bytes: Uint8Array): Promise<void> {
    this.#pieces.push(bytes);
    this.#length += bytes.length;
    if (this.#length >= OUTPUT_LENGTH_MAX) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#length === 0) return;
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    await this.#io.out(bytes);
  }
}

function parseDocument(name: string, { text, line }: JsonDocumentText): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(name, "JSON_INVALID", `document must be JSON: reason=${reason}`, line, 1, {
      cause: error,
    });
  }
}

/** The messages of one document; an array holds several. */
function encodeParsed(
  name: string,
  { line }: JsonDocumentText,
  document: unknown,
  layout: SchemaLayout,
  messageName: string | undefined,
): readonly Uint8Array[] {
  try {
    return Array.isArray(document)
      ? document.map((each: unknown) => encodeDocument(layout, messageName, each))
      : [encodeDocument(layout, messageName, document)];
  } catch (error) {
    if (!(error instanceof EncodeError) && !(error instanceof MessageNameError)) throw error;
    throw new InputError(name, error.code, error.message, line, 1, { cause: error });
  }
}
