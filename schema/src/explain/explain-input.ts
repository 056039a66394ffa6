/** Where bytes come from, and how they are cut: captures, streams, messages back to back. */
import { CaptureError } from "../capture/capture-error.js";
import { isCapture } from "../capture/read-capture.js";
import { readPayloads, type CapturedPayload } from "../capture/read-payloads.js";
import type { SchemaLayout } from "../layout.js";
import { explainPayload, guessFraming, type ExplainedPayload } from "./explain-payload.js";
import type { Framing } from "./framing.js";

/** A piece of the input, explained. */
export interface ExplainedBlock {
  /** What it came with, where it is of a capture. */
  readonly packet: CapturedPayload | undefined;
  /** What the offsets of the spans are in. */
  readonly bytes: Uint8Array;
  readonly explained: ExplainedPayload;
  /** How it was read, whether it was given or guessed. */
  readonly framing: Framing;
}

/** How the input is read. */
export interface ExplainInputOptions {
  readonly layout: SchemaLayout;
  /** Undefined: it is guessed. */
  readonly framing: Framing | undefined;
}

/** Bytes of an unfinished message that are kept for the rest of their stream. */
const PENDING_LENGTH_MAX = 16 * 1024 * 1024;

/** What a guess looks at: datagrams and streams, the start of a stream, and packets that are read for them. */
const GUESS_COUNT = 32;
const GUESS_STREAM_LENGTH = 16 * 1024;
const GUESS_PACKETS_MAX = 5000;

/** Bytes of a file that are explained at a time. */
const WINDOW_LENGTH = 256 * 1024;

/**
 * Any input in explained pieces: a capture (pcap, pcapng) packet by packet, a file of messages window by window.
 *
 * @param bytes  the whole input; blocks borrow it
 * @throws {CaptureError} after the packets before a fault in the file
 */
export function explainInput(
  bytes: Uint8Array,
  options: ExplainInputOptions,
): Generator<ExplainedBlock> {
  return isCapture(bytes) ? captureBlocks(bytes, options) : fileBlocks(bytes, options);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A file that is one stream: explained window by window, so that memory does not grow with it. */
function* fileBlocks(
  bytes: Uint8Array,
  { layout, framing: given }: ExplainInputOptions,
): Generator<ExplainedBlock> {
  const framing = given ?? guessFraming(layout, [bytes], true);
  const view = viewOf(bytes);
  // A packet header says nothing of where its datagram ends: the file is one.
  const isDatagram = framing.packetHeaderLength > 0;
  let window = isDatagram ? bytes.length : WINDOW_LENGTH;
  for (let at = 0; at < bytes.length;) {
    const limit = Math.min(bytes.length, at + window);
    const isStream = limit < bytes.length;
    const explained = explainPayload(layout, framing, view, at, limit, { isStream });
    if (explained.end === at) {
      window *= 2;
      continue;
    }
    yield { packet: undefined, bytes, explained, framing };
    at = explained.end;
  }
}

function* captureBlocks(
  bytes: Uint8Array,
  options: ExplainInputOptions,
): Generator<ExplainedBlock> {
  const { layout } = options;
  const framings = captureFramings(bytes, options);
  /** Unfinished ends of streams, with the last packet of each. */
  const pending = new Map<
    number,
    { readonly bytes: Uint8Array; readonly packet: CapturedPayload }
  >();
  for (const packet of readPayloads(bytes)) {
    const kept = pending.get(packet.streamId);
    const piece = kept === undefined ? packet.bytes : concatenated(kept.bytes, packet.bytes);
    const isStream = packet.kind === "tcp" && piece.length <= PENDING_LENGTH_MAX;
    const framing = framings[packet.kind];
    const explained = explainPayload(layout, framing, viewOf(piece), 0, piece.length, { isStream });
    if (explained.end < piece.length) {
      pending.set(packet.streamId, { bytes: piece.slice(explained.end), packet });
    } else {
      pending.delete(packet.streamId);
    }
    if (explained.end > 0) yield { packet, bytes: piece, explained, framing };
  }
  for (const { bytes: piece, packet } of pending.values()) {
    const explained = explainPayload(layout, framings.tcp, viewOf(piece), 0, piece.length);
    yield { packet, bytes: piece, explained, framing: framings.tcp };
  }
}

function concatenated(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** The framing of datagrams and that of streams. */
function captureFramings(
  bytes: Uint8Array,
  { layout, framing }: ExplainInputOptions,
): { readonly udp: Framing; readonly tcp: Framing } {
  if (framing !== undefined) return { udp: framing, tcp: framing };
  const datagrams: Uint8Array[] = [];
  const streams = new Map<number, Uint8Array>();
  try {
    let count = 0;
    for (const { kind, bytes: piece, streamId } of readPayloads(bytes)) {
      if (++count > GUESS_PACKETS_MAX) break;
      if (kind === "udp") {
        if (datagrams.length < GUESS_COUNT) datagrams.push(piece);
        continue;
      }
      const start = streams.get(streamId);
      if (start === undefined && streams.size < GUESS_COUNT) streams.set(streamId, piece);
      else if (start !== undefined && start.length < GUESS_STREAM_LENGTH) {
        streams.set(streamId, concatenated(start, piece));
      }
    }
  } catch (error) {
    // A fault in the file is told when its packets are shown.
    if (!(error instanceof CaptureError)) throw error;
  }
  return {
    udp: guessFraming(layout, datagrams, false),
    tcp: guessFraming(layout, [...streams.values()], true),
  };
}
