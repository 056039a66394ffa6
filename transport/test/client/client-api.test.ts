import { BroadcastTransmitter, AtomicBuffer } from "@alerion/runtime/concurrent";
import { describe, expect, it } from "vitest";
import {
  ControlledFragmentAssembler,
  FragmentAssembler,
  ImageControlledFragmentAssembler,
  ImageFragmentAssembler,
} from "../../src/client/fragment-assembler.js";
import { ChannelState } from "../../src/client/channel-status.js";
import { DriverEvent } from "../../src/protocol/control-protocol-events.js";
import { readCncLayout } from "../../src/protocol/cnc-file-descriptor.js";
import { ErrorResponse } from "../../src/protocol/events/error-response.js";
import { SubscriptionReady } from "../../src/protocol/events/short-events.js";
import { message } from "../support/messages.js";
import { ClientHarness } from "./support/client-harness.js";

const IPC = "aeron:ipc";

/** Says something in the driver's name. */
function driverSays(harness: ClientHarness): BroadcastTransmitter {
  const { cnc } = harness.driver.client();
  const { toClients } = readCncLayout(cnc.view, cnc.capacity);
  return new BroadcastTransmitter(cnc.slice(toClients.offset, toClients.length));
}

describe("what was added", () => {
  it("is found by its registration id until it is closed", async () => {
    const aeron = new ClientHarness().connect();
    const shared = await aeron.addPublication(IPC, 10);
    const own = await aeron.addExclusivePublication(IPC, 10);
    const subscription = await aeron.addSubscription(IPC, 10);
    const counter = await aeron.addCounter(1001, "x");
    expect(aeron.getPublication(shared.registrationId)).toBe(shared);
    expect(aeron.getPublication(own.registrationId)).toBe(own);
    expect(aeron.getSubscription(subscription.registrationId)).toBe(subscription);
    expect(aeron.getCounter(counter.registrationId)).toBe(counter);
    expect(aeron.getSubscription(shared.registrationId)).toBeUndefined();
    for (const { registrationId } of [shared, own, subscription, counter]) {
      await aeron.asyncRemove(registrationId);
    }
    expect([
      shared.isClosed(),
      own.isClosed(),
      subscription.isClosed(),
      counter.isClosed(),
    ]).toEqual([true, true, true, true]);
    expect(aeron.getPublication(shared.registrationId)).toBeUndefined();
    expect(aeron.getCounter(counter.registrationId)).toBeUndefined();
    await aeron.asyncRemove(shared.registrationId);
  });

  it("is given back when it was removed before it came", async () => {
    const harness = new ClientHarness();
    const aeron = harness.connect();
    const adding = aeron.asyncAddPublication(IPC, 10);
    expect(aeron.hasActiveCommands()).toBe(true);
    await aeron.asyncRemove(adding.registrationId);
    expect([adding.state, aeron.hasActiveCommands()]).toEqual(["cancelled", false]);
    harness.run();
    harness.pass(8000);
    expect(aeron.getPublication(adding.registrationId)).toBeUndefined();
    expect(harness.driver.logPaths()).toEqual([]);
  });

  it("without waiting yields its state to a loop", async () => {
    const harness = new ClientHarness();
    const aeron = harness.connect();
    const counter = aeron.asyncAddStaticCounter(1001, 77n, "static");
    const publication = aeron.asyncAddExclusivePublication(IPC, 10);
    const refused = aeron.asyncAddPublication("aeron:ipc?mtu=1", 10);
    expect([counter.state, publication.state, refused.state]).toEqual(
      Array.from({ length: 3 }, () => "pending"),
    );
    harness.run();
    expect([counter.state, publication.state, refused.state]).toEqual(["ready", "ready", "failed"]);
    expect(counter.resource?.registrationId).toBe(77n);
    expect(refused.error).toMatchObject({ code: "REGISTRATION" });
    const destination = publication.resource?.asyncAddDestination("aeron:udp?endpoint=a:1");
    harness.run();
    expect(destination?.state).toBe("failed");
  });

  it("says what it is", async () => {
    const harness = new ClientHarness();
    const aeron = harness.connect();
    const first = await aeron.addPublication(IPC, 10);
    const second = await aeron.addPublication(IPC, 10);
    const subscription = await aeron.addSubscription(IPC, 10);
    harness.run();
    expect([first.isOriginal(), second.isOriginal()]).toEqual([true, false]);
    expect(aeron.counters.label(first.positionLimitId)).toContain("pub-lmt");
    expect([first.channelStatus(), subscription.channelStatus()]).toEqual([
      ChannelState.ACTIVE,
      ChannelState.ACTIVE,
    ]);
    expect([first.localSocketAddresses(), subscription.localSocketAddresses()]).toEqual([[], []]);
    expect(subscription.resolvedEndpoint()).toBeUndefined();
    expect(subscription.tryResolveChannelEndpointPort()).toBe(IPC);
    expect(2 ** (subscription.images()[0]?.positionBitsToShift ?? 0)).toBe(first.termBufferLength);
    await first.close();
    await subscription.close();
    expect([first.channelStatus(), subscription.channelStatus()]).toEqual([-4, -4]);
  });
});

describe("handlers", () => {
  it("of counters and of the end can be added and taken away", async () => {
    const harness = new ClientHarness();
    const aeron = harness.connect();
    const told: string[] = [];
    const available = (id: bigint): void => void told.push(`+${id}`);
    const unavailable = (id: bigint): void => void told.push(`-${id}`);
    const closed = (): void => void told.push("closed");
    aeron.addAvailableCounterHandler(available);
    aeron.addUnavailableCounterHandler(unavailable);
    aeron.addCloseHandler(closed);
    aeron.addCloseHandler(() => {
      throw new Error("in a close handler");
    });
    const counter = await aeron.addCounter(1001, "x");
    counter.close();
    harness.run();
    const id = counter.registrationId;
    // The first one is this client's heartbeat.
    expect(told).toEqual([`+${aeron.clientId}`, `+${id}`, `-${id}`]);
    expect(aeron.removeAvailableCounterHandler(available)).toBe(true);
    expect(aeron.removeAvailableCounterHandler(available)).toBe(false);
    expect(aeron.removeUnavailableCounterHandler(unavailable)).toBe(true);
    await aeron.addCounter(1001, "y");
    expect(told).toHaveLength(3);
    await aeron.close();
    expect(told.at(-1)).toBe("closed");
    expect(harness.errors).toMatchObject([{ message: "in a close handler" }]);
    expect(aeron.removeCloseHandler(closed)).toBe(true);
  });

  it("of errors in polls are the client's where the subscription has none", async () => {
    const harness = new ClientHarness();
    const errors: unknown[] = [];
    const aeron = harness.connect({ onSubscriberError: (error) => errors.push(error) });
    const subscription = await aeron.addSubscription(IPC, 10);
    const publication = await aeron.addExclusivePublication(IPC, 10);
    harness.run();
    publication.offerBytes(message(1, 10));
    const count = subscription.poll(() => {
      throw new Error("in a poll");
    }, 10);
    expect(count).toBe(1);
    expect(errors).toMatchObject([{ message: "in a poll" }]);
  });

  it("of errors hear of a channel whose endpoint failed, if it is one of this client", async () => {
    const harness = new ClientHarness();
    const aeron = harness.connect();
    const adding = aeron.asyncAddSubscription("aeron:udp?endpoint=localhost:0", 10);
    const buffer = new AtomicBuffer(new ArrayBuffer(128));
    const transmitter = driverSays(harness);
    const ready = new SubscriptionReady().wrap(buffer.view, 0, 128);
    ready.setCorrelationId(adding.registrationId).setChannelStatusCounterId(3);
    transmitter.transmit(DriverEvent.ON_SUBSCRIPTION_READY, buffer, 0, 12);
    const text = "no such name";
    for (const statusCounterId of [2n, 3n]) {
      const event = new ErrorResponse().wrap(buffer.view, 0, 128);
      event.setOffendingCorrelationId(statusCounterId).setErrorCode(4).setMessage(text);
      transmitter.transmit(DriverEvent.ON_ERROR, buffer, 0, 16 + text.length);
    }
    aeron.doWork();
    expect(adding.resource?.status.counterId).toBe(3);
    expect(harness.errors).toMatchObject([
      { code: "CHANNEL_ENDPOINT", statusCounterId: 3, errorName: "CHANNEL_ENDPOINT_ERROR" },
    ]);
    expect(aeron.isClosed()).toBe(false);
  });
});

describe("assemblers of one image", () => {
  it("make whole messages, as those of a subscription do", async () => {
    const harness = new ClientHarness();
    const aeron = harness.connect();
    const subscription = await aeron.addSubscription(IPC, 10);
    const publication = await aeron.addExclusivePublication(IPC, 10);
    harness.run();
    const lengths: number[] = [];
    const note = (_: AtomicBuffer, __: number, length: number): number => lengths.push(length);
    const controlled = (_: AtomicBuffer, __: number, length: number) => {
      lengths.push(length);
      return 4 as const;
    };
    const [image] = subscription.images();
    for (const assembler of [new ImageFragmentAssembler(note), new FragmentAssembler(note)]) {
      expect(publication.offerBytes(message(1, 5000))).toBeGreaterThan(0);
      expect(image?.poll(assembler.onFragment, 10)).toBe(4);
      expect(assembler.freeSession(publication.sessionId)).toBe(true);
    }
    for (const assembler of [
      new ImageControlledFragmentAssembler(controlled),
      new ControlledFragmentAssembler(controlled),
    ]) {
      expect(publication.offerBytes(message(1, 5000))).toBeGreaterThan(0);
      expect(image?.controlledPoll(assembler.onFragment, 10)).toBe(4);
      assembler.clear();
    }
    expect(lengths).toEqual([5000, 5000, 5000, 5000]);
  });

  it("drop what a publisher left unfinished", async () => {
    const harness = new ClientHarness();
    const aeron = harness.connect();
    const subscription = await aeron.addSubscription(IPC, 10);
    const publication = await aeron.addExclusivePublication(IPC, 10);
    harness.run();
    let count = 0;
    const assembler = new ImageFragmentAssembler(() => count++);
    publication.offerBytes(message(1, 5000));
    expect(subscription.poll(assembler.onFragment, 2)).toBe(2);
    assembler.clear();
    expect(subscription.poll(assembler.onFragment, 10)).toBe(2);
    expect(count).toBe(0);
  });
});

describe("an exclusive publication", () => {
  it("can be told to revoke its stream when it is closed", async () => {
    const harness = new ClientHarness();
    const aeron = harness.connect();
    const subscription = await aeron.addSubscription(IPC, 10);
    const publication = await aeron.addExclusivePublication(IPC, 10);
    harness.run();
    const [image] = subscription.images();
    publication.offerBytes(message(1, 100));
    publication.revokeOnClose();
    await publication.close();
    harness.pass(2000);
    expect([image?.isClosed(), image?.isPublicationRevoked()]).toEqual([true, true]);
  });

  it("of a client that touches its pages first is as empty as any", async () => {
    const harness = new ClientHarness();
    const aeron = harness.connect({ preTouch: true });
    const publication = await aeron.addExclusivePublication(IPC, 10);
    const subscription = await aeron.addSubscription(IPC, 10);
    harness.run();
    expect(publication.offerBytes(message(1, 100))).toBe(160);
    expect(subscription.poll(() => {}, 10)).toBe(1);
  });
});
