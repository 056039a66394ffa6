import { describe, expect, it } from "vitest";
import { NetworkWorld, offerAll, Taker } from "./support/network-world.js";

describe("wildcard port", () => {
  it("of a subscription is found out by its client, and publications reach it", async () => {
    const world = new NetworkWorld();
    const a = world.node("10.0.0.1").connect();
    const b = world.node("10.0.0.2").connect();
    const subscription = await b.addSubscription("aeron:udp?endpoint=10.0.0.2:0", 1);
    world.run();
    const endpoint = subscription.resolvedEndpoint() ?? "";
    expect(endpoint).toMatch(/^10\.0\.0\.2:[1-9]\d+$/);
    const channel = subscription.tryResolveChannelEndpointPort();
    expect(channel).toBe(`aeron:udp?endpoint=${endpoint}`);
    const publication = await a.addPublication(`aeron:udp?endpoint=${endpoint}`, 1);
    world.until(() => publication.isConnected());
    const taker = new Taker(subscription);
    offerAll(world, publication, 50, 100, () => taker.poll());
    world.until(() => taker.poll() === 0);
    expect(taker.inOrderCount()).toBe(50);
  });

  it("makes endpoints of their own: two subscriptions with port 0 never share", async () => {
    const world = new NetworkWorld();
    const node = world.node("10.0.0.1");
    const client = node.connect();
    const one = await client.addSubscription("aeron:udp?endpoint=10.0.0.1:0", 1);
    const two = await client.addSubscription("aeron:udp?endpoint=10.0.0.1:0", 1);
    world.run();
    expect(one.resolvedEndpoint()).not.toBe(two.resolvedEndpoint());
    expect(node.host.socketCount).toBe(2);
  });

  it("is shared through a tag", async () => {
    const world = new NetworkWorld();
    const node = world.node("10.0.0.1");
    const client = node.connect();
    const one = await client.addSubscription("aeron:udp?endpoint=10.0.0.1:0|tags=5", 1);
    const two = await client.addSubscription("aeron:udp?endpoint=10.0.0.1:0|tags=5", 2);
    world.run();
    expect(one.resolvedEndpoint()).toBe(two.resolvedEndpoint());
    expect(node.host.socketCount).toBe(1);
  });

  it("of a publication's control address shows in its local addresses", async () => {
    const world = new NetworkWorld();
    const client = world.node("10.0.0.1").connect();
    const publication = await client.addPublication(
      "aeron:udp?control=10.0.0.1:0|control-mode=dynamic",
      1,
    );
    world.run();
    const [address = ""] = publication.localSocketAddresses();
    expect(address).toMatch(/^10\.0\.0\.1:[1-9]\d+$/);
    const receiver = world.node("10.0.0.2").connect();
    await receiver.addSubscription(
      `aeron:udp?endpoint=10.0.0.2:0|control=${address}|control-mode=dynamic`,
      1,
    );
    world.until(() => publication.isConnected());
  });
});
