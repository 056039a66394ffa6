import { describe, expect, it } from "vitest";
import { NetworkWorld, offerAll, Taker } from "./support/network-world.js";

const CHANNEL = "aeron:udp?endpoint=10.0.0.2:4000|term-length=64k";

describe("term rotation", () => {
  it.each([0x7fff_fffe, -2, 0])(
    "goes on over many terms from term id %i, past the wrap of int32",
    async (initialTermId) => {
      const world = new NetworkWorld();
      const a = world.node("10.0.0.1").connect();
      const b = world.node("10.0.0.2").connect();
      const subscription = await b.addSubscription("aeron:udp?endpoint=10.0.0.2:4000", 1);
      const start = `init-term-id=${initialTermId}|term-id=${initialTermId}|term-offset=0`;
      const publication = await a.addPublication(`${CHANNEL}|${start}`, 1);
      world.until(() => publication.isConnected());
      const taker = new Taker(subscription);
      const position = offerAll(world, publication, 600, 1000, () => taker.poll());
      world.until(() => {
        taker.poll();
        return taker.messages.length === 600;
      });
      expect(position).toBeGreaterThan(9 * 65536);
      expect(taker.inOrderCount(1000)).toBe(600);
      expect(subscription.images()[0]?.position()).toBe(position);
    },
  );

  it("repairs loss across the ends of terms", async () => {
    const world = new NetworkWorld(3);
    world.network.faults = { ...world.network.faults, loss: 0.1, delayNs: 100_000 };
    const a = world.node("10.0.0.1").connect();
    const b = world.node("10.0.0.2").connect();
    const subscription = await b.addSubscription("aeron:udp?endpoint=10.0.0.2:4000", 1);
    const publication = await a.addExclusivePublication(`${CHANNEL}|mtu=256`, 1);
    world.until(() => publication.isConnected());
    const taker = new Taker(subscription);
    offerAll(world, publication, 400, 1000, () => {
      world.pass(1, 1);
      taker.poll();
    });
    world.until(() => {
      taker.poll();
      return taker.messages.length === 400;
    });
    expect(taker.inOrderCount(1000)).toBe(400);
  });
});
