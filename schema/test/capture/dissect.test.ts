import { describe, expect, it } from "vitest";
import { dissect } from "@alerion/schema/capture";
import { concat, ethernet, ipv4, ipv6, tcp, u16, udp } from "./capture-builder.js";

const TEXT = Buffer.from("text");
const UDP4 = ipv4(udp(TEXT), { protocol: 17 });
const UDP6 = ipv6(udp(TEXT), 17);

function dissected(linkType: number, data: Uint8Array): Record<string, unknown> {
  const packet = { number: 1, timestampNs: 0n, linkType, data, originalLength: data.length };
  const result = dissect(packet);
  return result.kind === "skipped"
    ? { reason: result.reason }
    : {
        ...result,
        payload: Buffer.from(result.payload).toString(),
        source: `${result.source.address} ${result.source.port}`,
        destination: `${result.destination.address} ${result.destination.port}`,
      };
}

describe("the payload of a packet is found", () => {
  const cooked = concat(new Uint8Array(14), u16(0x0800));
  const cooked2 = concat(u16(0x0800), new Uint8Array(18));
  it.each([
    ["on Ethernet", 1, ethernet(0x0800, UDP4)],
    ["behind a VLAN tag", 1, ethernet(0x0800, UDP4, [0x8100])],
    ["behind stacked VLAN tags", 1, ethernet(0x0800, UDP4, [0x88a8, 0x8100])],
    ["on raw IP", 101, UDP4],
    ["on raw IPv4", 228, UDP4],
    ["on raw IP of BSD", 12, UDP4],
    ["on a BSD loopback", 0, concat([2, 0, 0, 0], UDP4)],
    ["on an OpenBSD loopback", 108, concat([0, 0, 0, 2], UDP4)],
    ["on Linux cooked", 113, concat(cooked, UDP4)],
    ["on Linux cooked 2", 276, concat(cooked2, UDP4)],
    ["behind IP options", 101, ipv4(udp(TEXT), { protocol: 17, options: [1, 1, 1, 0] })],
    ["before Ethernet padding", 1, concat(ethernet(0x0800, UDP4), [0, 0, 0])],
    [
      "where the IP length is left to the card",
      1,
      ethernet(0x0800, ipv4(udp(TEXT), { protocol: 17, totalLength: 0 })),
    ],
  ])("%s", (_, linkType, data) => {
    expect(dissected(linkType, data)).toStrictEqual({
      kind: "udp",
      source: "10.0.0.1 5000",
      destination: "10.0.0.2 6000",
      payload: "text",
      isCut: false,
    });
  });

  it.each([
    ["on Ethernet", 1, ethernet(0x86dd, UDP6)],
    ["on raw IPv6", 229, UDP6],
    ["on a BSD loopback", 0, concat([30, 0, 0, 0], UDP6)],
    [
      "behind extension headers",
      101,
      ipv6(concat([60, 0, 0, 0, 0, 0, 0, 0], [17, 1], new Uint8Array(14), udp(TEXT)), 0),
    ],
    [
      "behind an authentication header",
      101,
      ipv6(concat([17, 1], new Uint8Array(10), udp(TEXT)), 51),
    ],
    [
      "behind a fragment header that is none",
      101,
      ipv6(concat([17, 0, 0, 0, 9, 9, 9, 9], udp(TEXT)), 44),
    ],
  ])("in IPv6 %s", (_, linkType, data) => {
    expect(dissected(linkType, data)).toMatchObject({
      kind: "udp",
      source: "fe80::1 5000",
      destination: "ff02:0:0:1::2 6000",
      payload: "text",
    });
  });

  it("in TCP, behind its options, with what its flags say", () => {
    const options = { sequence: 0xfffffff0, flags: 0x02, options: [2, 4, 5, 0xb4] };
    expect(dissected(101, ipv4(tcp(TEXT, options), { protocol: 6 }))).toMatchObject({
      kind: "tcp",
      payload: "text",
      sequence: 0xfffffff0,
      isSyn: true,
      isReset: false,
    });
    const reset = tcp(new Uint8Array(0), { flags: 0x04 });
    expect(dissected(101, ipv4(reset, { protocol: 6 }))).toMatchObject({ isReset: true });
  });

  it("as far as the capture goes", () => {
    for (const data of [UDP4, UDP6, ipv4(tcp(TEXT), { protocol: 6 })]) {
      expect(dissected(101, data.subarray(0, -2))).toMatchObject({ payload: "te", isCut: true });
    }
  });
});

describe("a packet is skipped", () => {
  const ip = { protocol: 17 };
  it.each([
    ["link-type", 147, UDP4],
    ["not-ip", 1, ethernet(0x0806, new Uint8Array(28))],
    ["not-ip", 101, Uint8Array.of(0x10)],
    ["protocol", 101, ipv4(TEXT, { protocol: 1 })],
    ["protocol", 101, ipv6(TEXT, 58)],
    ["fragment", 101, ipv4(udp(TEXT), { ...ip, fragment: 0x2000 })],
    ["fragment", 101, ipv4(udp(TEXT), { ...ip, fragment: 0x0001 })],
    ["fragment", 101, ipv6(concat([17, 0, 0, 1, 9, 9, 9, 9], udp(TEXT)), 44)],
    ["fragment", 101, ipv6(concat([17, 0, 0, 8, 9, 9, 9, 9], udp(TEXT)), 44)],
    ["malformed", 1, new Uint8Array(13)],
    ["malformed", 1, ethernet(0x8100, new Uint8Array(3))],
    ["malformed", 1, ethernet(0x0800, UDP4, [0x8100, 0x8100, 0x8100, 0x8100, 0x8100])],
    ["malformed", 1, ethernet(0x0800, UDP6)],
    ["malformed", 1, ethernet(0x86dd, UDP4)],
    ["malformed", 101, new Uint8Array(0)],
    ["malformed", 101, UDP4.subarray(0, 19)],
    ["malformed", 101, UDP4.subarray(0, 27)],
    ["malformed", 101, ipv4(udp(TEXT), { ...ip, totalLength: 19 })],
    ["malformed", 101, concat([0x44], UDP4.subarray(1))],
    ["malformed", 101, ipv4(udp(TEXT, 7), ip)],
    ["malformed", 101, ipv4(udp(TEXT, 13), ip)],
    ["malformed", 101, ipv4(tcp(TEXT).fill(0x40, 12, 13), { protocol: 6 })],
    ["malformed", 101, ipv4(tcp(TEXT).fill(0xf0, 12, 13), { protocol: 6 })],
    ["malformed", 101, ipv4(tcp(TEXT).subarray(0, 19), { protocol: 6 })],
    ["malformed", 101, UDP6.subarray(0, 39)],
    ["malformed", 101, ipv6(Uint8Array.of(60, 0), 0)],
    ["malformed", 276, new Uint8Array(19)],
  ])("as %s (link type %i)", (reason, linkType, data) => {
    expect(dissected(linkType, data)).toStrictEqual({ reason });
  });

  it("when its extension headers do not end", () => {
    const header = [0, 0, 0, 0, 0, 0, 0, 0];
    const chain = concat(...Array.from({ length: 20 }, () => header), udp(TEXT));
    expect(dissected(101, ipv6(chain, 0))).toStrictEqual({ reason: "malformed" });
  });
});
