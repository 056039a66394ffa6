import * as fc from "fast-check";
import { expect, it } from "vitest";
import { CaptureError, dissect, readCapture, readPayloads } from "@alerion/schema/capture";
import {
  block,
  concat,
  enhancedPacket,
  ethernet,
  interfaceBlock,
  ipv4,
  ipv6,
  pcap,
  sectionHeader,
  segment,
  tcp,
  udp,
} from "./capture-builder.js";

const LINK_TYPES = [0, 1, 12, 14, 101, 108, 113, 228, 229, 276];

/** Runs over a file as tools do; anything but a CaptureError is a bug. */
function readAll(bytes: Uint8Array): number {
  let length = 0;
  try {
    for (const payload of readPayloads(bytes)) length += payload.bytes.length;
  } catch (error) {
    expect(error).toBeInstanceOf(CaptureError);
  }
  return length;
}

const VALID: readonly Uint8Array[] = [
  pcap([segment("abc", { sequence: 1 }), segment("def", { sequence: 4 })]),
  pcap([{ data: ethernet(0x86dd, ipv6(udp(Buffer.from("abc")), 17)) }], { littleEndian: false }),
  concat(
    sectionHeader(),
    interfaceBlock(1, [[9, [9]]]),
    interfaceBlock(101),
    block(0xbad, Uint8Array.of(1, 2, 3, 4)),
    enhancedPacket(ethernet(0x0800, ipv4(udp(Buffer.from("abc")), { protocol: 17 }), [0x8100])),
    enhancedPacket(ipv4(tcp(Buffer.from("abc")), { protocol: 6 }), { index: 1 }),
  ),
];

it("a capture with bytes changed, cut or added gives payloads or a typed error", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...VALID),
      fc.array(
        fc.tuple(fc.nat(), fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0, 1, 0x7f, 0xff))),
      ),
      fc.nat(),
      fc.uint8Array({ maxLength: 8 }),
      (valid, changes, cut, tail) => {
        const bytes = concat(valid.subarray(0, valid.length - (cut % 16)), tail);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        expect(readAll(bytes)).toBeLessThanOrEqual(bytes.length);
      },
    ),
    { numRuns: 3000 },
  );
}, 60_000);

it("any bytes behind the start of a capture give payloads or a typed error", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...VALID.map((valid) => valid.subarray(0, 28))),
      fc.uint8Array({ maxLength: 200 }),
      (start, rest) => {
        const bytes = concat(start, rest);
        expect(readAll(bytes)).toBeLessThanOrEqual(bytes.length);
      },
    ),
  );
});

it("any packet of any link layer is dissected within its bytes", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...LINK_TYPES),
      fc.constantFrom(
        new Uint8Array(0),
        ethernet(0x0800, ipv4(udp(Buffer.from("abc")), { protocol: 17 })),
        ipv4(tcp(Buffer.from("abc")), { protocol: 6 }),
        ipv6(
          concat([60, 0, 0, 0, 0, 0, 0, 0], [17, 1], new Uint8Array(14), udp(Buffer.from("abc"))),
          0,
        ),
      ),
      fc.uint8Array({ maxLength: 80 }),
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 6 }),
      (linkType, start, rest, changes) => {
        const all = concat([9, 9, 9], start, rest, [9, 9, 9]);
        const data = all.subarray(3, all.length - 3);
        for (const [at, value] of changes) if (data.length > 0) data[at % data.length] = value;
        const packet = { number: 1, timestampNs: 0n, linkType, data, originalLength: data.length };
        const result = dissect(packet);
        if (result.kind === "skipped") return;
        expect(result.payload.byteOffset).toBeGreaterThanOrEqual(3);
        expect(result.payload.byteOffset + result.payload.length).toBeLessThanOrEqual(
          3 + data.length,
        );
      },
    ),
    { numRuns: 2000 },
  );
}, 60_000);

it("segments of a stream, shuffled within the limits and repeated, give the stream", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
      fc.constantFrom(0, 0xffff_ff80),
      fc.array(fc.nat(), { minLength: 1 }),
      (stream, sizes, start, keys) => {
        const parts: { at: number; bytes: Uint8Array }[] = [];
        for (let at = 0, index = 0; at < stream.length; index++) {
          const size = sizes[index % sizes.length] ?? 1;
          parts.push({ at, bytes: stream.subarray(at, at + size) });
          at += size;
        }
        const rest = [...parts.slice(1), ...parts.slice(1, 4)];
        const shuffled = rest
          .map((part, index) => ({ part, key: keys[index % keys.length] ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ part }) => part);
        const packets = [...parts.slice(0, 1), ...shuffled].map(({ at, bytes }) => ({
          data: ethernet(
            0x0800,
            ipv4(tcp(bytes, { sequence: (start + at) >>> 0 }), { protocol: 6 }),
          ),
        }));
        const pieces = [...readPayloads(pcap(packets))];
        expect(concat(...pieces.map((piece) => piece.bytes))).toStrictEqual(stream);
        expect(new Set(pieces.map((piece) => piece.streamId)).size).toBe(1);
      },
    ),
  );
});

it("a packet cannot make memory grow with what it claims", () => {
  const files = [
    concat(pcap([]), [0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    concat(sectionHeader(), [6, 0, 0, 0, 0xfc, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
  ];
  for (const file of files) {
    expect(() => [...readCapture(file)]).toThrow(CaptureError);
  }
});
