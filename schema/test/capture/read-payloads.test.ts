import { describe, expect, it } from "vitest";
import { CaptureError, readPayloads } from "@alerion/schema/capture";
import { concat, ethernet, ipv4, pcap, segment, tcp, udp, type Packet } from "./capture-builder.js";

const SYN = 0x02;
const RST = 0x04;

/** The streams and datagrams of a capture, and what else was there. */
function read(
  packets: readonly Packet[] | Uint8Array,
  options?: Parameters<typeof readPayloads>[1],
): { pieces: string[]; streams: string[]; summary: unknown; code: string } {
  const pieces: string[] = [];
  const streams = new Map<number, string>();
  const payloads = readPayloads(packets instanceof Uint8Array ? packets : pcap(packets), options);
  let code = "none";
  let summary: unknown;
  try {
    for (;;) {
      const result = payloads.next();
      if (result.done === true) {
        summary = result.value;
        break;
      }
      const { packetNumber, bytes, streamId } = result.value;
      const text = Buffer.from(bytes).toString();
      pieces.push(`${packetNumber}:${text}`);
      streams.set(streamId, (streams.get(streamId) ?? "") + text);
    }
  } catch (error) {
    code = error instanceof CaptureError ? error.code : String(error);
  }
  return { pieces, streams: [...streams.values()], summary, code };
}

describe("the payloads of a capture", () => {
  it("are datagrams each for itself, with the time and ends of their packet", () => {
    const data = ethernet(0x0800, ipv4(udp(Buffer.from("one")), { protocol: 17 }));
    const empty = ethernet(0x0800, ipv4(udp(new Uint8Array(0)), { protocol: 17 }));
    const packets = [{ data, seconds: 3 }, { data: empty }, { data }];
    expect(read(packets).pieces).toStrictEqual(["1:one", "3:one"]);
    expect(read(packets).streams).toStrictEqual(["one", "one"]);
    expect(readPayloads(pcap(packets)).next().value).toMatchObject({
      kind: "udp",
      timestampNs: 3_000_000_000n,
      source: { address: "10.0.0.1", port: 5000 },
      destination: { address: "10.0.0.2", port: 6000 },
    });
  });

  it("of a TCP stream come in its order, without what was sent twice", () => {
    const { pieces, streams } = read([
      segment("", { sequence: 99, flags: SYN }),
      segment("ab", { sequence: 100 }),
      segment("ef", { sequence: 104 }),
      segment("gh", { sequence: 106 }),
      segment("abc", { sequence: 100 }),
      segment("de", { sequence: 103 }),
      segment("ef", { sequence: 104 }),
      segment("ghi", { sequence: 106 }),
    ]);
    // Packet 6 brings "d" and the "e" that packet 3 has too.
    expect(pieces).toStrictEqual(["2:ab", "5:c", "6:de", "3:f", "4:gh", "8:i"]);
    expect(streams).toStrictEqual(["abcdefghi"]);
  });

  it("of a TCP stream go on over the wrap of its sequence numbers", () => {
    const { streams } = read([
      segment("ab", { sequence: 0xffffffff }),
      segment("ef", { sequence: 3 }),
      segment("cd", { sequence: 1 }),
    ]);
    expect(streams).toStrictEqual(["abcdef"]);
  });

  it("of the two directions and of other ports are streams of their own", () => {
    const back = ethernet(
      0x0800,
      ipv4(tcp(Buffer.from("B"), { from: 6000, to: 5000 }), { protocol: 6, from: 2, to: 1 }),
    );
    const { streams } = read([
      segment("a", { sequence: 1 }),
      { data: back },
      segment("C", { sequence: 1, from: 5001 }),
      segment("a", { sequence: 2 }),
    ]);
    expect(streams).toStrictEqual(["aa", "B", "C"]);
  });

  it("behind bytes that the capture lost are a new stream", () => {
    const { streams, summary } = read([
      segment("ab", { sequence: 1 }),
      segment("ef", { sequence: 5 }),
      segment("ij", { sequence: 9 }),
    ]);
    expect(streams).toStrictEqual(["ab", "ef", "ij"]);
    expect(summary).toMatchObject({ packetCount: 3, missingLength: 4 });
  });

  it("wait for lost bytes only up to the limits", () => {
    const packets = [
      segment("a", { sequence: 1 }),
      segment("cc", { sequence: 3 }),
      segment("dd", { sequence: 5 }),
      segment("b", { sequence: 2 }),
    ];
    expect(read(packets).streams).toStrictEqual(["abccdd"]);
    expect(read(packets, { heldLengthMax: 3 }).streams).toStrictEqual(["a", "ccdd"]);
    expect(read(packets, { heldCountMax: 1 }).streams).toStrictEqual(["a", "ccdd"]);
  });

  it("of a connection that starts anew are a new stream", () => {
    const { streams } = read([
      segment("a", { sequence: 1 }),
      segment("", { sequence: 7000, flags: SYN }),
      segment("b", { sequence: 7001 }),
      segment("", { sequence: 7002, flags: RST }),
      segment("c", { sequence: 1 }),
    ]);
    expect(streams).toStrictEqual(["a", "b", "c"]);
  });

  it("of more connections than are followed: the one that was quiet longest is ended", () => {
    const packets = [
      segment("a", { sequence: 1, from: 1 }),
      segment("b", { sequence: 1, from: 2 }),
      segment("a", { sequence: 2, from: 1 }),
      segment("c", { sequence: 1, from: 3 }),
      segment("a", { sequence: 3, from: 1 }),
      segment("b", { sequence: 2, from: 2 }),
    ];
    expect(read(packets, { flowCountMax: 2 }).streams).toStrictEqual(["aaa", "b", "c", "b"]);
  });

  it("before a fault in the file come out, waiting ones too", () => {
    const file = pcap([
      segment("a", { sequence: 1 }),
      segment("c", { sequence: 3 }),
      segment("b", { sequence: 2 }),
    ]);
    const { streams, code } = read(file.subarray(0, -1));
    expect(streams).toStrictEqual(["a", "c"]);
    expect(code).toBe("CAPTURE_TRUNCATED");
  });

  it("come with a count of what was skipped and why", () => {
    const fragment = ipv4(udp(Buffer.from("x")), { protocol: 17, fragment: 0x2000 });
    const { summary } = read([
      { data: ethernet(0x0800, fragment) },
      { data: ethernet(0x0806, concat([1])) },
      { data: new Uint8Array(3) },
    ]);
    expect(summary).toStrictEqual({
      packetCount: 3,
      skipped: { "link-type": 0, "not-ip": 1, fragment: 1, protocol: 0, malformed: 1 },
      missingLength: 0,
    });
  });
});
