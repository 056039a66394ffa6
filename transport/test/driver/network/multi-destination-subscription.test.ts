import { describe, expect, it } from "vitest";
import { NetworkWorld, offerAll, Taker } from "./support/network-world.js";

const MDS = "aeron:udp?control-mode=manual";
const A = "aeron:udp?endpoint=10.0.0.2:4000";
const B = "aeron:udp?endpoint=10.0.0.2:4001";

describe("a multi-destination subscription", () => {
  it("hears a publication through a destination that is added late", async () => {
    const world = new NetworkWorld();
    const sender = world.node("10.0.0.1").connect();
    const subscription = await world.node("10.0.0.2").connect().addSubscription(MDS, 1);
    const publication = await sender.addPublication(A, 1);
    world.pass(500);
    expect(publication.isConnected()).toBe(false);
    await subscription.addDestination(A);
    world.until(() => publication.isConnected());
    const taker = new Taker(subscription);
    offerAll(world, publication, 500, 100, () => {
      world.run();
      taker.poll();
    });
    taker.poll();
    expect(taker.inOrderCount()).toBe(500);
  });

  it("hears several publications, each by its own destination, and loses one with its destination", async () => {
    const world = new NetworkWorld();
    const sender = world.node("10.0.0.1").connect();
    const subscription = await world.node("10.0.0.2").connect().addSubscription(MDS, 1);
    const first = await sender.addPublication(A, 1);
    const second = await sender.addPublication(B, 1);
    await subscription.addDestination(A);
    await subscription.addDestination(B);
    world.until(() => first.isConnected() && second.isConnected());
    expect(subscription.imageCount()).toBe(2);
    await subscription.removeDestination(B);
    world.until(() => subscription.imageCount() === 1, 30_000);
    expect(subscription.images()[0]?.sessionId).toBe(first.sessionId);
    world.until(() => !second.isConnected());
    expect(first.isConnected()).toBe(true);
  });

  it("sees the end of a stream when all its ways have ended, with everything delivered", async () => {
    const world = new NetworkWorld();
    const sender = world.node("10.0.0.1").connect();
    const subscription = await world.node("10.0.0.2").connect().addSubscription(MDS, 1);
    await subscription.addDestination(A);
    const publication = await sender.addPublication(A, 1);
    world.until(() => publication.isConnected());
    const taker = new Taker(subscription);
    offerAll(world, publication, 100);
    const image = subscription.images()[0];
    const end = publication.position();
    await publication.close();
    // Another destination that nothing ever came through holds the end back.
    world.pass(1000);
    taker.poll();
    world.until(() => image?.isEndOfStream() === true);
    expect(image?.endOfStreamPosition()).toBe(end);
    expect(taker.inOrderCount()).toBe(100);
    world.until(() => subscription.imageCount() === 0);
  });

  it("reads a publication of its own driver by a spy destination and one of its memory by an IPC one", async () => {
    const world = new NetworkWorld();
    const node = world.node("10.0.0.1");
    const client = node.connect();
    const subscription = await client.addSubscription(MDS, 1);
    const spied = await client.addPublication("aeron:udp?endpoint=10.0.0.9:4000|ssc=true", 1);
    const local = await client.addPublication("aeron:ipc", 1);
    await subscription.addDestination("aeron-spy:aeron:udp?endpoint=10.0.0.9:4000");
    await subscription.addDestination("aeron:ipc");
    world.until(() => spied.isConnected() && local.isConnected());
    expect(subscription.imageCount()).toBe(2);
    const taker = new Taker(subscription);
    offerAll(world, spied, 10);
    offerAll(world, local, 10);
    world.run();
    while (taker.poll() > 0);
    expect(taker.messages).toHaveLength(20);
    await subscription.removeDestination("aeron:ipc");
    await subscription.removeDestination("aeron-spy:aeron:udp?endpoint=10.0.0.9:4000");
    world.until(() => subscription.imageCount() === 0);
  });
});
