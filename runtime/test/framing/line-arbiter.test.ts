import { describe, expect, it } from "vitest";
import {
  DatagramFramer,
  LineArbiter,
  MDP3_MESSAGE,
  MDP3_SEQUENCE,
  type LineArbiterOptions,
} from "@alerion/runtime/framing";
import { Collector, bytesOf, codeOf, viewOf } from "./support.js";

/** An arbiter whose packets hold one byte, the low byte of their sequence, and a log of what it does. */
function arbiter(options: LineArbiterOptions = {}): {
  readonly feed: LineArbiter;
  readonly log: string[];
  readonly packet: (line: number, sequence: number) => void;
} {
  const log: string[] = [];
  const feed: LineArbiter = new LineArbiter(
    { onMessage: (view, offset) => log.push(String(view.getUint8(offset))) },
    {
      onGap: (sequence, count) => log.push(`gap ${sequence}+${count}`),
      onStale: (line, sequence) => log.push(`stale ${line}:${sequence}`),
      ...options,
    },
  );
  return {
    feed,
    log,
    packet: (line, sequence) =>
      feed.onPacket(line, sequence, viewOf(Uint8Array.of(sequence & 0xff)), 0, 1),
  };
}

const A = 0;
const B = 1;

describe("a line arbiter", () => {
  it("hands each packet on once, from the line that is first", () => {
    const { feed, log, packet } = arbiter();
    packet(A, 10);
    packet(B, 10);
    packet(B, 11);
    packet(A, 11);
    packet(A, 12);
    expect(log).toStrictEqual(["10", "11", "12"]);
    expect(feed).toMatchObject({ packetCount: 3, duplicateCount: 2, expectedSequence: 13 });
  });

  it("fills what one line lost from the other, in order and without a gap", () => {
    const { feed, log, packet } = arbiter();
    packet(A, 1);
    packet(B, 1);
    packet(A, 3);
    packet(A, 4);
    expect(log).toStrictEqual(["1"]);
    expect(feed.heldCount).toBe(2);
    packet(B, 2);
    expect(log).toStrictEqual(["1", "2", "3", "4"]);
    expect(feed).toMatchObject({ heldCount: 0, gapCount: 0 });
  });

  it("gives up what both lines have gone past", () => {
    const { feed, log, packet } = arbiter();
    packet(A, 1);
    packet(B, 1);
    packet(A, 4);
    packet(B, 5);
    expect(log).toStrictEqual(["1", "gap 2+2", "4", "5"]);
    expect(feed).toMatchObject({ gapCount: 1, lostCount: 2 });
    packet(B, 2);
    expect(feed.duplicateCount).toBe(2);
  });

  it("gives up only as far as the slower line has come", () => {
    const { log, packet } = arbiter();
    packet(A, 1);
    packet(B, 1);
    packet(A, 3);
    packet(A, 6);
    packet(B, 4);
    expect(log).toStrictEqual(["1", "gap 2+1", "3", "4"]);
    packet(B, 5);
    expect(log).toStrictEqual(["1", "gap 2+1", "3", "4", "5", "6"]);
  });

  it("of a single line gives up at once", () => {
    const { log, packet } = arbiter({ lineCount: 1 });
    packet(A, 1);
    packet(A, 3);
    expect(log).toStrictEqual(["1", "gap 2+1", "3"]);
  });

  it("waits for lines that mix up their order, until the time is over", () => {
    const { feed, log, packet } = arbiter({ linesKeepOrder: false, gapTimeoutMs: 50 });
    packet(A, 1);
    packet(B, 1);
    packet(A, 3);
    packet(B, 3);
    expect(feed.poll(1000)).toBe(0);
    expect(feed.poll(1049)).toBe(0);
    expect(log).toStrictEqual(["1"]);
    expect(feed.poll(1050)).toBe(1);
    expect(log).toStrictEqual(["1", "gap 2+1", "3"]);
    expect(feed.poll(9999)).toBe(0);
  });

  it("waits for a line that has not been heard of, until the time is over", () => {
    const { feed, log, packet } = arbiter({ gapTimeoutMs: 50 });
    packet(A, 1);
    packet(A, 3);
    packet(A, 6);
    expect(feed.poll(0)).toBe(0);
    expect(feed.poll(50)).toBe(1);
    expect(log).toStrictEqual(["1", "gap 2+1", "3"]);
    // The next gap has its own time.
    expect(feed.poll(60)).toBe(0);
    expect(feed.poll(110)).toBe(2);
    expect(log).toStrictEqual(["1", "gap 2+1", "3", "gap 4+2", "6"]);
  });

  it("gives up as much as the window cannot hold", () => {
    const { feed, log, packet } = arbiter({ windowLength: 8, linesKeepOrder: false });
    packet(A, 1);
    packet(A, 3);
    packet(A, 8);
    expect(log).toStrictEqual(["1"]);
    packet(A, 9);
    expect(log).toStrictEqual(["1", "gap 2+1", "3"]);
    packet(A, 1000);
    expect(log).toStrictEqual(["1", "gap 2+1", "3", "gap 4+4", "8", "9", "gap 10+984"]);
    expect(feed).toMatchObject({ heldCount: 1, lostCount: 989, expectedSequence: 994 });
  });

  it("tells stale packets, does not count their line, and starts anew on reset", () => {
    const { feed, log, packet } = arbiter({ windowLength: 8 });
    packet(A, 1000);
    packet(B, 1);
    packet(A, 1002);
    expect(log).toStrictEqual(["232", "stale 1:1"]);
    feed.reset();
    packet(B, 2);
    packet(A, 3);
    expect(log).toStrictEqual(["232", "stale 1:1", "2", "3"]);
    expect(feed.staleCount).toBe(1);
  });

  it("starts at the sequence that is asked for", () => {
    const { log, packet } = arbiter({ lineCount: 1, initialSequence: 1 });
    packet(A, 3);
    expect(log).toStrictEqual(["gap 1+2", "3"]);
  });

  it("counts on over the wrap of uint32", () => {
    const { feed, log, packet } = arbiter();
    packet(A, 0xffff_fffe);
    packet(B, 0xffff_fffe);
    packet(A, 0);
    expect(feed.expectedSequence).toBe(0xffff_ffff);
    packet(B, 1);
    expect(log).toStrictEqual(["254", "gap 4294967295+1", "0", "1"]);
  });

  it("drops early packets that its slots cannot hold", () => {
    const { feed, log, packet } = arbiter({ packetLengthMax: 1 });
    packet(A, 1);
    feed.onPacket(A, 3, viewOf(new Uint8Array(2)), 0, 2);
    expect(feed).toMatchObject({ oversizeCount: 1, heldCount: 0 });
    packet(B, 2);
    feed.onPacket(B, 3, viewOf(Uint8Array.of(3, 0)), 0, 2);
    expect(log).toStrictEqual(["1", "2", "3"]);
  });

  it("bears a handler that resets it, and one that brings in more packets", () => {
    const log: number[] = [];
    const view = viewOf(new Uint8Array(256).map((_, index) => index));
    const feed: LineArbiter = new LineArbiter(
      {
        onMessage(packetView, offset) {
          const sequence = packetView.getUint8(offset);
          log.push(sequence);
          if (sequence === 3) for (let next = 5; next < 12; next++) bring(next);
          if (sequence === 200) feed.reset(50);
        },
      },
      { lineCount: 1, windowLength: 8, linesKeepOrder: false },
    );
    const bring = (sequence: number): void => feed.onPacket(0, sequence, view, sequence, 1);
    for (const sequence of [1, 3, 4, 2]) bring(sequence);
    expect(log).toStrictEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    for (const sequence of [14, 200, 50]) bring(sequence);
    expect(feed.expectedSequence).toBe(194);
    feed.reset(200);
    bring(200);
    bring(50);
    expect(log.slice(11)).toStrictEqual([14, 200, 50]);
  });

  it("reads the sequence of each line's datagrams itself", () => {
    const collector = new Collector();
    const feed = new LineArbiter(
      new DatagramFramer(MDP3_MESSAGE, collector, { packetHeaderLength: 12 }),
    );
    const lineA = feed.line(A, MDP3_SEQUENCE);
    const lineB = feed.line(B, MDP3_SEQUENCE);
    const first = bytesOf("01000000 0000000000000000 0300 07");
    const second = bytesOf("02000000 0000000000000000 0300 08 0300 09");
    lineA.onMessage(viewOf(first), 0, first.length);
    lineB.onMessage(viewOf(second), 0, second.length);
    lineB.onMessage(viewOf(first), 0, first.length);
    lineA.onMessage(viewOf(first), 0, 3);
    expect(collector.hex).toStrictEqual(["07", "08", "09"]);
    expect(lineA.malformedCount).toBe(1);
  });

  it("refuses unknown lines, bytes outside of the view and options out of range", () => {
    const feed = new LineArbiter(new Collector());
    const view = viewOf(new Uint8Array(4));
    expect(codeOf(() => feed.onPacket(2, 1, view, 0, 4))).toBe("FRAMING_OPTION_INVALID");
    expect(codeOf(() => feed.onPacket(-1, 1, view, 0, 4))).toBe("FRAMING_OPTION_INVALID");
    expect(codeOf(() => feed.onPacket(0, 1, view, 0, 5))).toBe("FRAMING_RANGE_INVALID");
    expect(codeOf(() => feed.line(2, MDP3_SEQUENCE))).toBe("FRAMING_OPTION_INVALID");
    for (const options of [
      { lineCount: 0 },
      { lineCount: 17 },
      { windowLength: 3 },
      { windowLength: 1 },
      { packetLengthMax: 0 },
      { gapTimeoutMs: -1 },
    ]) {
      expect(codeOf(() => new LineArbiter(new Collector(), options))).toBe(
        "FRAMING_OPTION_INVALID",
      );
    }
  });
});
