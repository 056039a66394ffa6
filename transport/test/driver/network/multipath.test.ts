import { describe, expect, it } from "vitest";
import { NetworkWorld, offerAll, Taker } from "./support/network-world.js";

const MDS = "aeron:udp?control-mode=manual";
const A = "aeron:udp?endpoint=10.0.0.2:4000";
const B = "aeron:udp?endpoint=10.0.0.2:4001";

describe("a stream over two paths", () => {
  it("arrives once, whichever path each part takes, and outlives either path", async () => {
    const world = new NetworkWorld();
    const sender = world.node("10.0.0.1").connect();
    const receiving = world.node("10.0.0.2");
    const subscription = await receiving.connect().addSubscription(MDS, 1);
    await subscription.addDestination(A);
    await subscription.addDestination(B);
    const publication = await sender.addPublication(
      "aeron:udp?control-mode=manual|control=10.0.0.1:3999|fc=max",
      1,
    );
    await publication.addDestination(A);
    await publication.addDestination(B);
    world.until(() => publication.isConnected());
    expect(subscription.imageCount()).toBe(1);
    const image = subscription.images()[0];
    const taker = new Taker(subscription);
    const step = (): void => {
      world.run();
      taker.poll();
    };
    let sent = 0;
    const carry = (dropped: number | undefined): void => {
      world.network.filter = (_, __, to) => to.port !== dropped;
      sent += 300;
      offerAll(world, publication, 300, 100, step);
      for (let i = 0; i < 100 && taker.messages.length < sent; i++) {
        world.pass(10);
        taker.poll();
      }
      expect(taker.messages).toHaveLength(sent);
    };
    carry(undefined);
    expect(image?.activeTransportCount()).toBe(2);
    carry(4000);
    carry(4001);
    carry(undefined);
    expect(subscription.imageCount()).toBe(1);
    world.network.filter = (_, __, to) => to.port !== 4001;
    world.pass(11_000, 50);
    expect(image?.activeTransportCount()).toBe(1);
  });
});
