/**
 * The block format of Wireshark.
 *
 *   0      4              8                          length - 4
 *   | type | total length | body, padded to 4 bytes … | total length |
 *
 * A section header block brings the byte order of what follows and starts with no interfaces. Blocks of
 * other kinds are stepped over. Source: IETF draft-ietf-opsawg-pcapng.
 */
import { CaptureError } from "./capture-error.js";
import type { CapturedPacket, CaptureSource } from "./captured-packet.js";

/** Type of a section header block; the same in either byte order. */
export const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const BLOCK_LENGTH_MIN = 12;

const OPTION_END = 0;
const OPTION_TIMESTAMP_RESOLUTION = 9;
const OPTION_TIMESTAMP_OFFSET = 14;

interface CaptureInterface {
  readonly linkType: number;
  /** 0 for no limit. */
  readonly snapLength: number;
  readonly toNanos: (units: bigint) => bigint;
}

interface Block {
  readonly type: number;
  /** Where the body starts in the file. */
  readonly start: number;
  readonly end: number;
}

/**
 * The packets of a pcapng file.
 *
 * @throws {CaptureError} CAPTURE_TRUNCATED when the file ends within a block, CAPTURE_BLOCK_INVALID when
 *   a block is not well formed; both after the packets before it
 */
export function* readPcapng(source: CaptureSource): Generator<CapturedPacket, void, undefined> {
  const { bytes } = source;
  const section = new Section(source);
  let number = 1;
  for (let at = 0; at < bytes.length;) {
    const block = section.blockAt(at);
    const packet = section.packetOf(block, number);
    if (packet !== undefined) {
      yield packet;
      number++;
    }
    at = block.end + 4;
  }
}

/** What has been read of the present section. */
class Section {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #littleEndian = false;
  #interfaces: CaptureInterface[] = [];

  constructor({ bytes, view }: CaptureSource) {
    this.#bytes = bytes;
    this.#view = view;
  }

  blockAt(at: number): Block {
    const left = this.#bytes.length - at;
    if (left < BLOCK_LENGTH_MIN) {
      throw new CaptureError("CAPTURE_TRUNCATED", "block must be complete:", at);
    }
    if (this.#view.getUint32(at) === SECTION_HEADER) this.#startSection(at);
    const type = this.#u32(at);
    const length = this.#u32(at + 4);
    if (length < BLOCK_LENGTH_MIN || length % 4 !== 0) {
      throw new CaptureError(
        "CAPTURE_BLOCK_INVALID",
        `block length must be a multiple of 4, at least ${BLOCK_LENGTH_MIN}: length=${length}`,
        at,
      );
    }
    if (length > left) {
      throw new CaptureError(
        "CAPTURE_TRUNCATED",
        `block must lie in the file: length=${length} left=${left}`,
        at,
      );
    }
    if (this.#u32(at + length - 4) !== length) {
      throw new CaptureError(
        "CAPTURE_BLOCK_INVALID",
        `block must end with its length: length=${length}`,
        at,
      );
    }
    return { type, start: at + 8, end: at + length - 4 };
  }

  /** The packet of a block, if it is one of packets. */
  packetOf(block: Block, number: number): CapturedPacket | undefined {
    switch (block.type) {
      case INTERFACE_DESCRIPTION:
        this.#interfaces.push(this.#interfaceOf(block));
        return undefined;
      case ENHANCED_PACKET:
        needBody(block, 20);
        return this.#timedPacket(block, number, this.#u32(block.start));
      case PACKET:
        needBody(block, 20);
        return this.#timedPacket(
          block,
          number,
          this.#view.getUint16(block.start, this.#littleEndian),
        );
      case SIMPLE_PACKET:
        return this.#simplePacket(block, number);
      default:
        return undefined;
    }
  }

  #u32(at: number): number {
    return this.#view.getUint32(at, this.#littleEndian);
  }

  #startSection(at: number): void {
    const magic = this.#view.getUint32(at + 8);
    if (magic !== BYTE_ORDER_MAGIC && this.#view.getUint32(at + 8, true) !== BYTE_ORDER_MAGIC) {
      throw new CaptureError(
        "CAPTURE_BLOCK_INVALID",
        `section must start with a byte-order magic: magic=${magic}`,
        at,
      );
    }
    this.#littleEndian = magic !== BYTE_ORDER_MAGIC;
    this.#interfaces = [];
  }

  #interfaceOf(block: Block): CaptureInterface {
    needBody(block, 8);
    let resolution = 6;
    let offsetSeconds = 0n;
    let at = block.start + 8;
    while (at + 4 <= block.end) {
      const code = this.#view.getUint16(at, this.#littleEndian);
      const length = this.#view.getUint16(at + 2, this.#littleEndian);
      const value = at + 4;
      if (code === OPTION_END || value + length > block.end) break;
      if (code === OPTION_TIMESTAMP_RESOLUTION && length === 1) {
        resolution = this.#view.getUint8(value);
      }
      if (code === OPTION_TIMESTAMP_OFFSET && length === 8) {
        offsetSeconds = this.#view.getBigInt64(value, this.#littleEndian);
      }
      at = value + length + padding(length);
    }
    const scale = nanosOf(resolution);
    return {
      linkType: this.#view.getUint16(block.start, this.#littleEndian),
      snapLength: this.#u32(block.start + 4),
      toNanos: (units) => scale(units) + offsetSeconds * 1_000_000_000n,
    };
  }

  #interfaceNumbered(index: number, block: Block): CaptureInterface {
    const found = this.#interfaces[index];
    if (found === undefined) {
      throw new CaptureError(
        "CAPTURE_BLOCK_INVALID",
        `packet must be of a described interface: interface=${index}`,
        block.start - 8,
      );
    }
    return found;
  }

  #timedPacket(block: Block, number: number, interfaceIndex: number): CapturedPacket {
    const { start } = block;
    const { linkType, toNanos } = this.#interfaceNumbered(interfaceIndex, block);
    const units = (BigInt(this.#u32(start + 4)) << 32n) | BigInt(this.#u32(start + 8));
    return {
      number,
      timestampNs: toNanos(units),
      linkType,
      data: this.#dataOf(block, start + 20, this.#u32(start + 12)),
      originalLength: this.#u32(start + 16),
    };
  }

  #simplePacket(block: Block, number: number): CapturedPacket {
    needBody(block, 4);
    const { linkType, snapLength } = this.#interfaceNumbered(0, block);
    const originalLength = this.#u32(block.start);
    const length = snapLength === 0 ? originalLength : Math.min(snapLength, originalLength);
    const data = this.#dataOf(block, block.start + 4, length);
    return { number, timestampNs: undefined, linkType, data, originalLength };
  }

  #dataOf(block: Block, start: number, length: number): Uint8Array {
    if (length > block.end - start) {
      throw new CaptureError(
        "CAPTURE_BLOCK_INVALID",
        `packet must lie in its block: length=${length}`,
        block.start - 8,
      );
    }
    return this.#bytes.subarray(start, start + length);
  }
}

function needBody(block: Block, length: number): void {
  if (block.end - block.start < length) {
    throw new CaptureError(
      "CAPTURE_BLOCK_INVALID",
      `block must hold its fields: type=${block.type} length=${block.end - block.start}`,
      block.start - 8,
    );
  }
}

function padding(length: number): number {
  return (4 - (length % 4)) % 4;
}

/** How units become nanoseconds: 10^-n s, or 2^-n s where the highest bit of the resolution is set. */
function nanosOf(resolution: number): (units: bigint) => bigint {
  const power = BigInt(resolution & 0x7f);
  if ((resolution & 0x80) !== 0) return (units) => (units * 1_000_000_000n) >> power;
  if (power <= 9n) {
    const factor = 10n ** (9n - power);
    return (units) => units * factor;
  }
  const divisor = 10n ** (power - 9n);
  return (units) => units / divisor;
}
