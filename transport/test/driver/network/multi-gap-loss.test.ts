import { describe, expect, it } from "vitest";
import { SystemCounter } from "../../../src/protocol/counters/system-counter.js";
import { decodeDatagram } from "../../support/wire-frames.js";
import { carriedStream } from "./support/carried-stream.js";

describe("loss", () => {
  it("of several stretches at once is repaired one after the other", async () => {
    const { world, receiving, taker, carry } = await carriedStream(400);
    // Every second datagram of the first hundred, first transmission only: fifty gaps.
    const seen = new Set<number>();
    world.network.filter = (bytes) => {
      const [frame] = decodeDatagram(bytes);
      if (frame?.type !== "DATA" || frame.frameLength === 0) return true;
      const termOffset = Number(frame["termOffset"]);
      const isGap = termOffset < 100 * 160 && (termOffset / 160) % 2 === 1;
      if (!isGap || seen.has(termOffset)) return true;
      seen.add(termOffset);
      return false;
    };
    carry();
    expect(taker.inOrderCount()).toBe(400);
    expect(seen.size).toBeGreaterThan(10);
    expect(receiving.systemCounter(SystemCounter.NAK_MESSAGES_SENT)).toBeGreaterThanOrEqual(
      seen.size,
    );
  });
});
