import { describe, expect, it } from "vitest";
import { SystemCounter } from "../../../../src/protocol/counters/system-counter.js";
import { drain, message } from "../../../support/messages.js";
import type { Image, RawClient } from "../../../support/raw-client.js";
import { type RawPeer, ReceiveHarness } from "../../../support/receive-harness.js";
import {
  dataFrame,
  heartbeatFrame,
  padFrame,
  setupFrame,
  STREAM,
  together,
} from "../../../support/wire-frames.js";

const CHANNEL = "aeron:udp?endpoint=10.0.0.1:40123";
const SEND_SETUP = 0x80;
const END_OF_STREAM = 0x40;

interface Connected {
  harness: ReceiveHarness;
  client: RawClient;
  subscription: bigint;
  peer: RawPeer;
  image: Image;
}

/** A driver with one subscription and one image that began at position 0. */
function connected(channel: string = CHANNEL): Connected {
  const harness = new ReceiveHarness();
  const client = harness.client();
  const subscription = client.addSubscription(channel, STREAM.streamId);
  harness.run();
  const peer = harness.peer();
  peer.deliver(setupFrame(STREAM));
  client.receive();
  return { harness, client, subscription, peer, image: client.image(subscription) };
}

describe("a subscription", () => {
  it("opens its endpoint and shows its address in counters", () => {
    const harness = new ReceiveHarness();
    const client = harness.client();
    const subscription = client.addSubscription(CHANNEL, STREAM.streamId);
    harness.run();
    client.receive();
    const ready = client.last("ON_SUBSCRIPTION_READY", "correlationId", subscription);
    const statusId = Number(ready["channelStatusCounterId"]);
    expect(client.counters.value(statusId)).toBe(1);
    expect(client.labels()).toContain(`rcv-channel: ${CHANNEL} 10.0.0.1:40123`);
    expect(client.labels()).toContain(`rcv-local-sockaddr: ${statusId} 10.0.0.1:40123`);
  });

  it("gives endpoint, socket and counters back when it goes", () => {
    const { harness, client, subscription } = connected();
    client.removeSubscription(subscription);
    harness.run();
    expect(harness.host.socketCount).toBe(1);
    harness.pass(4000, 100);
    expect(harness.host.socketCount).toBe(0);
    expect(harness.receiver.imageCount).toBe(0);
    expect(harness.logPaths()).toEqual([]);
    expect(client.labels()).toEqual([expect.stringContaining("client-heartbeat")]);
  });

  it("shares the endpoint of the same channel", () => {
    const harness = new ReceiveHarness();
    const client = harness.client();
    client.addSubscription(CHANNEL, 1);
    client.addSubscription(CHANNEL, 2);
    harness.run();
    expect(harness.host.socketCount).toBe(1);
  });
});

describe("a SETUP", () => {
  it("makes an image and is answered with a status message at once", () => {
    const { client, subscription, peer, image } = connected();
    expect(client.last("ON_AVAILABLE_IMAGE")).toMatchObject({
      sessionId: STREAM.sessionId,
      streamId: STREAM.streamId,
      subscriptionRegistrationId: subscription,
      sourceIdentity: peer.address.toString(),
    });
    expect(peer.received()).toMatchObject([
      {
        type: "SM",
        frameLength: 36,
        flags: 0,
        sessionId: STREAM.sessionId,
        streamId: STREAM.streamId,
        consumptionTermId: STREAM.initialTermId,
        consumptionTermOffset: 0,
        receiverWindow: STREAM.termLength / 2,
      },
    ]);
    expect(image.log.metadata.activeTransportCount()).toBe(1);
    for (const name of ["rcv-hwm", "rcv-pos", "rcv-naks-sent"]) {
      const label = `${name}: ${image.correlationId} ${STREAM.sessionId} ${STREAM.streamId} ${CHANNEL}`;
      expect(client.labels()).toContain(label);
    }
  });

  it("begins the image where it says", () => {
    const harness = new ReceiveHarness();
    const client = harness.client();
    const subscription = client.addSubscription(CHANNEL, STREAM.streamId);
    harness.run();
    const position = 5 * STREAM.termLength + 4096;
    harness.peer().deliver(setupFrame(STREAM, position));
    client.receive();
    expect(client.image(subscription).position.get()).toBe(position);
  });

  it("is asked for when data of an unknown session comes, once a second", () => {
    const harness = new ReceiveHarness();
    const client = harness.client();
    client.addSubscription(CHANNEL, STREAM.streamId);
    harness.run();
    const peer = harness.peer();
    harness.pass(3100, 10, () => {
      peer.send(heartbeatFrame(STREAM, 0));
    });
    const requests = peer.received();
    expect(requests).toHaveLength(3 + 1);
    expect(requests[0]).toMatchObject({
      type: "SM",
      flags: SEND_SETUP,
      sessionId: STREAM.sessionId,
      streamId: STREAM.streamId,
      consumptionTermId: 0,
      consumptionTermOffset: 0,
      receiverWindow: 0,
    });
  });

  it("is not asked for by the end of a stream that nobody knew", () => {
    const harness = new ReceiveHarness();
    harness.client().addSubscription(CHANNEL, STREAM.streamId);
    harness.run();
    const peer = harness.peer();
    peer.deliver(heartbeatFrame(STREAM, 0, 0x20));
    expect(peer.received()).toEqual([]);
  });

  it("of a stream or session that nobody wants makes nothing", () => {
    const harness = new ReceiveHarness();
    const client = harness.client();
    client.addSubscription(`${CHANNEL}|session-id=99`, STREAM.streamId);
    harness.run();
    const peer = harness.peer();
    peer.deliver(setupFrame(STREAM), setupFrame({ ...STREAM, streamId: 5 }));
    peer.deliver(dataFrame(STREAM, 0, message(0, 10)));
    expect(harness.receiver.imageCount).toBe(0);
    expect(peer.received()).toEqual([]);
    peer.deliver(setupFrame({ ...STREAM, sessionId: 99 }));
    expect(harness.receiver.imageCount).toBe(1);
  });

  it("is refused where its datagrams do not fit the receiver's window, and may come again", () => {
    const harness = new ReceiveHarness();
    const client = harness.client();
    client.addSubscription(`${CHANNEL}|rcv-wnd=2k`, STREAM.streamId);
    harness.run();
    const peer = harness.peer();
    peer.deliver(setupFrame({ ...STREAM, mtu: 4096 }));
    expect(harness.receiver.imageCount).toBe(0);
    expect(harness.errors().map(({ text }) => text)).toEqual([
      expect.stringContaining("receiver window must hold a datagram"),
    ]);
    peer.deliver(setupFrame(STREAM));
    expect(harness.receiver.imageCount).toBe(1);
  });
});

describe("an image", () => {
  it("delivers what comes, several messages to a datagram", () => {
    const { peer, image, client, harness } = connected();
    const frames = [0, 1, 2, 3].map((i) => dataFrame(STREAM, i * 128, message(i, 90)));
    peer.deliver(together(frames[0] as Uint8Array, frames[1] as Uint8Array));
    peer.deliver(together(frames[2] as Uint8Array, frames[3] as Uint8Array));
    expect(drain(image.reader)).toEqual([0, 1, 2, 3].map((i) => message(i, 90)));
    harness.run();
    const hwm = client.counters.findByTypeIdAndRegistrationId(3, Number(image.correlationId));
    const rebuilt = client.counters.findByTypeIdAndRegistrationId(5, Number(image.correlationId));
    expect([client.counters.value(hwm), client.counters.value(rebuilt)]).toEqual([512, 512]);
  });

  it("takes a duplicate once and what came too early in its place", () => {
    const { peer, image } = connected();
    const frames = [0, 1, 2].map((i) => dataFrame(STREAM, i * 128, message(i, 90)));
    const [a, b, c] = frames as [Uint8Array, Uint8Array, Uint8Array];
    peer.deliver(c, c, a);
    expect(drain(image.reader)).toEqual([message(0, 90)]);
    peer.deliver(b, a, c);
    expect(drain(image.reader)).toEqual([message(1, 90), message(2, 90)]);
  });

  it("skips the padding at the end of a term", () => {
    const { peer, image, harness } = connected();
    const { termLength } = STREAM;
    const payload = message(0, 1376);
    let position = 0;
    let count = 0;
    for (; position + 1408 <= termLength; position += 1408) {
      peer.deliver(dataFrame(STREAM, position, payload));
      count += drain(image.reader).length;
      harness.run();
    }
    peer.deliver(padFrame(STREAM, position, termLength - position));
    peer.deliver(dataFrame(STREAM, termLength, message(1, 50)));
    expect(count).toBe(Math.floor(termLength / 1408));
    expect(drain(image.reader)).toEqual([message(1, 50)]);
    expect(image.reader.position()).toBe(termLength + 96);
  });

  it("refuses what lies beyond half a term from the last status message", () => {
    const { peer, image, harness } = connected();
    const limit = STREAM.termLength / 2;
    peer.deliver(dataFrame(STREAM, limit - 96, message(0, 96)));
    expect(harness.systemCounter(SystemCounter.FLOW_CONTROL_OVER_RUNS)).toBe(1);
    peer.deliver(heartbeatFrame(STREAM, limit + 32));
    expect(harness.systemCounter(SystemCounter.FLOW_CONTROL_OVER_RUNS)).toBe(2);
    peer.deliver(dataFrame(STREAM, limit - 96, message(0, 64)));
    expect(harness.systemCounter(SystemCounter.FLOW_CONTROL_OVER_RUNS)).toBe(2);
    expect(image.log.term(0).getInt32(limit - 96)).toBe(96);
  });

  it("refuses what is behind the last status message", () => {
    const { peer, image, harness } = connected();
    const size = 10 * 1408;
    for (let at = 0; at < size; at += 1408) {
      peer.deliver(dataFrame(STREAM, at, message(0, 1376)));
    }
    drain(image.reader);
    harness.run();
    peer.deliver(dataFrame(STREAM, 0, message(0, 1376)));
    expect(harness.systemCounter(SystemCounter.FLOW_CONTROL_UNDER_RUNS)).toBe(1);
  });
});

describe("status messages", () => {
  it("go out every 200 ms", () => {
    const { peer, harness } = connected();
    peer.received();
    harness.pass(1000, 10, () => {
      peer.send(heartbeatFrame(STREAM, 0));
    });
    const count = peer.received("SM").length;
    expect(count).toBeGreaterThanOrEqual(4);
    expect(count).toBeLessThanOrEqual(5);
  });

  it("go out when subscribers have read a quarter of the window", () => {
    const { peer, image, harness } = connected();
    peer.received();
    const quarter = STREAM.termLength / 8;
    let position = 0;
    for (; position <= quarter; position += 1024) {
      expect(peer.received("SM")).toEqual([]);
      peer.deliver(dataFrame(STREAM, position, message(0, 992)));
      drain(image.reader);
      harness.run();
    }
    expect(peer.received("SM")).toMatchObject([
      { flags: 0, consumptionTermOffset: position, receiverWindow: STREAM.termLength / 2 },
    ]);
  });

  it("carry the group tag where the channel has one", () => {
    const { peer } = connected(`${CHANNEL}|gtag=-77`);
    expect(peer.received("SM")).toMatchObject([{ frameLength: 44, groupTag: "-77" }]);
  });

  it("follow the slowest subscriber", () => {
    const { peer, image, harness, client } = connected();
    const second = client.addSubscription(CHANNEL, STREAM.streamId);
    harness.run();
    client.receive();
    expect(client.image(second).correlationId).toBe(image.correlationId);
    peer.received();
    for (let i = 0; i < 16; i++) {
      peer.deliver(dataFrame(STREAM, i * 1024, message(0, 992)));
      drain(image.reader);
      harness.run();
    }
    expect(peer.received("SM")).toEqual([]);
    drain(client.image(second).reader);
    harness.run();
    expect(peer.received("SM")).toMatchObject([{ consumptionTermOffset: 16 * 1024 }]);
  });
});

describe("loss", () => {
  it("is asked for at once and again after a hundred delays, until it is there", () => {
    const { peer, image, harness, client } = connected();
    const frames = [0, 1, 2, 3].map((i) => dataFrame(STREAM, i * 128, message(i, 90)));
    peer.received();
    peer.deliver(frames[0] as Uint8Array, frames[3] as Uint8Array);
    harness.clock.advanceUs(1);
    harness.run();
    const nak = { type: "NAK", termId: STREAM.initialTermId, termOffset: 128, length: 256 };
    expect(peer.received()).toMatchObject([nak]);
    harness.clock.advanceUs(99);
    harness.run();
    expect(peer.received()).toEqual([]);
    harness.clock.advanceUs(1);
    harness.run();
    expect(peer.received()).toMatchObject([nak]);
    peer.deliver(frames[1] as Uint8Array);
    harness.clock.advanceUs(1);
    harness.run();
    expect(peer.received()).toMatchObject([{ ...nak, termOffset: 256, length: 128 }]);
    peer.deliver(frames[2] as Uint8Array);
    harness.clock.advanceUs(1000);
    harness.run();
    expect(peer.received()).toEqual([]);
    expect(drain(image.reader)).toHaveLength(4);
    const sent = client.counters.findByTypeIdAndRegistrationId(20, Number(image.correlationId));
    expect(client.counters.value(sent)).toBe(3);
    expect(harness.systemCounter(SystemCounter.NAK_MESSAGES_SENT)).toBe(3);
    expect(harness.lossReport().entries).toMatchObject([
      {
        observationCount: 2n,
        totalBytesLost: 384n,
        sessionId: STREAM.sessionId,
        streamId: STREAM.streamId,
        channel: CHANNEL,
        source: peer.address.toString(),
      },
    ]);
  });

  it("at the tail shows by a heartbeat", () => {
    const { peer, harness } = connected();
    peer.received();
    peer.deliver(dataFrame(STREAM, 0, message(0, 90)), heartbeatFrame(STREAM, 512));
    harness.clock.advanceUs(1);
    harness.run();
    expect(peer.received()).toMatchObject([{ type: "NAK", termOffset: 128, length: 384 }]);
  });

  it("is skipped by an unreliable subscription", () => {
    const { peer, image, harness } = connected(`${CHANNEL}|reliable=false`);
    peer.received();
    peer.deliver(dataFrame(STREAM, 0, message(0, 90)), dataFrame(STREAM, 256, message(2, 90)));
    harness.run();
    expect(drain(image.reader)).toEqual([message(0, 90), message(2, 90)]);
    expect(peer.received("NAK")).toEqual([]);
    expect(harness.systemCounter(SystemCounter.LOSS_GAP_FILLS)).toBe(1);
  });
});

describe("the end of a stream", () => {
  it("is told to sender and subscribers, and frees everything", () => {
    const { peer, image, harness, client, subscription } = connected();
    peer.deliver(dataFrame(STREAM, 0, message(0, 90)));
    peer.received();
    peer.deliver(heartbeatFrame(STREAM, 128, 0x20));
    expect(peer.received("SM")).toMatchObject([{ flags: END_OF_STREAM }]);
    expect(image.log.metadata.endOfStreamPosition()).toBe(128);
    expect(drain(image.reader)).toHaveLength(1);
    harness.pass(2500, 20);
    expect(peer.received("SM").length).toBeGreaterThanOrEqual(5);
    client.receive();
    expect(client.last("ON_UNAVAILABLE_IMAGE")).toMatchObject({
      correlationId: image.correlationId,
      subscriptionRegistrationId: subscription,
    });
    expect(harness.receiver.imageCount).toBe(0);
    harness.pass(12_000, 100);
    expect(harness.logPaths()).toEqual([]);
  });

  it("waits for what is lost", () => {
    const { peer, harness } = connected();
    peer.received();
    peer.deliver(heartbeatFrame(STREAM, 128, 0x20));
    harness.pass(1000, 10);
    expect(peer.received().every(({ flags }) => flags === 0)).toBe(true);
    peer.deliver(dataFrame(STREAM, 0, message(0, 90)));
    expect(peer.received("SM")).toMatchObject([{ flags: END_OF_STREAM }]);
  });

  it("lets the same session come back at once", () => {
    const { peer, image, harness, client } = connected();
    peer.deliver(heartbeatFrame(STREAM, 0, 0x20));
    harness.pass(2500, 20);
    peer.deliver(setupFrame(STREAM));
    client.receive();
    expect(client.last("ON_AVAILABLE_IMAGE")["correlationId"]).not.toBe(image.correlationId);
  });

  it("comes at once when the publication is revoked, read or not", () => {
    const { peer, image, harness, client } = connected();
    peer.deliver(dataFrame(STREAM, 0, message(0, 90)));
    peer.received();
    peer.deliver(heartbeatFrame(STREAM, 4096, 0x30));
    expect(peer.received("SM")).toMatchObject([{ flags: END_OF_STREAM }]);
    expect(image.log.metadata.isPublicationRevoked()).toBe(true);
    harness.pass(1100, 100);
    expect(peer.received("NAK")).toEqual([]);
    client.receive();
    expect(client.last("ON_UNAVAILABLE_IMAGE")["correlationId"]).toBe(image.correlationId);
    expect(harness.systemCounter(SystemCounter.PUBLICATION_IMAGES_REVOKED)).toBe(1);
  });
});

describe("silence", () => {
  it("ends an image; the session may come back when its clients know", () => {
    const { peer, image, harness, client } = connected();
    harness.pass(9900, 100);
    client.receive();
    expect(client.events.some(({ event }) => event === "ON_UNAVAILABLE_IMAGE")).toBe(false);
    harness.pass(300, 100);
    peer.deliver(setupFrame(STREAM));
    expect(harness.receiver.imageCount).toBe(0);
    harness.pass(2500, 100);
    client.receive();
    expect(client.last("ON_UNAVAILABLE_IMAGE")["correlationId"]).toBe(image.correlationId);
    peer.deliver(setupFrame(STREAM));
    expect(harness.receiver.imageCount).toBe(1);
  });

  it("ends it for good where the subscription does not want it back", () => {
    const { peer, harness, client } = connected(`${CHANNEL}|rejoin=false`);
    harness.pass(13_000, 100);
    client.receive();
    expect(client.last("ON_UNAVAILABLE_IMAGE")).toBeDefined();
    peer.deliver(setupFrame(STREAM), dataFrame(STREAM, 0, message(0, 10)));
    expect(harness.receiver.imageCount).toBe(0);
  });
});
