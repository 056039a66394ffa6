import type { AtomicBuffer } from "../atomic-buffer.js";
import {
  DATA_HEADER_LENGTH,
  DATA_SESSION_ID_OFFSET,
  DATA_STREAM_ID_OFFSET,
  DATA_TERM_ID_OFFSET,
  DATA_TERM_OFFSET_OFFSET,
  FRAME_VERSION_OFFSET,
  PAD_FRAME_WORD,
} from "./frame-descriptor.js";

/**
 * Puts what a datagram brought into its place in a term, unless something is there already.
 *
 * The first frame's length is the last word written, so that readers see the whole datagram or nothing of it.
 *
 * @param length bytes of frames in `packet` from `packetOffset`, a multiple of 32; the range is the caller's to
 *   check on both sides
 * @returns false for a duplicate
 * Source: driver-protocol §13 (insertPacket); Aeron TermRebuilder
 */
export function insertFrames(
  term: AtomicBuffer,
  termOffset: number,
  packet: AtomicBuffer,
  packetOffset: number,
  length: number,
): boolean {
  if (term.getInt32Volatile(termOffset) !== 0) return false;
  term.copyFrom(
    termOffset + DATA_HEADER_LENGTH,
    packet,
    packetOffset + DATA_HEADER_LENGTH,
    length - DATA_HEADER_LENGTH,
  );
  term.copyFrom(termOffset + 8, packet, packetOffset + 8, DATA_HEADER_LENGTH - 8);
  term.putInt32(termOffset + 4, packet.view.getInt32(packetOffset + 4, true));
  term.putInt32Release(termOffset, packet.view.getInt32(packetOffset, true));
  return true;
}

/**
 * Fills a gap of an unreliable stream with padding, if it still is one.
 *
 * @param header offset in `metadata` of the log's default frame header
 * @returns false if something came in meanwhile
 * Source: driver-protocol §16 (unreliable stream); Aeron TermGapFiller
 */
export function tryFillGap(
  metadata: AtomicBuffer,
  header: number,
  term: AtomicBuffer,
  termId: number,
  gapOffset: number,
  gapLength: number,
): boolean {
  for (let offset = gapOffset + gapLength - 32; offset >= gapOffset; offset -= 32) {
    if (term.getInt32Volatile(offset) !== 0) return false;
  }
  applyDefaultHeader(metadata, header, term, gapOffset, termId, PAD_FRAME_WORD);
  term.putInt32Release(gapOffset, gapLength);
  return true;
}

/** Writes a header that was never written, all but its length. */
export function applyDefaultHeader(
  metadata: AtomicBuffer,
  header: number,
  term: AtomicBuffer,
  termOffset: number,
  termId: number,
  word: number,
): void {
  term.putInt32(termOffset + FRAME_VERSION_OFFSET, word);
  term.putInt32(termOffset + DATA_TERM_OFFSET_OFFSET, termOffset);
  term.putInt32(
    termOffset + DATA_SESSION_ID_OFFSET,
    metadata.getInt32(header + DATA_SESSION_ID_OFFSET),
  );
  term.putInt32(
    termOffset + DATA_STREAM_ID_OFFSET,
    metadata.getInt32(header + DATA_STREAM_ID_OFFSET),
  );
  term.putInt32(termOffset + DATA_TERM_ID_OFFSET, termId);
  term.putInt64(termOffset + 24, 0);
}
