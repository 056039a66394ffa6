import { describe, expect, it } from "vitest";
import { decodeDatagram } from "../../support/wire-frames.js";
import { NetworkWorld, offerAll, Taker } from "./support/network-world.js";

const CHANNEL = "aeron:udp?endpoint=10.0.0.2:4000";

describe("CUBIC congestion control", () => {
  it("measures the round trip, shrinks the window at loss, grows it again, and loses nothing", async () => {
    const world = new NetworkWorld();
    world.network.faults = { ...world.network.faults, delayNs: 5_000_000 };
    const receiving = world.node("10.0.0.2", { cubicMeasureRtt: true });
    const sending = world.node("10.0.0.1");
    const subscription = await receiving.connect().addSubscription(`${CHANNEL}|cc=cubic`, 1);
    const publication = await sending.connect().addPublication(CHANNEL, 1);
    world.until(() => publication.isConnected());
    const taker = new Taker(subscription);
    const windows: number[] = [];
    let dropped = 0;
    world.network.filter = (bytes) => {
      const [frame] = decodeDatagram(bytes);
      if (frame?.type === "SM") windows.push(Number(frame["receiverWindow"]));
      const isData = frame?.type === "DATA" && frame.frameLength > 0;
      return !isData || dropped >= 1 || taker.messages.length < 2000 || ++dropped > 1;
    };
    const end = offerAll(world, publication, 4000, 100, () => {
      world.run();
      taker.poll();
    });
    const image = subscription.images()[0];
    for (let i = 0; i < 1000 && (image?.position() ?? 0) < end; i++) {
      world.pass(10);
      taker.poll();
    }
    expect(taker.inOrderCount()).toBe(4000);
    expect(dropped).toBe(1);
    const rttNs = receiving.counter("rcv-cc-cubic-rtt");
    expect(rttNs).toBeGreaterThanOrEqual(10_000_000);
    expect(rttNs).toBeLessThan(60_000_000);
    const shrank = windows.findIndex((window, i) => window < (windows[i - 1] ?? 0));
    expect(shrank).toBeGreaterThan(0);
    expect(Math.max(...windows.slice(shrank))).toBeGreaterThan(windows[shrank] ?? 0);
    world.pass(6000);
    expect(receiving.counter("rcv-cc-cubic-wnd")).toBe(23 * 1408);
    expect(sending.labels().some((label) => label.startsWith("rcv-cc"))).toBe(false);
    await subscription.close();
    world.pass(5000, 50);
    expect(receiving.labels().some((label) => label.startsWith("rcv-cc"))).toBe(false);
  });
});
