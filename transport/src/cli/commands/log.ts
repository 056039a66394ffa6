import { toJson } from "../io.js";
import { readText, readWhole } from "../directory-snapshot.js";
import { assembleMessages, dumpLog, type FrameDump, LogFileError } from "../log-dump.js";
import { flag, integerOption, positionals, type Subcommand, textOption } from "../subcommand.js";

const SHOWN_PAYLOAD_LENGTH = 32;
const LIMIT_MAX = 0x7fff_ffff;

/** `alerion log`: takes a log buffer file apart; with a schema, the messages in it too. */
export const logCommand: Subcommand = {
  name: "log",
  summary: "takes a log buffer file apart, payloads decoded with --schema",
  usage: `log FILE [OPTION …]

  FILE                 publications/ID.logbuffer or images/ID.logbuffer of an Aeron directory
      --schema FILE    decode messages with this SBE schema
      --limit COUNT    at most so many frames or messages, the last ones
      --json           machine-readable output, whole payloads in hex`,
  options: {
    schema: { type: "string" },
    limit: { type: "string" },
    json: { type: "boolean" },
  },
  run: async (given, io) => {
    const [path = ""] = positionals(given, "FILE");
    const limit = integerOption(given, "limit", 1, LIMIT_MAX) ?? LIMIT_MAX;
    const schemaPath = textOption(given, "schema");
    const bytes = readWhole(path);
    const { metadata, frames, damages } = dumpLog(new Uint8Array(bytes));
    const decode = schemaPath === undefined ? undefined : await loadDecoder(schemaPath);
    const shown =
      decode === undefined
        ? frames.slice(-limit).map((frame) => ({ ...frame, payload: hexOf(frame.payload) }))
        : assembleMessages(frames)
            .slice(-limit)
            .map(({ frame, payload }) => ({ ...position(frame), ...decode(payload) }));
    if (flag(given, "json")) {
      io.out(
        toJson({ path, metadata, [decode === undefined ? "frames" : "messages"]: shown, damages }),
      );
    } else {
      for (const [name, value] of Object.entries(metadata)) {
        if (name !== "tails") io.out(`${name}=${String(value)}\n`);
      }
      io.out("\n");
      if (decode === undefined) for (const frame of frames.slice(-limit)) io.out(frameLine(frame));
      else for (const each of shown) io.out(JSON.stringify(each, bigintToText) + "\n");
      io.out(`\n${shown.length} ${decode === undefined ? "frames" : "messages"}\n`);
    }
    for (const damage of damages) io.err(`error: ${damage}\n`);
    return damages.length === 0 ? 0 : 1;
  },
};

function position(frame: FrameDump): { termId: number; termOffset: number } {
  return { termId: frame.termId, termOffset: frame.termOffset };
}

function frameLine(frame: FrameDump): string {
  const kind = frame.type === 0 ? "PAD " : "DATA";
  const flags = frame.flags.toString(2).padStart(8, "0");
  const hex = hexOf(frame.payload.subarray(0, SHOWN_PAYLOAD_LENGTH));
  const more = frame.payload.length > SHOWN_PAYLOAD_LENGTH ? "…" : "";
  return `${frame.termId}+${frame.termOffset} ${kind} length ${frame.frameLength} flags ${flags} session ${frame.sessionId} stream ${frame.streamId} reserved ${frame.reservedValue} ${hex}${more}\n`;
}

type Decoder = (payload: Uint8Array<ArrayBuffer>) => Record<string, unknown>;

/** @throws {LogFileError} if the schema cannot be compiled */
async function loadDecoder(schemaPath: string): Promise<Decoder> {
  // Only now: nobody else who uses the transport needs a schema compiler.
  const { compileSchema, decodeMessage, layoutOf } = await import("@alerion/schema");
  const { ir, diagnostics } = compileSchema(readText(schemaPath), { file: schemaPath });
  if (ir === undefined) {
    const first = diagnostics[0];
    throw new LogFileError(
      `schema must compile: file=${schemaPath} diagnostics=${diagnostics.length} first=${first?.text ?? ""}`,
    );
  }
  const layout = layoutOf(ir);
  return (payload) => {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
    try {
      const { message, version, values } = decodeMessage(layout, view, 0, payload.length);
      return { message, version, values };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { error: reason, payload: hexOf(payload) };
    }
  };
}

function bigintToText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
