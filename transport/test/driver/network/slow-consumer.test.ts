import { describe, expect, it } from "vitest";
import { SystemCounter } from "../../../src/protocol/counters/system-counter.js";
import { NetworkWorld, offerAll, Taker } from "./support/network-world.js";

const CHANNEL = "aeron:udp?endpoint=10.0.0.2:4000";

describe("a pathologically slow consumer", () => {
  it("holds its publisher back, over-runs nothing and still gets everything", async () => {
    const world = new NetworkWorld();
    const receiving = world.node("10.0.0.2");
    const subscription = await receiving.connect().addSubscription(CHANNEL, 1);
    const publication = await world.node("10.0.0.1").connect().addPublication(CHANNEL, 1);
    world.until(() => publication.isConnected());
    const taker = new Taker(subscription);
    let turns = 0;
    let refused = 0;
    offerAll(world, publication, 1500, 1000, () => {
      if (publication.position() >= publication.positionLimit()) refused++;
      // One message every fifth turn.
      if (turns++ % 5 === 0) taker.poll(1);
    });
    expect(refused).toBeGreaterThan(500);
    const image = subscription.images()[0];
    while ((image?.position() ?? 0) < publication.position()) {
      taker.poll(1);
      world.pass(1, 1);
    }
    expect(taker.inOrderCount(1000)).toBe(1500);
    expect(receiving.systemCounter(SystemCounter.FLOW_CONTROL_OVER_RUNS)).toBe(0);
  });

  it("that does not read at all stops the stream at its window, and no longer than it wants", async () => {
    const world = new NetworkWorld();
    const subscription = await world
      .node("10.0.0.2")
      .connect()
      .addSubscription(`${CHANNEL}|rcv-wnd=8k`, 1);
    const sending = world.node("10.0.0.1");
    const publication = await sending.connect().addPublication(CHANNEL, 1);
    world.until(() => publication.isConnected());
    let position = 0;
    for (let i = 0; i < 1000; i++) {
      position = Math.max(position, publication.offerBytes(new Uint8Array(992)));
      world.run();
    }
    world.pass(30_000, 50);
    expect(publication.isConnected()).toBe(true);
    expect(sending.counter("snd-pos")).toBe(8 * 1024);
    const taker = new Taker(subscription);
    const image = subscription.images()[0];
    for (let i = 0; i < 500 && (image?.position() ?? 0) < position; i++) {
      taker.poll();
      world.pass(10);
    }
    expect(image?.position()).toBe(position);
  });
});
