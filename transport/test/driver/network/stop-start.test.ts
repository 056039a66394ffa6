import { describe, expect, it } from "vitest";
import { type NetworkNode, NetworkWorld, offerAll, Taker } from "./support/network-world.js";

const CHANNEL = "aeron:udp?endpoint=10.0.0.2:4000";

/** What a driver has of the network: nothing once all has gone. */
function networkCounters(node: NetworkNode): string[] {
  return node.labels().filter((label) => !label.startsWith("client-heartbeat"));
}

describe("stopping and starting", () => {
  it("the subscriber again and again: each gets what is sent while it is there", async () => {
    const world = new NetworkWorld();
    const receiving = world.node("10.0.0.2");
    const receiver = receiving.connect();
    const publication = await world.node("10.0.0.1").connect().addPublication(CHANNEL, 1);
    for (let round = 0; round < 5; round++) {
      const subscription = await receiver.addSubscription(CHANNEL, 1);
      world.until(() => publication.isConnected() && subscription.imageCount() === 1);
      const taker = new Taker(subscription);
      offerAll(world, publication, 50, 100, () => {
        world.run();
        taker.poll();
      });
      taker.poll();
      expect(taker.inOrderCount()).toBe(50);
      await subscription.close();
      world.until(() => !publication.isConnected());
      world.until(() => receiving.host.socketCount === 0);
    }
    world.pass(15_000, 100);
    expect(networkCounters(receiving)).toEqual([]);
    expect(world.files.paths().filter((path) => path.includes("/images/"))).toEqual([]);
  });

  it("the publisher again and again: each is a new image, read to its end", async () => {
    const world = new NetworkWorld();
    const receiving = world.node("10.0.0.2");
    const sending = world.node("10.0.0.1");
    const subscription = await receiving.connect().addSubscription(CHANNEL, 1);
    const sender = sending.connect();
    for (let round = 0; round < 5; round++) {
      const publication = await sender.addExclusivePublication(CHANNEL, 1);
      world.until(() => publication.isConnected());
      const taker = new Taker(subscription);
      offerAll(world, publication, 50, 100, () => {
        world.run();
        taker.poll();
      });
      const image = subscription.imageBySessionId(publication.sessionId);
      await publication.close();
      world.until(() => {
        taker.poll();
        return image?.isEndOfStream() === true;
      });
      expect(taker.inOrderCount()).toBe(50);
      world.until(() => subscription.imageCount() === 0, 30_000);
    }
    world.pass(15_000, 100);
    expect(networkCounters(sending)).toEqual([]);
    expect(networkCounters(receiving)).toHaveLength(2);
    expect(world.files.paths().filter((path) => path.endsWith(".logbuffer"))).toEqual([]);
  });

  it("a partition that lasts: both sides notice, and go on when it is over", async () => {
    const world = new NetworkWorld();
    const sending = world.node("10.0.0.1");
    const receiving = world.node("10.0.0.2");
    const subscription = await receiving.connect().addSubscription(CHANNEL, 1);
    const publication = await sending.connect().addPublication(CHANNEL, 1);
    world.until(() => publication.isConnected());
    const taker = new Taker(subscription);
    offerAll(world, publication, 10);
    taker.poll();
    world.network.partition(sending.host, receiving.host);
    world.until(() => !publication.isConnected(), 10_000);
    world.until(() => subscription.imageCount() === 0, 20_000);
    world.network.heal();
    world.until(() => publication.isConnected() && subscription.imageCount() === 1, 20_000);
    offerAll(world, publication, 10);
    taker.poll();
    expect(taker.messages).toHaveLength(20);
  });

  it("a short partition: nothing is lost and nobody notices", async () => {
    const world = new NetworkWorld();
    const sending = world.node("10.0.0.1");
    const receiving = world.node("10.0.0.2");
    const subscription = await receiving.connect().addSubscription(CHANNEL, 1);
    const publication = await sending.connect().addPublication(CHANNEL, 1);
    world.until(() => publication.isConnected());
    const image = subscription.images()[0];
    const taker = new Taker(subscription);
    offerAll(world, publication, 10);
    world.network.partition(sending.host, receiving.host);
    offerAll(world, publication, 20);
    world.pass(2000);
    world.network.heal();
    for (let i = 0; i < 100 && taker.messages.length < 30; i++) {
      world.pass(10);
      taker.poll();
    }
    expect(taker.messages).toHaveLength(30);
    expect(subscription.images()[0]).toBe(image);
    expect(publication.isConnected()).toBe(true);
  });
});
