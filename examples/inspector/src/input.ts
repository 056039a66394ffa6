/** The bytes that are looked at: hex, files, captures, log buffers; cut into messages. */
import { instantText } from "@alerion/runtime/values";
import type { SchemaLayout } from "@alerion/schema";
import { CaptureError } from "@alerion/schema/capture";
import {
  explainInput,
  explainPayload,
  guessFraming,
  type ExplainedBlock,
  type ExplainedMessage,
  type ExplainedPayload,
  type Framing,
  type Span,
} from "@alerion/schema/explain";
import { assembleMessages, dumpLog, isLogBuffer } from "@alerion/transport/browser";

/** Blocks that are read of one input; the rest is counted in a notice. */
const BLOCKS_MAX = 20_000;

/** A packet, a piece of a file, or a message of a log: bytes of their own, explained. */
export interface Block {
  /** Where it comes from, e.g. packet and time; empty for a piece of a file. */
  readonly origin: string;
  readonly framing: Framing;
  /** Where its first byte is in the file; 0 for packets. */
  base: number;
  bytes: Uint8Array<ArrayBuffer>;
  explained: ExplainedPayload;
}

/** One line of the list: a message with the headers before it, or bytes that are none. */
export interface Item {
  readonly block: Block;
  readonly message: ExplainedMessage | undefined;
  /** Spans of `block.explained`, from `first` to before `last`. */
  readonly spans: readonly Span[];
  readonly start: number;
  readonly end: number;
}

/** All of an input. */
export interface Input {
  readonly name: string;
  readonly kind: "bytes" | "capture" | "log";
  /** As it was given. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly blocks: readonly Block[];
  /** What could not be read, for people; empty when all is well. */
  readonly notice: string;
}

/** View of bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Cuts an input. Any bytes give a result. */
export function openInput(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  layout: SchemaLayout,
  framing: Framing | undefined,
): Input {
  if (isLogBuffer(bytes)) return openLog(name, bytes, layout, framing);
  const blocks: Block[] = [];
  let notice = "";
  let isCaptured = false;
  try {
    for (const block of explainInput(bytes, { layout, framing })) {
      if (blocks.length === BLOCKS_MAX) {
        notice = `only the first ${BLOCKS_MAX} packets are shown`;
        break;
      }
      isCaptured ||= block.packet !== undefined;
      blocks.push(ownBlock(block, layout));
    }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    isCaptured = true;
    notice = error.message;
  }
  const kind = isCaptured ? "capture" : "bytes";
  const input: Input = { name, kind, bytes, blocks, notice };
  rebase(input);
  return input;
}

function openLog(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  layout: SchemaLayout,
  given: Framing | undefined,
): Input {
  const { frames, metadata, damages } = dumpLog(bytes);
  const messages = assembleMessages(frames);
  const payloads = messages.slice(0, 32).map(({ payload }) => payload);
  const framing = given ?? guessFraming(layout, payloads, false);
  const blocks = messages.slice(0, BLOCKS_MAX).map(({ frame, payload }) => ({
    origin: `term ${frame.termId} + ${frame.termOffset}, session ${frame.sessionId}`,
    framing,
    base: 0,
    bytes: payload,
    explained: explainPayload(layout, framing, viewOf(payload), 0, payload.length),
  }));
  const about = `${metadata.type} log of stream ${metadata.streamId}, ${frames.length} frames, ${messages.length} messages`;
  return { name, kind: "log", bytes, blocks, notice: [about, ...damages].join("; ") };
}

/** The same block over a copy of its bytes, which edits may change. */
function ownBlock(
  { packet, bytes, explained, framing }: ExplainedBlock,
  layout: SchemaLayout,
): Block {
  const start = explained.spans[0]?.start ?? 0;
  const own = bytes.slice(start, explained.end);
  const isMoved = start > 0;
  return {
    origin: packet === undefined ? "" : originOf(packet),
    framing,
    base: packet === undefined ? start : 0,
    bytes: own,
    explained: isMoved ? explainPayload(layout, framing, viewOf(own), 0, own.length) : explained,
  };
}

function originOf({
  packetNumber,
  timestampNs,
  kind,
  source,
  destination,
}: NonNullable<ExplainedBlock["packet"]>): string {
  const time = timestampNs === undefined ? "" : ` ${instantText(timestampNs)}`;
  const ends = `${source.address}:${source.port} → ${destination.address}:${destination.port}`;
  return `packet ${packetNumber} ${kind}${time} ${ends}`;
}

/** Offsets of the pieces of a file follow from their lengths. */
export function rebase(input: Input): void {
  if (input.kind !== "bytes") return;
  let base = 0;
  for (const block of input.blocks) {
    block.base = base;
    base += block.bytes.length;
  }
}

/** Explains a block anew after its bytes changed. */
export function explainAgain(block: Block, layout: SchemaLayout): void {
  const { framing, bytes } = block;
  block.explained = explainPayload(layout, framing, viewOf(bytes), 0, bytes.length);
}

/** The lines of the list. */
export function itemsOf(blocks: readonly Block[]): Item[] {
  const items: Item[] = [];
  for (const block of blocks) {
    const { spans, messages, end } = block.explained;
    let next = 0;
    for (const message of messages) {
      const last = message.spans.at(-1);
      const to = last === undefined ? next : spans.indexOf(last, next) + 1;
      if (to <= next) continue;
      items.push(itemOf(block, message, spans.slice(next, to)));
      next = to;
    }
    if (next < spans.length || (messages.length === 0 && end > 0)) {
      items.push(itemOf(block, undefined, spans.slice(next)));
    }
  }
  return items;
}

function itemOf(block: Block, message: ExplainedMessage | undefined, spans: readonly Span[]): Item {
  return { block, message, spans, start: spans[0]?.start ?? 0, end: spans.at(-1)?.end ?? 0 };
}

const DUMP_LINE =
  /^\s*(?:0x)?[0-9a-fA-F]{4,}(?::|\s\s|\s)\s*((?:[0-9a-fA-F]{2,4}[ \t]+)*[0-9a-fA-F]{2,4})?(?:\s*\|.*\||\s\s.*)?\s*$/;

/**
 * Bytes of hex digits: bare, with spaces, colons or 0x, or the output of `hexdump -C` or `xxd`; undefined if it is none.
 */
export function bytesOfHexText(text: string): Uint8Array<ArrayBuffer> | undefined {
  const trimmed = text.trim();
  const lines = trimmed.split(/\r?\n/);
  const isDump =
    lines.length > 0 && lines.every((line) => /^\s*[0-9a-fA-F]{7,8}(:|\s\s|$)/.test(line));
  const digits = (isDump ? lines.map(dumpDigits).join("") : trimmed).replaceAll(/0x|[\s:,]/gi, "");
  if (digits === "" || digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) return undefined;
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16);
  }
  return bytes;
}

function dumpDigits(line: string): string {
  return DUMP_LINE.exec(line)?.[1] ?? "";
}

/** What a gzip file holds; anything else as it is. */
export async function unpacked(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
