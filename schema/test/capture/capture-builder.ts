/** Makes captures byte by byte, so that tests know what is in them. */

type Bytes = Uint8Array;

export function concat(...parts: readonly (Bytes | readonly number[])[]): Bytes {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

export function u16(value: number, littleEndian = false): number[] {
  const bytes = [(value >> 8) & 0xff, value & 0xff];
  return littleEndian ? bytes.reverse() : bytes;
}

export function u32(value: number, littleEndian = false): number[] {
  const bytes = [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);
  return littleEndian ? bytes.reverse() : bytes;
}

/** One packet to be written to a file. */
export interface Packet {
  readonly data: Bytes;
  readonly seconds?: number;
  readonly fraction?: number;
  readonly originalLength?: number;
}

export function pcap(
  packets: readonly Packet[],
  { littleEndian = true, nanos = false, linkType = 1 } = {},
): Bytes {
  const le = littleEndian;
  return concat(
    u32(nanos ? 0xa1b23c4d : 0xa1b2c3d4, le),
    [...u16(2, le), ...u16(4, le), ...u32(0), ...u32(0), ...u32(65_535, le), ...u32(linkType, le)],
    ...packets.map(({ data, seconds = 0, fraction = 0, originalLength = data.length }) =>
      concat(
        [
          ...u32(seconds, le),
          ...u32(fraction, le),
          ...u32(data.length, le),
          ...u32(originalLength, le),
        ],
        data,
      ),
    ),
  );
}

export function block(type: number, body: Bytes, littleEndian = true): Bytes {
  const padding = new Uint8Array((4 - (body.length % 4)) % 4);
  const length = u32(12 + body.length + padding.length, littleEndian);
  return concat(u32(type, littleEndian), length, body, padding, length);
}

export function sectionHeader(littleEndian = true): Bytes {
  const le = littleEndian;
  const length = [...u32(0xffffffff), ...u32(0xffffffff)];
  return block(
    0x0a0d0d0a,
    concat(u32(0x1a2b3c4d, le), u16(1, le), u16(0, le), length),
    littleEndian,
  );
}

export function interfaceBlock(
  linkType: number,
  options: readonly (readonly [code: number, value: readonly number[]])[] = [],
  { littleEndian = true, snapLength = 0 } = {},
): Bytes {
  const le = littleEndian;
  const encoded = options.map(([code, value]) =>
    concat(
      u16(code, le),
      u16(value.length, le),
      value,
      new Uint8Array((4 - (value.length % 4)) % 4),
    ),
  );
  return block(
    1,
    concat(
      u16(linkType, le),
      u16(0),
      u32(snapLength, le),
      ...encoded,
      options.length > 0 ? u32(0) : [],
    ),
    le,
  );
}

export function enhancedPacket(
  data: Bytes,
  { littleEndian = true, index = 0, units = 0n, originalLength = data.length } = {},
): Bytes {
  const le = littleEndian;
  return block(
    6,
    concat(
      u32(index, le),
      u32(Number(units >> 32n), le),
      u32(Number(units & 0xffffffffn), le),
      u32(data.length, le),
      u32(originalLength, le),
      data,
    ),
    le,
  );
}

export function ethernet(type: number, payload: Bytes, tags: readonly number[] = []): Bytes {
  const macs = new Uint8Array(12).fill(0xee);
  return concat(macs, ...tags.map((tag) => [...u16(tag), 0, 7]), u16(type), payload);
}

export interface IpOptions {
  readonly protocol: number;
  readonly options?: readonly number[];
  readonly fragment?: number;
  readonly totalLength?: number;
  readonly from?: number;
  readonly to?: number;
}

export function ipv4(
  payload: Bytes,
  { protocol, options = [], fragment = 0x4000, totalLength, from = 1, to = 2 }: IpOptions,
): Bytes {
  const headerLength = 20 + options.length;
  return concat(
    [0x40 | (headerLength / 4), 0, ...u16(totalLength ?? headerLength + payload.length)],
    [0, 0, ...u16(fragment), 64, protocol, 0, 0],
    [10, 0, 0, from, 10, 0, 0, to],
    options,
    payload,
  );
}

export function ipv6(payload: Bytes, nextHeader: number, payloadLength = payload.length): Bytes {
  const from = [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
  const to = [0xff, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2];
  return concat([0x60, 0, 0, 0, ...u16(payloadLength), nextHeader, 64], from, to, payload);
}

export function udp(payload: Bytes, length = 8 + payload.length): Bytes {
  return concat(u16(5000), u16(6000), u16(length), [0, 0], payload);
}

export function tcp(
  payload: Bytes,
  { sequence = 1, flags = 0x18, options = [] as readonly number[], from = 5000, to = 6000 } = {},
): Bytes {
  return concat(
    [...u16(from), ...u16(to), ...u32(sequence), ...u32(0)],
    [((20 + options.length) / 4) << 4, flags, ...u16(1000), 0, 0, 0, 0],
    options,
    payload,
  );
}

/** An Ethernet frame with a TCP segment. */
export function segment(text: string, options: Parameters<typeof tcp>[1]): Packet {
  const data = ethernet(0x0800, ipv4(tcp(Buffer.from(text), options), { protocol: 6 }));
  return { data };
}
