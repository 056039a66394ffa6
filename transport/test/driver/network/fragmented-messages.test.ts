import { describe, expect, it } from "vitest";
import { NetworkWorld, offerAll, Taker } from "./support/network-world.js";

describe("fragmented messages", () => {
  it.each([1376, 1377, 5000, 8192])("of %i bytes arrive whole and in order", async (length) => {
    const world = new NetworkWorld();
    const a = world.node("10.0.0.1").connect();
    const b = world.node("10.0.0.2").connect();
    const channel = "aeron:udp?endpoint=10.0.0.2:4000";
    const subscription = await b.addSubscription(channel, 1);
    const publication = await a.addPublication(channel, 1);
    world.until(() => publication.isConnected());
    const taker = new Taker(subscription);
    offerAll(world, publication, 60, length, () => taker.poll());
    world.until(() => {
      taker.poll();
      return taker.messages.length === 60;
    });
    expect(taker.inOrderCount(length)).toBe(60);
  });
});
