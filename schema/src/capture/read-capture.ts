import { CaptureError } from "./capture-error.js";
import type { CapturedPacket } from "./captured-packet.js";
import { pcapMagicOf, readPcap } from "./pcap.js";
import { readPcapng, SECTION_HEADER } from "./pcapng.js";

/** True when the bytes start as a capture file does; four are enough to tell. */
export function isCapture(bytes: Uint8Array): boolean {
  const magic = magicOf(bytes);
  return magic === SECTION_HEADER || (magic !== undefined && pcapMagicOf(magic) !== undefined);
}

/**
 * The packets of a capture file, pcap or pcapng, of either byte order. Nothing is copied: memory does not
 * grow with the file.
 *
 * @param bytes  the whole file; the packets are views of it
 * @throws {CaptureError} CAPTURE_FORMAT_UNKNOWN at the start; CAPTURE_TRUNCATED or CAPTURE_BLOCK_INVALID
 *   after the packets before the fault
 */
export function* readCapture(bytes: Uint8Array): Generator<CapturedPacket, void, undefined> {
  const magic = magicOf(bytes);
  const pcap = magic === undefined ? undefined : pcapMagicOf(magic);
  const source = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
  if (pcap !== undefined) yield* readPcap(source, pcap);
  else if (magic === SECTION_HEADER) yield* readPcapng(source);
  else {
    throw new CaptureError(
      "CAPTURE_FORMAT_UNKNOWN",
      `file must be pcap or pcapng: magic=${magic === undefined ? "none" : `0x${magic.toString(16)}`}`,
      0,
    );
  }
}

/** The first four bytes, read big endian. */
function magicOf(bytes: Uint8Array): number | undefined {
  if (bytes.length < 4) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
}
