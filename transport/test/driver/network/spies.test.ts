import { describe, expect, it } from "vitest";
import { offer, drain } from "../../support/messages.js";
import { NetworkWorld, offerAll, Taker } from "./support/network-world.js";
import { SenderHarness } from "./support/sender-harness.js";

const CHANNEL = "aeron:udp?endpoint=10.0.0.2:4000";
const STREAM = 1001;

describe("spy", () => {
  it("reads what a publication of its driver has sent, from where it joined", () => {
    const h = new SenderHarness();
    const peer = h.peer(4000);
    const publication = h.publish(CHANNEL);
    peer.take();
    peer.status(h.statusOf(publication, 0, 32768));
    h.run();
    const appender = h.client.exclusive(publication);
    offer(appender, 0, 100);
    h.run();
    const spy = h.client.addSubscription(`aeron-spy:${CHANNEL}`, STREAM);
    h.run();
    expect(h.client.last("ON_SUBSCRIPTION_READY", "correlationId", spy)).toMatchObject({
      channelStatusCounterId: -1,
    });
    const image = h.client.image(spy);
    expect(h.client.last("ON_AVAILABLE_IMAGE")).toMatchObject({
      correlationId: publication.registrationId,
      sourceIdentity: "aeron:ipc",
    });
    expect(image.position.get()).toBe(160);
    expect(h.client.labels().at(-1)).toMatch(/^sub-pos: \d+ -?\d+ 1001 aeron-spy:.* @160$/);
    offer(appender, 1, 100);
    h.run();
    expect(drain(image.reader)).toHaveLength(1);
  });

  it("is linked to publications that come later: by canonical form, tag, and session", () => {
    const h = new SenderHarness();
    const add = (channel: string, stream = STREAM): bigint => {
      const id = h.client.addSubscription(`aeron-spy:${channel}`, stream);
      h.run();
      return id;
    };
    const same = add(CHANNEL);
    const tagged = add("aeron:udp?tags=5");
    const session = add(`${CHANNEL}|session-id=9`);
    const wrong = [
      add(CHANNEL, 2),
      add("aeron:udp?endpoint=10.0.0.2:4001"),
      add(`${CHANNEL}|session-id=8`),
      add("aeron:udp?tags=6"),
    ];
    h.publish(`${CHANNEL}|tags=5|session-id=9`);
    const images = h.client.events
      .filter(({ event }) => event === "ON_AVAILABLE_IMAGE")
      .map((event) => event["subscriptionRegistrationId"]);
    expect(images).toEqual([same, tagged, session]);
    expect(wrong).toHaveLength(4);
    // The publication is announced before the images that come with it.
    const kinds = h.client.events.map(({ event }) => event);
    expect(kinds.indexOf("ON_EXCLUSIVE_PUBLICATION_READY")).toBeLessThan(
      kinds.indexOf("ON_AVAILABLE_IMAGE"),
    );
  });

  it("holds the publisher back, and no longer when it leaves", () => {
    const h = new SenderHarness();
    const peer = h.peer(4000);
    const publication = h.publish(CHANNEL);
    const spy = h.client.addSubscription(`aeron-spy:${CHANNEL}`, STREAM);
    h.run();
    peer.take();
    peer.status(h.statusOf(publication, 0, 32768));
    h.run();
    const appender = h.client.exclusive(publication);
    for (let i = 0; i < 20; i++) offer(appender, i, 1000);
    h.run();
    expect(h.counter("snd-pos")).toBe(20 * 1056);
    expect(publication.limit.get()).toBe(32768);
    drain(h.client.image(spy).reader);
    h.run();
    expect(publication.limit.get()).toBe(20 * 1056 + 32768);
    offer(appender, 20, 1000);
    h.run();
    expect(publication.limit.get()).toBe(20 * 1056 + 32768);
    h.client.removeSubscription(spy);
    h.run();
    expect(publication.limit.get()).toBe(21 * 1056 + 32768);
  });

  it("gets its unavailable image when it has read to the end of the stream", () => {
    const h = new SenderHarness();
    const publication = h.publish(`${CHANNEL}|ssc=true`);
    const spy = h.client.addSubscription(`aeron-spy:${CHANNEL}`, STREAM);
    h.run();
    offer(h.client.exclusive(publication), 0, 100);
    h.run();
    h.client.removePublication(publication.registrationId);
    h.pass(3000);
    const gone = (): number =>
      h.client.events.filter(({ event }) => event === "ON_UNAVAILABLE_IMAGE").length;
    expect(gone()).toBe(0);
    drain(h.client.image(spy).reader);
    h.pass(2000);
    expect(gone()).toBe(1);
    h.pass(8000);
    expect(h.driver.logPaths()).toEqual([]);
    expect(h.client.labels().filter((label) => label.startsWith("sub-pos"))).toEqual([]);
  });
});

describe("simulated connection", () => {
  it("lets spies stand for receivers: the publication is connected, and nothing goes out", () => {
    const h = new SenderHarness();
    const peer = h.peer(4000);
    const publication = h.publish(`${CHANNEL}|ssc=true`);
    expect(publication.log.metadata.isConnected()).toBe(false);
    const spy = h.client.addSubscription(`aeron-spy:${CHANNEL}`, STREAM);
    h.run();
    expect(publication.log.metadata.isConnected()).toBe(true);
    const appender = h.client.exclusive(publication);
    let count = 0;
    for (let i = 0; i < 300; i++) {
      if (offer(appender, i, 1000) > 0) count++;
      h.run();
      drain(h.client.image(spy).reader);
      h.run();
    }
    expect(count).toBeGreaterThan(280);
    expect(h.counter("snd-pos")).toBeGreaterThan(280 * 1056);
    expect(peer.take().filter(({ type }) => type !== "SETUP")).toEqual([]);
    h.client.removeSubscription(spy);
    h.run();
    expect(publication.log.metadata.isConnected()).toBe(false);
  });

  it("ends when a receiver comes: it gets the stream from where it joins", async () => {
    const world = new NetworkWorld();
    const node = world.node("10.0.0.1");
    const a = node.connect();
    const spied = await a.addSubscription(`aeron-spy:${CHANNEL}`, 1);
    const publication = await a.addPublication(`${CHANNEL}|ssc=true|term-length=64k`, 1);
    world.until(() => publication.isConnected());
    const spy = new Taker(spied);
    offerAll(world, publication, 100, 1000, () => spy.poll());
    world.until(() => spy.poll() === 0);
    expect(spy.inOrderCount(1000)).toBe(100);
    const b = world.node("10.0.0.2").connect();
    const subscription = await b.addSubscription(CHANNEL, 1);
    world.until(() => subscription.isConnected());
    const taker = new Taker(subscription);
    offerAll(world, publication, 100, 1000, () => {
      spy.poll();
      taker.poll();
    });
    world.until(() => spy.poll() + taker.poll() === 0);
    expect(taker.inOrderCount(1000)).toBe(100);
    expect(spy.messages).toHaveLength(200);
  });

  it("is not made where the channel does not ask for it", () => {
    const h = new SenderHarness();
    const publication = h.publish(CHANNEL);
    h.client.addSubscription(`aeron-spy:${CHANNEL}`, STREAM);
    h.pass(200);
    expect(publication.log.metadata.isConnected()).toBe(false);
  });
});

describe("untethered spy", () => {
  it("that stays behind loses its image, does not hold the publisher back, and comes back later", () => {
    const h = new SenderHarness();
    const peer = h.peer(4000);
    const publication = h.publish(CHANNEL);
    h.client.addSubscription(`aeron-spy:${CHANNEL}|tether=false`, STREAM);
    h.run();
    peer.take();
    peer.status(h.statusOf(publication, 0, 32768));
    h.run();
    const appender = h.client.exclusive(publication);
    for (let i = 0; i < 31; i++) offer(appender, i, 1000);
    h.run();
    peer.status(h.statusOf(publication, 31 * 1056, 32768));
    h.run();
    expect(h.counter("snd-pos")).toBe(31 * 1056);
    expect(publication.limit.get()).toBe(32768);
    const events = (): string[] =>
      h.client.events
        .map(({ event }) => event)
        .filter((event) => event.endsWith("AVAILABLE_IMAGE"));
    const alive = (ms: number): void => {
      for (let done = 0; done < ms; done += 1000) {
        peer.status(h.statusOf(publication, h.counter("snd-pos"), 32768));
        h.pass(1000);
      }
    };
    alive(7000);
    expect(events()).toEqual(["ON_AVAILABLE_IMAGE", "ON_UNAVAILABLE_IMAGE"]);
    expect(publication.limit.get()).toBe(32768);
    alive(5000);
    expect(publication.limit.get()).toBe(31 * 1056 + 32768);
    offer(appender, 31, 1000);
    alive(12_000);
    expect(events()).toEqual(["ON_AVAILABLE_IMAGE", "ON_UNAVAILABLE_IMAGE", "ON_AVAILABLE_IMAGE"]);
    expect(h.counter("sub-pos")).toBe(32 * 1056);
  });

  it("with rejoin=false stays away", () => {
    const h = new SenderHarness();
    const peer = h.peer(4000);
    const publication = h.publish(CHANNEL);
    h.client.addSubscription(`aeron-spy:${CHANNEL}|tether=false|rejoin=false`, STREAM);
    h.run();
    peer.take();
    peer.status(h.statusOf(publication, 0, 32768));
    h.run();
    const appender = h.client.exclusive(publication);
    for (let i = 0; i < 31; i++) offer(appender, i, 1000);
    h.run();
    h.pass(30_000, 500);
    expect(h.client.labels().filter((label) => label.startsWith("sub-pos"))).toEqual([]);
  });
});
