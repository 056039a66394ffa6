import { assert, integer, property, uint8Array } from "fast-check";
import { describe, expect, it } from "vitest";
import { SystemCounter } from "../../../src/protocol/counters/system-counter.js";
import { ReceiveHarness } from "../../support/receive-harness.js";
import { dataFrame, setupFrame, STREAM } from "../../support/wire-frames.js";
import { Attacker, udpAddress } from "./support/attacker.js";
import { type NetworkNode, NetworkWorld, offerAll, Taker } from "./support/network-world.js";

const SESSION_LIMIT = 8;
const STREAM_ID = 1;
/** Receivers that one publication keeps account of at most, see `RECEIVER_COUNT_MAX`. */
const RECEIVERS_MAX = 1024;

interface Siege {
  readonly world: NetworkWorld;
  readonly sending: NetworkNode;
  readonly receiving: NetworkNode;
  readonly attacker: Attacker;
  readonly taker: Taker;
  /** Publishes while the attacker sends so many datagrams to each side after every message. */
  readonly carry: (messageCount: number, attacksPerMessage: number) => void;
}

/** A stream between two drivers that a third host can reach both ends of. */
async function siege(seed: number): Promise<Siege> {
  const world = new NetworkWorld(seed);
  const sending = world.node("10.0.0.1");
  const receiving = world.node("10.0.0.2", { streamSessionLimit: SESSION_LIMIT });
  const control = "control=10.0.0.1:3999|control-mode=dynamic";
  const subscription = await receiving
    .connect()
    .addSubscription(`aeron:udp?endpoint=10.0.0.2:4000|${control}`, STREAM_ID);
  const publication = await sending
    .connect()
    .addPublication(`aeron:udp?${control}|fc=max`, STREAM_ID);
  world.until(() => publication.isConnected());
  const attacker = new Attacker(world.network.host("10.0.0.66"), "10.0.0.66", 666, seed);
  world.network.filter = (bytes, from) => {
    if (from.port !== 666) attacker.record(bytes);
    return true;
  };
  const taker = new Taker(subscription);
  const toSender = udpAddress(10, 0, 0, 1, 3999);
  const toReceiver = udpAddress(10, 0, 0, 2, 4000);
  let carried = 0;
  const carry = (messageCount: number, attacksPerMessage: number): void => {
    offerAll(world, publication, messageCount, 100, () => {
      attacker.attack(toReceiver, attacksPerMessage, STREAM_ID, publication.sessionId);
      attacker.attack(toSender, attacksPerMessage, STREAM_ID, publication.sessionId);
      world.run();
      taker.poll();
    });
    carried += messageCount;
    for (let i = 0; i < 300 && ownMessages(taker) < carried; i++) {
      world.pass(10);
      taker.poll();
    }
  };
  return { world, sending, receiving, attacker, taker, carry };
}

/** The attacker's sessions deliver nothing that looks like ours but for chance: all of ours have 100 bytes. */
function ownMessages(taker: Taker): number {
  return taker.messages.filter(({ length }) => length === 100).length;
}

describe("hostile frames", () => {
  it.each([1, 2, 3])(
    "at both ends of a stream leave it as it is, are counted, and cost what is bounded (seed %d)",
    async (seed) => {
      const { receiving, sending, world, attacker, taker, carry } = await siege(seed);
      const before = receiving.labels().length;
      const sendersBefore = sending.labels().length;
      carry(400, 10);
      expect(attacker.sentCount).toBeGreaterThanOrEqual(8000);
      const own = taker.messages.filter(({ length }) => length === 100);
      taker.messages.splice(0, taker.messages.length, ...own);
      expect(taker.inOrderCount()).toBe(400);
      for (const node of [sending, receiving]) {
        expect(node.systemCounter(SystemCounter.INVALID_PACKETS)).toBeGreaterThan(1000);
      }
      const images = world.files.paths().filter((path) => path.includes("/images/"));
      expect(images.length).toBeGreaterThan(1);
      expect(images.length).toBeLessThanOrEqual(SESSION_LIMIT);
      expect(sending.counter("mdc-num-dest")).toBeLessThanOrEqual(RECEIVERS_MAX);
      // When it is over, everything that was made for nobody goes.
      world.pass(30_000, 100);
      expect(receiving.labels().length).toBe(before);
      expect(sending.labels().length).toBe(sendersBefore);
      expect(sending.counter("mdc-num-dest")).toBe(1);
      taker.messages.length = 0;
      carry(50, 0);
      expect(taker.messages.length).toBe(50);
    },
  );

  it("that are noise make nothing but a count", () => {
    const harness = new ReceiveHarness();
    const client = harness.client();
    client.addSubscription("aeron:udp?endpoint=10.0.0.1:40123", STREAM.streamId);
    harness.run();
    const peer = harness.peer();
    let byteCount = 0;
    assert(
      property(uint8Array({ maxLength: 1500 }), (bytes) => {
        peer.deliver(bytes);
        byteCount += bytes.length;
        expect(harness.systemCounter(SystemCounter.BYTES_RECEIVED)).toBe(byteCount);
        expect(harness.receiver.imageCount).toBe(0);
      }),
      { numRuns: 500 },
    );
    expect(harness.systemCounter(SystemCounter.INVALID_PACKETS)).toBeGreaterThan(300);
    expect(harness.errors()).toEqual([]);
  });

  it("that differ from data in one word never change what is in the log already", () => {
    const harness = new ReceiveHarness();
    const client = harness.client();
    const subscription = client.addSubscription(
      "aeron:udp?endpoint=10.0.0.1:40123",
      STREAM.streamId,
    );
    harness.run();
    const peer = harness.peer();
    peer.deliver(setupFrame(STREAM));
    client.receive();
    const frame = dataFrame(STREAM, 0, new Uint8Array(100).fill(7));
    peer.deliver(frame);
    const { log } = client.image(subscription);
    const before = log.term(0).u8.slice(0, 160);
    assert(
      property(integer({ min: 0, max: 7 }), integer(), (word, value) => {
        const changed = frame.slice();
        new DataView(changed.buffer).setInt32(word * 4, value, true);
        peer.deliver(changed);
        expect(log.term(0).u8.slice(0, 160)).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });

  it("of a thousand sessions a second are asked about a thousand times at most", () => {
    const harness = new ReceiveHarness();
    harness.client().addSubscription("aeron:udp?endpoint=10.0.0.1:40123", STREAM.streamId);
    harness.run();
    const peer = harness.peer();
    for (let sessionId = 1; sessionId <= 5000; sessionId++) {
      peer.deliver(dataFrame({ ...STREAM, sessionId }, 0, new Uint8Array(8)));
    }
    expect(peer.received("SM")).toHaveLength(1024);
    harness.pass(1100, 100);
    peer.deliver(dataFrame({ ...STREAM, sessionId: 9999 }, 0, new Uint8Array(8)));
    expect(peer.received("SM")).toHaveLength(1);
  });

  it("that ask for more images than there are counters are refused, and those that are there go on", () => {
    const harness = new ReceiveHarness();
    const client = harness.client();
    const subscription = client.addSubscription(
      "aeron:udp?endpoint=10.0.0.1:40123",
      STREAM.streamId,
    );
    harness.run();
    const peer = harness.peer();
    peer.deliver(setupFrame(STREAM));
    client.receive();
    const image = client.image(subscription);
    const capacity = harness.config.countersValuesBufferLength / 128;
    for (let i = 0; i < capacity / 4 + 100; i++) {
      peer.deliver(setupFrame({ ...STREAM, sessionId: 10_000 + i }));
    }
    expect(harness.receiver.imageCount).toBeLessThanOrEqual(capacity / 4);
    expect(harness.receiver.imageCount).toBeGreaterThan(capacity / 5);
    expect(harness.errors().length).toBeGreaterThan(0);
    peer.deliver(dataFrame(STREAM, 0, new Uint8Array(8)));
    expect(image.log.term(0).getInt32(0)).toBe(40);
  });
});
