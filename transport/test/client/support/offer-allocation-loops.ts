/**
 * Run by the allocation test, bundled, on the built packages: offers or claims messages at positions beyond 2 GiB, where
 * they are no small integers any more, polls them, lets the client work as often, and prints how many scavenges that made.
 *
 * Arguments: exclusive or shared, offer or claim, and a directory for the driver.
 */
import { PerformanceObserver } from "node:perf_hooks";
import { AtomicBuffer, type FragmentHandler } from "@alerion/runtime/concurrent";
import { BufferClaim, connect, type Publication } from "@alerion/transport";

const BATCH = 256;
const WARM_UP_BATCHES = 3000;
const BATCHES = 4000;
const LENGTH = 32;

let scavengeCount = 0;
new PerformanceObserver((list) => {
  scavengeCount += list.getEntries().length;
}).observe({ entryTypes: ["gc"] });

const [, , kind, mode, dir = ""] = process.argv;
const aeron = await connect({ driver: "embedded", driverOptions: { dir }, conductor: "invoker" });
const channel = "aeron:ipc?term-length=1m|init-term-id=0|term-id=3000|term-offset=0";
const publication =
  kind === "shared"
    ? await aeron.addPublication(channel, 10)
    : await aeron.addExclusivePublication(channel, 10);
const subscription = await aeron.addSubscription("aeron:ipc", 10);
while (!publication.isConnected() || subscription.imageCount() === 0) {
  aeron.doWork();
  await new Promise((resolve) => setImmediate(resolve));
}
const source = new AtomicBuffer(new ArrayBuffer(LENGTH));
const claim = new BufferClaim();
const counts = { received: 0, sum: 0 };
const onMessage: FragmentHandler = (buffer, offset) => {
  counts.received++;
  counts.sum = (counts.sum + buffer.getInt32(offset)) | 0;
};

function offer(to: Publication, id: number): boolean {
  source.putInt32(0, id);
  return to.offer(source, 0, LENGTH) > 0;
}

function claimed(to: Publication, id: number): boolean {
  if (to.tryClaim(LENGTH, claim) < 0) return false;
  claim.buffer.putInt32(claim.offset, id);
  claim.commit();
  return true;
}

const write = mode === "claim" ? claimed : offer;

function streamBatch(): void {
  for (let sent = 0; sent < BATCH; aeron.doWork()) if (write(publication, sent)) sent++;
  counts.received = 0;
  while (counts.received < BATCH) subscription.poll(onMessage, BATCH);
}

/** Batches in short calls, so that what runs is optimised code; the observer is told in between. */
async function repeat(count: number): Promise<void> {
  for (let i = 0; i < count; i++) streamBatch();
  await new Promise((resolve) => setTimeout(resolve, 20));
}

await repeat(WARM_UP_BATCHES);
// What warming up has left would count otherwise.
(globalThis as { gc?: () => void }).gc?.();
await new Promise((resolve) => setTimeout(resolve, 20));
scavengeCount = 0;
const startMs = performance.now();
await repeat(BATCHES);
const ns = ((performance.now() - startMs) * 1e6) / (BATCHES * BATCH);
console.log(
  JSON.stringify({
    scavengeCount,
    position: publication.position(),
    sum: counts.sum,
    ns: Number(ns.toFixed(1)),
  }),
);
await aeron.close();
process.exit(0);
