/**
 * One process of the UDP benchmark, on our client and driver; UdpBench.java is the same program on the official ones.
 *
 *   peer.js DIRECTORY ping|pong|send|receive|streams name=value…
 *
 * With `driver=invoker` the process brings its own driver and runs it in its one thread; else it joins the driver of
 * the directory and yields when there is nothing to do, because there are more threads than cores. The last line is
 * the result as JSON.
 */
import { PerformanceObserver } from "node:perf_hooks";
import { AtomicBuffer, type FragmentHandler } from "@alerion/runtime/concurrent";
import {
  type Aeron,
  connect,
  type ExclusivePublication,
  launchDriver,
  loadYield,
  type RunningDriver,
  type Subscription,
} from "@alerion/transport";

const FRAGMENT_LIMIT = 64;
const BURST = 64;
const LATENCY_UNIT_NS = 10;
const LATENCY_MAX = 200_000;
const DRIVER_SETTINGS = {
  "aeron.socket.so_rcvbuf": "2m",
  "aeron.socket.so_sndbuf": "2m",
  "aeron.rcv.initial.window.length": "2m",
};

const [dir = "", role = "", ...settings] = process.argv.slice(2);
const given = new Map(
  settings.map((setting) => {
    const end = setting.indexOf("=");
    return [setting.slice(0, end), setting.slice(end + 1)] as const;
  }),
);
const text = (name: string): string => given.get(name) ?? "";
const number = (name: string): number => Number(given.get(name));
const length = number("length");
const streamId = number("stream");
const isInvoker = text("driver") === "invoker";

const histogram = new Int32Array(LATENCY_MAX + 1);
// Int32 fields of one object: module variables that change are slower, doubles among them would be boxed.
const counts = { received: 0, sum: 0, sequence: 0 };

const collections: number[] = [];
new PerformanceObserver((list) => {
  for (const { startTime } of list.getEntries()) collections.push(startTime);
}).observe({ entryTypes: ["gc"] });

const eventLoop = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

async function collectionsBetween(startMs: number, endMs: number): Promise<number> {
  for (let i = 0; i < 3; i++) await eventLoop();
  return collections.filter((ms) => ms >= startMs && ms <= endMs).length;
}

function print(result: object): void {
  console.log(JSON.stringify(result));
}

/** Nothing came: the driver of this thread has a turn, or other threads have. */
function idle(): void {
  if (isInvoker) driver.doWork();
  else yieldThread();
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    if (isInvoker) driver.doWork();
    aeron.doWork();
    await eventLoop();
  }
}

// -- round trips --------------------------------------------------------------------------------------------

const onAnswer: FragmentHandler = (buffer, offset) => {
  counts.sum = buffer.getInt32(offset);
};

function trip(out: ExclusivePublication, inp: Subscription, source: AtomicBuffer): void {
  const sequence = (counts.sequence + 1) | 0;
  counts.sequence = sequence;
  source.putInt32(0, sequence);
  while (out.offer(source, 0, length) < 0) idle();
  if (isInvoker) driver.doWork();
  while (counts.sum !== sequence) if (inp.poll(onAnswer, 1) === 0) idle();
}

function timedTrips(out: ExclusivePublication, inp: Subscription, source: AtomicBuffer): void {
  for (let i = 0; i < 100; i++) {
    const start = performance.now();
    trip(out, inp, source);
    const latency = (((performance.now() - start) * 1_000_000) / LATENCY_UNIT_NS) | 0;
    const index = latency < LATENCY_MAX ? latency : LATENCY_MAX;
    histogram[index] = (histogram[index] as number) + 1;
  }
}

function plainTrips(out: ExclusivePublication, inp: Subscription, source: AtomicBuffer): void {
  for (let i = 0; i < 100; i++) trip(out, inp, source);
}

function percentile(count: number, fraction: number): number {
  let left = Math.ceil(count * fraction);
  for (let i = 0; i < histogram.length; i++) {
    left -= histogram[i] as number;
    if (left <= 0) return (i * LATENCY_UNIT_NS) / 1000;
  }
  return (LATENCY_MAX * LATENCY_UNIT_NS) / 1000;
}

async function ping(): Promise<void> {
  const out = await aeron.addExclusivePublication(text("channel"), streamId);
  const inp = await aeron.addSubscription(text("answers"), streamId + 1);
  await until(() => out.isConnected() && inp.imageCount() > 0);
  const source = new AtomicBuffer(new ArrayBuffer(2048));
  const during = (durationMs: number, trips: typeof timedTrips): number => {
    const end = performance.now() + durationMs;
    let count = 0;
    while (performance.now() < end) {
      trips(out, inp, source);
      count += 100;
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
  during(1000, plainTrips);
  const scavenges = await collectionsBetween(startMs, performance.now());
  print({
    count,
    p50: percentile(count, 0.5),
    p99: percentile(count, 0.99),
    p999: percentile(count, 0.999),
    scavenges,
  });
}

async function pong(): Promise<void> {
  const inp = await aeron.addSubscription(text("channel"), streamId);
  const out = await aeron.addExclusivePublication(text("answers"), streamId + 1);
  const answer: FragmentHandler = (buffer, offset, bytes) => {
    while (out.offer(buffer, offset, bytes) < 0) idle();
    if (isInvoker) driver.doWork();
  };
  print({ ready: true });
  await until(() => inp.imageCount() > 0);
  while (inp.imageCount() > 0) {
    for (let i = 0; i < 1024; i++) if (inp.poll(answer, FRAGMENT_LIMIT) === 0) idle();
    aeron.doWork();
  }
}

// -- rates --------------------------------------------------------------------------------------------------

function burst(out: ExclusivePublication, source: AtomicBuffer): number {
  let sent = 0;
  while (sent < BURST && out.offer(source, 0, length) > 0) sent++;
  return sent;
}

async function send(): Promise<void> {
  const out = await aeron.addExclusivePublication(text("channel"), streamId);
  await until(() => out.isConnected());
  const source = new AtomicBuffer(new ArrayBuffer(2048));
  const warmMs = performance.now() + number("warmUpMs");
  const endMs = warmMs + number("measureMs") + 500;
  while (performance.now() < endMs && out.isConnected()) {
    for (let i = 0; i < 64; i++) {
      const sent = burst(out, source);
      if (isInvoker || sent === 0) idle();
    }
    aeron.doWork();
  }
  print({ scavenges: await collectionsBetween(warmMs, endMs - 500) });
}

const onMessage: FragmentHandler = () => {
  counts.received = (counts.received + 1) | 0;
};

async function receive(): Promise<void> {
  const inp = await aeron.addSubscription(text("channel"), streamId);
  print({ ready: true });
  await until(() => inp.imageCount() > 0);
  const during = (durationMs: number): number => {
    const end = performance.now() + durationMs;
    let count = 0;
    while (performance.now() < end) {
      counts.received = 0;
      for (let i = 0; i < 256; i++) {
        const polled = inp.poll(onMessage, FRAGMENT_LIMIT);
        if (isInvoker || polled === 0) idle();
      }
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

// -- many streams ---------------------------------------------------------------------------------------------

/** What a duty cycle costs with `streams` idle streams of one driver that sends to itself. */
async function streams(): Promise<void> {
  const count = number("streams");
  const outs: ExclusivePublication[] = [];
  const inps: Subscription[] = [];
  for (let i = 0; i < count; i++) {
    inps.push(await aeron.addSubscription(text("channel"), 1000 + i));
    outs.push(await aeron.addExclusivePublication(`${text("channel")}|term-length=64k`, 1000 + i));
  }
  await until(() => outs.every((each) => each.isConnected()));
  const cycles = (durationMs: number): number => {
    const end = performance.now() + durationMs;
    let turns = 0;
    while (performance.now() < end) {
      for (let i = 0; i < 16; i++) driver.doWork();
      turns += 16;
      aeron.doWork();
    }
    return turns;
  };
  cycles(number("warmUpMs"));
  const startMs = performance.now();
  const turns = cycles(number("measureMs"));
  const elapsedMs = performance.now() - startMs;
  print({
    cycleNs: (elapsedMs * 1_000_000) / turns,
    perStreamNs: (elapsedMs * 1_000_000) / turns / count,
    residentBytes: process.memoryUsage().rss,
  });
}

const yieldThread = isInvoker ? (): void => {} : await loadYield();
const driver: RunningDriver = isInvoker
  ? await launchDriver({
      dir,
      threadingMode: "INVOKER",
      dirDeleteOnStart: true,
      properties: DRIVER_SETTINGS,
    })
  : (undefined as unknown as RunningDriver);
const aeron: Aeron = await connect({
  conductor: "invoker",
  connectTimeoutMs: 30_000,
  ...(isInvoker ? { driver } : { dir }),
});
const roles: Readonly<Record<string, () => Promise<void>>> = { ping, pong, send, receive, streams };
await roles[role]?.();
await aeron.close();
process.exit(0);
