import type { AddressFamily, SocketAddress } from "../../os/os.js";

/** Words of an address: four of the IP address (IPv4 uses one), then the port. */
const WORD_COUNT = 5;

/**
 * An address and port that can be compared without allocating.
 *
 * Those that a transport hands to a handler are borrowed: valid until the handler returns; `clone` keeps one.
 */
export class UdpAddress implements SocketAddress {
  family: AddressFamily = 4;
  port: number = 0;
  /** IP address in network order, as little-endian words; then the port. */
  readonly words: Int32Array = new Int32Array(WORD_COUNT);

  static of(address: SocketAddress): UdpAddress {
    const result = new UdpAddress();
    result.set(address.address, address.port);
    return result;
  }

  /** Bytes of the IP address, 4 or 16, in network order. Allocates. */
  get address(): Uint8Array {
    return new Uint8Array(this.words.buffer.slice(0, this.family === 4 ? 4 : 16));
  }

  set(bytes: Uint8Array, port: number): void {
    const isV4 = bytes.length === 4;
    this.family = isV4 ? 4 : 6;
    this.port = port;
    const { words } = this;
    for (let word = 0; word < 4; word++) {
      words[word] = isV4 && word > 0 ? 0 : wordAt(bytes, word * 4);
    }
    words[4] = port;
  }

  copyFrom(other: UdpAddress): void {
    this.family = other.family;
    this.port = other.port;
    for (let i = 0; i < WORD_COUNT; i++) this.words[i] = other.words[i] as number;
  }

  clone(): UdpAddress {
    const result = new UdpAddress();
    result.copyFrom(this);
    return result;
  }

  equals(other: UdpAddress): boolean {
    const a = this.words;
    const b = other.words;
    return (
      this.family === other.family &&
      a[0] === b[0] &&
      a[4] === b[4] &&
      a[1] === b[1] &&
      a[2] === b[2] &&
      a[3] === b[3]
    );
  }

  /** `1.2.3.4:5` or `[::1]:5`: the form of Aeron's source identities and endpoint labels. Allocates. */
  toString(): string {
    const bytes = this.address;
    if (this.family === 4) return `${bytes.join(".")}:${this.port}`;
    const groups: string[] = [];
    for (let i = 0; i < 16; i += 2) {
      groups.push((((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16));
    }
    return `[${groups.join(":")}]:${this.port}`;
  }
}

function wordAt(bytes: Uint8Array, offset: number): number {
  return (
    (bytes[offset] ?? 0) |
    ((bytes[offset + 1] ?? 0) << 8) |
    ((bytes[offset + 2] ?? 0) << 16) |
    ((bytes[offset + 3] ?? 0) << 24)
  );
}
