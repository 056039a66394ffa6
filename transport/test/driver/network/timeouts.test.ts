import { describe, expect, it } from "vitest";
import { SystemCounter } from "../../../src/protocol/counters/system-counter.js";
import { LOG_TAIL_COUNTERS_OFFSET, SharedAppender } from "@alerion/runtime/concurrent";
import { offer } from "../../support/messages.js";
import { NetworkWorld, offerAll, Taker } from "./support/network-world.js";
import { SenderHarness } from "./support/sender-harness.js";

const CHANNEL = "aeron:udp?endpoint=10.0.0.2:4000";

describe("client timeout", () => {
  it("takes a dead client's publications and subscriptions down, on both sides", async () => {
    const world = new NetworkWorld();
    const a = world.node("10.0.0.1");
    const b = world.node("10.0.0.2");
    const subscription = await b.connect().addSubscription(CHANNEL, 1);
    const publication = await a.connect().addPublication(CHANNEL, 1);
    world.until(() => subscription.isConnected());
    offerAll(world, publication, 10);
    a.harness.clients.length = 0;
    // It goes once what was sent is read.
    const taker = new Taker(subscription);
    world.until(() => taker.poll() === 0 && subscription.hasNoImages(), 30_000);
    expect(taker.inOrderCount()).toBe(10);
    world.until(() => a.labels().length === 0, 10_000);
    expect(a.host.socketCount).toBe(0);
    expect(a.systemCounter(SystemCounter.CLIENT_TIMEOUTS)).toBe(1);
    b.harness.clients.length = 0;
    world.until(() => b.labels().length === 0, 40_000);
    expect(b.host.socketCount).toBe(0);
    expect(world.files.paths().filter((path) => path.endsWith(".logbuffer"))).toEqual([]);
  });
});

describe("publication timeouts", () => {
  it("a linger after the end of the stream repairs what was lost at the end", async () => {
    const world = new NetworkWorld();
    const a = world.node("10.0.0.1");
    const b = world.node("10.0.0.2");
    const subscription = await b.connect().addSubscription(CHANNEL, 1);
    const publication = await a.connect().addExclusivePublication(CHANNEL, 1);
    world.until(() => subscription.isConnected());
    // The last data is lost, and so is the first heartbeat behind it.
    world.network.faults = { ...world.network.faults, loss: 1 };
    publication.offerBytes(new Uint8Array(100));
    world.run();
    await publication.close();
    world.pass(150);
    world.network.faults = { ...world.network.faults, loss: 0 };
    let length = 0;
    world.until(() => {
      subscription.poll((_buffer, _offset, fragmentLength) => (length += fragmentLength), 10);
      return length === 100;
    }, 5000);
    expect(a.systemCounter(SystemCounter.RETRANSMITS_SENT)).toBe(1);
  });

  it("an unconnected publication that is closed goes after its linger", () => {
    const h = new SenderHarness();
    const publication = h.publish(`${CHANNEL}|linger=2s`);
    h.client.removePublication(publication.registrationId);
    h.pass(2000);
    expect(h.driver.logPaths()).toHaveLength(1);
    h.pass(3500);
    expect(h.driver.logPaths()).toEqual([]);
  });
});

describe("unblocking", () => {
  it("turns the claim of a dead publisher into padding after the unblock timeout", () => {
    const h = new SenderHarness({ publicationUnblockTimeoutNs: 15_000_000_000 });
    const peer = h.peer(4000);
    const publication = h.publish(CHANNEL, 1001, false);
    const status = (): void => {
      peer.status(h.statusOf(publication, h.counter("snd-pos"), 32768));
    };
    peer.take();
    status();
    h.run();
    const appender = h.client.shared(publication);
    expect(offer(appender, 0, 100)).toBe(160);
    // Claims, and dies before the commit.
    const dead = new SharedAppender(publication.log, publication.limit);
    expect(dead.claim(100)).toBeGreaterThan(0);
    expect(offer(appender, 1, 100)).toBe(480);
    h.run();
    expect(h.counter("snd-pos")).toBe(160);
    for (let i = 0; i < 14; i++) {
      status();
      h.pass(1000);
    }
    expect(h.counter("snd-pos")).toBe(160);
    peer.take();
    for (let i = 0; i < 4; i++) {
      status();
      h.pass(1000);
    }
    expect(h.counter("snd-pos")).toBe(480);
    const frames = peer.take().filter(({ type }) => type !== "HEARTBEAT");
    expect(frames).toMatchObject([
      { type: "PAD", termOffset: 160, frameLength: 132 },
      { type: "DATA", termOffset: 320 },
    ]);
    expect(h.driver.systemCounter(SystemCounter.UNBLOCKED_PUBLICATIONS)).toBe(1);
  });

  it("unblocks at once when the last client is gone: nobody can finish its claim", () => {
    const h = new SenderHarness();
    const peer = h.peer(4000);
    const publication = h.publish(CHANNEL, 1001, false);
    peer.take();
    peer.status(h.statusOf(publication, 0, 32768));
    h.run();
    const dead = new SharedAppender(publication.log, publication.limit);
    expect(dead.claim(100)).toBeGreaterThan(0);
    expect(offer(h.client.shared(publication), 1, 100)).toBe(320);
    h.client.removePublication(publication.registrationId);
    h.pass(3000);
    expect(h.counter("snd-pos")).toBe(320);
    expect(h.driver.systemCounter(SystemCounter.UNBLOCKED_PUBLICATIONS)).toBe(1);
  });

  it("pads what was claimed at the end and never begun once the last client is gone", () => {
    for (const isExclusive of [true, false]) {
      const h = new SenderHarness();
      const peer = h.peer(4000);
      const publication = h.publish(CHANNEL, 1001, isExclusive);
      peer.take();
      peer.status(h.statusOf(publication, 0, 32768));
      h.run();
      const appender = isExclusive ? h.client.exclusive(publication) : h.client.shared(publication);
      expect(offer(appender, 0, 100)).toBe(160);
      // Dies between moving the tail and its first store to the frame.
      publication.log.metadata.buffer.getAndAddInt32(LOG_TAIL_COUNTERS_OFFSET, 320);
      h.client.removePublication(publication.registrationId);
      for (let i = 0; i < 10; i++) {
        peer.status(h.statusOf(publication, 160, 32768));
        h.pass(1000);
      }
      expect(peer.take()).toContainEqual(
        expect.objectContaining({ type: "PAD", termOffset: 160, frameLength: 320 }),
      );
      expect(h.driver.systemCounter(SystemCounter.UNBLOCKED_PUBLICATIONS)).toBe(1);
      expect(h.driver.logPaths()).toEqual([]);
    }
  });

  it("lets a living publisher alone however long its receiver holds it up", () => {
    const h = new SenderHarness();
    const peer = h.peer(4000);
    const publication = h.publish(CHANNEL, 1001, false);
    peer.take();
    peer.status(h.statusOf(publication, 0, 1056));
    h.run();
    const appender = h.client.shared(publication);
    offer(appender, 0, 1000);
    offer(appender, 1, 1000);
    for (let i = 0; i < 30; i++) {
      peer.status(h.statusOf(publication, 0, 1056));
      h.pass(1000, 100);
    }
    expect(h.counter("snd-pos")).toBe(1056);
    expect(h.driver.systemCounter(SystemCounter.UNBLOCKED_PUBLICATIONS)).toBe(0);
    peer.status(h.statusOf(publication, 1056, 32768));
    h.run();
    expect(h.counter("snd-pos")).toBe(2112);
  });
});
