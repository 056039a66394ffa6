import {
  BACK_PRESSURED,
  LOG_TAIL_COUNTERS_OFFSET,
  NOT_CONNECTED,
} from "@alerion/runtime/concurrent";
import { describe, expect, it } from "vitest";
import { SystemCounter } from "../../src/protocol/counters/system-counter.js";
import { DriverHarness, TERM_LENGTH } from "../support/driver-harness.js";
import { drain, message, offer } from "../support/messages.js";
import type { RawClient } from "../support/raw-client.js";

const IPC = "aeron:ipc";

function connected(): { harness: DriverHarness; client: RawClient } {
  const harness = new DriverHarness();
  return { harness, client: harness.client() };
}

describe("a client", () => {
  it("is announced by its heartbeat counter before its first answer", () => {
    const { harness, client } = connected();
    const subscription = client.addSubscription(IPC, 10);
    harness.run();
    const events = client.receive();
    expect(events.map((each) => each.event)).toEqual(["ON_COUNTER_READY", "ON_SUBSCRIPTION_READY"]);
    expect(events[0]?.["correlationId"]).toBe(client.clientId);
    expect(events[1]).toMatchObject({ correlationId: subscription, channelStatusCounterId: -1 });
    const heartbeat = client.heartbeat();
    expect(client.counters.ownerId(heartbeat.id)).toBe(Number(client.clientId));
    expect(client.counters.label(heartbeat.id)).toBe(`client-heartbeat: id=${client.clientId}`);
  });

  it("that falls silent is given up, with everything it owned", () => {
    const { harness, client } = connected();
    const other = harness.client();
    client.addSubscription(IPC, 10);
    client.addPublication(IPC, 10);
    client.addCounter(2001, Uint8Array.of(1), "mine");
    other.addSubscription(IPC, 10);
    harness.run();
    harness.pass(10_000, other);
    expect(client.receive().some((each) => each.event === "ON_CLIENT_TIMEOUT")).toBe(false);
    harness.pass(3000, other);
    other.receive();
    expect(other.last("ON_CLIENT_TIMEOUT")["correlationId"]).toBe(client.clientId);
    expect(other.events.filter((each) => each.event === "ON_UNAVAILABLE_COUNTER")).toHaveLength(2);
    expect(harness.systemCounter(SystemCounter.CLIENT_TIMEOUTS)).toBe(1);
    harness.pass(3000, other);
    expect(other.labels()).toEqual([expect.stringContaining("client-heartbeat")]);
    expect(harness.logPaths()).toEqual([]);
  });

  it("that closes is gone at once and is no timeout", () => {
    const { harness, client } = connected();
    const other = harness.client();
    client.addPublication(IPC, 10);
    client.close();
    other.addSubscription(IPC, 10);
    harness.run();
    harness.pass(4000, other);
    other.receive();
    expect(other.events.some((each) => each.event === "ON_CLIENT_TIMEOUT")).toBe(false);
    expect(other.last("ON_UNAVAILABLE_COUNTER")["correlationId"]).toBe(client.clientId);
    expect(other.last("ON_UNAVAILABLE_IMAGE")["subscriptionRegistrationId"]).toBeDefined();
    expect(harness.logPaths()).toEqual([]);
  });

  it("of an old version stays alive by keepalive commands", () => {
    const { harness, client } = connected();
    client.addSubscription(IPC, 10);
    for (let i = 0; i < 20; i++) {
      client.keepalive();
      harness.pass(1000);
    }
    client.receive();
    expect(client.events.some((each) => each.event === "ON_CLIENT_TIMEOUT")).toBe(false);
  });
});

describe("publications and subscriptions", () => {
  it("are linked whichever comes first", () => {
    const { harness, client } = connected();
    const early = client.addSubscription(IPC, 10);
    const publication = client.addPublication(IPC, 10);
    const late = client.addSubscription(IPC, 10);
    const otherStream = client.addSubscription(IPC, 11);
    harness.run();
    const events = client.receive().map((each) => each.event);
    expect(events).toEqual([
      "ON_COUNTER_READY",
      "ON_SUBSCRIPTION_READY",
      "ON_PUBLICATION_READY",
      "ON_AVAILABLE_IMAGE",
      "ON_SUBSCRIPTION_READY",
      "ON_AVAILABLE_IMAGE",
      "ON_SUBSCRIPTION_READY",
    ]);
    expect(client.image(early).correlationId).toBe(publication);
    expect(client.image(late).log.metadata.isConnected()).toBe(true);
    expect(() => client.image(otherStream)).toThrow(/^no image/);
  });

  it("carry messages over ten terms, and nothing read stays in the log", () => {
    const { harness, client } = connected();
    const subscription = client.addSubscription(IPC, 10);
    const id = client.addPublication(IPC, 10, true);
    harness.run();
    client.receive();
    const appender = client.exclusive(client.publication(id));
    const image = client.image(subscription);
    let sent = 0;
    let received = 0;
    while (appender.position() < 10 * TERM_LENGTH + 5000) {
      const length = 8 + (sent % 1300);
      const result = offer(appender, sent, length);
      if (result >= 0) {
        sent++;
        continue;
      }
      for (const fragment of drain(image.reader)) {
        expect(fragment).toEqual(message(received, 8 + (received % 1300)));
        received++;
      }
      harness.run();
    }
    received += drain(image.reader).length;
    expect(received).toBe(sent);
    harness.pass(1000, client);
    const metadata = image.log.metadata;
    expect(metadata.producerPosition()).toBe(image.position.get());
    expect(client.counters.value(client.publication(id).limit.id)).toBeGreaterThan(
      image.position.get(),
    );
  });

  it("are held back by the slowest subscriber, and go on when it does", () => {
    const { harness, client } = connected();
    const fast = client.addSubscription(IPC, 10);
    const slow = client.addSubscription(IPC, 10);
    const id = client.addPublication(`${IPC}?pub-wnd=8k`, 10, true);
    harness.run();
    client.receive();
    const appender = client.exclusive(client.publication(id));
    const fastImage = client.image(fast);
    const slowImage = client.image(slow);
    let result = 0;
    for (let i = 0; result >= 0; i++) {
      result = offer(appender, i, 1000);
      drain(fastImage.reader);
      harness.run();
    }
    expect(result).toBe(BACK_PRESSURED);
    expect(appender.position()).toBeGreaterThanOrEqual(8192);
    expect(appender.position()).toBeLessThan(8192 + 1056);
    drain(slowImage.reader);
    harness.run();
    expect(offer(appender, 0, 1000)).toBeGreaterThan(0);
  });

  it("are not connected without subscribers, and fall back to what was read when the last leaves", () => {
    const { harness, client } = connected();
    const id = client.addPublication(IPC, 10, true);
    harness.run();
    client.receive();
    const publication = client.publication(id);
    const appender = client.exclusive(publication);
    expect(publication.log.metadata.isConnected()).toBe(false);
    expect(offer(appender, 0, 100)).toBe(NOT_CONNECTED);
    const subscription = client.addSubscription(IPC, 10);
    harness.run();
    client.receive();
    expect(publication.log.metadata.isConnected()).toBe(true);
    expect(offer(appender, 0, 100)).toBeGreaterThan(0);
    drain(client.image(subscription).reader);
    client.removeSubscription(subscription);
    harness.run();
    client.receive();
    expect(client.events.some((each) => each.event === "ON_UNAVAILABLE_IMAGE")).toBe(false);
    expect(publication.log.metadata.isConnected()).toBe(false);
    expect(publication.limit.get()).toBe(appender.position());
  });

  it("begin for a late subscriber where the slowest one is", () => {
    const { harness, client } = connected();
    const first = client.addSubscription(IPC, 10);
    const id = client.addPublication(IPC, 10, true);
    harness.run();
    client.receive();
    const appender = client.exclusive(client.publication(id));
    for (let i = 0; i < 4; i++) offer(appender, i, 100);
    const image = client.image(first);
    image.reader.poll(() => {}, 2);
    harness.run();
    const late = client.addSubscription(IPC, 10);
    harness.run();
    client.receive();
    expect(client.image(late).position.get()).toBe(2 * 160);
    expect(drain(client.image(late).reader)).toEqual([message(2, 100), message(3, 100)]);
    expect(client.labels().filter((label) => label.startsWith("sub-pos"))).toContain(
      `sub-pos: ${late} ${image.sessionId} 10 aeron:ipc @320`,
    );
  });

  it("start at any position, through the wrap of term ids", () => {
    const { harness, client } = connected();
    const channel = `${IPC}?init-term-id=2147483647|term-id=-2147483648|term-offset=4096|term-length=64k`;
    const subscription = client.addSubscription(IPC, 10);
    const id = client.addPublication(channel, 10, true);
    harness.run();
    client.receive();
    const publication = client.publication(id);
    const appender = client.exclusive(publication);
    const start = TERM_LENGTH + 4096;
    expect(appender.position()).toBe(start);
    expect(publication.log.metadata.activeTermCount()).toBe(1);
    const image = client.image(subscription);
    expect(image.position.get()).toBe(start);
    for (let sent = 0; appender.position() < start + 4 * TERM_LENGTH;) {
      if (offer(appender, sent, 1000) >= 0) sent++;
      else {
        drain(image.reader);
        harness.run();
      }
    }
    drain(image.reader);
    expect(image.position.get()).toBe(appender.position());
    expect(appender.termId).toBe(-2147483644);
  });

  it("that end at a term's end begin in the next term", () => {
    const { harness, client } = connected();
    const id = client.addPublication(`${IPC}?init-term-id=5|term-id=6|term-offset=65536`, 10, true);
    harness.run();
    client.receive();
    const metadata = client.publication(id).log.metadata;
    expect(metadata.activeTermCount()).toBe(2);
    expect(metadata.producerPosition()).toBe(2 * TERM_LENGTH);
  });
});

describe("shared publications", () => {
  it("have one log for all clients and end with the last", () => {
    const { harness, client } = connected();
    const other = harness.client();
    const subscription = client.addSubscription(IPC, 10);
    const first = client.addPublication(IPC, 10);
    const second = other.addPublication(`${IPC}?alias=other`, 10);
    const exclusive = client.addPublication(IPC, 10, true);
    harness.run();
    client.receive();
    other.receive();
    expect(other.publication(second)).toMatchObject({
      originalId: first,
      sessionId: client.publication(first).sessionId,
      path: client.publication(first).path,
    });
    expect(client.publication(exclusive).originalId).toBe(exclusive);
    expect(harness.logPaths()).toHaveLength(2);

    const image = client.image(subscription, client.publication(first).sessionId);
    offer(client.shared(client.publication(first)), 0, 10);
    offer(other.shared(other.publication(second)), 1, 20);
    expect(drain(image.reader)).toEqual([message(0, 10), message(1, 20)]);

    client.removePublication(first);
    harness.run();
    expect(image.log.metadata.endOfStreamPosition()).toBe(2 ** 63);
    other.removePublication(second);
    harness.run();
    expect(image.log.metadata.endOfStreamPosition()).toBe(128);
    harness.pass(2000, client, other);
    client.receive();
    expect(client.last("ON_UNAVAILABLE_IMAGE")).toMatchObject({
      correlationId: first,
      subscriptionRegistrationId: subscription,
      channel: IPC,
    });
    expect(harness.logPaths()).toHaveLength(1);
  });

  it.each([
    ["mtu=2048", "mtu"],
    ["term-length=128k", "term-length"],
    ["session-id=77", "session-id"],
    ["init-term-id=1|term-id=1|term-offset=0", "init-term-id"],
  ])("are refused when %s contradicts what exists", (query, what) => {
    const { harness, client } = connected();
    client.addPublication(IPC, 10);
    const second = client.addPublication(`${IPC}?${query}`, 10);
    harness.run();
    client.receive();
    const error = client.last("ON_ERROR", "correlationId", second);
    expect(error["code"]).toBe("GENERIC_ERROR");
    expect(error["message"]).toContain(`existing publication must match: ${what}=`);
  });

  it("are joined with parameters that match", () => {
    const { harness, client } = connected();
    const channel = `${IPC}?session-id=77|mtu=2k|term-length=64k|init-term-id=3|term-id=4|term-offset=64`;
    const first = client.addPublication(channel, 10);
    const second = client.addPublication(channel, 10);
    harness.run();
    client.receive();
    expect(client.publication(second).originalId).toBe(first);
  });
});

describe("session ids", () => {
  it("are given out past the reserved range and past those in use", () => {
    const { harness, client } = connected();
    const asked = client.nextSessionId(10);
    harness.run();
    client.receive();
    const free = Number(
      client.last("ON_NEXT_AVAILABLE_SESSION_ID", "correlationId", asked)["sessionId"],
    );
    const taken = client.addPublication(`${IPC}?session-id=${free + 1}`, 10, true);
    const next = client.addPublication(IPC, 10, true);
    harness.run();
    client.receive();
    expect(client.publication(taken).sessionId).toBe(free + 1);
    expect(client.publication(next).sessionId).toBe(free + 2);
  });

  it("in use on the stream are refused, on another stream taken", () => {
    const { harness, client } = connected();
    client.addPublication(`${IPC}?session-id=5`, 10, true);
    const clash = client.addPublication(`${IPC}?session-id=5`, 10, true);
    const other = client.addPublication(`${IPC}?session-id=5`, 11, true);
    harness.run();
    client.receive();
    expect(client.last("ON_ERROR", "correlationId", clash)["code"]).toBe("INVALID_CHANNEL");
    expect(client.publication(other).sessionId).toBe(5);
    expect(harness.logPaths()).toHaveLength(2);
  });

  it("of a tagged publication are taken over with its lengths", () => {
    const { harness, client } = connected();
    const tagged = client.addPublication(`${IPC}?tags=1,99|term-length=128k|mtu=2k`, 10, true);
    const same = client.addPublication(`${IPC}?session-id=tag:99`, 11, true);
    const unknown = client.addPublication(`${IPC}?session-id=tag:98`, 12, true);
    harness.run();
    client.receive();
    expect(client.publication(same).sessionId).toBe(client.publication(tagged).sessionId);
    expect(client.publication(same).log.termLength).toBe(128 * 1024);
    expect(client.publication(same).log.metadata.mtuLength()).toBe(2048);
    expect(client.last("ON_ERROR", "correlationId", unknown)["code"]).toBe("INVALID_CHANNEL");
  });

  it("restrict a subscription to one publication", () => {
    const { harness, client } = connected();
    const subscription = client.addSubscription(`${IPC}?session-id=5`, 10);
    client.addPublication(`${IPC}?session-id=4`, 10, true);
    client.addPublication(`${IPC}?session-id=5`, 10, true);
    harness.run();
    client.receive();
    expect(client.events.filter((each) => each.event === "ON_AVAILABLE_IMAGE")).toHaveLength(1);
    expect(client.image(subscription).sessionId).toBe(5);
  });
});

describe("the end of a stream", () => {
  it("waits until every subscriber has read everything", () => {
    const { harness, client } = connected();
    const subscription = client.addSubscription(IPC, 10);
    const id = client.addPublication(IPC, 10, true);
    harness.run();
    client.receive();
    const image = client.image(subscription);
    const publication = client.publication(id);
    offer(client.exclusive(publication), 0, 100);
    client.removePublication(id);
    harness.run();
    expect(publication.log.metadata.endOfStreamPosition()).toBe(160);
    expect(publication.limit.get()).toBe(160);
    harness.pass(5000, client);
    client.receive();
    expect(client.events.some((each) => each.event === "ON_UNAVAILABLE_IMAGE")).toBe(false);

    const late = client.addSubscription(IPC, 10);
    harness.run();
    client.receive();
    expect(drain(client.image(late).reader)).toHaveLength(1);
    drain(image.reader);
    harness.pass(3000, client);
    client.receive();
    const gone = client.events.filter((each) => each.event === "ON_UNAVAILABLE_IMAGE");
    expect(gone.map((each) => each["subscriptionRegistrationId"])).toEqual([subscription, late]);
    expect(harness.logPaths()).toEqual([]);
    expect(client.labels().filter((label) => label.startsWith("sub-pos"))).toEqual([]);
  });

  it("by revoking comes at once for everyone, read or not", () => {
    const { harness, client } = connected();
    const other = harness.client();
    const subscription = client.addSubscription(IPC, 10);
    const first = client.addPublication(IPC, 10);
    const second = other.addPublication(IPC, 10);
    harness.run();
    client.receive();
    other.receive();
    const publication = client.publication(first);
    offer(client.shared(publication), 0, 100);
    client.removePublication(first, true);
    harness.run();
    client.receive();
    const { metadata } = publication.log;
    expect(metadata.isPublicationRevoked()).toBe(true);
    expect(metadata.endOfStreamPosition()).toBe(160);
    expect(metadata.isConnected()).toBe(false);
    expect(client.last("ON_UNAVAILABLE_IMAGE")["subscriptionRegistrationId"]).toBe(subscription);
    expect(harness.systemCounter(SystemCounter.PUBLICATIONS_REVOKED)).toBe(1);
    // The other client still holds it.
    expect(harness.logPaths()).toHaveLength(1);
    expect(offer(other.shared(other.publication(second)), 1, 10)).toBe(NOT_CONNECTED);
    other.removePublication(second);
    harness.run();
    harness.pass(2000, client, other);
    expect(harness.logPaths()).toEqual([]);
  });

  it("without flags in the command is an ordinary one", () => {
    const { harness, client } = connected();
    const id = client.addPublication(IPC, 10);
    harness.run();
    client.receive();
    const short = new Uint8Array(24);
    const view = new DataView(short.buffer);
    view.setBigInt64(0, client.clientId, true);
    view.setBigInt64(8, 555n, true);
    view.setBigInt64(16, id, true);
    client.sendBytes(2, short);
    harness.run();
    client.receive();
    expect(client.last("ON_OPERATION_SUCCESS")["correlationId"]).toBe(555n);
    expect(client.publication(id).log.metadata.isPublicationRevoked()).toBe(false);
  });
});

describe("a rejected image", () => {
  it("tells the publisher, takes all subscribers off and links them again later", () => {
    const { harness, client } = connected();
    const one = client.addSubscription(IPC, 10);
    const two = client.addSubscription(IPC, 10);
    const id = client.addPublication(IPC, 10, true);
    harness.run();
    client.receive();
    const image = client.image(one);
    const rejected = client.rejectImage(image.correlationId, "not wanted");
    harness.run();
    const events = client.receive();
    expect(events.map((each) => each.event)).toEqual([
      "ON_PUBLICATION_ERROR",
      "ON_UNAVAILABLE_IMAGE",
      "ON_UNAVAILABLE_IMAGE",
      "ON_OPERATION_SUCCESS",
    ]);
    expect(events[0]).toMatchObject({
      registrationId: id,
      destinationRegistrationId: -1n,
      receiverId: -1n,
      groupTag: -1n,
      address: "127.0.0.1",
      port: 0,
      code: "IMAGE_REJECTED",
      message: "not wanted",
    });
    expect(events.at(-1)?.["correlationId"]).toBe(rejected);
    expect(client.publication(id).log.metadata.isConnected()).toBe(false);
    expect(harness.systemCounter(SystemCounter.IMAGES_REJECTED)).toBe(1);

    // Another rejection prolongs the cool-down.
    harness.pass(8000, client);
    client.rejectImage(image.correlationId, "still not");
    harness.pass(8000, client);
    client.receive();
    expect(client.events.filter((each) => each.event === "ON_AVAILABLE_IMAGE")).toHaveLength(2);
    harness.pass(4000, client);
    const back = client.receive().filter((each) => each.event === "ON_AVAILABLE_IMAGE");
    expect(back.map((each) => each["subscriptionRegistrationId"])).toEqual([one, two]);
    expect(client.publication(id).log.metadata.isConnected()).toBe(true);
  });

  it("must exist", () => {
    const { harness, client } = connected();
    const rejected = client.rejectImage(999n, "x");
    harness.run();
    client.receive();
    expect(client.last("ON_ERROR")).toMatchObject({
      correlationId: rejected,
      code: "GENERIC_ERROR",
    });
  });
});

describe("an untethered subscriber", () => {
  function behind(query: string) {
    const { harness, client } = connected();
    const tethered = client.addSubscription(IPC, 10);
    const untethered = client.addSubscription(`${IPC}?tether=false${query}`, 10);
    const id = client.addPublication(IPC, 10, true);
    harness.run();
    client.receive();
    const appender = client.exclusive(client.publication(id));
    const image = client.image(tethered);
    // The tethered one keeps up; the other reads nothing and holds the publisher at the window.
    for (let i = 0; offer(appender, i, 1000) >= 0; i++) {
      drain(image.reader);
      harness.run();
    }
    return { harness, client, appender, image, untethered };
  }

  it("beyond its window goes, rests and comes back at the live position", () => {
    const { harness, client, appender, image, untethered } = behind("");
    harness.pass(6000, client);
    client.receive();
    expect(client.last("ON_UNAVAILABLE_IMAGE")["subscriptionRegistrationId"]).toBe(untethered);
    expect(offer(appender, 0, 1000)).toBe(BACK_PRESSURED);
    harness.pass(6000, client);
    expect(offer(appender, 0, 1000)).toBeGreaterThan(0);
    drain(image.reader);
    const positionId = client.image(untethered).position.id;
    harness.pass(11_000, client);
    client.receive();
    const back = client.last("ON_AVAILABLE_IMAGE");
    expect(back).toMatchObject({
      subscriptionRegistrationId: untethered,
      positionCounterId: positionId,
    });
    expect(client.image(untethered).position.get()).toBe(appender.position());
  });

  it("without rejoin goes for good", () => {
    const { harness, client, appender, untethered } = behind("|rejoin=false");
    harness.pass(12_000, client);
    expect(offer(appender, 0, 1000)).toBeGreaterThan(0);
    harness.pass(30_000, client);
    client.receive();
    const images = client.events.filter(
      (each) =>
        each.event === "ON_AVAILABLE_IMAGE" && each["subscriptionRegistrationId"] === untethered,
    );
    expect(images).toHaveLength(1);
    expect(client.labels().filter((label) => label.startsWith("sub-pos"))).toHaveLength(1);
    client.removeSubscription(untethered);
    harness.run();
    client.receive();
    expect(client.last("ON_OPERATION_SUCCESS")).toBeDefined();
  });

  it("that keeps up stays", () => {
    const { harness, client } = connected();
    const untethered = client.addSubscription(`${IPC}?tether=false`, 10);
    const id = client.addPublication(IPC, 10, true);
    harness.run();
    client.receive();
    const appender = client.exclusive(client.publication(id));
    const image = client.image(untethered);
    for (let i = 0; i < 30; i++) {
      offer(appender, i, 1000);
      drain(image.reader);
      harness.pass(1000, client);
    }
    client.receive();
    expect(client.events.some((each) => each.event === "ON_UNAVAILABLE_IMAGE")).toBe(false);
  });
});

describe("a publisher that dies in the middle of an append", () => {
  it("is overridden after the unblock timeout, and the others go on", () => {
    const { harness, client } = connected();
    const subscription = client.addSubscription(IPC, 10);
    const id = client.addPublication(IPC, 10);
    harness.run();
    client.receive();
    const publication = client.publication(id);
    const dead = client.shared(publication);
    const alive = client.shared(publication);
    offer(alive, 0, 100);
    dead.claim(200);
    offer(alive, 1, 100);
    const image = client.image(subscription);
    expect(drain(image.reader)).toHaveLength(1);
    harness.pass(15_000, client);
    expect(drain(image.reader)).toHaveLength(0);
    harness.pass(3000, client);
    expect(drain(image.reader)).toEqual([message(1, 100)]);
    expect(harness.systemCounter(SystemCounter.UNBLOCKED_PUBLICATIONS)).toBe(1);
  });

  it("does not hold up the end of the stream", () => {
    const { harness, client } = connected();
    const subscription = client.addSubscription(IPC, 10);
    const id = client.addPublication(IPC, 10);
    harness.run();
    client.receive();
    const publisher = client.shared(client.publication(id));
    offer(publisher, 0, 100);
    publisher.claim(200);
    const image = client.image(subscription);
    drain(image.reader);
    client.removePublication(id);
    harness.run();
    harness.pass(1000, client);
    drain(image.reader);
    harness.pass(2000, client);
    expect(harness.logPaths()).toEqual([]);
  });
});

describe("a publisher that dies between moving the tail and its first store", () => {
  for (const isExclusive of [true, false]) {
    it(`does not hold up the end of the stream: exclusive=${isExclusive}`, () => {
      const { harness, client } = connected();
      const subscription = client.addSubscription(IPC, 10);
      const id = client.addPublication(IPC, 10, isExclusive);
      harness.run();
      client.receive();
      const publication = client.publication(id);
      offer(isExclusive ? client.exclusive(publication) : client.shared(publication), 0, 100);
      publication.log.metadata.buffer.getAndAddInt32(LOG_TAIL_COUNTERS_OFFSET, 320);
      const image = client.image(subscription);
      client.removePublication(id);
      for (let i = 0; i < 3; i++) {
        harness.pass(1000, client);
        drain(image.reader);
      }
      expect(image.reader.position()).toBe(480);
      harness.pass(2000, client);
      expect(harness.logPaths()).toEqual([]);
    });
  }
});

describe("response channels in shared memory", () => {
  it("give the asking subscription the session of the answering publication", () => {
    const { harness, client } = connected();
    const server = harness.client();
    const responses = client.addSubscription(`${IPC}?control-mode=response`, 20);
    const requests = server.addSubscription(IPC, 10);
    harness.run();
    const request = client.addPublication(`${IPC}?response-correlation-id=${responses}`, 10, true);
    harness.run();
    server.receive();
    const imageId = server.image(requests).correlationId;
    expect(imageId).toBe(request);
    const stranger = server.addPublication(IPC, 20, true);
    const answer = server.addPublication(
      `${IPC}?control-mode=response|response-correlation-id=${imageId}`,
      20,
      true,
    );
    harness.run();
    client.receive();
    server.receive();
    expect(client.image(responses).sessionId).toBe(server.publication(answer).sessionId);
    expect(client.image(responses).sessionId).not.toBe(server.publication(stranger).sessionId);
  });

  it("refuse ids that nobody has", () => {
    const { harness, client } = connected();
    client.addPublication(`${IPC}?response-correlation-id=12345`, 10, true);
    client.addPublication(`${IPC}?control-mode=response|response-correlation-id=12345`, 10, true);
    harness.run();
    client.receive();
    const errors = client.events.filter((each) => each.event === "ON_ERROR");
    expect(errors.map((each) => each["code"])).toEqual(["INVALID_CHANNEL", "INVALID_CHANNEL"]);
  });
});
