import { describe, expect, it } from "vitest";
import type { Subscription } from "../../../src/client/subscription.js";
import type { Publication } from "../../../src/client/publication.js";
import { type NetworkNode, NetworkWorld, offerAll, Taker } from "./support/network-world.js";

const STREAM = 1;
const CONTROL = "10.0.0.1:5000";
const WINDOW = 32_768;

interface Group {
  readonly world: NetworkWorld;
  readonly sender: NetworkNode;
  readonly publication: Publication;
}

async function publish(flowControl: string): Promise<Group> {
  const world = new NetworkWorld();
  const sender = world.node("10.0.0.1");
  const channel = `aeron:udp?control=${CONTROL}|control-mode=dynamic|fc=${flowControl}|term-length=64k`;
  const publication = await sender.connect().addPublication(channel, STREAM);
  return { world, sender, publication };
}

async function receiver(
  world: NetworkWorld,
  ip: string,
  more: string = "",
): Promise<{ node: NetworkNode; subscription: Subscription; taker: Taker }> {
  const node = world.node(ip);
  const channel = `aeron:udp?endpoint=${ip}:0|control=${CONTROL}|control-mode=dynamic${more}`;
  const subscription = await node.connect().addSubscription(channel, STREAM);
  return { node, subscription, taker: new Taker(subscription) };
}

/** Offers until the publication takes no more, with the takers at work. Returns how many were taken. */
function fill({ world, publication }: Group, ...takers: Taker[]): number {
  let count = 0;
  for (let idle = 0; idle < 20;) {
    if (publication.offerBytes(new Uint8Array(1000)) > 0) {
      count++;
      idle = 0;
    } else {
      world.pass(10);
      idle++;
    }
    world.run();
    for (const taker of takers) taker.poll();
    if (count > 500) return count;
  }
  return count;
}

describe("max flow control", () => {
  it("goes on with the fastest: a slow receiver loses what it cannot take, but gets a stream in order", async () => {
    const group = await publish("max");
    const { world, publication } = group;
    const fast = await receiver(world, "10.0.0.2");
    const slow = await receiver(world, "10.0.0.3");
    world.until(() => fast.subscription.isConnected() && slow.subscription.isConnected());
    offerAll(world, publication, 300, 1000, () => fast.taker.poll());
    world.until(() => {
      fast.taker.poll();
      return fast.taker.messages.length === 300;
    });
    expect(fast.taker.inOrderCount(1000)).toBe(300);
    slow.taker.poll(1);
    expect(slow.taker.inOrderCount(1000)).toBe(1);
  });
});

describe("min flow control", () => {
  it("goes on with the slowest: nobody loses anything", async () => {
    const group = await publish("min");
    const { world, publication, sender } = group;
    const fast = await receiver(world, "10.0.0.2");
    const slow = await receiver(world, "10.0.0.3");
    world.until(() => fast.subscription.isConnected() && slow.subscription.isConnected());
    expect(sender.counter("fc-receivers")).toBe(2);
    let turn = 0;
    offerAll(world, publication, 300, 1000, () => {
      fast.taker.poll();
      if (turn++ % 3 === 0) slow.taker.poll(1);
      expect(sender.counter("snd-pos")).toBeLessThanOrEqual(
        (slow.subscription.images()[0]?.position() ?? 0) + WINDOW,
      );
    });
    world.until(() => {
      fast.taker.poll();
      slow.taker.poll();
      return slow.taker.messages.length === 300;
    });
    expect(fast.taker.inOrderCount(1000)).toBe(300);
    expect(slow.taker.inOrderCount(1000)).toBe(300);
  });

  it("goes on without a dead receiver once its timeout is over", async () => {
    const group = await publish("min,t:1s");
    const { world, sender } = group;
    const alive = await receiver(world, "10.0.0.2");
    const dead = await receiver(world, "10.0.0.3");
    world.until(() => alive.subscription.isConnected() && dead.subscription.isConnected());
    world.nodes.splice(world.nodes.indexOf(dead.node), 1);
    const before = fill(group, alive.taker);
    // As much as the dead one's window took, and the publisher's own window behind that.
    expect(before).toBeGreaterThanOrEqual(62);
    expect(before).toBeLessThan(65);
    world.pass(1200);
    expect(sender.counter("fc-receivers")).toBe(1);
    expect(fill(group, alive.taker)).toBe(501);
  });

  it("lets a late receiver in where the stream is, and waits for it from then on", async () => {
    const group = await publish("min");
    const { world, publication, sender } = group;
    const early = await receiver(world, "10.0.0.2");
    world.until(() => early.subscription.isConnected());
    offerAll(world, publication, 100, 1000, () => early.taker.poll());
    const late = await receiver(world, "10.0.0.3");
    world.until(() => late.subscription.isConnected());
    const joined = late.subscription.images()[0]?.position() ?? -1;
    expect(joined).toBe(sender.counter("snd-pos"));
    world.until(() => sender.counter("fc-receivers") === 2);
    const count = fill(group, early.taker);
    expect(count).toBeGreaterThanOrEqual(62);
    expect(count).toBeLessThan(65);
    // The window, less the padding at the end of a term, where a poll ends.
    expect(late.taker.poll(1000) + late.taker.poll(1000)).toBe(30);
  });

  it("is not connected before its group has the least size", async () => {
    const { world, publication, sender } = await publish("min,g:/2");
    const one = await receiver(world, "10.0.0.2");
    world.until(() => one.subscription.isConnected());
    world.pass(500);
    expect(publication.isConnected()).toBe(false);
    expect(sender.counter("fc-receivers")).toBe(1);
    const two = await receiver(world, "10.0.0.3");
    world.until(() => publication.isConnected());
    await two.subscription.close();
    world.until(() => !publication.isConnected(), 12_000);
    expect(sender.counter("fc-receivers")).toBe(1);
  });
});

describe("tagged flow control", () => {
  it("waits for receivers with the tag, and for no others", async () => {
    const group = await publish("tagged,g:77/1");
    const { world, publication, sender } = group;
    const other = await receiver(world, "10.0.0.2");
    world.until(() => other.subscription.isConnected());
    world.pass(300);
    expect(publication.isConnected()).toBe(false);
    const wanted = await receiver(world, "10.0.0.3", "|gtag=77");
    world.until(() => publication.isConnected());
    expect(sender.counter("fc-receivers")).toBe(1);
    offerAll(world, publication, 300, 1000, () => wanted.taker.poll());
    world.until(() => {
      wanted.taker.poll();
      return wanted.taker.messages.length === 300;
    });
    expect(wanted.taker.inOrderCount(1000)).toBe(300);
    expect(other.taker.messages).toEqual([]);
  });

  it("goes on without a dead one only as far as the group's least size allows", async () => {
    const group = await publish("tagged,g:77/1,t:1s");
    const { world, publication } = group;
    const wanted = await receiver(world, "10.0.0.3", "|gtag=77");
    world.until(() => publication.isConnected());
    world.nodes.splice(world.nodes.indexOf(wanted.node), 1);
    const count = fill(group);
    expect(count).toBeGreaterThan(0);
    world.until(() => !publication.isConnected());
    expect(publication.offerBytes(new Uint8Array(10))).toBeLessThan(0);
  });
});
