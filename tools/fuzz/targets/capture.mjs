/** Capture files: packets and payloads that are views of the file, in bounded number, or a CaptureError at the end. */
import { isCapture, readCapture, readPayloads } from "@alerion/schema/capture";
import { must, outcomeOf } from "../loop.mjs";
import { concat, mutateBytes } from "../mutate-bytes.mjs";
import { loadCaptureBuilder } from "../prepare.mjs";

/** Longest input, in bytes. */
const LENGTH_MAX = 4096;

/**
 * @param {readonly import("../prepare.mjs").Subject[]} _subjects
 * @param {readonly Uint8Array[]} corpus
 * @returns {Promise<import("../loop.mjs").Target>}
 */
export async function captureTarget(_subjects, corpus) {
  const build = await loadCaptureBuilder();
  return {
    watched: ["/schema/dist/capture/"],
    seeds: [...captures(build), ...corpus],
    lengthMax: LENGTH_MAX,
    mutate: (random, input, other) =>
      mutateBytes(random, input, other, alignedPlaces(input.length), LENGTH_MAX),
    execute: (input) => {
      const packets = outcomeOf(() => {
        let count = 0;
        for (const { data } of readCapture(input)) {
          count++;
          must(data.buffer === input.buffer, () => "packet must be a view of the file");
          mustLieIn(input, data);
        }
        return count;
      });
      const payloads = outcomeOf(() => {
        let length = 0;
        for (const { bytes } of readPayloads(input)) {
          mustLieIn(input, bytes);
          length += bytes.length;
        }
        return length;
      });
      must("code" in packets === "code" in payloads, () => "payloads must end as the packets do");
      if ("value" in payloads) {
        must(payloads.value <= input.length, () => `payloads must not overlap: ${payloads.value}`);
      }
      if (!isCapture(input)) must("code" in packets, () => "no capture must be refused");
    },
  };
}

function mustLieIn(/** @type {Uint8Array} */ file, /** @type {Uint8Array} */ part) {
  const start = part.byteOffset - file.byteOffset;
  const isInside = part.length === 0 || (start >= 0 && start + part.length <= file.length);
  must(isInside, () => `part must lie in the file: start=${start} length=${part.length}`);
}

/** Headers are made of aligned 32-bit numbers for the most part. */
function alignedPlaces(/** @type {number} */ length) {
  return Array.from({ length: Math.min(length >> 2, 64) }, (_, index) => ({
    at: index * 4,
    size: 4,
    littleEndian: true,
  }));
}

/** @returns {Uint8Array[]} */
function captures(/** @type {import("../prepare.mjs").CaptureBuilderModule} */ build) {
  const {
    block,
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
  } = build;
  const abc = Buffer.from("abc");
  const udpPacket = ethernet(0x0800, ipv4(udp(abc), { protocol: 17 }), [0x8100]);
  const tcpPacket = ipv4(tcp(abc, { options: [1, 1, 1, 0] }), {
    protocol: 6,
    options: [7, 4, 0, 0],
  });
  return [
    pcap([
      segment("abc", { sequence: 1, flags: 2 }),
      segment("def", { sequence: 8 }),
      segment("bcdefg", { sequence: 3 }),
    ]),
    pcap([{ data: ethernet(0x86dd, ipv6(udp(abc), 17)) }], { littleEndian: false, nanos: true }),
    pcap([{ data: tcpPacket }, { data: ipv4(udp(abc), { protocol: 17, fragment: 0x2000 }) }], {
      linkType: 101,
    }),
    ...[0, 12, 14, 108, 113, 228, 229, 276].map((linkType) =>
      pcap(
        [
          { data: concat(new Uint8Array(linkType === 276 ? 20 : 16), tcpPacket) },
          { data: udpPacket },
        ],
        { linkType },
      ),
    ),
    concat(
      sectionHeader(),
      interfaceBlock(1, [
        [9, [9]],
        [14, [1, 0, 0, 0, 0, 0, 0, 0]],
      ]),
      interfaceBlock(101),
      block(0xbad, Uint8Array.of(1, 2, 3, 4)),
      enhancedPacket(udpPacket, { units: 123456789n }),
      enhancedPacket(tcpPacket, { index: 1 }),
      block(3, concat(Uint8Array.of(udpPacket.length, 0, 0, 0), udpPacket)),
    ),
    concat(
      sectionHeader(false),
      interfaceBlock(1, [[9, [0x83]]], { littleEndian: false }),
      enhancedPacket(udpPacket, { littleEndian: false }),
    ),
  ];
}
