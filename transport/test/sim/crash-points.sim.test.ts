import { AtomicCounter } from "@alerion/runtime/concurrent";
import { describe, expect, it } from "vitest";
import { SystemCounter } from "../../src/protocol/counters/system-counter.js";
import { DIR, DriverHarness } from "../support/driver-harness.js";
import { drain, message, offer } from "../support/messages.js";
import { RawClient } from "../support/raw-client.js";
import { claimedPosition } from "./support/claimed-position.js";
import { type AccessHook, HookedFiles } from "./support/hooked-buffer.js";
import { SimulatedCrash } from "./support/scheduler.js";

const MESSAGE_LENGTH = 300;
// Room for two messages: the third meets the end of the term.
const CHANNEL =
  "aeron:ipc?term-length=64k|init-term-id=2147483647|term-id=2147483647|term-offset=64512";

/** Dies at its n-th access. */
class Countdown implements AccessHook {
  remaining = Number.POSITIVE_INFINITY;

  before(): void {
    if (--this.remaining < 0) throw new SimulatedCrash();
  }
}

interface Outcome {
  readonly hasCrashed: boolean;
  readonly unblockedCount: number;
}

/** One of two publishers of a log dies at its `crashPoint`-th access; the other must go on, and nothing may stay. */
function dieAt(crashPoint: number): Outcome {
  const harness = new DriverHarness();
  const alive = harness.client();
  const hook = new Countdown();
  const victim = new RawClient(new HookedFiles(harness.files, hook), DIR);
  const subscription = alive.addSubscription("aeron:ipc", 10);
  const own = alive.addPublication(CHANNEL, 10);
  const shared = victim.addPublication(CHANNEL, 10);
  harness.run();
  alive.receive();
  victim.receive();
  const publication = alive.publication(own);
  const { log } = publication;
  const image = alive.image(subscription);
  const publisherPosition = new AtomicCounter(alive.counters, publisher(alive));
  const published: number[] = [];
  const received: number[] = [];

  let hasCrashed = false;
  const dying = victim.shared(victim.publication(shared));
  hook.remaining = crashPoint;
  try {
    for (let i = 0; i < 5; i++) if (offer(dying, i, MESSAGE_LENGTH) >= 0) published.push(i);
  } catch (error) {
    if (!(error instanceof SimulatedCrash)) throw error;
    hasCrashed = true;
  }

  // The driver looks at the log as the dead one left it, before anybody else touches it.
  harness.pass(1000, alive);
  expect(publisherPosition.get()).toBeLessThanOrEqual(claimedPosition(log));
  const appender = alive.shared(publication);
  for (let second = 0; second < 20; second++) {
    for (let turn = 0; turn < 3; turn++) {
      const id = 100 + published.length;
      if (offer(appender, id, MESSAGE_LENGTH) >= 0) published.push(id);
    }
    harness.pass(1000, alive);
    expect(publisherPosition.get()).toBeLessThanOrEqual(claimedPosition(log));
    for (const bytes of drain(image.reader)) received.push(identify(bytes));
  }
  const last = 100 + published.length;
  expect(offer(appender, last, MESSAGE_LENGTH)).toBeGreaterThan(0);
  published.push(last);

  alive.removePublication(own);
  harness.run();
  expect(log.metadata.endOfStreamPosition()).toBe(claimedPosition(log));
  for (const bytes of drain(image.reader)) received.push(identify(bytes));
  // What the dying one was about to publish may have come out or not; all else has, in order.
  expect(received.filter((id) => published.includes(id))).toEqual(published);
  harness.pass(3000, alive);
  expect(harness.logPaths()).toEqual([]);
  return {
    hasCrashed,
    unblockedCount: harness.systemCounter(SystemCounter.UNBLOCKED_PUBLICATIONS),
  };
}

function publisher(client: RawClient): number {
  return client.counters.find((id) => client.counters.label(id).startsWith("pub-pos"));
}

function identify(bytes: Uint8Array): number {
  for (let id = 0; id < 400; id++) {
    if (bytes[0] === ((id * 31) & 0xff) && isMessage(bytes, id)) return id;
  }
  throw new Error("message must be whole");
}

function isMessage(bytes: Uint8Array, id: number): boolean {
  return message(id, MESSAGE_LENGTH).every((byte, k) => bytes[k] === byte);
}

describe("a publisher that dies at any access to the log", () => {
  it("holds up the other publisher for the unblock timeout at most, and loses nothing that was published", () => {
    let crashPoint = 0;
    let unblockedCount = 0;
    for (;;) {
      const outcome = dieAt(crashPoint);
      unblockedCount += outcome.unblockedCount;
      if (!outcome.hasCrashed) break;
      crashPoint++;
    }
    // The whole of five appends and a change of term was covered.
    expect(crashPoint).toBeGreaterThan(15);
    expect(unblockedCount).toBeGreaterThan(2);
  }, 300_000);
});
