import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { AlerionError } from "@alerion/runtime";
import { DecodeError, printMessage, type SchemaLayout } from "@alerion/schema";
import type { CommandRun } from "../command.js";
import { fileError } from "../files.js";
import type { CliIo } from "../io.js";
import { MessageStream } from "../message-stream.js";
import type { ParsedOptions } from "../option-parser.js";
import { Report, reported } from "../report.js";
import { InputError, UsageError } from "../usage-error.js";
import { readMessageSchema } from "./message-schema.js";

/** Name of standard input in findings. */
const STDIN = "<stdin>";

/** `sbe decode`: prints messages as JSON, one a line, as soon as each is complete. */
export const runDecode: CommandRun = async (options, io) => {
  const sources = sourcesOf(options, io);
  const report = new Report(options, io, true);
  const layout = await readMessageSchema(options, io, report);
  if (layout !== undefined) {
    for (const { name, pieces } of sources) {
      await reported(report, () => decodeSource(name, pieces, layout, options, io));
      if (report.hasFailed) break;
    }
  }
  return report.finish();
};

interface Source {
  readonly name: string;
  readonly pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

function sourcesOf(options: ParsedOptions, io: CliIo): readonly Source[] {
  const { positionals, values } = options;
  const hex = values.get("hex");
  if (hex === undefined) {
    const names = positionals.length === 0 ? ["-"] : positionals;
    return names.map((name) =>
      name === "-"
        ? { name: STDIN, pieces: io.stdin }
        : { name, pieces: createReadStreamLazily(resolve(io.cwd, name)) },
    );
  }
  if (positionals.length > 0) throw new UsageError("messages must come from --hex or from files");
  const digits = hex.replace(/\s/g, "").replace(/^0[xX]/, "");
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) {
    throw new UsageError("--hex must be pairs of hex digits");
  }
  return [{ name: "<hex>", pieces: [Buffer.from(digits, "hex")] }];
}

/** Opens the file when its turn comes. */
async function* createReadStreamLazily(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path) as AsyncIterable<Uint8Array>;
}

/** Characters of output that wait for more. */
const LINES_LENGTH_MAX = 65_536;

/** Gathers short lines, so that a piece of input takes few writes; nothing waits for the next piece. */
class LineBuffer {
  readonly #io: CliIo;
  #text = "";

  constructor(io: CliIo) {
    this.#io = io;
  }

  add(text: string): void {
    this.#text += text;
    if (this.#text.length >= LINES_LENGTH_MAX) this.#io.outNow(this.#take());
  }

  async flush(): Promise<void> {
    await this.#io.out(this.#take());
  }

  #take(): string {
    const text = this.#text;
    this.#text = "";
    return text;
  }
}

async function decodeSource(
  name: string,
  pieces: Source["pieces"],
  layout: SchemaLayout,
  options: ParsedOptions,
  io: CliIo,
): Promise<void> {
  const lossless = options.switches.has("lossless");
  const lines = new LineBuffer(io);
  const print = (text: string): void => lines.add(text);
  const stream = new MessageStream((view, offset, limit) => {
    const length = printMessage(layout, view, offset, limit, print, { lossless });
    lines.add("\n");
    return length;
  });
  try {
    try {
      for await (const piece of pieces) {
        stream.push(piece);
        await lines.flush();
      }
      stream.finish();
    } finally {
      await lines.flush();
    }
  } catch (error) {
    if (error instanceof DecodeError) throw messageError(name, stream.position, error);
    if (error instanceof AlerionError || !(error instanceof Error && "code" in error)) throw error;
    throw fileError(name, error);
  }
}

/** The offset in an error is that in the message; people look for it in the file. */
function messageError(name: string, position: number, error: DecodeError): InputError {
  const text = error.message.replace(/ offset=\d+$/, "");
  return new InputError(
    name,
    error.code,
    `${text} offset=${position + error.offset} message=${position}`,
    1,
    1,
    { cause: error },
  );
}
