import { describe, expect, it } from "vitest";
import { NetworkWorld, offerAll, Taker } from "./support/network-world.js";

const GROUP = "aeron:udp?endpoint=224.20.30.39:4000|interface=10.0.0";

describe("multicast publication", () => {
  it("reaches every member of its group, and hears them through the control group", async () => {
    const world = new NetworkWorld();
    const sender = world.node("10.0.0.1");
    const publication = await sender
      .connect()
      .addPublication(`${GROUP}.1|fc=min|term-length=64k|ttl=3`, 1);
    const takers: Taker[] = [];
    for (const last of [2, 3, 4]) {
      const client = world.node(`10.0.0.${last}`).connect();
      takers.push(new Taker(await client.addSubscription(`${GROUP}.${last}`, 1)));
    }
    world.until(() => sender.labels().some((label) => label.startsWith("fc-receivers")));
    world.until(() => sender.counter("fc-receivers") === 3);
    world.network.faults = { ...world.network.faults, loss: 0.05 };
    offerAll(world, publication, 300, 1000, () => {
      world.pass(1, 1);
      for (const taker of takers) taker.poll();
    });
    world.until(() => {
      for (const taker of takers) taker.poll();
      return takers.every(({ messages }) => messages.length === 300);
    });
    for (const taker of takers) expect(taker.inOrderCount(1000)).toBe(300);
  });

  it("is heard on its own host too", async () => {
    const world = new NetworkWorld();
    const client = world.node("10.0.0.1").connect();
    const subscription = await client.addSubscription(`${GROUP}.1`, 1);
    const publication = await client.addPublication(`${GROUP}.1`, 1);
    world.until(() => publication.isConnected());
    const taker = new Taker(subscription);
    offerAll(world, publication, 50, 100, () => taker.poll());
    world.until(() => taker.poll() === 0);
    expect(taker.inOrderCount()).toBe(50);
  });
});
