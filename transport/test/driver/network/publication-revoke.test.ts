import { describe, expect, it } from "vitest";
import { SystemCounter } from "../../../src/protocol/counters/system-counter.js";
import { offer } from "../../support/messages.js";
import { NetworkWorld, offerAll, Taker } from "./support/network-world.js";
import { SenderHarness } from "./support/sender-harness.js";

const CHANNEL = "aeron:udp?endpoint=10.0.0.2:4000|session-id=7";

describe("revoked publication", () => {
  it("says so in every heartbeat, takes nothing more, and is gone after its linger", () => {
    const h = new SenderHarness();
    const peer = h.peer(4000);
    const publication = h.publish(`${CHANNEL}|linger=0`);
    peer.take();
    peer.status(h.statusOf(publication, 0, 32768));
    h.run();
    offer(h.client.exclusive(publication), 0, 100);
    h.run();
    peer.take();
    h.client.removePublication(publication.registrationId, true);
    h.run();
    expect(publication.log.metadata.isPublicationRevoked()).toBe(true);
    h.pass(1000);
    const frames = peer.take();
    expect(frames.length).toBeGreaterThan(5);
    expect(
      new Set(frames.map(({ type, flags }) => `${type} ${Number(flags).toString(16)}`)),
    ).toEqual(new Set(["HEARTBEAT f0"]));
    expect(publication.log.metadata.isConnected()).toBe(false);
    expect(publication.log.metadata.endOfStreamPosition()).toBe(160);
    h.pass(3000);
    expect(h.driver.logPaths()).toEqual([]);
    expect(h.driver.systemCounter(SystemCounter.PUBLICATIONS_REVOKED)).toBe(1);
  });

  it("ends the images of its subscribers at once, read or not", async () => {
    const world = new NetworkWorld();
    const a = world.node("10.0.0.1");
    const b = world.node("10.0.0.2");
    const subscription = await b.connect().addSubscription("aeron:udp?endpoint=10.0.0.2:4000", 1);
    const publication = await a.connect().addExclusivePublication(CHANNEL, 1);
    world.until(() => publication.isConnected());
    const position = offerAll(world, publication, 20, 1000);
    const [image] = subscription.images();
    await publication.revoke();
    world.until(() => subscription.hasNoImages(), 3000);
    expect(image?.isPublicationRevoked()).toBe(true);
    expect(image?.endOfStreamPosition()).toBe(position);
    expect(new Taker(subscription).poll()).toBe(0);
    expect(b.systemCounter(SystemCounter.PUBLICATION_IMAGES_REVOKED)).toBe(1);
    expect(a.systemCounter(SystemCounter.PUBLICATIONS_REVOKED)).toBe(1);
    world.until(() => !a.labels().some((label) => label.startsWith("snd-")), 12_000);
  });

  it("that is shared ends for all its holders", async () => {
    const world = new NetworkWorld();
    const client = world.node("10.0.0.1").connect();
    world.node("10.0.0.2");
    const other = await client.addPublication(CHANNEL, 1);
    const raw = world.nodes[0]?.harness.driver.client();
    const id = raw?.addPublication(CHANNEL, 1, false) ?? 0n;
    world.run();
    raw?.removePublication(id, true);
    world.pass(1100);
    expect(other.isConnected()).toBe(false);
    expect(other.offerBytes(new Uint8Array(10))).toBeLessThan(0);
    expect(other.isRevoked()).toBe(true);
  });
});
