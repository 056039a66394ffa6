/** Small captures for the tests of commands: raw IPv4 packets in a pcap file. */

function u32(value: number): number[] {
  return [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >>> 24) & 0xff];
}

function ipv4(protocol: number, payload: readonly number[]): number[] {
  const length = 20 + payload.length;
  const head = [0x45, 0, length >> 8, length & 0xff, 0, 0, 0x40, 0, 64, protocol, 0, 0];
  return [...head, 10, 0, 0, 1, 239, 0, 0, 1, ...payload];
}

const PORTS = [0x13, 0x88, 0x17, 0x70];

/** A UDP packet from 10.0.0.1 port 5000 to 239.0.0.1 port 6000. */
export function udpPacket(payload: Uint8Array): number[] {
  const length = 8 + payload.length;
  return ipv4(17, [...PORTS, length >> 8, length & 0xff, 0, 0, ...payload]);
}

/** A TCP segment of the same two. */
export function tcpPacket(sequence: number, payload: Uint8Array): number[] {
  const head = [...PORTS, ...u32(sequence).reverse(), 0, 0, 0, 0, 0x50, 0x18, 0, 0, 0, 0, 0, 0];
  return ipv4(6, [...head, ...payload]);
}

/** A pcap file; packet n was captured n seconds after 2023-11-14T22:13:20Z. */
export function pcapFile(packets: readonly (readonly number[])[]): Uint8Array {
  const header = [
    ...u32(0xa1b2c3d4),
    2,
    0,
    4,
    0,
    ...u32(0),
    ...u32(0),
    ...u32(65_535),
    ...u32(101),
  ];
  return Uint8Array.from([
    ...header,
    ...packets.flatMap((packet, index) => [
      ...u32(1_700_000_001 + index),
      ...u32(0),
      ...u32(packet.length),
      ...u32(packet.length),
      ...packet,
    ]),
  ]);
}
