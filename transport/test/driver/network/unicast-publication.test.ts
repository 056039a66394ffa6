import { describe, expect, it } from "vitest";
import { SystemCounter } from "../../../src/protocol/counters/system-counter.js";
import { offer } from "../../support/messages.js";
import { errorFrame, nak, rttm } from "./support/frames.js";
import { SenderHarness } from "./support/sender-harness.js";

const CHANNEL =
  "aeron:udp?endpoint=10.0.0.2:4000|session-id=7|init-term-id=3|term-id=3|term-offset=0";
const STREAM = 1001;

describe("unicast publication", () => {
  it("sends setups until a receiver answers, then a heartbeat at once, and one each 100 ms", () => {
    const h = new SenderHarness();
    const peer = h.peer(4000);
    const publication = h.publish(CHANNEL);
    expect(peer.take()).toEqual([
      {
        type: "SETUP",
        flags: 0,
        termOffset: 0,
        sessionId: 7,
        streamId: STREAM,
        initialTermId: 3,
        activeTermId: 3,
        termLength: 65536,
        mtu: 1408,
        ttl: 0,
      },
    ]);
    h.pass(1000);
    expect(peer.take().map(({ type }) => type)).toEqual(Array(10).fill("SETUP"));
    peer.status(h.statusOf(publication, 0, 32768));
    h.run();
    const heartbeat = {
      type: "HEARTBEAT",
      flags: 0xc0,
      frameLength: 0,
      termOffset: 0,
      sessionId: 7,
      streamId: STREAM,
      termId: 3,
      reserved: 0n,
    };
    expect(peer.take()).toEqual([heartbeat]);
    h.pass(1000);
    expect(peer.take()).toEqual(Array.from({ length: 10 }, () => heartbeat));
    expect(publication.log.metadata.isConnected()).toBe(true);
    expect(h.driver.systemCounter(SystemCounter.HEARTBEATS_SENT)).toBe(11);
  });

  it("sends complete frames in order, as many as fit a datagram, never past the receiver's window", () => {
    const h = new SenderHarness();
    const peer = h.peer(4000);
    const publication = h.publish(CHANNEL);
    peer.take();
    peer.status(h.statusOf(publication, 0, 4096));
    h.run();
    const appender = h.client.exclusive(publication);
    for (let i = 0; i < 8; i++) expect(offer(appender, i, 668)).toBeGreaterThan(0);
    h.run();
    const datagrams = peer.takeDatagrams().slice(1);
    expect(datagrams.map((frames) => frames.map(({ termOffset }) => termOffset))).toEqual([
      [0, 704],
      [1408, 2112],
      [2816],
    ]);
    expect(h.counter("snd-pos")).toBe(3520);
    expect(h.counter("snd-lmt")).toBe(4096);
    expect(h.counter("snd-bpe")).toBe(1);
    peer.status(h.statusOf(publication, 3520, 32768));
    h.run();
    expect(
      peer.takeDatagrams().map((frames) => frames.map(({ termOffset }) => termOffset)),
    ).toEqual([[3520, 4224], [4928]]);
    expect(h.counter("snd-pos")).toBe(5632);
    expect(h.counter("pub-pos (exclusive)")).toBe(5632);
    expect(h.counter("pub-lmt")).toBe(5632 + 32768);
    expect(h.driver.systemCounter(SystemCounter.BYTES_SENT)).toBe(5632 + 32);
  });

  it("answers a NAK with what was sent, once until the retransmit has lingered", () => {
    const h = new SenderHarness();
    const peer = h.peer(4000);
    const publication = h.publish(CHANNEL);
    h.run();
    peer.take();
    peer.status(h.statusOf(publication, 0, 32768));
    const appender = h.client.exclusive(publication);
    h.run();
    for (let i = 0; i < 4; i++) offer(appender, i, 1000);
    h.run();
    peer.take();
    peer.send(nak(7, STREAM, 3, 1056, 2112));
    h.run();
    expect(peer.take().map(({ termOffset }) => termOffset)).toEqual([1056, 2112]);
    peer.send(nak(7, STREAM, 3, 1056, 2112));
    peer.send(nak(7, STREAM, 3, 2112, 32));
    h.run();
    expect(peer.take()).toEqual([]);
    h.pass(20);
    peer.send(nak(7, STREAM, 3, 2112, 1056));
    h.run();
    expect(peer.take().map(({ termOffset }) => termOffset)).toEqual([2112]);
    expect(h.counter("snd-naks-received")).toBe(4);
    expect(h.driver.systemCounter(SystemCounter.NAK_MESSAGES_RECEIVED)).toBe(4);
    expect(h.driver.systemCounter(SystemCounter.RETRANSMITS_SENT)).toBe(2);
    expect(h.driver.systemCounter(SystemCounter.RETRANSMITTED_BYTES)).toBe(3 * 1056);
  });

  it("sends nothing again that lies beyond what was sent, or cannot be", () => {
    const h = new SenderHarness();
    const peer = h.peer(4000);
    const publication = h.publish(CHANNEL);
    h.run();
    peer.take();
    peer.status(h.statusOf(publication, 0, 2048));
    const appender = h.client.exclusive(publication);
    h.run();
    for (let i = 0; i < 4; i++) offer(appender, i, 1000);
    h.run();
    peer.take();
    expect(h.counter("snd-pos")).toBe(1056);
    peer.send(nak(7, STREAM, 3, 1056, 1056));
    peer.send(nak(7, STREAM, 2, 0, 1056));
    peer.send(nak(7, STREAM, 3, 0, 0));
    h.run();
    expect(peer.take()).toEqual([]);
    expect(h.driver.systemCounter(SystemCounter.INVALID_PACKETS)).toBe(0);
    peer.send(nak(7, STREAM, 3, 8, 32));
    peer.send(nak(7, STREAM, 3, 65536, 32));
    peer.send(nak(7, STREAM, 3, -32, 32));
    peer.send(nak(7, STREAM, 3, 0, 65568));
    peer.send(nak(7, STREAM, 3, 0, -1));
    h.run();
    expect(peer.take()).toEqual([]);
    expect(h.driver.systemCounter(SystemCounter.INVALID_PACKETS)).toBe(5);
    peer.send(nak(7, STREAM, 3, 0, 32768));
    h.run();
    expect(peer.take().map(({ termOffset }) => termOffset)).toEqual([0]);
  });

  it("answers a round trip measurement with the receiver's own time", () => {
    const h = new SenderHarness();
    const peer = h.peer(4000);
    h.publish(CHANNEL);
    h.run();
    peer.take();
    peer.send(rttm(7, STREAM, 123_456_789_012n, -5n));
    h.run();
    expect(peer.take()).toEqual([
      {
        type: "RTTM",
        flags: 0,
        sessionId: 7,
        streamId: STREAM,
        echo: 123_456_789_012n,
        delta: 0n,
        receiverId: -5n,
      },
    ]);
  });

  it("drops frames that cannot be and status messages from far away, and counts them", () => {
    const h = new SenderHarness();
    const peer = h.peer(4000);
    const publication = h.publish(CHANNEL);
    h.run();
    peer.take();
    const bad = h.statusOf(publication, 0, 32768);
    peer.status({ ...bad, termOffset: 33 });
    peer.status({ ...bad, termOffset: 65536 });
    peer.status({ ...bad, termOffset: -32 });
    peer.status({ ...bad, window: 32800 });
    peer.status({ ...bad, window: -1 });
    peer.send(new Uint8Array(8));
    peer.send(new Uint8Array(40).fill(255));
    h.run();
    expect(h.driver.systemCounter(SystemCounter.INVALID_PACKETS)).toBe(7);
    peer.status({ ...bad, termOffset: 32800 });
    peer.status({ ...bad, termId: 2 });
    h.run();
    expect(h.driver.systemCounter(SystemCounter.STATUS_MESSAGES_REJECTED)).toBe(2);
    // Those that pass for status messages of a stream are counted as received before they are judged.
    expect(h.driver.systemCounter(SystemCounter.STATUS_MESSAGES_RECEIVED)).toBe(4);
    expect(publication.log.metadata.isConnected()).toBe(false);
    expect(h.counter("snd-lmt")).toBe(0);
  });

  it("sends a setup again when a receiver asks, and goes on at its position", () => {
    const h = new SenderHarness();
    const peer = h.peer(4000);
    const publication = h.publish(CHANNEL);
    h.run();
    peer.take();
    peer.status(h.statusOf(publication, 0, 32768));
    h.run();
    offer(h.client.exclusive(publication), 0, 1000);
    h.run();
    h.pass(200);
    peer.take();
    peer.status({ sessionId: 7, streamId: STREAM, flags: 0x80 });
    h.run();
    const setup = peer.take().find(({ type }) => type === "SETUP");
    expect(setup).toMatchObject({ activeTermId: 3, termOffset: 1056, initialTermId: 3 });
  });

  it("counts a receiver that is silent for 5 s as gone, takes back what publishers may write, and recovers", () => {
    const h = new SenderHarness();
    const peer = h.peer(4000);
    const publication = h.publish(CHANNEL);
    h.run();
    peer.take();
    peer.status(h.statusOf(publication, 0, 32768));
    h.run();
    expect(publication.limit.get()).toBe(32768);
    h.pass(4900);
    expect(publication.log.metadata.isConnected()).toBe(true);
    h.pass(200);
    expect(publication.log.metadata.isConnected()).toBe(false);
    expect(publication.limit.get()).toBe(0);
    peer.take();
    peer.status(h.statusOf(publication, 0, 32768));
    h.run();
    expect(publication.log.metadata.isConnected()).toBe(true);
    expect(publication.limit.get()).toBe(32768);
  });

  it("tells its clients of a receiver that refuses the stream, once", () => {
    const h = new SenderHarness();
    const peer = h.peer(4000);
    const publication = h.publish(CHANNEL);
    h.run();
    peer.take();
    peer.status(h.statusOf(publication, 0, 32768, { receiverId: -9n }));
    h.run();
    peer.send(errorFrame(7, STREAM, -9n, "not wanted", 42n));
    peer.send(errorFrame(7, STREAM, -9n, "not wanted", 42n));
    h.run();
    const errors = h.client.events.filter(({ event }) => event === "ON_PUBLICATION_ERROR");
    expect(errors).toEqual([
      {
        event: "ON_PUBLICATION_ERROR",
        registrationId: publication.registrationId,
        destinationRegistrationId: -1n,
        sessionId: 7,
        streamId: STREAM,
        receiverId: -9n,
        groupTag: 42n,
        address: "10.0.0.2",
        port: 4000,
        code: "IMAGE_REJECTED",
        message: "not wanted",
      },
    ]);
    expect(publication.log.metadata.isConnected()).toBe(false);
    expect(h.driver.systemCounter(SystemCounter.ERROR_FRAMES_RECEIVED)).toBe(2);
    peer.status(h.statusOf(publication, 0, 32768, { receiverId: -9n }));
    h.run();
    peer.send(errorFrame(7, STREAM, -9n, "still not"));
    h.run();
    expect(h.client.last("ON_PUBLICATION_ERROR")["message"]).toBe("still not");
    expect(h.client.last("ON_PUBLICATION_ERROR")["groupTag"]).toBe(-1n);
  });

  it("frees its counters, log and socket when its client leaves and the linger is over", () => {
    const h = new SenderHarness();
    const peer = h.peer(4000);
    const publication = h.publish(CHANNEL);
    expect(h.client.labels().map((label) => label.split(":")[0])).toEqual([
      "client-heartbeat",
      "snd-channel",
      "snd-local-sockaddr",
      "pub-pos (exclusive)",
      "pub-lmt",
      "snd-pos",
      "snd-lmt",
      "snd-bpe",
      "snd-naks-received",
    ]);
    peer.take();
    peer.status(h.statusOf(publication, 0, 32768));
    h.run();
    h.client.removePublication(publication.registrationId);
    h.pass(5000);
    expect(h.host.socketCount).toBe(1);
    h.pass(4000);
    expect(h.host.socketCount).toBe(0);
    expect(h.driver.logPaths()).toEqual([]);
    expect(h.client.labels().map((label) => label.split(":")[0])).toEqual(["client-heartbeat"]);
    expect(h.driver.errors()).toEqual([]);
  });

  it("signals the end of the stream in heartbeats, and goes when its receiver has had it all", () => {
    const h = new SenderHarness();
    const peer = h.peer(4000);
    const publication = h.publish(CHANNEL);
    peer.take();
    peer.status(h.statusOf(publication, 0, 32768));
    h.run();
    offer(h.client.exclusive(publication), 0, 100);
    h.run();
    h.client.removePublication(publication.registrationId);
    h.pass(1100);
    expect(publication.log.metadata.endOfStreamPosition()).toBe(160);
    const last = peer.take().findLast(({ type }) => type === "HEARTBEAT");
    expect(last).toMatchObject({ flags: 0xe0, termOffset: 160 });
    peer.status(h.statusOf(publication, 160, 32768, { flags: 0x40 }));
    h.pass(2100);
    expect(h.driver.logPaths()).toEqual([]);
  });

  it("does not signal the end with eos=false", () => {
    const h = new SenderHarness();
    const peer = h.peer(4000);
    const publication = h.publish(`${CHANNEL}|eos=false`);
    peer.take();
    peer.status(h.statusOf(publication, 0, 32768));
    h.run();
    h.client.removePublication(publication.registrationId);
    h.pass(2000);
    const flags = peer.take().map((frame) => frame["flags"]);
    expect(new Set(flags)).toEqual(new Set([0xc0]));
  });

  it("writes the time of sending where the channel says", () => {
    const h = new SenderHarness();
    const peer = h.peer(4000);
    const publication = h.publish(`${CHANNEL}|channel-snd-ts-offset=reserved`);
    peer.take();
    peer.status(h.statusOf(publication, 0, 32768));
    h.run();
    offer(h.client.exclusive(publication), 0, 100);
    h.run();
    const data = peer.take().find(({ type }) => type === "DATA");
    expect(data?.["reserved"]).toBe(BigInt(h.clock.epochMs()) * 1_000_000n);
  });
});
