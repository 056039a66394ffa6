import { describe, expect, it } from "vitest";
import type { MessageHandler } from "@alerion/runtime/codegen";
import {
  B3_FRAME,
  BackToBackFramer,
  DatagramFramer,
  DERIBIT_PACKET,
  ILINK3_FRAME,
  LineArbiter,
  DERIBIT_SEQUENCE,
  deribitChannel,
  deribitSequenceNumber,
  MDP3_MESSAGE,
  MDP3_PACKET_HEADER_LENGTH,
  MDP3_TCP_FRAME,
  SOFH,
  StreamFramer,
  type FrameFormat,
} from "@alerion/runtime/framing";
import { decodeMessage, measureMessage, type SchemaLayout } from "@alerion/schema";
import { readPayloads } from "@alerion/schema/capture";
import { viewOfHex } from "../support/conformance-data.js";
import {
  capturesOf,
  expectedMessages,
  hasRealWorld,
  realWorldFile,
  realWorldLayout,
  realWorldText,
} from "../support/real-world.js";

function hexAt(view: DataView, offset: number, length: number): string {
  return Buffer.from(view.buffer, view.byteOffset + offset, length).toString("hex");
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Messages of no content that the expected files leave out: Deribit's snapshotEnd, 12 bytes of header with
 * template 1006.
 */
const EMPTY_MESSAGE = /^0000ee03.{16}$/;

/** Keeps the messages of a capture, those of no content apart. */
class Collector implements MessageHandler {
  readonly messages: string[] = [];
  emptyCount = 0;

  onMessage(view: DataView, offset: number, length: number): void {
    const hex = hexAt(view, offset, length);
    if (EMPTY_MESSAGE.test(hex)) this.emptyCount++;
    else this.messages.push(hex);
  }
}

/** Each frame must hold just the next message that is expected of the capture, and be filled by it. */
function expectMessages(capture: string, messages: readonly string[]): void {
  const venue = capture.slice(0, capture.indexOf("/"));
  const expected = expectedMessages(venue).filter(({ sample }) => sample === capture);
  expect(expected.length).toBeGreaterThan(0);
  expect(messages).toStrictEqual(expected.map(({ hex }) => hex));
  for (const { schema, hex, name } of expected) {
    const layout = realWorldLayout(schema);
    const view = viewOfHex(hex);
    expect(measureMessage(layout, view)).toBe(view.byteLength);
    expect(decodeMessage(layout, view).message).toBe(name);
  }
}

/** Runs a capture of TCP streams through a frame format; returns the bytes left unfinished. */
function streamsThrough(capture: string, format: FrameFormat, handler: MessageHandler): number {
  const framers = new Map<number, StreamFramer>();
  for (const { kind, bytes, streamId } of readPayloads(realWorldFile(capture))) {
    expect(kind).toBe("tcp");
    const framer = framers.get(streamId) ?? new StreamFramer(format, handler);
    framers.set(streamId, framer);
    framer.onBytes(viewOf(bytes), 0, bytes.length);
  }
  return [...framers.values()].reduce((sum, framer) => sum + framer.pendingLength, 0);
}

describe.skipIf(!hasRealWorld)("captures are consumed to the framed end of each message", () => {
  /** Captures that end within a frame, with the bytes of the frame that are there. */
  const CUT: ReadonlyMap<string, number> = new Map([
    ["cme-ilink3/samples/iLink3.Sbe.8.5/QuoteCancelAck.pcap", 353],
  ]);

  it.each([
    ...capturesOf("cme-ilink3").map((capture) => [capture, ILINK3_FRAME] as const),
    ...capturesOf("b3-entrypoint").map((capture) => [capture, B3_FRAME] as const),
    ...capturesOf("cme-mdp3")
      .filter((capture) => capture.includes("v1.12"))
      .map((capture) => [capture, MDP3_TCP_FRAME] as const),
  ])("%s", (capture, format) => {
    const collector = new Collector();
    const left = streamsThrough(capture, format, collector);
    expect(left).toBe(CUT.get(capture) ?? 0);
    expectMessages(capture, collector.messages);
  });

  it.each(capturesOf("cme-mdp3").filter((capture) => !capture.includes("v1.12")))(
    "%s",
    (capture) => {
      const collector = new Collector();
      const framer = new DatagramFramer(MDP3_MESSAGE, collector, {
        packetHeaderLength: MDP3_PACKET_HEADER_LENGTH,
      });
      for (const { kind, bytes } of readPayloads(realWorldFile(capture))) {
        expect(kind).toBe("udp");
        framer.onMessage(viewOf(bytes), 0, bytes.length);
      }
      expect(framer.malformedCount).toBe(0);
      expectMessages(capture, collector.messages);
    },
  );

  it.each(capturesOf("deribit-multicast"))(
    "%s",
    (capture) => {
      const layout = realWorldLayout("deribit-multicast/deribit_multicast_noheader.xml");
      const collector = new Collector();
      const messages = new BackToBackFramer(measureWith(layout), collector);
      const framer = new DatagramFramer(DERIBIT_PACKET, messages);
      for (const { bytes } of readPayloads(realWorldFile(capture))) {
        framer.onMessage(viewOf(bytes), 0, bytes.length);
      }
      expect(framer.malformedCount + messages.malformedCount).toBe(0);
      expectMessages(capture, collector.messages);
      expect(collector.emptyCount).toBe(capture.includes("v1_6") ? 60 : 0);
    },
    60_000,
  );
});

function measureWith(layout: SchemaLayout) {
  return (view: DataView, offset: number, limit: number): number =>
    measureMessage(layout, view, offset, limit);
}

describe.skipIf(!hasRealWorld)("the captured Deribit feed", () => {
  it("sent on two lines, each of which loses packets, comes out whole and in sequence", () => {
    const bytes = realWorldFile("deribit-multicast/samples/sample_capture_v1_6.pcapng.gz");
    const feeds = new Map<number, { arbiter: LineArbiter; seen: number[]; sent: number[] }>();
    let packetIndex = 0;
    for (const { bytes: datagram } of readPayloads(bytes)) {
      const view = viewOf(datagram);
      const channel = deribitChannel(view, 0);
      let feed = feeds.get(channel);
      if (feed === undefined) {
        const seen: number[] = [];
        const arbiter = new LineArbiter(
          { onMessage: (packet, offset) => seen.push(deribitSequenceNumber(packet, offset)) },
          { linesKeepOrder: true },
        );
        feed = { arbiter, seen, sent: [] };
        feeds.set(channel, feed);
      }
      feed.sent.push(deribitSequenceNumber(view, 0));
      const a = feed.arbiter.line(0, DERIBIT_SEQUENCE);
      const b = feed.arbiter.line(1, DERIBIT_SEQUENCE);
      // Every fifth is lost on A, another fifth on B; no packet on both.
      packetIndex++;
      if (packetIndex % 5 !== 0) a.onMessage(view, 0, datagram.length);
      if (packetIndex % 5 !== 2) b.onMessage(view, 0, datagram.length);
    }
    expect(feeds.size).toBeGreaterThan(1);
    for (const { arbiter, seen, sent } of feeds.values()) {
      expect(seen).toStrictEqual([...new Set(sent)]);
      expect(arbiter.heldCount).toBe(0);
    }
  });
});

describe.skipIf(!hasRealWorld)("the examples of the SBE standard", () => {
  it.each([
    // 1.0 and 2.0 RC3 are not compiled: their schemas have a constant of "-3 ", and no messageHeader.
    ["v1-0-STANDARD", undefined, 3],
    ["v2-0-RC1", "v2-0-RC1/resources/Examples.xml", 3],
    ["v2-0-RC2", "v2-0-RC2/resources/xml/examples.xml", 3],
    ["v2-0-RC3", undefined, 3],
  ])("%s: every hex dump is one frame of SOFH", (version, schema, count) => {
    const page = realWorldText(`fix-community/samples/${version}-07Examples.md`);
    let messageCount = 0;
    const framer = new StreamFramer(SOFH, {
      onMessage(view, offset, length) {
        messageCount++;
        if (schema === undefined) return;
        const layout = realWorldLayout(`fix-community/${schema}`);
        expect(measureMessage(layout, view, offset, offset + length)).toBe(length);
      },
    });
    for (const dump of hexDumps(page)) {
      framer.onBytes(viewOf(dump), 0, dump.length);
      expect(framer.pendingLength).toBe(0);
    }
    expect(messageCount).toBe(count);
  });
});

/** The bytes of the hex dumps of a page: lines of byte pairs up to a colon. */
function hexDumps(page: string): Uint8Array[] {
  return page
    .split("```")
    .filter((part) => /^\s*[0-9a-f]{2} [0-9a-f]{2} .*:/.test(part))
    .map((part) =>
      Uint8Array.from(
        Buffer.from(part.replaceAll(/:.*$/gm, "").replaceAll(/[^0-9a-f]/g, ""), "hex"),
      ),
    );
}
