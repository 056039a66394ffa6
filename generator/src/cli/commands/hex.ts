import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { basename, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { instantText } from "@alerion/runtime/values";
import { CaptureError, type CapturedPayload } from "@alerion/schema/capture";
import {
  explainInput,
  FRAMINGS,
  framingNamed,
  type ExplainedBlock,
  type Framing,
  type Span,
} from "@alerion/schema/explain";
import { inspectorPage } from "../../inspector/inspector-page.js";
import type { CommandRun } from "../command.js";
import { fileError } from "../files.js";
import { messageTitle, spanRows, titleRow, type HexStyle } from "../hex/hex-rows.js";

import type { CliIo } from "../io.js";
import { countOption, type ParsedOptions } from "../option-parser.js";
import { Report, reported } from "../report.js";
import type { CompiledSchema } from "../schema-input.js";
import { suggest } from "../suggest.js";
import { InputError, UsageError } from "../usage-error.js";
import { readCompiledMessageSchema } from "./message-schema.js";

/** Greatest input; it is held in memory. */
const INPUT_BYTES_MAX = 1024 * 1024 * 1024;

/** Rows of one value that are shown unless `--all` is given. */
const ROW_COUNT_MAX = 16;

/** `sbe hex`: any message or capture as a map of fields. */
export const runHex: CommandRun = async (options, io) => {
  const sources = sourcesOf(options);
  const settings = settingsOf(options, io);
  const report = new Report(options, io, true);
  const schema = await readCompiledMessageSchema(options, io, report);
  if (schema !== undefined) {
    for (const source of sources) {
      await reported(report, () => showSource(source, schema, settings, io));
    }
  }
  return report.finish();
};

interface HexSettings extends HexStyle {
  readonly framing: Framing | undefined;
  readonly form: "text" | "json" | "html";
  /** Name of the schema on the page. */
  readonly schemaName: string;
  /** Blocks that are shown. */
  readonly limit: number;
}

interface HexInput {
  readonly name: string;
  /** Undefined: they are read. */
  readonly bytes?: Uint8Array;
}

function sourcesOf({ positionals, values }: ParsedOptions): readonly HexInput[] {
  const hex = values.get("hex");
  if (hex === undefined) {
    if (positionals.length === 0) return [{ name: "-" }];
    return positionals.map((name) => ({ name }));
  }
  if (positionals.length > 0) throw new UsageError("messages must come from --hex or from files");
  const digits = hex.replace(/\s/g, "").replace(/^0[xX]/, "");
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) {
    throw new UsageError("--hex must be pairs of hex digits");
  }
  return [{ name: "<hex>", bytes: Buffer.from(digits, "hex") }];
}

function settingsOf(options: ParsedOptions, io: CliIo): HexSettings {
  const color = options.values.get("color") ?? "auto";
  return {
    framing: framingOf(options.values.get("framing") ?? "auto"),
    form: formOf(options),
    schemaName: basename(options.values.get("schema") ?? ""),
    limit: countOption(options, "limit") ?? Number.POSITIVE_INFINITY,
    hasColors: color === "always" || (color === "auto" && io.hasColors === true),
    rowCountMax: options.switches.has("all") ? Number.POSITIVE_INFINITY : ROW_COUNT_MAX,
  };
}

function formOf({ switches, positionals }: ParsedOptions): HexSettings["form"] {
  if (!switches.has("html")) return switches.has("json") ? "json" : "text";
  if (switches.has("json")) throw new UsageError("--html and --json must not be given together");
  if (positionals.length > 1) throw new UsageError("--html must be given with one input");
  return "html";
}

function framingOf(name: string): Framing | undefined {
  if (name === "auto") return undefined;
  const framing = framingNamed(name);
  if (framing !== undefined) return framing;
  const names = ["auto", ...FRAMINGS.map((each) => each.name)];
  const near = suggest(name, names);
  const hint = near === undefined ? "" : ` (did you mean ${near}?)`;
  throw new UsageError(`option must be one of ${names.join(", ")}: --framing=${name}${hint}`);
}

async function showSource(
  { name, bytes: given }: HexInput,
  { ir, layout }: CompiledSchema,
  settings: HexSettings,
  io: CliIo,
): Promise<void> {
  const file = name === "-" ? "<stdin>" : name;
  const bytes = unpacked(file, given ?? (await readInput(name, file, io)));
  let faultCount = 0;
  let firstFault = "";
  let blockCount = 0;
  try {
    for (const block of explainInput(bytes, { layout, framing: settings.framing })) {
      if (blockCount === settings.limit) break;
      blockCount++;
      for (const fault of block.explained.errors) {
        if (faultCount === 0) firstFault = `${fault}${whereOf(block)}`;
        faultCount++;
      }
      if (settings.form === "json") await io.out(jsonOf(block));
      else if (settings.form === "text") await io.out(textOf(block, settings));
    }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    throw new InputError(file, error.code, error.message, 1, 1, { cause: error });
  }
  if (settings.form === "html") {
    const { schemaName, framing } = settings;
    await io.out(
      await inspectorPage({ ir, schemaName, bytes, name: basename(file), framing: framing?.name }),
    );
  }
  if (faultCount > 0) {
    throw new InputError(
      file,
      "BYTES_UNKNOWN",
      `bytes must be messages of the schema: faults=${faultCount} first="${firstFault}"`,
    );
  }
}

function whereOf({ packet }: ExplainedBlock): string {
  return packet === undefined ? "" : ` packet=${packet.packetNumber}`;
}

/** The title of its packet, then each message under a title of its own. */
function textOf({ packet, bytes, explained }: ExplainedBlock, style: HexStyle): string {
  const { spans, messages } = explained;
  let text = packet === undefined ? "" : titleRow(packetTitle(packet), style);
  let next = 0;
  for (const message of messages) {
    const start = message.spans[0]?.start ?? message.end;
    const before = spans.findIndex((span, index) => index >= next && span.start >= start);
    const first = before < 0 ? spans.length : before;
    text += spanRows(spans.slice(next, first), bytes, style);
    text += titleRow(messageTitle(message), style);
    next = first + message.spans.length;
    text += spanRows(spans.slice(first, next), bytes, style);
  }
  return `${text}${spanRows(spans.slice(next), bytes, style)}\n`;
}

function packetTitle({
  packetNumber,
  timestampNs,
  kind,
  source,
  destination,
}: CapturedPayload): string {
  const time = timestampNs === undefined ? "" : `, ${instantText(timestampNs)}`;
  const from = `${source.address} port ${source.port}`;
  const to = `${destination.address} port ${destination.port}`;
  return `packet ${packetNumber}: ${kind}, ${from} > ${to}${time}`;
}

/** One line of JSON: what the text shows. */
function jsonOf({ packet, bytes, explained }: ExplainedBlock): string {
  const shown = {
    ...(packet === undefined
      ? {}
      : {
          packet: packet.packetNumber,
          time: packet.timestampNs === undefined ? undefined : instantText(packet.timestampNs),
          transport: packet.kind,
          source: packet.source,
          destination: packet.destination,
        }),
    messages: explained.messages.map(({ message, templateId, version, end, spans }) => ({
      message,
      templateId,
      version,
      start: spans[0]?.start,
      end,
    })),
    spans: explained.spans.map((span) => ({ ...span, hex: hexOf(bytes, span) })),
    errors: explained.errors,
  };
  return `${JSON.stringify(shown)}\n`;
}

function hexOf(bytes: Uint8Array, { start, end }: Span): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("hex");
}

async function readInput(name: string, file: string, io: CliIo): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const add = (piece: Uint8Array): void => {
    length += piece.length;
    if (length > INPUT_BYTES_MAX) {
      throw new InputError(
        file,
        "FILE_TOO_LARGE",
        `input must not be larger than ${INPUT_BYTES_MAX} bytes`,
      );
    }
    pieces.push(piece);
  };
  if (name === "-") for await (const piece of io.stdin) add(piece);
  else for (const piece of filePieces(resolve(io.cwd, name), file)) add(piece);
  return pieces.length === 1 ? (pieces[0] ?? new Uint8Array(0)) : Buffer.concat(pieces, length);
}

/** A file in one piece, if it is one; of a device what it gives. */
function* filePieces(path: string, file: string): Generator<Uint8Array> {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (error) {
    throw fileError(file, error);
  }
  try {
    let left = fstatSync(descriptor).size;
    for (;;) {
      const piece = new Uint8Array(Math.min(Math.max(left, 65_536), INPUT_BYTES_MAX));
      const count = readSync(descriptor, piece, 0, piece.length, null);
      if (count === 0) return;
      left -= count;
      yield piece.subarray(0, count);
    }
  } catch (error) {
    throw error instanceof InputError ? error : fileError(file, error);
  } finally {
    closeSync(descriptor);
  }
}

/** What a gzip file holds; anything else as it is. */
function unpacked(file: string, bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: INPUT_BYTES_MAX });
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new InputError(file, "GZIP_INVALID", `gzip file must be whole: reason=${reason}`, 1, 1, {
      cause: error,
    });
  }
}
