import { describe, expect, it } from "vitest";
import { NetworkWorld } from "./support/network-world.js";

const CHANNEL = "aeron:udp?endpoint=10.0.0.2:4000";

describe("the session limit of a stream", () => {
  it("keeps further publishers out until one has gone, and leaves other streams alone", async () => {
    const world = new NetworkWorld();
    const sender = world.node("10.0.0.1").connect();
    const receiving = world.node("10.0.0.2", { streamSessionLimit: 2 });
    const receiver = receiving.connect();
    const subscription = await receiver.addSubscription(CHANNEL, 1);
    const other = await receiver.addSubscription(CHANNEL, 2);
    const first = await sender.addExclusivePublication(CHANNEL, 1);
    const second = await sender.addExclusivePublication(CHANNEL, 1);
    world.until(() => first.isConnected() && second.isConnected());
    const third = await sender.addExclusivePublication(CHANNEL, 1);
    const elsewhere = await sender.addExclusivePublication(CHANNEL, 2);
    world.until(() => elsewhere.isConnected());
    world.pass(2000);
    expect(third.isConnected()).toBe(false);
    expect([subscription.imageCount(), other.imageCount()]).toEqual([2, 1]);
    expect(receiving.harness.driver.errors().map(({ text }) => text)).toEqual([
      expect.stringContaining("streamId=1 limit=2"),
    ]);
    await first.close();
    world.until(() => third.isConnected(), 30_000);
    expect(second.isConnected()).toBe(true);
  });
});
