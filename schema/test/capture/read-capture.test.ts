import { describe, expect, it } from "vitest";
import { CaptureError, isCapture, readCapture } from "@alerion/schema/capture";
import {
  block,
  concat,
  enhancedPacket,
  interfaceBlock,
  pcap,
  sectionHeader,
  u16,
  u32,
} from "./capture-builder.js";

const ABC = Uint8Array.of(1, 2, 3);

function faultOf(bytes: Uint8Array): { count: number; code: string; offset: number } {
  let count = 0;
  try {
    for (const _ of readCapture(bytes)) count++;
  } catch (error) {
    if (error instanceof CaptureError) return { count, code: error.code, offset: error.offset };
    throw error;
  }
  return { count, code: "none", offset: -1 };
}

describe("reading a pcap file", () => {
  it.each([
    [true, false, 1_700_000_000_000_001_000n],
    [false, false, 1_700_000_000_000_001_000n],
    [true, true, 1_700_000_000_000_000_001n],
    [false, true, 1_700_000_000_000_000_001n],
  ])("little endian %s, nanoseconds %s", (littleEndian, nanos, timestampNs) => {
    const file = pcap(
      [{ data: ABC, seconds: 1_700_000_000, fraction: 1, originalLength: 99 }, { data: ABC }],
      { littleEndian, nanos, linkType: 101 },
    );
    expect(isCapture(file)).toBe(true);
    const [first, second] = readCapture(file);
    expect(first).toMatchObject({ number: 1, timestampNs, linkType: 101, originalLength: 99 });
    expect([...(first?.data ?? [])]).toStrictEqual([1, 2, 3]);
    expect(first?.data.buffer).toBe(file.buffer);
    expect(second).toMatchObject({ number: 2, timestampNs: 0n, originalLength: 3 });
  });

  it("that is cut yields the packets before the cut, then says where", () => {
    const file = pcap([{ data: ABC }, { data: ABC }]);
    expect(faultOf(file.subarray(0, -1))).toStrictEqual({
      count: 1,
      code: "CAPTURE_TRUNCATED",
      offset: 43,
    });
    expect(faultOf(file.subarray(0, 50))).toMatchObject({ count: 1, code: "CAPTURE_TRUNCATED" });
    expect(faultOf(file.subarray(0, 23))).toMatchObject({ count: 0, code: "CAPTURE_TRUNCATED" });
    expect(faultOf(file.subarray(0, 24))).toMatchObject({ count: 0, code: "none" });
  });
});

describe("reading a pcapng file", () => {
  it.each([true, false])("little endian %s, with unknown blocks between", (littleEndian) => {
    const file = concat(
      sectionHeader(littleEndian),
      interfaceBlock(101, [], { littleEndian }),
      block(0xbad, ABC, littleEndian),
      interfaceBlock(1, [], { littleEndian }),
      enhancedPacket(ABC, { littleEndian, index: 1, units: 2n ** 40n, originalLength: 9 }),
    );
    expect(isCapture(file)).toBe(true);
    const packets = [...readCapture(file)];
    expect(packets).toHaveLength(1);
    expect(packets[0]).toMatchObject({
      number: 1,
      timestampNs: 2n ** 40n * 1000n,
      linkType: 1,
      originalLength: 9,
    });
    expect([...(packets[0]?.data ?? [])]).toStrictEqual([1, 2, 3]);
  });

  it.each([
    ["microseconds by default", [], 5n, 5000n],
    ["seconds", [[9, [0]]], 5n, 5_000_000_000n],
    ["nanoseconds", [[9, [9]]], 5n, 5n],
    ["picoseconds, cut to nanoseconds", [[9, [12]]], 5999n, 5n],
    ["powers of two", [[9, [0x80 | 10]]], 1536n, 1_500_000_000n],
    ["an offset", [[14, [60, 0, 0, 0, 0, 0, 0, 0]]], 5n, 60_000_005_000n],
    ["a negative offset", [[14, [255, 255, 255, 255, 255, 255, 255, 255]]], 0n, -1_000_000_000n],
    [
      "options of a length that is not theirs",
      [
        [9, [9, 0]],
        [14, [1]],
      ],
      5n,
      5000n,
    ],
  ] as const)("times in %s", (_, options, units, expected) => {
    const file = concat(
      sectionHeader(),
      interfaceBlock(1, options),
      enhancedPacket(ABC, { units }),
    );
    expect([...readCapture(file)][0]?.timestampNs).toBe(expected);
  });

  it("with simple and obsolete packet blocks", () => {
    const file = concat(
      sectionHeader(),
      interfaceBlock(1, [], { snapLength: 2 }),
      block(3, concat(u32(3, true), ABC.subarray(0, 2))),
      block(2, concat(u16(0), u16(0), u32(0), u32(7, true), u32(3, true), u32(3, true), ABC)),
    );
    const [simple, obsolete] = readCapture(file);
    expect(simple).toMatchObject({ number: 1, timestampNs: undefined, originalLength: 3 });
    expect([...(simple?.data ?? [])]).toStrictEqual([1, 2]);
    expect(obsolete).toMatchObject({ number: 2, timestampNs: 7000n });
    expect([...(obsolete?.data ?? [])]).toStrictEqual([1, 2, 3]);
  });

  it("of several sections, each with its own byte order and interfaces", () => {
    const file = concat(
      sectionHeader(true),
      interfaceBlock(1),
      enhancedPacket(ABC),
      sectionHeader(false),
      interfaceBlock(101, [], { littleEndian: false }),
      enhancedPacket(ABC, { littleEndian: false }),
    );
    expect([...readCapture(file)].map((packet) => packet.linkType)).toStrictEqual([1, 101]);
    const withoutInterface = concat(
      sectionHeader(),
      interfaceBlock(1),
      sectionHeader(),
      enhancedPacket(ABC),
    );
    expect(faultOf(withoutInterface).code).toBe("CAPTURE_BLOCK_INVALID");
  });

  it.each([
    ["is cut within a block", interfaceBlock(1).subarray(0, 19), "CAPTURE_TRUNCATED"],
    ["is cut within a block's first fields", interfaceBlock(1).subarray(0, 4), "CAPTURE_TRUNCATED"],
    ["has a block length of zero", concat(u32(1, true), u32(0), u32(0)), "CAPTURE_BLOCK_INVALID"],
    [
      "has a block length that is odd",
      concat(u32(1, true), u32(13, true), ABC, u32(13, true)),
      "CAPTURE_BLOCK_INVALID",
    ],
    [
      "has two block lengths that differ",
      concat(u32(5, true), u32(12, true), u32(16, true)),
      "CAPTURE_BLOCK_INVALID",
    ],
    ["has an interface block without fields", block(1, ABC), "CAPTURE_BLOCK_INVALID"],
    ["has a packet block without fields", block(6, ABC), "CAPTURE_BLOCK_INVALID"],
    [
      "has a packet of an unknown interface",
      enhancedPacket(ABC, { index: 3 }),
      "CAPTURE_BLOCK_INVALID",
    ],
    [
      "has a section without byte order",
      block(0x0a0d0d0a, concat(ABC, [0])),
      "CAPTURE_BLOCK_INVALID",
    ],
  ])("that %s ends with a fault", (_, tail, code) => {
    const file = concat(sectionHeader(), interfaceBlock(1), enhancedPacket(ABC), tail);
    expect(faultOf(file)).toMatchObject({ count: 1, code });
  });

  it("refuses a packet that is longer than its block", () => {
    const packet = enhancedPacket(ABC);
    new DataView(packet.buffer).setUint32(8 + 12, 5, true);
    const file = concat(sectionHeader(), interfaceBlock(1), packet);
    expect(faultOf(file)).toMatchObject({ count: 0, code: "CAPTURE_BLOCK_INVALID", offset: 48 });
  });
});

it("other files are refused", () => {
  for (const bytes of [new Uint8Array(0), ABC, new Uint8Array(64), Buffer.from("<?xml ?>")]) {
    expect(isCapture(bytes)).toBe(false);
    expect(faultOf(bytes)).toMatchObject({ count: 0, code: "CAPTURE_FORMAT_UNKNOWN" });
  }
});
