import { LOG_SPARSE_OFFSET } from "@alerion/runtime/concurrent";
import { describe, expect, it } from "vitest";
import { BufferFiles } from "../../src/os/buffer-files.js";
import type { SharedFile } from "../../src/os/shared-files.js";
import { SystemCounter } from "../../src/protocol/counters/system-counter.js";
import { DriverHarness, TERM_LENGTH } from "../support/driver-harness.js";
import { message, offer } from "../support/messages.js";
import { ReceiveHarness } from "../support/receive-harness.js";
import { dataFrame, setupFrame, STREAM } from "../support/wire-frames.js";
import { nak } from "./network/support/frames.js";
import { SenderHarness } from "./network/support/sender-harness.js";

/*
 * Parameters of channels that no other test looks at; docs/features.md names the test of each.
 */

const RECEIVE = "aeron:udp?endpoint=10.0.0.1:40123";

/** Files that keep in mind which were to be sparse. */
class NotedFiles extends BufferFiles {
  readonly sparse = new Map<string, boolean>();

  override create(path: string, length: number, isSparse: boolean): SharedFile {
    this.sparse.set(path, isSparse);
    return super.create(path, length, isSparse);
  }
}

describe("sparse", () => {
  it.each([
    ["", true],
    ["?sparse=true", true],
    ["?sparse=false", false],
  ])("of aeron:ipc%s makes the log so: %s", (query, isSparse) => {
    const files = new NotedFiles((length) => new ArrayBuffer(length));
    const harness = new DriverHarness({}, { files });
    const client = harness.client();
    const id = client.addPublication(`aeron:ipc${query}`, 10);
    harness.run();
    client.receive();
    const publication = client.publication(id);
    expect(files.sparse.get(publication.path)).toBe(isSparse);
    expect(publication.log.metadata.flag(LOG_SPARSE_OFFSET)).toBe(isSparse);
  });
});

describe("an untethered subscriber's timeouts", () => {
  /** When its image goes and when it comes again, in s after it was left behind. */
  function imageEvents(query: string): (readonly [string, number])[] {
    const harness = new DriverHarness();
    const client = harness.client();
    client.addSubscription("aeron:ipc", 10);
    const untethered = client.addSubscription(`aeron:ipc?tether=false${query}`, 10);
    const id = client.addPublication("aeron:ipc", 10, true);
    harness.run();
    client.receive();
    const tethered = client.image(untethered - 1n);
    const appender = client.exclusive(client.publication(id));
    for (let i = 0; offer(appender, i, 1000) >= 0; i++) {
      tethered.position.set(appender.position());
      harness.run();
    }
    client.receive();
    client.events.length = 0;
    const seen: (readonly [string, number])[] = [];
    for (let s = 1; s <= 40; s++) {
      harness.pass(1000, client);
      client.receive();
      for (const each of client.events.splice(0)) {
        if (each["subscriptionRegistrationId"] === untethered) seen.push([each.event, s]);
      }
    }
    return seen;
  }

  it.each([
    ["", 6, 22],
    ["|untethered-window-limit-timeout=2s", 3, 16],
    ["|untethered-window-limit-timeout=2s|untethered-linger-timeout=8s", 3, 22],
    ["|untethered-resting-timeout=20s", 6, 32],
  ])("tether=false%s: its image goes in %i s and comes again in %i", (query, gone, back) => {
    const events = imageEvents(query);
    expect(events.map(([event]) => event)).toEqual(["ON_UNAVAILABLE_IMAGE", "ON_AVAILABLE_IMAGE"]);
    // The driver looks once a second.
    const [goneS = 0, backS = 0] = events.map(([, s]) => s);
    expect(Math.abs(goneS - gone)).toBeLessThanOrEqual(1);
    expect(Math.abs(backS - back)).toBeLessThanOrEqual(2);
  });
});

describe("nak-delay and group", () => {
  /** Microseconds until a gap is asked for, and until it is asked for again. */
  function nakTimes(query: string): [firstUs: number, againUs: number] {
    const harness = new ReceiveHarness();
    const client = harness.client();
    client.addSubscription(`${RECEIVE}${query}`, STREAM.streamId);
    harness.run();
    const peer = harness.peer();
    peer.deliver(setupFrame(STREAM));
    const [first, , third] = [0, 1, 2].map((i) => dataFrame(STREAM, i * 128, message(i, 90)));
    peer.received();
    peer.deliver(first as Uint8Array, third as Uint8Array);
    const times: number[] = [];
    for (let us = 0; times.length < 2 && us < 100_000; us++) {
      if (peer.received("NAK").length > 0) times.push(us);
      harness.clock.advanceUs(1);
      harness.run();
    }
    const [firstUs = Number.NaN, secondUs = Number.NaN] = times;
    return [firstUs, secondUs - firstUs];
  }

  it("nak-delay is how long a gap waits for its first NAK, and a hundredth of the wait for the next", () => {
    expect(nakTimes("")).toEqual([1, 100]);
    expect(nakTimes("|nak-delay=20us")).toEqual([20, 2000]);
  });

  it("group=true backs off as in a group, group=false and infer do not on unicast", () => {
    expect(nakTimes("|group=false")).toEqual([1, 100]);
    expect(nakTimes("|group=infer")).toEqual([1, 100]);
    const [firstUs, againUs] = nakTimes("|group=true");
    // Random up to 10 ms, mostly long; the same each time with the harness's seed.
    expect(firstUs).toBeGreaterThan(100);
    expect(firstUs).toBeLessThanOrEqual(10_001);
    expect(againUs).not.toBe(100);
  });
});

describe("max-resend", () => {
  it("is how many retransmits a group may have under way; the rest is counted", () => {
    for (const [query, sent, overflows] of [
      ["|max-resend=2", 2, 2],
      ["", 4, 0],
    ] as const) {
      const h = new SenderHarness();
      const position = "session-id=7|init-term-id=3|term-id=3|term-offset=0";
      const control = "control=10.0.0.1:5000|control-mode=dynamic";
      const peer = h.peer(4001);
      const publication = h.publish(`aeron:udp?${control}|${position}${query}`);
      const to = h.peer(9999).address.clone();
      to.set(Uint8Array.of(10, 0, 0, 1), 5000);
      peer.status(h.statusOf(publication, 0, TERM_LENGTH / 2, { receiverId: 1n }), to);
      h.run();
      const appender = h.client.exclusive(publication);
      for (let i = 0; i < 8; i++) offer(appender, i, 1000);
      h.run();
      peer.take();
      for (const i of [0, 2, 4, 6]) peer.send(nak(7, 1001, 3, i * 1056, 1056), to);
      h.run();
      const { RETRANSMITS_SENT, RETRANSMIT_OVERFLOW } = SystemCounter;
      expect(h.driver.systemCounter(RETRANSMITS_SENT)).toBe(sent);
      expect(h.driver.systemCounter(RETRANSMIT_OVERFLOW)).toBe(overflows);
    }
  });
});

describe("fc", () => {
  it("is each publication's own, whichever channel opened the endpoint", () => {
    const h = new SenderHarness();
    const control = "aeron:udp?control=10.0.0.1:5000|control-mode=dynamic";
    h.publish(control, 1);
    h.publish(`${control}|fc=min,g:/2`, 2);
    const labels = h.client.labels().filter((label) => label.startsWith("fc-receivers"));
    expect(labels).toHaveLength(1);
    expect(labels[0]).toContain(" 2 aeron:udp");
    expect(h.refusal(`${control}|fc=slow`, false, 3)).toMatch(/^INVALID_CHANNEL: flow control/);
    h.publish("aeron:udp?endpoint=10.0.0.2:4000", 4);
    expect(h.refusal("aeron:udp?endpoint=10.0.0.2:4000|fc=min", false, 5)).toMatch(
      /^INVALID_CHANNEL: flow control/,
    );
  });
});

describe("tags", () => {
  it("name one publication of a driver, IPC or network, as long as it is there", () => {
    const h = new SenderHarness();
    const ipc = h.publish("aeron:ipc?tags=1,7", 1, false);
    const network = h.publish("aeron:udp?endpoint=10.0.0.2:4000|tags=2,8|mtu=4096", 1);
    for (const channel of [
      "aeron:ipc?tags=1,7",
      "aeron:ipc?tags=3,8",
      "aeron:udp?endpoint=10.0.0.2:4001|tags=3,7",
      "aeron:udp?endpoint=10.0.0.2:4000|tags=2,8",
    ]) {
      expect(h.refusal(channel)).toMatch(
        /^INVALID_CHANNEL: entity tag must not be in use: tag=[78]/,
      );
    }
    // Without the entity tag it is shared as ever, and a session is taken over from either kind.
    expect(h.publish("aeron:ipc?tags=1", 1, false).originalId).toBe(ipc.registrationId);
    const same = h.publish("aeron:ipc?session-id=tag:8", 9);
    expect(same.sessionId).toBe(network.sessionId);
    expect(same.log.metadata.mtuLength()).toBe(4096);

    h.client.removePublication(network.registrationId);
    h.pass(7000, 100);
    expect(h.publish("aeron:ipc?tags=3,8", 5).sessionId).not.toBe(network.sessionId);
  });
});

describe("parameters that say nothing to a driver", () => {
  it("are let be: alias, response-endpoint, what is unknown, and those of the other side", () => {
    const h = new SenderHarness();
    const plain = h.publish("aeron:ipc", 1, false);
    for (const query of [
      "alias=a stream of ours",
      "response-endpoint=10.0.0.1:5",
      "nonsense=1",
      "rcv-wnd=1k|gtag=5|cc=static|nak-delay=1ms|reliable=false|tether=false|rejoin=false|group=true",
    ]) {
      expect(h.publish(`aeron:ipc?${query}`, 1, false).originalId).toBe(plain.registrationId);
    }
  });
});
