/**
 * The classic capture format.
 *
 *   file header:  0 magic  4 major  6 minor  8 thiszone  12 sigfigs  16 snaplen  20 linktype   (24 bytes)
 *   each packet:  0 seconds  4 micro- or nanoseconds  8 captured length  12 original length | data
 *
 * All in the byte order that the magic shows. Source: IETF draft-ietf-opsawg-pcap.
 */
import { CaptureError } from "./capture-error.js";
import type { CapturedPacket, CaptureSource } from "./captured-packet.js";

const FILE_HEADER_LENGTH = 24;
const PACKET_HEADER_LENGTH = 16;

/** What the magic of a file tells. */
export interface PcapMagic {
  readonly littleEndian: boolean;
  /** Nanoseconds in one unit of the fraction. */
  readonly fractionNs: bigint;
}

/** The magics by their value when read big endian. */
const MAGICS: ReadonlyMap<number, PcapMagic> = new Map([
  [0xa1b2c3d4, { littleEndian: false, fractionNs: 1000n }],
  [0xd4c3b2a1, { littleEndian: true, fractionNs: 1000n }],
  [0xa1b23c4d, { littleEndian: false, fractionNs: 1n }],
  [0x4d3cb2a1, { littleEndian: true, fractionNs: 1n }],
]);

/** What the first four bytes tell; undefined when they are not those of a pcap file. */
export function pcapMagicOf(magic: number): PcapMagic | undefined {
  return MAGICS.get(magic);
}

/**
 * The packets of a pcap file.
 *
 * @throws {CaptureError} CAPTURE_TRUNCATED when the file ends within a header or packet, after those before it
 */
export function* readPcap(
  { bytes, view }: CaptureSource,
  { littleEndian, fractionNs }: PcapMagic,
): Generator<CapturedPacket, void, undefined> {
  if (bytes.length < FILE_HEADER_LENGTH) {
    throw new CaptureError("CAPTURE_TRUNCATED", "file header must be complete:", 0);
  }
  // The upper bits tell whether frames end with a checksum.
  const linkType = view.getUint32(20, littleEndian) & 0xffff;
  let at = FILE_HEADER_LENGTH;
  for (let number = 1; at < bytes.length; number++) {
    const left = bytes.length - at - PACKET_HEADER_LENGTH;
    if (left < 0) {
      throw new CaptureError("CAPTURE_TRUNCATED", "packet header must be complete:", at);
    }
    const length = view.getUint32(at + 8, littleEndian);
    if (length > left) {
      throw new CaptureError(
        "CAPTURE_TRUNCATED",
        `packet must lie in the file: length=${length} left=${left}`,
        at,
      );
    }
    const start = at + PACKET_HEADER_LENGTH;
    const seconds = BigInt(view.getUint32(at, littleEndian));
    const fraction = BigInt(view.getUint32(at + 4, littleEndian));
    yield {
      number,
      timestampNs: seconds * 1_000_000_000n + fraction * fractionNs,
      linkType,
      data: bytes.subarray(start, start + length),
      originalLength: view.getUint32(at + 12, littleEndian),
    };
    at = start + length;
  }
}
