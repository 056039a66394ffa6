import { describe, expect, it } from "vitest";
import { SystemCounter } from "../../../src/protocol/counters/system-counter.js";
import { offer } from "../../support/messages.js";
import { errorFrame } from "./support/frames.js";
import { NetworkWorld, offerAll, Taker } from "./support/network-world.js";
import { SenderHarness } from "./support/sender-harness.js";

const DYNAMIC = "aeron:udp?control=10.0.0.1:5000|control-mode=dynamic|session-id=7";
const MANUAL = "aeron:udp?control-mode=manual|session-id=7";
const STREAM = 1001;

describe("multi-destination publication with dynamic destinations", () => {
  it("learns destinations by their status messages, tells them to all it knows, and forgets silent ones", () => {
    const h = new SenderHarness();
    const control = h.peer(9999).address.clone();
    control.set(Uint8Array.of(10, 0, 0, 1), 5000);
    const one = h.peer(4001);
    const two = h.peer(4002, "10.0.0.3");
    const publication = h.publish(DYNAMIC);
    h.pass(300);
    expect([...one.take(), ...two.take()]).toEqual([]);
    expect(h.counter("mdc-num-dest")).toBe(0);

    one.status({ sessionId: 0, streamId: 0, flags: 0x80, receiverId: 1n }, control);
    h.pass(100);
    expect(one.take()).toMatchObject([{ type: "SETUP", flags: 0x40, sessionId: 7 }]);
    one.status(h.statusOf(publication, 0, 32768, { receiverId: 1n }), control);
    two.status({ sessionId: 0, streamId: 0, flags: 0x80, receiverId: 2n }, control);
    h.pass(100);
    expect(h.counter("mdc-num-dest")).toBe(2);
    expect(two.take().map(({ type }) => type)).toEqual(["HEARTBEAT"]);
    two.status({ sessionId: 7, streamId: STREAM, flags: 0x80, receiverId: 2n });
    h.pass(100);
    expect(two.take().map(({ type }) => type)).toContain("SETUP");
    one.take();
    offer(h.client.exclusive(publication), 0, 100);
    h.run();
    expect(one.take().map(({ type }) => type)).toEqual(["DATA"]);
    expect(two.take().map(({ type }) => type)).toEqual(["DATA"]);

    for (let i = 0; i < 6; i++) {
      h.pass(1000);
      one.status(h.statusOf(publication, 0, 32768, { receiverId: 1n }), control);
    }
    expect(h.counter("mdc-num-dest")).toBe(1);
    two.take();
    h.pass(500);
    expect(two.take()).toEqual([]);
  });

  it("knows a receiver by its id and port: another address with both is the same one", () => {
    const h = new SenderHarness();
    h.publish(DYNAMIC);
    const control = h.peer(9999).address.clone();
    control.set(Uint8Array.of(10, 0, 0, 1), 5000);
    const setup = { sessionId: 0, streamId: 0, flags: 0x80 };
    h.peer(4001).status({ ...setup, receiverId: 1n }, control);
    h.peer(4001, "10.0.0.3").status({ ...setup, receiverId: 1n }, control);
    h.peer(4002).status({ ...setup, receiverId: 1n }, control);
    h.peer(4003).status({ ...setup, receiverId: 2n }, control);
    h.run();
    expect(h.counter("mdc-num-dest")).toBe(3);
  });

  it("feeds receivers that come and go", async () => {
    const world = new NetworkWorld();
    const sender = world.node("10.0.0.1");
    const publication = await sender
      .connect()
      .addPublication(`${DYNAMIC}|fc=min|term-length=64k`, STREAM);
    const subscribe = async (ip: string): Promise<Taker> => {
      const channel = `aeron:udp?endpoint=${ip}:0|control=10.0.0.1:5000|control-mode=dynamic`;
      const client = world.node(ip).connect();
      return new Taker(await client.addSubscription(channel, STREAM));
    };
    const one = await subscribe("10.0.0.2");
    world.until(() => publication.isConnected());
    const two = await subscribe("10.0.0.3");
    world.until(() => sender.counter("fc-receivers") === 2);
    offerAll(world, publication, 200, 1000, () => {
      one.poll();
      two.poll();
    });
    world.until(() => one.poll() + two.poll() === 0);
    expect([one.inOrderCount(1000), two.inOrderCount(1000)]).toEqual([200, 200]);
    expect(sender.counter("mdc-num-dest")).toBe(2);
  });
});

describe("multi-destination publication with manual destinations", () => {
  it("sends to what clients add, until they remove it by channel or by id", () => {
    const h = new SenderHarness();
    const peers = [h.peer(4001), h.peer(4002), h.peer(4003)] as const;
    const publication = h.publish(MANUAL);
    const add = (port: number): bigint =>
      h.client.addDestination(publication.registrationId, `aeron:udp?endpoint=10.0.0.2:${port}`);
    const [, second] = [add(4001), add(4002), add(4003)];
    h.pass(200);
    expect(h.counter("mdc-num-dest")).toBe(3);
    for (const peer of peers) {
      expect(peer.take()).toContainEqual(expect.objectContaining({ type: "SETUP", flags: 0x40 }));
    }
    h.client.addDestination(
      publication.registrationId,
      "aeron:udp?endpoint=10.0.0.2:4001|alias=x",
      0x08,
    );
    h.client.removeDestinationById(publication.registrationId, second);
    h.pass(300);
    expect(h.counter("mdc-num-dest")).toBe(1);
    expect(peers[2].take().length).toBeGreaterThan(0);
    peers[0].take();
    peers[1].take();
    h.pass(200);
    expect(peers.map((peer) => peer.take().length > 0)).toEqual([false, false, true]);
    expect(h.client.events.filter(({ event }) => event === "ON_ERROR")).toEqual([]);
  });

  it("tells which destination a refusal came from", () => {
    const h = new SenderHarness();
    const peer = h.peer(4001);
    const publication = h.publish(MANUAL);
    const id = h.client.addDestination(
      publication.registrationId,
      "aeron:udp?endpoint=10.0.0.2:4001",
    );
    h.pass(100);
    peer.take();
    peer.status(h.statusOf(publication, 0, 32768, { receiverId: 5n }));
    h.run();
    peer.send(errorFrame(7, STREAM, 5n, "no"));
    h.run();
    expect(h.client.last("ON_PUBLICATION_ERROR")).toMatchObject({
      destinationRegistrationId: id,
      receiverId: 5n,
    });
  });

  it("refuses destinations that cannot be, and publications that take none", () => {
    const h = new SenderHarness();
    const manual = h.publish(MANUAL);
    const unicast = h.publish("aeron:udp?endpoint=10.0.0.2:4000", 5);
    const refuse = (registrationId: bigint, channel: string): string => {
      const id = h.client.addDestination(registrationId, channel);
      h.run();
      return String(h.client.last("ON_ERROR", "correlationId", id)["code"]);
    };
    const good = "aeron:udp?endpoint=10.0.0.2:4001";
    expect(refuse(unicast.registrationId, good)).toBe("INVALID_CHANNEL");
    expect(refuse(999n, good)).toBe("UNKNOWN_PUBLICATION");
    for (const bad of [
      "aeron:ipc",
      `aeron-spy:${good}`,
      `${good}|mtu=4096`,
      `${good}|rcv-wnd=4096`,
      `${good}|so-sndbuf=4096`,
      `${good}|so-rcvbuf=4096`,
      `${good}|response-correlation-id=3`,
      "aeron:udp?endpoint=10.0.0.2:0",
      "aeron:udp?control=10.0.0.2:4001",
    ]) {
      expect([bad, refuse(manual.registrationId, bad)]).toEqual([bad, "INVALID_CHANNEL"]);
    }
    expect(refuse(manual.registrationId, "aeron:udp?endpoint=nobody:4001")).toBe("UNKNOWN_HOST");
  });

  it("counts a datagram that any destination did not take as a short send, and sends it again", () => {
    const h = new SenderHarness();
    const peer = h.peer(4001);
    const publication = h.publish(MANUAL);
    h.client.addDestination(publication.registrationId, "aeron:udp?endpoint=10.0.0.2:4001");
    h.pass(100);
    peer.take();
    peer.status(h.statusOf(publication, 0, 32768));
    h.run();
    h.network.faults = { ...h.network.faults, refuse: 1 };
    offer(h.client.exclusive(publication), 0, 100);
    h.driver.driver.doWork();
    expect(h.counter("snd-pos")).toBe(0);
    expect(h.driver.systemCounter(SystemCounter.SHORT_SENDS)).toBeGreaterThan(0);
    h.network.faults = { ...h.network.faults, refuse: 0 };
    h.run();
    expect(h.counter("snd-pos")).toBe(160);
    expect(peer.take().findLast(({ type }) => type === "DATA")).toMatchObject({ termOffset: 0 });
  });
});
