import { describe, expect, it } from "vitest";
import { SystemCounter } from "../../../../src/protocol/counters/system-counter.js";
import { Command } from "../../../../src/protocol/control-protocol-events.js";
import { drain, message, offer } from "../../../support/messages.js";
import type { RawClient } from "../../../support/raw-client.js";
import { PEER_IP, ReceiveHarness } from "../../../support/receive-harness.js";
import {
  dataFrame,
  heartbeatFrame,
  rttReplyFrame,
  setupFrame,
  STREAM,
} from "../../../support/wire-frames.js";

const CHANNEL = "aeron:udp?endpoint=10.0.0.1:40123";
const MDS = "aeron:udp?control-mode=manual";
const SEND_SETUP = 0x80;

function addDestination(client: RawClient, subscription: bigint, channel: string): bigint {
  return client.addDestination(subscription, channel, Command.ADD_RCV_DESTINATION);
}

function removeDestination(client: RawClient, subscription: bigint, channel: string): bigint {
  return client.addDestination(subscription, channel, Command.REMOVE_RCV_DESTINATION);
}

describe("a multi-destination subscription", () => {
  function twoDestinations() {
    const harness = new ReceiveHarness();
    const client = harness.client();
    const subscription = client.addSubscription(MDS, STREAM.streamId);
    harness.run();
    addDestination(client, subscription, "aeron:udp?endpoint=10.0.0.1:40123");
    harness.run();
    addDestination(client, subscription, "aeron:udp?endpoint=10.0.0.1:40124");
    harness.run();
    client.receive();
    return {
      harness,
      client,
      subscription,
      a: harness.peer(0, "10.0.0.1:40123"),
      b: harness.peer(0, "10.0.0.1:40124"),
    };
  }

  it("shows each destination's address, none of its own", () => {
    const { client, subscription } = twoDestinations();
    const ready = client.last("ON_SUBSCRIPTION_READY", "correlationId", subscription);
    const statusId = Number(ready["channelStatusCounterId"]);
    expect(client.labels()).toContain(`rcv-channel: ${MDS}`);
    expect(client.labels()).toContain(`rcv-local-sockaddr: ${statusId} 10.0.0.1:40123`);
    expect(client.labels()).toContain(`rcv-local-sockaddr: ${statusId} 10.0.0.1:40124`);
  });

  it("makes one image of what comes both ways, and tells both senders", () => {
    const { harness, client, subscription, a, b } = twoDestinations();
    a.deliver(setupFrame(STREAM));
    b.deliver(setupFrame(STREAM));
    client.receive();
    expect(harness.receiver.imageCount).toBe(1);
    const image = client.image(subscription);
    a.deliver(dataFrame(STREAM, 0, message(0, 90)), dataFrame(STREAM, 256, message(2, 90)));
    b.deliver(dataFrame(STREAM, 128, message(1, 90)), dataFrame(STREAM, 0, message(0, 90)));
    expect(drain(image.reader)).toEqual([0, 1, 2].map((i) => message(i, 90)));
    a.received();
    b.received();
    harness.pass(250, 10);
    expect(a.received("SM")).toHaveLength(1);
    expect(b.received("SM")).toHaveLength(1);
    expect(image.log.metadata.activeTransportCount()).toBe(2);
  });

  it("ends when all its senders have ended", () => {
    const { harness, client, subscription, a, b } = twoDestinations();
    a.deliver(setupFrame(STREAM));
    b.deliver(setupFrame(STREAM));
    client.receive();
    const { metadata } = client.image(subscription).log;
    a.deliver(heartbeatFrame(STREAM, 0, 0x20));
    expect(metadata.endOfStreamPosition()).toBe(2 ** 63);
    b.deliver(heartbeatFrame(STREAM, 0, 0x20));
    harness.run();
    expect(metadata.endOfStreamPosition()).toBe(0);
  });

  it("forgets a destination that is taken away", () => {
    const { harness, client, subscription, a, b } = twoDestinations();
    a.deliver(setupFrame(STREAM));
    b.deliver(setupFrame(STREAM));
    client.receive();
    const removal = removeDestination(client, subscription, "aeron:udp?endpoint=10.0.0.1:40124");
    harness.run();
    client.receive();
    expect(client.last("ON_OPERATION_SUCCESS")["correlationId"]).toBe(removal);
    expect(harness.host.socketCount).toBe(1);
    expect(client.image(subscription).log.metadata.activeTransportCount()).toBe(1);
    expect(client.labels().some((label) => label.includes("10.0.0.1:40124"))).toBe(false);
    a.received();
    b.received();
    b.deliver(dataFrame(STREAM, 0, message(0, 90)));
    harness.pass(250, 10);
    expect(a.received("SM")).toHaveLength(1);
    expect(b.received()).toEqual([]);
  });

  it("stops telling a sender that has been silent for five seconds", () => {
    const { harness, a, b } = twoDestinations();
    a.deliver(setupFrame(STREAM));
    b.deliver(setupFrame(STREAM));
    harness.pass(5000, 50, () => {
      a.send(heartbeatFrame(STREAM, 0));
    });
    a.received();
    b.received();
    harness.pass(1000, 50, () => {
      a.send(heartbeatFrame(STREAM, 0));
    });
    expect(a.received("SM").length).toBeGreaterThanOrEqual(4);
    expect(b.received()).toEqual([]);
  });

  it("takes its destinations' sockets with it", () => {
    const { harness, client, subscription } = twoDestinations();
    client.removeSubscription(subscription);
    harness.run();
    harness.pass(2000, 100);
    expect(harness.host.socketCount).toBe(0);
    expect(client.labels()).toEqual([expect.stringContaining("client-heartbeat")]);
  });

  it("reads IPC publications where one of its destinations is IPC", () => {
    const harness = new ReceiveHarness();
    const client = harness.client();
    const subscription = client.addSubscription(MDS, 10);
    const publication = client.addPublication("aeron:ipc", 10);
    harness.run();
    addDestination(client, subscription, "aeron:ipc");
    harness.run();
    client.receive();
    const image = client.image(subscription);
    offer(client.shared(client.publication(publication)), 3, 50);
    expect(drain(image.reader)).toEqual([message(3, 50)]);
    const removal = removeDestination(client, subscription, "aeron:ipc");
    harness.run();
    const events = client.receive().map(({ event }) => event);
    expect(events).toEqual(["ON_OPERATION_SUCCESS", "ON_UNAVAILABLE_IMAGE"]);
    expect(client.last("ON_OPERATION_SUCCESS")["correlationId"]).toBe(removal);
    expect(client.labels().some((label) => label.startsWith("sub-pos"))).toBe(false);
  });

  it("refuses destinations of another kind of subscription", () => {
    const harness = new ReceiveHarness();
    const client = harness.client();
    const subscription = client.addSubscription(CHANNEL, 10);
    harness.run();
    const wrong = addDestination(client, subscription, "aeron:udp?endpoint=10.0.0.1:40999");
    harness.run();
    const unknown = addDestination(client, 999n, "aeron:udp?endpoint=10.0.0.1:40999");
    harness.run();
    client.receive();
    const code = (id: bigint): unknown => client.last("ON_ERROR", "correlationId", id)["code"];
    expect(code(wrong)).toBe("INVALID_CHANNEL");
    expect(code(unknown)).toBe("UNKNOWN_SUBSCRIPTION");
  });
});

describe("a control address", () => {
  const control = `${PEER_IP}:40999`;

  it("is told of the receiver at once and every second", () => {
    const harness = new ReceiveHarness();
    const client = harness.client();
    const peer = harness.peer(40999);
    client.addSubscription(`${CHANNEL}|control=${control}|control-mode=dynamic`, 5);
    harness.run();
    expect(peer.received()).toMatchObject([
      { type: "SM", flags: SEND_SETUP, sessionId: 0, streamId: 0, receiverWindow: 0 },
    ]);
    harness.pass(3100, 10);
    expect(peer.received("SM")).toHaveLength(3);
  });

  it("is asked for the SETUP of a session that is wanted by its id", () => {
    const harness = new ReceiveHarness();
    const client = harness.client();
    const peer = harness.peer(40999);
    client.addSubscription(`${CHANNEL}|control=${control}|control-mode=dynamic|session-id=8`, 5);
    harness.run();
    expect(peer.received()).toMatchObject([
      { sessionId: 0, streamId: 0 },
      { flags: SEND_SETUP, sessionId: 8, streamId: 5 },
    ]);
  });

  it("is looked up again when nothing was heard of it", () => {
    const harness = new ReceiveHarness();
    const client = harness.client();
    harness.resolver.set("sender.example", Uint8Array.of(10, 0, 0, 9));
    client.addSubscription(`${CHANNEL}|control=sender.example:40999|control-mode=dynamic`, 5);
    harness.run();
    const peer = harness.peer(40999);
    harness.resolver.set("sender.example", Uint8Array.of(10, 0, 0, 2));
    harness.pass(4000, 100);
    expect(peer.received()).toEqual([]);
    harness.pass(4000, 100);
    expect(peer.received("SM").length).toBeGreaterThanOrEqual(1);
    expect(harness.systemCounter(SystemCounter.RESOLUTION_CHANGES)).toBe(1);
  });
});

describe("a rejected image", () => {
  it("takes nothing in, tells its sender why, and ends by time", () => {
    const harness = new ReceiveHarness();
    const client = harness.client();
    const subscription = client.addSubscription(CHANNEL, STREAM.streamId);
    harness.run();
    const peer = harness.peer();
    peer.deliver(setupFrame(STREAM));
    client.receive();
    const image = client.image(subscription);
    peer.received();
    const rejection = client.rejectImage(image.correlationId, "not like this");
    harness.run();
    client.receive();
    expect(client.last("ON_OPERATION_SUCCESS")["correlationId"]).toBe(rejection);
    expect(harness.systemCounter(SystemCounter.IMAGES_REJECTED)).toBe(1);
    peer.deliver(dataFrame(STREAM, 0, message(0, 90)));
    expect(drain(image.reader)).toEqual([]);
    harness.pass(1050, 10, () => {
      peer.send(heartbeatFrame(STREAM, 0));
    });
    const frames = peer.received();
    expect(frames).toHaveLength(5);
    expect(frames[0]).toMatchObject({
      type: "ERR",
      sessionId: STREAM.sessionId,
      streamId: STREAM.streamId,
      groupTag: "0",
      flags: 0,
      errorCode: 13,
      error: "not like this",
    });
    expect(harness.systemCounter(SystemCounter.ERROR_FRAMES_SENT)).toBe(5);
    harness.pass(12_000, 100, () => {
      peer.send(heartbeatFrame(STREAM, 0));
    });
    client.receive();
    expect(client.last("ON_UNAVAILABLE_IMAGE")["correlationId"]).toBe(image.correlationId);
    // The session is not refused for good: its sender is asked for a SETUP again.
    expect(peer.received("SM").some(({ flags }) => flags === SEND_SETUP)).toBe(true);
  });

  it("must be known", () => {
    const harness = new ReceiveHarness();
    const client = harness.client();
    const rejection = client.rejectImage(77n, "who?");
    harness.run();
    client.receive();
    expect(client.last("ON_ERROR", "correlationId", rejection)["code"]).toBe("GENERIC_ERROR");
  });
});

describe("the session limit of a stream", () => {
  it("lets no more images be made, and one again when one has ended", () => {
    const harness = new ReceiveHarness({ streamSessionLimit: 2 });
    const client = harness.client();
    client.addSubscription(CHANNEL, STREAM.streamId);
    client.addSubscription(CHANNEL, STREAM.streamId + 1);
    harness.run();
    const peer = harness.peer();
    for (let sessionId = 1; sessionId <= 4; sessionId++) {
      peer.deliver(setupFrame({ ...STREAM, sessionId }));
    }
    expect(harness.receiver.imageCount).toBe(2);
    const errors = harness.errors();
    expect(errors).toHaveLength(1);
    expect(errors[0]?.text).toContain("sessions of a stream must not exceed its limit");
    peer.deliver(setupFrame({ ...STREAM, streamId: STREAM.streamId + 1 }));
    expect(harness.receiver.imageCount).toBe(3);
    peer.deliver(heartbeatFrame({ ...STREAM, sessionId: 1 }, 0, 0x20));
    harness.pass(2500, 50, () => {
      peer.send(heartbeatFrame({ ...STREAM, sessionId: 2 }, 0));
    });
    peer.deliver(setupFrame({ ...STREAM, sessionId: 3 }));
    client.receive();
    expect(client.last("ON_AVAILABLE_IMAGE")["sessionId"]).toBe(3);
  });
});

describe("an untethered subscription", () => {
  it("does not hold its siblings back for ever: its image goes, and comes back at the live position", () => {
    const harness = new ReceiveHarness();
    const client = harness.client();
    const slow = client.addSubscription(`${CHANNEL}|tether=false`, STREAM.streamId);
    const fast = client.addSubscription(`${CHANNEL}|tether=true`, STREAM.streamId);
    harness.run();
    const peer = harness.peer();
    peer.deliver(setupFrame(STREAM));
    client.receive();
    const image = client.image(fast);
    const slowImage = client.image(slow);
    expect(slowImage.correlationId).toBe(image.correlationId);
    let position = 0;
    const publish = (until: number): void => {
      for (; position < until; position += 1024) {
        peer.deliver(dataFrame(STREAM, position, message(0, 992)));
        drain(image.reader);
        harness.run();
      }
    };
    publish(28 * 1024);
    const beat = (): void => peer.send(heartbeatFrame(STREAM, position));
    harness.pass(7000, 50, beat);
    client.receive();
    expect(client.last("ON_UNAVAILABLE_IMAGE")["subscriptionRegistrationId"]).toBe(slow);
    peer.received();
    harness.pass(7000, 50, beat);
    // Its position no longer counts: the window has moved to where the other one is.
    expect(peer.received("SM").at(-1)).toMatchObject({ consumptionTermOffset: position });
    publish(40 * 1024);
    harness.pass(12_000, 50, beat);
    client.receive();
    const back = client.last("ON_AVAILABLE_IMAGE");
    expect(back).toMatchObject({
      subscriptionRegistrationId: slow,
      correlationId: image.correlationId,
      positionCounterId: slowImage.position.id,
    });
    expect(slowImage.position.get()).toBe(position);
  });
});

describe("round trips", () => {
  it("are measured where CUBIC is told to, and shown", () => {
    const harness = new ReceiveHarness({ cubicMeasureRtt: true });
    const client = harness.client();
    client.addSubscription(`${CHANNEL}|cc=cubic`, STREAM.streamId);
    harness.run();
    const peer = harness.peer();
    peer.deliver(setupFrame(STREAM));
    const [request] = peer.received("RTTM");
    expect(request).toMatchObject({
      flags: 0x80,
      receptionDelta: "0",
      sessionId: STREAM.sessionId,
    });
    harness.clock.advanceUs(300);
    if (request === undefined) throw new Error("no request");
    peer.deliver(rttReplyFrame(request));
    harness.clock.advanceUs(301);
    harness.run();
    const label = client.labels().find((each) => each.startsWith("rcv-cc-cubic-rtt"));
    expect(label).toContain(`${STREAM.sessionId} ${STREAM.streamId} ${CHANNEL}|cc=cubic`);
    expect(peer.received("RTTM").length).toBe(1);
  });

  it("are answered for senders that ask", () => {
    const harness = new ReceiveHarness();
    const client = harness.client();
    client.addSubscription(CHANNEL, STREAM.streamId);
    harness.run();
    const peer = harness.peer();
    peer.deliver(setupFrame(STREAM));
    const [sm] = peer.received("SM");
    const ask = (receiverId: string): void => {
      const frame = rttReplyFrame({
        type: "RTTM",
        frameLength: 40,
        flags: 0,
        sessionId: STREAM.sessionId,
        streamId: STREAM.streamId,
        echoTimestampNs: "-81985529216486896",
        receiverId,
      });
      frame[5] = 0x80;
      peer.deliver(frame);
    };
    ask("12345");
    expect(peer.received()).toEqual([]);
    ask("0");
    ask(String(sm?.["receiverId"]));
    const reply = { type: "RTTM", flags: 0, echoTimestampNs: "-81985529216486896" };
    expect(peer.received()).toMatchObject([reply, reply]);
  });
});

describe("receive timestamps", () => {
  it("lie in the payload or in the reserved value of messages", () => {
    for (const where of ["8", "reserved"]) {
      const harness = new ReceiveHarness();
      const client = harness.client();
      const subscription = client.addSubscription(
        `${CHANNEL}|channel-rcv-ts-offset=${where}`,
        STREAM.streamId,
      );
      harness.run();
      const peer = harness.peer();
      peer.deliver(setupFrame(STREAM));
      client.receive();
      peer.deliver(dataFrame(STREAM, 0, new Uint8Array(32)));
      const at = where === "reserved" ? 24 : 40;
      const stamp = client.image(subscription).log.term(0).view.getBigInt64(at, true);
      expect(stamp / 1_000_000n).toBe(BigInt(harness.clock.epochMs()));
    }
  });
});

describe("a response subscription", () => {
  it("wants nothing until it is told its session", () => {
    const harness = new ReceiveHarness();
    const client = harness.client();
    const peer = harness.peer(40999);
    client.addSubscription(`aeron:udp?control=${PEER_IP}:40999|control-mode=response`, 5);
    harness.run();
    const [hello] = peer.received();
    expect(hello).toMatchObject({ type: "SM", flags: SEND_SETUP, sessionId: 0, streamId: 0 });
    peer.deliver(setupFrame({ ...STREAM, streamId: 5 }));
    expect(harness.receiver.imageCount).toBe(0);
  });
});

describe("a channel", () => {
  const cases: [channel: string, code: string][] = [
    [`${CHANNEL}|cc=bbr`, "INVALID_CHANNEL"],
    [`${CHANNEL}|rcv-wnd=1m`, "INVALID_CHANNEL"],
    [`${CHANNEL}|stream-id=9`, "INVALID_CHANNEL"],
    [`${CHANNEL}|media-rcv-ts-offset=reserved`, "INVALID_CHANNEL"],
    [`${CHANNEL}|control=${PEER_IP}:0`, "INVALID_CHANNEL"],
    [`aeron:udp?endpoint=10.0.0.77:40123`, "GENERIC_ERROR"],
  ];
  it.each(cases)("that cannot be received on is refused: %s", (channel, code) => {
    const harness = new ReceiveHarness();
    const client = harness.client();
    const subscription = client.addSubscription(channel, 5);
    harness.run();
    client.receive();
    expect(client.last("ON_ERROR", "correlationId", subscription)["code"]).toBe(code);
    expect(harness.host.socketCount).toBe(0);
    expect(client.labels()).toEqual([expect.stringContaining("client-heartbeat")]);
  });

  it("that contradicts an endpoint in use is refused, and one that is closing for the time being", () => {
    const harness = new ReceiveHarness();
    const client = harness.client();
    client.addSubscription(`${CHANNEL}|rcv-wnd=64k`, 5);
    const clash = client.addSubscription(`${CHANNEL}|rcv-wnd=32k`, 6);
    harness.run();
    client.receive();
    expect(client.last("ON_ERROR", "correlationId", clash)["code"]).toBe("INVALID_CHANNEL");
  });
});
