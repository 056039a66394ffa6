import { describe, expect, it } from "vitest";
import { NetworkWorld, offerAll, Taker } from "./support/network-world.js";

const CHANNEL = "aeron:udp?endpoint=10.0.0.2:4000|term-length=64k";

describe("publication at a specified position", () => {
  it("begins there, and its subscribers join there", async () => {
    const world = new NetworkWorld();
    const a = world.node("10.0.0.1").connect();
    const b = world.node("10.0.0.2").connect();
    const subscription = await b.addSubscription("aeron:udp?endpoint=10.0.0.2:4000", 1);
    const publication = await a.addExclusivePublication(
      `${CHANNEL}|init-term-id=-5|term-id=17|term-offset=4096`,
      1,
    );
    const start = 22 * 65536 + 4096;
    expect(publication.position()).toBe(start);
    world.until(() => publication.isConnected());
    expect(subscription.images()[0]?.position()).toBe(start);
    const taker = new Taker(subscription);
    const end = offerAll(world, publication, 200, 1000, () => taker.poll());
    world.until(() => {
      taker.poll();
      return taker.messages.length === 200;
    });
    expect(taker.inOrderCount(1000)).toBe(200);
    expect(subscription.images()[0]?.position()).toBe(end);
  });

  it("is refused to a second client that asks for another one", async () => {
    const world = new NetworkWorld();
    const a = world.node("10.0.0.1").connect();
    await a.addPublication(`${CHANNEL}|init-term-id=1|term-id=2|term-offset=64`, 1);
    await a.addPublication(`${CHANNEL}|init-term-id=1|term-id=2|term-offset=64`, 1);
    await expect(
      a.addPublication(`${CHANNEL}|init-term-id=1|term-id=2|term-offset=96`, 1),
    ).rejects.toThrow(/term-offset=64 requested=96/);
    await expect(
      a.addPublication(`${CHANNEL}|init-term-id=2|term-id=2|term-offset=64`, 1),
    ).rejects.toThrow(/init-term-id/);
  });
});

describe("position limit", () => {
  it("of a stream is the end: MAX_POSITION_EXCEEDED, and all before it arrives", async () => {
    const world = new NetworkWorld();
    const a = world.node("10.0.0.1").connect();
    const b = world.node("10.0.0.2").connect();
    const subscription = await b.addSubscription("aeron:udp?endpoint=10.0.0.2:4000", 1);
    // The last term of all: 2^31 terms from the first.
    const publication = await a.addExclusivePublication(
      `${CHANNEL}|init-term-id=0|term-id=2147483647|term-offset=60032`,
      1,
    );
    world.until(() => publication.isConnected());
    const taker = new Taker(subscription);
    const results: number[] = [];
    for (let i = 0; i < 20; i++) {
      results.push(publication.offerBytes(new Uint8Array(1000)));
      world.run();
      taker.poll();
    }
    const taken = results.filter((result) => result > 0);
    expect(taken.length).toBe(5);
    expect(results.at(-1)).toBe(-5);
    expect(taker.messages.length).toBe(5);
  });
});
