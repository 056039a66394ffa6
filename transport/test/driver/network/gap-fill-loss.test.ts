import { describe, expect, it } from "vitest";
import { SystemCounter } from "../../../src/protocol/counters/system-counter.js";
import { SeededRandom } from "../../support/manual-clock.js";
import { decodeDatagram } from "../../support/wire-frames.js";
import { carriedStream, CHANNEL } from "./support/carried-stream.js";

describe("loss", () => {
  it("is skipped where the subscription is unreliable: what comes is in order, gaps are filled", async () => {
    const { world, sending, receiving, taker, carry, subscription } = await carriedStream(
      1000,
      `${CHANNEL}|reliable=false`,
    );
    const random = new SeededRandom(3);
    world.network.filter = (bytes) => {
      const [frame] = decodeDatagram(bytes);
      return frame?.type !== "DATA" || frame.frameLength === 0 || random.below(10) !== 0;
    };
    const end = carry();
    // Payloads tell their number: i*31 in their first byte.
    const order = taker.messages.map((bytes) => bytes[0] ?? 0);
    expect(taker.messages.length).toBeGreaterThan(800);
    expect(taker.messages.length).toBeLessThan(1000);
    let at = 0;
    for (const first of order) {
      while (at < 1000 && ((at * 31) & 0xff) !== first) at++;
      at++;
    }
    expect(at).toBeLessThanOrEqual(1000);
    expect(receiving.systemCounter(SystemCounter.NAK_MESSAGES_SENT)).toBe(0);
    expect(sending.systemCounter(SystemCounter.RETRANSMITS_SENT)).toBe(0);
    expect(receiving.systemCounter(SystemCounter.LOSS_GAP_FILLS)).toBeGreaterThan(10);
    expect(subscription.images()[0]?.position()).toBe(end);
  });
});
