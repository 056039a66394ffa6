import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Command } from "../../src/protocol/control-protocol-events.js";
import { SystemCounter, systemCounterLabels } from "../../src/protocol/counters/system-counter.js";
import { DriverHarness, TERM_LENGTH } from "../support/driver-harness.js";
import type { Event, RawClient } from "../support/raw-client.js";

const IPC = "aeron:ipc";

function connected(): { harness: DriverHarness; client: RawClient } {
  const harness = new DriverHarness();
  return { harness, client: harness.client() };
}

function lastError(harness: DriverHarness, client: RawClient, correlationId: bigint): Event {
  harness.run();
  client.receive();
  return client.last("ON_ERROR", "correlationId", correlationId);
}

describe("counters of clients", () => {
  it("are announced, found by their ids and gone with their removal", () => {
    const { harness, client } = connected();
    const id = client.addCounter(2001, Uint8Array.of(1, 2, 3, 4, 5), "orders");
    harness.run();
    client.receive();
    const counterId = Number(client.last("ON_COUNTER_READY", "correlationId", id)["counterId"]);
    const { counters } = client;
    expect(counters.label(counterId)).toBe("orders");
    expect(counters.typeId(counterId)).toBe(2001);
    expect([...counters.key(counterId).subarray(0, 6)]).toEqual([1, 2, 3, 4, 5, 0]);
    expect(counters.registrationId(counterId)).toBe(Number(id));
    expect(counters.ownerId(counterId)).toBe(Number(client.clientId));
    const removed = client.removeCounter(id);
    harness.run();
    const events = client.receive().map((each) => [each.event, each["correlationId"]]);
    expect(events).toEqual([
      ["ON_OPERATION_SUCCESS", removed],
      ["ON_UNAVAILABLE_COUNTER", id],
    ]);
    expect(counters.state(counterId)).toBe(-1);
  });

  it("are reused only after the reuse timeout", () => {
    const { harness, client } = connected();
    const id = client.addCounter(2001, new Uint8Array(), "a");
    harness.run();
    client.receive();
    const first = client.last("ON_COUNTER_READY", "correlationId", id)["counterId"];
    client.removeCounter(id);
    const second = client.addCounter(2001, new Uint8Array(), "b");
    harness.pass(2000, client);
    const third = client.addCounter(2001, new Uint8Array(), "c");
    harness.run();
    client.receive();
    expect(client.last("ON_COUNTER_READY", "correlationId", second)["counterId"]).not.toBe(first);
    expect(client.last("ON_COUNTER_READY", "correlationId", third)["counterId"]).toBe(first);
  });

  it("that are static outlive their client and are found again", () => {
    const { harness, client } = connected();
    const registrationId = 2n ** 62n + 1n;
    const added = client.addStaticCounter(registrationId, 2001, "static");
    harness.run();
    client.receive();
    const id = client.last("ON_STATIC_COUNTER", "correlationId", added)["counterId"];
    client.close();
    harness.pass(3000);
    const other = harness.client();
    const again = other.addStaticCounter(registrationId, 2001, "ignored");
    harness.run();
    other.receive();
    expect(other.last("ON_STATIC_COUNTER", "correlationId", again)["counterId"]).toBe(id);
    expect(other.counters.label(Number(id))).toBe("static");
    expect(other.counters.ownerId(Number(id))).toBe(-1);
    expect(other.counters.values.getBigInt64(Number(id) * 128 + 8)).toBe(registrationId);
  });

  it("that are static must not share their ids with one of a client", () => {
    const { harness, client } = connected();
    const owned = client.addCounter(2001, new Uint8Array(), "owned");
    const clash = client.addStaticCounter(owned, 2001, "clash");
    expect(lastError(harness, client, clash)["code"]).toBe("GENERIC_ERROR");
  });

  it("run out with an error, not with the driver", () => {
    const { harness, client } = connected();
    let last = 0n;
    for (let i = 0; i < 8200; i++) {
      last = client.addCounter(2001, new Uint8Array(), "x");
      harness.run();
    }
    const receiver = harness.client();
    const refused = client.addCounter(2001, new Uint8Array(), "x");
    harness.run();
    receiver.receive();
    expect(receiver.last("ON_ERROR", "correlationId", refused)["message"]).toMatch(/counter/);
    expect(last).toBeGreaterThan(0n);
  });
});

describe("commands that cannot be carried out", () => {
  it.each([
    ["a publication", "UNKNOWN_PUBLICATION", (c: RawClient) => c.removePublication(99n)],
    ["a subscription", "UNKNOWN_SUBSCRIPTION", (c: RawClient) => c.removeSubscription(99n)],
    ["a counter", "UNKNOWN_COUNTER", (c: RawClient) => c.removeCounter(99n)],
    [
      "a publication with destinations",
      "UNKNOWN_PUBLICATION",
      (c: RawClient) => c.addDestination(99n, "aeron:udp?endpoint=localhost:1"),
    ],
    [
      "a subscription with destinations",
      "UNKNOWN_SUBSCRIPTION",
      (c: RawClient) => c.addDestination(99n, IPC, Command.ADD_RCV_DESTINATION),
    ],
    [
      "another client's publication",
      "UNKNOWN_PUBLICATION",
      (c: RawClient, other: bigint) => c.removePublication(other),
    ],
  ] as const)("for lack of %s are answered with %s", (_, code, send) => {
    const { harness, client } = connected();
    const other = harness.client();
    const theirs = other.addPublication(IPC, 10);
    harness.run();
    expect(lastError(harness, client, send(client, theirs))["code"]).toBe(code);
    expect(harness.systemCounter(SystemCounter.ERRORS)).toBe(1);
    expect(harness.errors()).toHaveLength(1);
  });

  it.each([
    ["aeron:tcp", "INVALID_CHANNEL"],
    ["aeron:ipc?term-length=5", "INVALID_CHANNEL"],
    ["aeron:ipc?stream-id=11", "INVALID_CHANNEL"],
    ["aeron:ipc?mtu=16k", "INVALID_CHANNEL"],
    ["aeron:ipc?pub-wnd=1024", "INVALID_CHANNEL"],
    ["aeron:ipc?pub-wnd=64k", "INVALID_CHANNEL"],
    ["aeron:ipc?init-term-id=1|term-id=1|term-offset=128k|term-length=64k", "INVALID_CHANNEL"],
    ["aeron:ipc?init-term-id=0|term-id=2147483647|term-offset=65536", "INVALID_CHANNEL"],
    ["aeron:udp?endpoint=localhost:40123", "NOT_SUPPORTED"],
    ["aeron-spy:aeron:ipc", "NOT_SUPPORTED"],
  ])("because of the channel %s are answered with %s", (channel, code) => {
    const { harness, client } = connected();
    const event = lastError(harness, client, client.addPublication(channel, 10));
    expect(event["code"]).toBe(code);
    expect(harness.logPaths()).toEqual([]);
    const labels = client.labels().filter((label) => !label.startsWith("client-heartbeat"));
    expect(labels).toEqual([]);
  });

  it("for lack of room leave nothing behind", () => {
    const { harness, client } = connected();
    harness.files.capacity = 10 * 1024 * 1024;
    const id = client.addPublication("aeron:ipc?term-length=16m", 10);
    expect(lastError(harness, client, id)["code"]).toBe("STORAGE_SPACE");
    expect(harness.logPaths()).toEqual([]);
    const small = client.addPublication(IPC, 10);
    harness.run();
    client.receive();
    expect(client.publication(small).log.termLength).toBe(TERM_LENGTH);
  });

  it("are counted once per distinct error in the error log", () => {
    const { harness, client } = connected();
    for (let i = 0; i < 3; i++) client.removeCounter(99n);
    client.removeCounter(98n);
    harness.run();
    expect(harness.errors().map((error) => error.count)).toEqual([3, 1]);
    expect(harness.errors()[0]?.text).toMatch(/^ControlError: counter must be known/);
  });

  it("of unknown type or too short are answered without a correlation id", () => {
    const { harness, client } = connected();
    client.sendBytes(0x99, new Uint8Array(16));
    client.sendBytes(Command.ADD_PUBLICATION, new Uint8Array(20));
    harness.run();
    client.receive();
    const errors = client.events.filter((each) => each.event === "ON_ERROR");
    expect(errors.map((each) => [each["code"], each["correlationId"]])).toEqual([
      ["UNKNOWN_COMMAND_TYPE_ID", 0n],
      ["MALFORMED_COMMAND", 0n],
    ]);
  });
});

describe("the to-driver ring", () => {
  it("is freed of a command that its writer never finished", () => {
    const { harness, client } = connected();
    client.addSubscription(IPC, 10);
    harness.run();
    client.ring.tryClaim(Command.ADD_SUBSCRIPTION, 100);
    const behind = client.addSubscription(IPC, 11);
    harness.pass(9000, client);
    client.receive();
    expect(() => client.last("ON_SUBSCRIPTION_READY", "correlationId", behind)).toThrow(
      /^no ON_SUBSCRIPTION_READY/,
    );
    harness.pass(3000, client);
    client.receive();
    expect(client.last("ON_SUBSCRIPTION_READY", "correlationId", behind)).toBeDefined();
    expect(harness.systemCounter(SystemCounter.UNBLOCKED_COMMANDS)).toBe(1);
  });

  it("survives any bytes that a client puts there", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.oneof(fc.constantFrom(...Object.values(Command)), fc.integer({ min: 1, max: 500 })),
            fc.array(fc.oneof(fc.integer({ min: -1, max: 40 }), fc.integer()), { maxLength: 20 }),
            fc.string({ maxLength: 40 }),
          ),
          { maxLength: 12 },
        ),
        (commands) => {
          const harness = new DriverHarness({ terminationValidator: "allow" });
          const client = harness.client();
          for (const [typeId, words, text] of commands) {
            const head = new Uint8Array(Int32Array.from(words).buffer);
            const bytes = new Uint8Array([...head, ...new TextEncoder().encode(text)]);
            client.sendBytes(typeId, bytes);
          }
          harness.run();
          harness.pass(3000);
          // Still alive and able to serve.
          const late = harness.client();
          const subscription = late.addSubscription(IPC, 10);
          harness.run();
          late.receive();
          expect(late.last("ON_SUBSCRIPTION_READY", "correlationId", subscription)).toBeDefined();
        },
      ),
      { numRuns: 200 },
    );
  }, 60_000);

  it("survives mutated commands that were valid", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 70 }),
        fc.nat({ max: 255 }),
        fc.constantFrom("aeron:ipc", "aeron:ipc?term-length=64k|session-id=5"),
        (index, value, channel) => {
          const harness = new DriverHarness();
          const client = harness.client();
          const tail = client.ring.producerPosition();
          client.addPublication(channel, 10);
          // The byte `index` of the record, header included.
          client.ring.buffer.u8[tail + index] = value;
          harness.run();
          const late = harness.client();
          // A length that became zero or negative is unblocked after the liveness timeout, together with
          // what was claimed behind it; from then on everything is served.
          late.addSubscription(IPC, 10);
          harness.pass(20_000);
          const subscription = late.addSubscription(IPC, 10);
          harness.run();
          late.receive();
          expect(late.last("ON_SUBSCRIPTION_READY", "correlationId", subscription)).toBeDefined();
        },
      ),
      { numRuns: 300 },
    );
  }, 60_000);
});

describe("the driver", () => {
  it("has all system counters, its versions and what it has mapped", () => {
    const { harness, client } = connected();
    const { counters } = client;
    systemCounterLabels.forEach((label, id) => {
      expect(counters.label(id).startsWith(label)).toBe(true);
      expect(counters.typeId(id)).toBe(0);
      expect(counters.registrationId(id)).toBe(id);
      expect(counters.ownerId(id)).toBe(-1);
      expect(new DataView(counters.key(id).buffer).getInt32(0, true)).toBe(id);
    });
    expect(counters.value(SystemCounter.CONTROL_PROTOCOL_VERSION)).toBe(0x010000);
    const base = counters.value(SystemCounter.BYTES_CURRENTLY_MAPPED);
    expect(base).toBe((harness.files.length("/aeron-test/cnc.dat") ?? 0) + 4096);
    const id = client.addPublication(IPC, 10);
    harness.run();
    expect(counters.value(SystemCounter.BYTES_CURRENTLY_MAPPED) - base).toBe(
      3 * TERM_LENGTH + 4096,
    );
    client.removePublication(id);
    harness.pass(3000, client);
    expect(counters.value(SystemCounter.BYTES_CURRENTLY_MAPPED)).toBe(base);
  });

  it("counts duty cycles that took too long", () => {
    const { harness, client } = connected();
    harness.run();
    harness.clock.advanceMs(150);
    harness.run();
    const { counters } = client;
    expect(counters.value(SystemCounter.CONDUCTOR_MAX_CYCLE_TIME)).toBe(150_000_000);
    expect(counters.value(SystemCounter.CONDUCTOR_CYCLE_TIME_THRESHOLD_EXCEEDED)).toBe(1);
  });

  it("ends on command only if the validator agrees", () => {
    const denied = connected();
    denied.client.terminateDriver();
    denied.harness.run();
    expect(denied.harness.hasTerminated).toBe(false);
    const allowed = new DriverHarness({ terminationValidator: "allow" });
    allowed.client().terminateDriver();
    allowed.run();
    expect(allowed.hasTerminated).toBe(true);
  });

  it("gives the first client the id 1", () => {
    expect(connected().client.clientId).toBe(1n);
  });
});
