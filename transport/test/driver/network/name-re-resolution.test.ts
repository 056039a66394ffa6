import { describe, expect, it } from "vitest";
import { SystemCounter } from "../../../src/protocol/counters/system-counter.js";
import { NetworkWorld, offerAll, Taker } from "./support/network-world.js";
import { SenderHarness } from "./support/sender-harness.js";

const ip = (last: number): Uint8Array => Uint8Array.of(10, 0, 0, last);

describe("name of an endpoint", () => {
  it("is looked up again when nothing is heard for 5 s: the publication follows its receiver", () => {
    const h = new SenderHarness();
    const before = h.peer(4000);
    const after = h.peer(4000, "10.0.0.3");
    h.resolver.set("receiver", ip(2));
    const publication = h.publish("aeron:udp?endpoint=receiver:4000");
    before.take();
    before.status(h.statusOf(publication, 0, 32768));
    h.run();
    h.resolver.set("receiver", ip(3));
    h.pass(4900);
    expect(after.take()).toEqual([]);
    h.pass(1500);
    expect(after.take().length).toBeGreaterThan(0);
    before.take();
    h.pass(500);
    expect(before.take()).toEqual([]);
    expect(h.driver.systemCounter(SystemCounter.RESOLUTION_CHANGES)).toBe(1);
    after.status(h.statusOf(publication, 0, 32768));
    h.run();
    expect(publication.log.metadata.isConnected()).toBe(true);
    // The port it sends from has stayed.
    expect(after.from?.port).toBe(before.from?.port);
  });

  it("that has not changed changes nothing, and one that is gone neither", () => {
    const h = new SenderHarness();
    const peer = h.peer(4000);
    h.resolver.set("receiver", ip(2));
    h.publish("aeron:udp?endpoint=receiver:4000");
    h.pass(7000);
    h.resolver.set("receiver", undefined);
    h.pass(7000);
    peer.take();
    h.pass(500);
    expect(peer.take().length).toBeGreaterThan(0);
    expect(h.driver.systemCounter(SystemCounter.RESOLUTION_CHANGES)).toBe(0);
    expect(
      h.driver
        .errors()
        .map(({ text }) => text)
        .join(),
    ).toMatch(/host must be known/);
  });

  it("of a manual destination is looked up by itself", () => {
    const h = new SenderHarness();
    const [steady, before, after] = [h.peer(4001), h.peer(4002), h.peer(4002, "10.0.0.3")];
    h.resolver.set("mover", ip(2));
    const publication = h.publish("aeron:udp?control-mode=manual");
    h.client.addDestination(publication.registrationId, "aeron:udp?endpoint=10.0.0.2:4001");
    h.client.addDestination(publication.registrationId, "aeron:udp?endpoint=mover:4002");
    h.pass(200);
    expect(before.take().length).toBeGreaterThan(0);
    h.resolver.set("mover", ip(3));
    for (let i = 0; i < 7; i++) {
      steady.take();
      steady.status(h.statusOf(publication, 0, 32768, { receiverId: 1n }));
      h.pass(1000);
    }
    expect(after.take().length).toBeGreaterThan(0);
    before.take();
    h.pass(500);
    expect(before.take()).toEqual([]);
    expect(h.driver.systemCounter(SystemCounter.RESOLUTION_CHANGES)).toBe(1);
  });

  it("lets a stream go on when its host has moved", async () => {
    const world = new NetworkWorld();
    const a = world.node("10.0.0.1");
    const b = world.node("10.0.0.2");
    a.resolver.set("receiver", ip(2));
    const subscription = await b.connect().addSubscription("aeron:udp?endpoint=0.0.0.0:4000", 1);
    const publication = await a.connect().addPublication("aeron:udp?endpoint=receiver:4000", 1);
    world.until(() => publication.isConnected());
    const taker = new Taker(subscription);
    offerAll(world, publication, 20, 100, () => taker.poll());
    b.host.setAddresses("10.0.0.9");
    a.resolver.set("receiver", ip(9));
    world.until(() => !publication.isConnected(), 10_000);
    world.until(() => publication.isConnected(), 20_000);
    offerAll(world, publication, 20, 100, () => taker.poll());
    world.until(() => taker.poll() === 0);
    expect(taker.messages).toHaveLength(40);
  });
});

describe("name that takes its time", () => {
  it("holds the command up, not the driver: it is carried out when the answer is there", () => {
    const h = new SenderHarness();
    const peer = h.peer(4000);
    h.resolver.pend("slow");
    const id = h.client.addPublication("aeron:udp?endpoint=slow:4000", 1001);
    for (let i = 0; i < 100; i++) h.driver.driver.doWork();
    h.client.receive();
    expect(h.client.events.filter(({ event }) => event !== "ON_COUNTER_READY")).toEqual([]);
    h.resolver.set("slow", ip(2));
    h.run();
    expect(h.client.publication(id).registrationId).toBe(id);
    expect(peer.take()).toHaveLength(1);
  });
});
