/**
 * One process of the IPC benchmark, on our client; IpcBench.java is the same program on the official one.
 *
 *   peer.js DIRECTORY ping|pong|send|receive|solo name=value…
 *
 * ping measures round trips that pong answers; receive measures what send sends; solo sends and polls in turn in
 * one thread, which shows what the instructions cost. All spin. The last line is the result as JSON.
 */
import { PerformanceObserver } from "node:perf_hooks";
import { AtomicBuffer, type FragmentHandler } from "@alerion/runtime/concurrent";
import {
  type Aeron,
  BufferClaim,
  connect,
  type Publication,
  type Subscription,
} from "@alerion/transport";

const FRAGMENT_LIMIT = 64;
const BURST = 256;
const LATENCY_NS_MAX = 200_000;

const [dir = "", role = "", ...settings] = process.argv.slice(2);
const given = new Map(
  settings.map((setting) => {
    const end = setting.indexOf("=");
    return [setting.slice(0, end), setting.slice(end + 1)] as const;
  }),
);
const number = (name: string): number => Number(given.get(name));
const channel = given.get("channel") ?? "aeron:ipc";
// One of its own for each run: what an earlier one left lingers for a while.
const streamId = number("stream");
const length = number("length");
const isClaim = given.get("mode") === "claim";

const histogram = new Int32Array(LATENCY_NS_MAX + 1);
// Int32 fields of one object: module variables that change are slower, doubles among them would be boxed.
const counts = { received: 0, sum: 0, sequence: 0 };

/** Garbage collections by when they began, in ms as `performance.now()` counts. */
const collections: number[] = [];
const observer = new PerformanceObserver((list) => {
  for (const { startTime } of list.getEntries()) collections.push(startTime);
});
observer.observe({ entryTypes: ["gc"] });

const eventLoop = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Garbage collections between two times. */
async function collectionsBetween(startMs: number, endMs: number): Promise<number> {
  for (let i = 0; i < 3; i++) await eventLoop();
  return collections.filter((ms) => ms >= startMs && ms <= endMs).length;
}

function print(result: object): void {
  console.log(JSON.stringify(result));
}

async function addPublication(aeron: Aeron, id: number): Promise<Publication> {
  return given.get("kind") === "shared"
    ? aeron.addPublication(channel, id)
    : aeron.addExclusivePublication(channel, id);
}

async function connected(publication: Publication, subscription: Subscription): Promise<void> {
  while (!publication.isConnected() || subscription.imageCount() === 0) {
    aeron.doWork();
    await eventLoop();
  }
}

// -- round trips --------------------------------------------------------------------------------------------

const onAnswer: FragmentHandler = (buffer, offset) => {
  counts.sum = buffer.getInt32(offset);
};

/** One round trip. */
function trip(publication: Publication, subscription: Subscription, source: AtomicBuffer): void {
  const sequence = (counts.sequence + 1) | 0;
  counts.sequence = sequence;
  source.putInt32(0, sequence);
  while (publication.offer(source, 0, length) < 0) aeron.doWork();
  let spins = 0;
  while (counts.sum !== sequence) {
    if (subscription.poll(onAnswer, 1) === 0 && (++spins & 1023) === 0) aeron.doWork();
  }
}

function timedTrips(
  publication: Publication,
  subscription: Subscription,
  source: AtomicBuffer,
): void {
  for (let i = 0; i < 1000; i++) {
    const start = performance.now();
    trip(publication, subscription, source);
    const latency = ((performance.now() - start) * 1_000_000) | 0;
    const index = latency < LATENCY_NS_MAX ? latency : LATENCY_NS_MAX;
    histogram[index] = (histogram[index] as number) + 1;
  }
}

function plainTrips(
  publication: Publication,
  subscription: Subscription,
  source: AtomicBuffer,
): void {
  for (let i = 0; i < 1000; i++) trip(publication, subscription, source);
}

function percentile(count: number, fraction: number): number {
  let left = Math.ceil(count * fraction);
  for (let i = 0; i < histogram.length; i++) {
    left -= histogram[i] as number;
    if (left <= 0) return i;
  }
  return LATENCY_NS_MAX;
}

/** What a reading of the clock takes, the least of some rounds. */
function clockNs(): number {
  const READINGS = 10_000;
  let least = Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let round = 0; round < 200; round++) {
    const start = performance.now();
    for (let i = 0; i < READINGS; i++) sum += performance.now();
    least = Math.min(least, ((performance.now() - start) * 1_000_000) / READINGS);
  }
  return sum > 0 ? least : Number.NaN;
}

async function ping(): Promise<void> {
  const publication = await addPublication(aeron, streamId);
  const subscription = await aeron.addSubscription(channel, streamId + 1);
  await connected(publication, subscription);
  const source = new AtomicBuffer(new ArrayBuffer(1024));
  const during = (durationMs: number, trips: typeof timedTrips): number => {
    const end = performance.now() + durationMs;
    let count = 0;
    while (performance.now() < end) {
      trips(publication, subscription, source);
      count += 1000;
      aeron.doWork();
    }
    return count;
  };
  during(number("warmUpMs"), timedTrips);
  histogram.fill(0);
  const count = during(number("measureMs"), timedTrips);
  // Reading a clock makes garbage on Node 20: what the round trips make is seen without it.
  during(200, plainTrips);
  const startMs = performance.now();
  const plainCount = during(1000, plainTrips);
  const endMs = performance.now();
  const scavenges = await collectionsBetween(startMs, endMs);
  print({
    count,
    // A round trip that is timed contains one reading of the clock, which costs more here than in Java.
    clockNs: clockNs(),
    mean: ((endMs - startMs) * 1_000_000) / plainCount,
    p50: percentile(count, 0.5),
    p99: percentile(count, 0.99),
    p999: percentile(count, 0.999),
    scavenges,
  });
}

async function pong(): Promise<void> {
  const subscription = await aeron.addSubscription(channel, streamId);
  const publication = await addPublication(aeron, streamId + 1);
  const answer: FragmentHandler = (buffer, offset, bytes) => {
    while (publication.offer(buffer, offset, bytes) < 0) aeron.doWork();
  };
  print({ ready: true });
  const turn = (): void => {
    for (let i = 0; i < 1024; i++) subscription.poll(answer, FRAGMENT_LIMIT);
  };
  let hadImage = false;
  while (!hadImage || subscription.imageCount() > 0) {
    turn();
    aeron.doWork();
    hadImage ||= subscription.imageCount() > 0;
  }
}

// -- rates --------------------------------------------------------------------------------------------------

function offerBurst(publication: Publication, source: AtomicBuffer, limit: number): number {
  let sent = 0;
  for (let i = 0; i < limit; i++) {
    source.putInt32(0, i);
    if (publication.offer(source, 0, length) > 0) sent++;
    else break;
  }
  return sent;
}

function claimBurst(
  publication: Publication,
  source: AtomicBuffer,
  limit: number,
  claim: BufferClaim,
): number {
  let sent = 0;
  for (let i = 0; i < limit; i++) {
    source.putInt32(0, i);
    if (publication.tryClaim(length, claim) > 0) {
      claim.buffer.copyFrom(claim.offset, source, 0, length);
      claim.commit();
      sent++;
    } else {
      break;
    }
  }
  return sent;
}

async function send(): Promise<void> {
  const publication = await addPublication(aeron, streamId);
  while (!publication.isConnected()) {
    aeron.doWork();
    await eventLoop();
  }
  const source = new AtomicBuffer(new ArrayBuffer(1024));
  const claim = new BufferClaim();
  const turn = (): void => {
    for (let i = 0; i < 64; i++) {
      const sent = isClaim
        ? claimBurst(publication, source, BURST, claim)
        : offerBurst(publication, source, BURST);
      if (sent === 0) aeron.doWork();
    }
  };
  const warmMs = performance.now() + number("warmUpMs");
  const endMs = warmMs + number("measureMs") + 500;
  while (performance.now() < endMs && publication.isConnected()) {
    turn();
    aeron.doWork();
  }
  print({ scavenges: await collectionsBetween(warmMs, endMs - 500) });
}

const onMessage: FragmentHandler = (buffer, offset) => {
  counts.received = (counts.received + 1) | 0;
  counts.sum = (counts.sum + buffer.getInt32(offset)) | 0;
};

async function receive(): Promise<void> {
  const subscription = await aeron.addSubscription(channel, streamId);
  print({ ready: true });
  while (subscription.imageCount() === 0) {
    aeron.doWork();
    await eventLoop();
  }
  const turn = (): void => {
    for (let i = 0; i < 1000; i++) subscription.poll(onMessage, FRAGMENT_LIMIT);
  };
  const during = (durationMs: number): number => {
    const end = performance.now() + durationMs;
    let count = 0;
    while (performance.now() < end) {
      counts.received = 0;
      turn();
      count += counts.received;
      aeron.doWork();
    }
    return count;
  };
  during(number("warmUpMs"));
  const startMs = performance.now();
  const count = during(number("measureMs"));
  const endMs = performance.now();
  print({
    rate: (count * 1000) / (endMs - startMs),
    scavenges: await collectionsBetween(startMs, endMs),
  });
}

async function solo(): Promise<void> {
  const subscription = await aeron.addSubscription(channel, streamId);
  const publication = await addPublication(aeron, streamId);
  await connected(publication, subscription);
  const source = new AtomicBuffer(new ArrayBuffer(1024));
  const claim = new BufferClaim();
  const batch = number("batch");
  const drain = (sent: number): void => {
    counts.received = 0;
    while (counts.received < sent) subscription.poll(onMessage, FRAGMENT_LIMIT);
  };
  let offerNs = Number.POSITIVE_INFINITY;
  let pollNs = Number.POSITIVE_INFINITY;
  const startMs = performance.now();
  const endMs = startMs + number("measureMs");
  while (performance.now() < endMs) {
    const start = performance.now();
    const sent = isClaim
      ? claimBurst(publication, source, batch, claim)
      : offerBurst(publication, source, batch);
    const middle = performance.now();
    drain(sent);
    const done = performance.now();
    if (sent === batch) {
      offerNs = Math.min(offerNs, ((middle - start) * 1_000_000) / sent);
      pollNs = Math.min(pollNs, ((done - middle) * 1_000_000) / sent);
    }
    aeron.doWork();
  }
  const halfMs = startMs + number("measureMs") / 2;
  print({ offerNs, pollNs, scavenges: await collectionsBetween(halfMs, endMs) });
}

const aeron = await connect({ dir, conductor: "invoker", connectTimeoutMs: 30_000 });
const roles: Readonly<Record<string, () => Promise<void>>> = { ping, pong, send, receive, solo };
await roles[role]?.();
await aeron.close();
process.exit(0);
