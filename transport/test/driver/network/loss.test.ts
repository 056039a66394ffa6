import { describe, expect, it } from "vitest";
import { SystemCounter } from "../../../src/protocol/counters/system-counter.js";
import { decodeDatagram } from "../../support/wire-frames.js";
import { carriedStream } from "./support/carried-stream.js";

const MESSAGE_COUNT = 3000;

describe("loss", () => {
  it("of a single datagram is repaired with one NAK and one retransmit", async () => {
    const { world, sending, receiving, taker, carry } = await carriedStream(200);
    let dropped = 0;
    world.network.filter = (bytes) => {
      const [frame] = decodeDatagram(bytes);
      const isFiftieth = frame?.type === "DATA" && frame["termOffset"] === 50 * 160;
      return !isFiftieth || dropped++ > 0;
    };
    carry();
    expect(taker.inOrderCount()).toBe(200);
    expect(receiving.systemCounter(SystemCounter.NAK_MESSAGES_SENT)).toBe(1);
    expect(sending.systemCounter(SystemCounter.NAK_MESSAGES_RECEIVED)).toBe(1);
    expect(sending.systemCounter(SystemCounter.RETRANSMITS_SENT)).toBe(1);
    expect(receiving.counter("rcv-naks-sent")).toBe(1);
    expect(sending.counter("snd-naks-received")).toBe(1);
  });

  it("of the last datagram shows by the heartbeat behind it", async () => {
    const { world, receiving, taker, carry } = await carriedStream(20);
    let dropped = 0;
    world.network.filter = (bytes) => {
      const [frame] = decodeDatagram(bytes);
      const isLast = frame?.type === "DATA" && frame["termOffset"] === 19 * 160;
      return !isLast || frame?.frameLength === 0 || dropped++ > 0;
    };
    carry();
    expect(taker.inOrderCount()).toBe(20);
    expect(receiving.systemCounter(SystemCounter.NAK_MESSAGES_SENT)).toBe(1);
  });

  it.each([0.02, 0.1, 0.3])("of a part of %d of all datagrams loses no message", async (loss) => {
    const { world, sending, receiving, taker, carry } = await carriedStream(MESSAGE_COUNT);
    world.network.faults = { ...world.network.faults, loss };
    carry();
    expect(taker.inOrderCount()).toBe(MESSAGE_COUNT);
    expect(receiving.systemCounter(SystemCounter.NAK_MESSAGES_SENT)).toBeGreaterThan(0);
    expect(sending.systemCounter(SystemCounter.RETRANSMITS_SENT)).toBeGreaterThan(0);
  });

  it("with delay, duplicates and reordering neither", async () => {
    const { world, receiving, taker, carry } = await carriedStream(1000);
    world.network.faults = {
      ...world.network.faults,
      delayNs: 2_000_000,
      jitterNs: 1_000_000,
      loss: 0.1,
      duplicate: 0.05,
      reorder: 0.1,
    };
    carry();
    expect(taker.inOrderCount()).toBe(1000);
    expect(receiving.systemCounter(SystemCounter.INVALID_PACKETS)).toBe(0);
  });
});
