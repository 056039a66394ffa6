import { describe, expect, it } from "vitest";
import { CounterState } from "@alerion/runtime/concurrent";
import type { Aeron } from "../../src/client/aeron.js";
import type { Image } from "../../src/client/image.js";
import { ClientHarness } from "./support/client-harness.js";

const IPC = "aeron:ipc";

/** What a promise is rejected with. */
async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("must be rejected");
}

describe("a client", () => {
  it("takes an id of its own and is known by name and process in its heartbeat's label", async () => {
    const harness = new ClientHarness();
    const first = harness.connect({ clientName: "risk" });
    const second = harness.connect();
    expect([first.clientId, second.clientId]).toEqual([1n, 2n]);
    await first.addSubscription(IPC, 10);
    harness.pass(600);
    const labels: string[] = [];
    first.counters.forEach((id) => labels.push(first.counters.label(id)));
    expect(labels).toContain("client-heartbeat: id=1 name=risk pid=4121");
    expect(harness.errors).toEqual([]);
  });

  it("gets each answer to its own call, however they come", async () => {
    const harness = new ClientHarness();
    const aeron = harness.connect();
    const [subscription, shared, same, exclusive, counter] = await Promise.all([
      aeron.addSubscription(IPC, 10),
      aeron.addPublication(IPC, 10),
      aeron.addPublication(IPC, 10),
      aeron.addExclusivePublication(`${IPC}?session-id=77`, 10),
      aeron.addCounter(1001, "orders", Uint8Array.of(1, 2)),
    ]);
    expect(same.sessionId).toBe(shared.sessionId);
    expect(same.registrationId).not.toBe(shared.registrationId);
    expect(same.originalRegistrationId).toBe(shared.registrationId);
    expect([exclusive.sessionId, exclusive.isExclusive, shared.isExclusive]).toEqual([
      77,
      true,
      false,
    ]);
    expect(counter.label()).toBe("orders");
    harness.run();
    expect(subscription.imageCount()).toBe(2);
    expect(subscription.imageBySessionId(77)?.sourceIdentity).toBe("aeron:ipc");
    expect([shared.isConnected(), exclusive.isConnected()]).toEqual([true, true]);
  });

  it("hands on what the driver refuses, with the driver's code", async () => {
    const harness = new ClientHarness();
    const aeron = harness.connect();
    const error = await failure(aeron.addPublication("aeron:ipc?term-length=3", 10));
    expect(error).toMatchObject({ code: "REGISTRATION", correlationId: 2n });
    expect((error as { aeronCode: number }).aeronCode).toBeGreaterThan(0);
    expect((error as Error).message).toMatch(/^driver must accept the command: errorCode=\w+ /);
  });

  it("refuses a channel that no driver could read, before it is sent", async () => {
    const aeron = new ClientHarness().connect();
    for (const channel of [`aeron:ipc?alias=${"x".repeat(4096)}`, "aeron:ipc?alias=é"]) {
      expect(await failure(aeron.addPublication(channel, 10))).toMatchObject({
        code: "CHANNEL_URI",
      });
      expect(await failure(aeron.addSubscription(channel, 10))).toMatchObject({
        code: "CHANNEL_URI",
      });
    }
    expect(() => aeron.asyncAddCounter(1, "x".repeat(381))).toThrow("label and key must fit");
  });

  it("fails a call that gets no answer in time, and gives back what comes too late", async () => {
    const harness = new ClientHarness();
    const aeron = harness.connect();
    const registration = aeron.asyncAddPublication(IPC, 10);
    const { clock } = harness.driver;
    // The driver does not work, yet shows that it lives.
    for (let i = 0; i < 105; i++) {
      clock.advanceMs(100);
      harness.driver.client().ring.setConsumerHeartbeatTimeMs(clock.epochMs());
      aeron.doWork();
    }
    expect(registration.state).toBe("failed");
    expect(registration.error).toMatchObject({ code: "DRIVER_TIMEOUT" });
    expect(aeron.isClosed()).toBe(false);
    harness.run();
    harness.pass(7000);
    expect(harness.driver.logPaths()).toEqual([]);
  });

  it("gives back what was cancelled before it came", async () => {
    const harness = new ClientHarness();
    const aeron = harness.connect();
    const registration = aeron.asyncAddExclusivePublication(IPC, 10);
    registration.cancel();
    harness.pass(7000);
    expect(registration.state).toBe("cancelled");
    expect(harness.driver.logPaths()).toEqual([]);
  });

  it("yields ids that nobody else has", async () => {
    const harness = new ClientHarness();
    const aeron = harness.connect();
    expect(aeron.nextCorrelationId()).toBe(2n);
    const sessionId = await aeron.nextSessionId(10);
    expect(Number.isInteger(sessionId)).toBe(true);
    expect(aeron.nextCorrelationId()).toBe(4n);
  });
});

describe("counters of a client", () => {
  it("are seen by others, and freed when closed", async () => {
    const harness = new ClientHarness();
    const seen: string[] = [];
    const other = harness.connect({
      onAvailableCounter: (registrationId, counterId) =>
        seen.push(`+${registrationId}:${counterId}`),
      onUnavailableCounter: (registrationId, counterId) =>
        seen.push(`-${registrationId}:${counterId}`),
    });
    const aeron = harness.connect();
    const counter = await aeron.addCounter(1001, "orders");
    counter.set(42);
    harness.run();
    expect(other.counters.value(counter.id)).toBe(42);
    counter.close();
    counter.close();
    harness.run();
    expect(counter.isClosed()).toBe(true);
    expect(other.counters.state(counter.id)).toBe(CounterState.RECLAIMED);
    expect(seen).toContain(`+${counter.registrationId}:${counter.id}`);
    expect(seen).toContain(`-${counter.registrationId}:${counter.id}`);
  });

  it("that are static outlive their client and are found again", async () => {
    const harness = new ClientHarness();
    const aeron = harness.connect();
    const counter = await aeron.addStaticCounter(1001, 500n, "uptime");
    counter.set(7);
    await aeron.close();
    harness.pass(2000);
    const next = await harness.connect().addStaticCounter(1001, 500n, "uptime");
    expect([next.id, next.get(), next.isStatic, next.registrationId]).toEqual([
      counter.id,
      7,
      true,
      500n,
    ]);
  });
});

describe("a client's resources", () => {
  async function stream(
    harness: ClientHarness,
    events: string[],
  ): Promise<{ aeron: Aeron; images: Image[] }> {
    const images: Image[] = [];
    const aeron = harness.connect({
      onAvailableImage: (image) => events.push(`client +${image.sessionId}`),
      onUnavailableImage: (image) => events.push(`client -${image.sessionId}`),
    });
    await aeron.addSubscription(IPC, 10, {
      onAvailableImage: (image) => {
        events.push(`subscription +${image.sessionId}`);
        images.push(image);
      },
      onUnavailableImage: (image) => events.push(`subscription -${image.sessionId}`),
    });
    return { aeron, images };
  }

  it("announce images that come and go, to the client's handler and the subscription's", async () => {
    const harness = new ClientHarness();
    const events: string[] = [];
    const { aeron, images } = await stream(harness, events);
    const publication = await aeron.addExclusivePublication(`${IPC}?session-id=5`, 10);
    harness.run();
    expect(events).toEqual(["client +5", "subscription +5"]);
    publication.offerBytes(new Uint8Array(100));
    await publication.close();
    const [image] = images;
    expect(image?.poll(() => {}, 10)).toBe(1);
    harness.pass(3000);
    expect(events.slice(2)).toEqual(["subscription -5", "client -5"]);
    expect(image?.isClosed()).toBe(true);
    expect(image?.isEndOfStream()).toBe(true);
    expect(image?.position()).toBe(160);
    expect(image?.endOfStreamPosition()).toBe(160);
    expect(image?.poll(() => {}, 10)).toBe(0);
  });

  it("let a subscription go with its images, at once and without the driver's word", async () => {
    const harness = new ClientHarness();
    const events: string[] = [];
    const aeron = harness.connect();
    const subscription = await aeron.addSubscription(IPC, 10, {
      onUnavailableImage: (image) => events.push(`-${image.sessionId}`),
    });
    const publication = await aeron.addExclusivePublication(`${IPC}?session-id=5`, 10);
    harness.run();
    const [image] = subscription.images();
    const closing = subscription.close();
    expect(subscription.close()).toBe(closing);
    expect([subscription.isClosed(), image?.isClosed(), events]).toEqual([true, true, ["-5"]]);
    expect(subscription.poll(() => {}, 10)).toBe(0);
    harness.run();
    await closing;
    expect(publication.isConnected()).toBe(false);
  });

  it("keep a log mapped for a while after its last user, then let it go", async () => {
    const harness = new ClientHarness();
    const aeron = harness.connect({ resourceLingerMs: 1000 });
    const publication = await aeron.addPublication(IPC, 10);
    const again = await aeron.addPublication(IPC, 10);
    await publication.close();
    expect(again.offerBytes(new Uint8Array(8))).toBeLessThan(0);
    expect(again.position()).toBe(0);
    await again.close();
    harness.pass(8000);
    expect(harness.driver.logPaths()).toEqual([]);
    expect(again.position()).toBe(-4);
  });

  it("withdraw a stream that is revoked, read or not", async () => {
    const harness = new ClientHarness();
    const events: string[] = [];
    const { aeron, images } = await stream(harness, events);
    const publication = await aeron.addExclusivePublication(`${IPC}?session-id=5`, 10);
    harness.run();
    publication.offerBytes(new Uint8Array(100));
    await publication.revoke();
    harness.pass(2000);
    expect(publication.isClosed()).toBe(true);
    expect(events).toContain("subscription -5");
    expect(images[0]?.isPublicationRevoked()).toBe(true);
    expect(images[0]?.position()).toBe(0);
  });

  it("tell a publisher that a subscriber rejected it, and why", async () => {
    const harness = new ClientHarness();
    const told: string[] = [];
    const { aeron, images } = await stream(harness, []);
    const publisher = harness.connect({
      onPublicationError: ({ publication, errorCode, text }) =>
        told.push(`${publication.registrationId} ${errorCode} ${text}`),
    });
    const publication = await publisher.addExclusivePublication(IPC, 10);
    harness.run();
    const rejected = images[0]?.reject("wrong version");
    harness.run();
    await rejected;
    expect(told).toEqual([`${publication.registrationId} 13 wrong version`]);
    expect(images[0]?.isClosed()).toBe(true);
    expect(publication.isConnected()).toBe(false);
    await aeron.close();
  });

  it("pass on what the driver says of destinations", async () => {
    const harness = new ClientHarness();
    const aeron = harness.connect();
    const publication = await aeron.addPublication(IPC, 10);
    const subscription = await aeron.addSubscription(IPC, 10);
    const calls = [
      publication.addDestination("aeron:udp?endpoint=localhost:4000"),
      publication.removeDestination("aeron:udp?endpoint=localhost:4000"),
      publication.removeDestination(99n),
      subscription.addDestination("aeron:udp?endpoint=localhost:4000"),
      subscription.removeDestination("aeron:udp?endpoint=localhost:4000"),
    ];
    const results = Promise.all(calls.map(failure));
    harness.run();
    for (const error of await results) expect(error).toMatchObject({ code: "REGISTRATION" });
  });

  it("survive handlers that throw: the error handler gets it", async () => {
    const harness = new ClientHarness();
    const aeron = harness.connect({
      onAvailableImage: () => {
        throw new Error("in a handler");
      },
    });
    const subscription = await aeron.addSubscription(IPC, 10);
    await aeron.addPublication(IPC, 10);
    harness.run();
    expect(subscription.imageCount()).toBe(1);
    expect(harness.errors).toMatchObject([{ message: "in a handler" }]);
  });
});

describe("the end of a client", () => {
  it("by its user frees everything at the driver at once", async () => {
    const harness = new ClientHarness();
    let reason: Error | "none" | undefined = "none";
    const aeron = harness.connect({
      onClose: (error) => {
        reason = error;
      },
    });
    const publication = await aeron.addPublication(IPC, 10);
    const subscription = await aeron.addSubscription(IPC, 10);
    const counter = await aeron.addCounter(1001, "x");
    harness.run();
    await aeron.close();
    await aeron.close();
    expect(reason).toBeUndefined();
    expect([publication.isClosed(), subscription.isClosed(), counter.isClosed()]).toEqual([
      true,
      true,
      true,
    ]);
    expect(publication.offerBytes(new Uint8Array(8))).toBe(-4);
    expect(await failure(aeron.addPublication(IPC, 10))).toMatchObject({ code: "CLIENT_CLOSED" });
    await publication.close();
    await subscription.close();
    harness.pass(8000);
    expect(harness.driver.logPaths()).toEqual([]);
  });

  it("comes when the driver falls silent, with an error that says so", async () => {
    const harness = new ClientHarness();
    let reason: Error | undefined;
    const aeron = harness.connect({
      onClose: (error) => {
        reason = error;
      },
    });
    const subscription = await aeron.addSubscription(IPC, 10);
    const pending = aeron.asyncAddPublication(IPC, 11);
    const failed = failure(pending.promise);
    for (let i = 0; i < 120 && !aeron.isClosed(); i++) {
      harness.driver.clock.advanceMs(100);
      aeron.doWork();
    }
    expect(reason).toMatchObject({ code: "DRIVER_TIMEOUT" });
    expect(aeron.closeReason()).toBe(reason);
    expect(await failed).toMatchObject({
      code: expect.stringMatching(/DRIVER_TIMEOUT|CLIENT_CLOSED/) as string,
    });
    expect(subscription.isClosed()).toBe(true);
    expect(aeron.doWork()).toBe(0);
  });

  it("comes when the driver ends in good order", async () => {
    const harness = new ClientHarness();
    const aeron = harness.connect();
    await aeron.addSubscription(IPC, 10);
    harness.driver.driver.close();
    harness.driver.clock.advanceMs(600);
    aeron.doWork();
    expect(aeron.closeReason()).toMatchObject({ code: "DRIVER_TIMEOUT" });
    expect(aeron.closeReason()?.message).toContain("must not end before its clients");
  });

  it("comes when its own turns failed to come", async () => {
    const harness = new ClientHarness();
    const aeron = harness.connect();
    await aeron.addSubscription(IPC, 10);
    harness.driver.clock.advanceMs(10_100);
    aeron.doWork();
    expect(aeron.closeReason()).toMatchObject({ code: "CONDUCTOR_SERVICE_TIMEOUT" });
  });

  it("comes when the driver gave it up", async () => {
    const harness = new ClientHarness({ clientLivenessTimeoutNs: 2_000_000_000 });
    const aeron = harness.connect({ keepaliveIntervalMs: 100_000 });
    await aeron.addSubscription(IPC, 10);
    for (let i = 0; i < 50 && !aeron.isClosed(); i++) harness.pass(100);
    expect(aeron.closeReason()).toMatchObject({ code: "CLIENT_TIMEOUT" });
  });

  it("comes when events were lost", async () => {
    const harness = new ClientHarness({ toClientsBufferLength: 4096 + 128 });
    const aeron = harness.connect();
    const other = harness.driver.client();
    for (let i = 0; i < 200; i++) {
      other.addCounter(1001, new Uint8Array(), "noise");
      harness.driver.run();
    }
    aeron.doWork();
    expect(aeron.closeReason()).toMatchObject({ code: "CLIENT_LAPPED" });
  });

  it("does not come from a machine that slept: the driver is judged once it had its turn", async () => {
    const harness = new ClientHarness();
    const aeron = harness.connect();
    await aeron.addSubscription(IPC, 10);
    harness.pass(1000);
    // The epoch jumps, the monotonic clock does not: a suspended laptop.
    harness.driver.clock.stepEpochMs(3_600_000);
    harness.driver.clock.advanceMs(500);
    aeron.doWork();
    expect(aeron.isClosed()).toBe(false);
  });

  it("is not brought about by events that cannot be: they are reported and skipped", async () => {
    const harness = new ClientHarness();
    const aeron = harness.connect();
    const { cnc } = harness.driver.client();
    const { BroadcastTransmitter, AtomicBuffer } = await import("@alerion/runtime/concurrent");
    const { readCncLayout } = await import("../../src/protocol/cnc-file-descriptor.js");
    const { toClients } = readCncLayout(cnc.view, cnc.capacity);
    const transmitter = new BroadcastTransmitter(cnc.slice(toClients.offset, toClients.length));
    const garbage = new AtomicBuffer(new ArrayBuffer(64));
    garbage.setMemory(0, 64, 0x7f);
    for (let typeId = 0x0f01; typeId <= 0x0f0e; typeId++) {
      for (const length of [0, 3, 8, 20, 64]) transmitter.transmit(typeId, garbage, 0, length);
    }
    for (let i = 0; i < 3; i++) aeron.doWork();
    expect(harness.errors.length).toBeGreaterThan(10);
    for (const error of harness.errors) expect(error).toMatchObject({ code: "MALFORMED_MESSAGE" });
    expect(aeron.isClosed()).toBe(false);
    await aeron.addSubscription(IPC, 10);
  });
});
