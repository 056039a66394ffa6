import { describe, expect, it } from "vitest";
import { SenderHarness } from "./support/sender-harness.js";

const CHANNEL = "aeron:udp?endpoint=10.0.0.2:4000";

describe("endpoint of a publication's channel", () => {
  it("is shared by all publications of the channel, and closed after the last", () => {
    const h = new SenderHarness();
    const one = h.publish(CHANNEL, 1);
    const two = h.publish(`${CHANNEL}|linger=0`, 2);
    const other = h.publish("aeron:udp?endpoint=10.0.0.2:4001", 1);
    expect(h.host.socketCount).toBe(2);
    const status = (id: bigint): unknown =>
      h.client.last("ON_EXCLUSIVE_PUBLICATION_READY", "correlationId", id)[
        "channelStatusCounterId"
      ];
    expect(status(two.registrationId)).toBe(status(one.registrationId));
    expect(status(other.registrationId)).not.toBe(status(one.registrationId));
    expect(h.client.counters.value(Number(status(one.registrationId)))).toBe(1);
    h.client.removePublication(one.registrationId);
    h.client.removePublication(other.registrationId);
    h.pass(9000);
    expect(h.host.socketCount).toBe(1);
    h.client.removePublication(two.registrationId);
    h.pass(4000);
    expect(h.host.socketCount).toBe(0);
  });

  it("says where it is bound, in its status and in a counter of its own", () => {
    const h = new SenderHarness();
    h.publish("aeron:udp?endpoint=10.0.0.2:4000|interface=10.0.0.1:6000");
    const labels = h.client.labels();
    expect(labels).toContain(
      "snd-channel: aeron:udp?endpoint=10.0.0.2:4000|interface=10.0.0.1:6000 10.0.0.1:6000",
    );
    const address = labels.find((label) => label.startsWith("snd-local-sockaddr"));
    expect(address).toMatch(/^snd-local-sockaddr: \d+ 10\.0\.0\.1:6000$/);
  });

  it("can be opened again at once after it was closed", () => {
    const h = new SenderHarness();
    for (let round = 0; round < 3; round++) {
      const publication = h.publish(`${CHANNEL}|interface=10.0.0.1:6000|linger=0`);
      h.client.removePublication(publication.registrationId);
      h.pass(4000);
      expect(h.host.socketCount).toBe(0);
    }
  });

  it("clashes with another socket on its port: the client is told why, and nothing is left", () => {
    const h = new SenderHarness();
    h.publish("aeron:udp?endpoint=10.0.0.2:4000|interface=10.0.0.1:6000");
    const before = h.client.labels();
    expect(h.refusal("aeron:udp?endpoint=10.0.0.2:4001|interface=10.0.0.1:6000")).toMatch(
      /^GENERIC_ERROR: socket must open: .*EADDRINUSE/,
    );
    expect(h.client.labels()).toEqual(before);
    expect(h.host.socketCount).toBe(1);
  });

  it("is found by its tag", () => {
    const h = new SenderHarness();
    h.publish(`${CHANNEL}|tags=42`, 1);
    h.publish("aeron:udp?tags=42", 2);
    expect(h.host.socketCount).toBe(1);
    expect(h.refusal("aeron:udp?tags=43")).toMatch(/^INVALID_CHANNEL/);
    expect(h.refusal("aeron:udp?endpoint=10.0.0.2:4001|tags=42")).toMatch(/^INVALID_CHANNEL/);
  });

  it("leaves nothing behind when its publication is refused", () => {
    const h = new SenderHarness();
    expect(h.refusal(`${CHANNEL}|mtu=8192|so-sndbuf=4096`)).toMatch(
      /INVALID_CHANNEL: mtu must fit/,
    );
    expect(h.refusal(`${CHANNEL}|fc=min`)).toMatch(/INVALID_CHANNEL: flow control/);
    expect(h.refusal(`${CHANNEL}|mtu=16384|term-length=64k`)).toMatch(
      /INVALID_CHANNEL: mtu must not/,
    );
    expect(h.refusal(`${CHANNEL}|pub-wnd=1024`)).toMatch(/INVALID_CHANNEL: publication window/);
    expect(h.refusal(`${CHANNEL}|stream-id=5`)).toMatch(/INVALID_CHANNEL: stream id/);
    expect(h.refusal("aeron:udp?endpoint=10.0.0.2:0")).toMatch(/INVALID_CHANNEL/);
    expect(h.refusal("aeron:udp?control=10.0.0.1:5000")).toMatch(/INVALID_CHANNEL/);
    expect(h.refusal("aeron:udp?endpoint=224.1.1.2:4000")).toMatch(/INVALID_CHANNEL/);
    expect(h.host.socketCount).toBe(0);
    expect(h.client.labels().map((label) => label.split(":")[0])).toEqual(["client-heartbeat"]);
    expect(h.driver.logPaths()).toEqual([]);
  });
});

describe("session of a publication", () => {
  it("is shared by concurrent publications of one stream and channel", () => {
    const h = new SenderHarness();
    const one = h.publish(CHANNEL, 1, false);
    const two = h.publish(CHANNEL, 1, false);
    expect(two.originalId).toBe(one.registrationId);
    expect(two.sessionId).toBe(one.sessionId);
    expect(h.publish(CHANNEL, 1, true).sessionId).not.toBe(one.sessionId);
    expect(h.publish(CHANNEL, 2, false).originalId).not.toBe(one.registrationId);
  });

  it("must not be in use on the same stream and channel", () => {
    const h = new SenderHarness();
    h.publish(`${CHANNEL}|session-id=5`, 1, true);
    expect(h.refusal(`${CHANNEL}|session-id=5`, true, 1)).toMatch(
      /^INVALID_CHANNEL: session id must not be in use/,
    );
    expect(h.refusal(`${CHANNEL}|session-id=5`, false, 1)).toMatch(/^INVALID_CHANNEL/);
    expect(h.publish(`${CHANNEL}|session-id=5`, 2, true).sessionId).toBe(5);
    expect(h.publish("aeron:udp?endpoint=10.0.0.2:4001|session-id=5", 1).sessionId).toBe(5);
  });

  it("of a shared publication must be the one that is asked for, as everything else that is", () => {
    const h = new SenderHarness();
    h.publish(`${CHANNEL}|session-id=5|mtu=1408|term-length=64k`, 1, false);
    for (const [more, text] of [
      ["session-id=6", "session-id=5 requested=6"],
      ["mtu=4096", "mtu=1408 requested=4096"],
      ["term-length=128k", "term-length=65536 requested=131072"],
      ["ssc=true", "ssc=false requested=true"],
    ] as const) {
      expect(h.refusal(`${CHANNEL}|${more}`, false, 1)).toContain(text);
    }
    expect(h.publish(`${CHANNEL}|session-id=5`, 1, false).sessionId).toBe(5);
  });

  it("is taken over from the publication with a tag", () => {
    const h = new SenderHarness();
    h.publish(`${CHANNEL}|session-id=5|tags=1,9|mtu=4096|term-length=128k`, 1);
    const other = h.publish("aeron:udp?endpoint=10.0.0.2:4001|session-id=tag:9", 1);
    expect(other.sessionId).toBe(5);
    expect(other.log.termLength).toBe(128 * 1024);
    expect(other.log.metadata.mtuLength()).toBe(4096);
    expect(h.refusal(`${CHANNEL}|session-id=tag:8`, true)).toMatch(/^INVALID_CHANNEL/);
  });
});
