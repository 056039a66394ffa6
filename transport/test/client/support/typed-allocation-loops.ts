/**
 * Run by the allocation test, bundled, on the built packages: streams eight kinds of messages from a publication to a
 * subscription, hot layer on both sides, and prints how many scavenges that made. A process of its own, because what
 * else ran in it changes what is optimised; the driver is in a thread of its own.
 *
 * Arguments: exclusive or shared, and a directory for the driver.
 */
import { PerformanceObserver } from "node:perf_hooks";
import { connect } from "@alerion/transport";
import {
  type AlarmDecoder,
  type BeginDecoder,
  type FinishDecoder,
  type LevelDecoder,
  type NoteDecoder,
  type PingDecoder,
  type PongDecoder,
  type ReadingDecoder,
  Telemetry,
  TelemetryDispatcher,
  type TelemetryHandlers,
} from "../../generated/telemetry/index.js";

const BATCH = 256;
const WARM_UP_BATCHES = 2000;
const BATCHES = 4000;
const TEXT = new TextEncoder().encode("a note of 29 bytes, all ASCII");

let scavengeCount = 0;
new PerformanceObserver((list) => {
  scavengeCount += list.getEntries().length;
}).observe({ entryTypes: ["gc"] });

/** Reads every field where it lies. */
class Sums implements TelemetryHandlers {
  readonly counts = new Int32Array(8);
  sum = 0.5;

  #count(kind: number): void {
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
  }

  reading(message: ReadingDecoder): void {
    this.#count(0);
    this.sum += message.sensor() + message.value();
  }
  alarm(message: AlarmDecoder): void {
    this.#count(1);
    this.sum += message.sensor() + message.level();
  }
  begin(message: BeginDecoder): void {
    this.#count(2);
    this.sum += message.timeNumber();
  }
  finish(message: FinishDecoder): void {
    this.#count(3);
    this.sum += message.timeNumber();
  }
  ping(message: PingDecoder): void {
    this.#count(4);
    this.sum += message.sequence();
  }
  pong(message: PongDecoder): void {
    this.#count(5);
    this.sum += message.sequence();
  }
  level(message: LevelDecoder): void {
    this.#count(6);
    this.sum += message.sensor() + message.percent();
  }
  note(message: NoteDecoder): void {
    this.#count(7);
    this.sum += message.sensor() + message.textLength();
  }
}

const kind = process.argv[2] ?? "exclusive";
const aeron = await connect({
  driver: "embedded",
  driverOptions: {
    dir: process.argv[3] ?? "",
    countersValuesBufferLength: 1024 * 1024,
    ipcTermBufferLength: 1024 * 1024,
  },
});
const inp = await aeron.addSubscription("aeron:ipc", 10, Telemetry);
const out =
  kind === "shared"
    ? await aeron.addPublication("aeron:ipc", 10, Telemetry)
    : await aeron.addExclusivePublication("aeron:ipc", 10, Telemetry);
// The loops below give the event loop no turn: the image has to be there.
while (!inp.isConnected() || !out.isConnected()) {
  await new Promise((resolve) => setImmediate(resolve));
}
const sums = new Sums();
const dispatcher = new TelemetryDispatcher(sums);

// A function for each kind, as a program would have it: in a large one V8 stops inlining, and a double that is passed
// to a function that is not inlined takes 16 bytes.
const writers: readonly ((id: number) => boolean)[] = [
  (id) =>
    out
      .reading()
      ?.sensor(id)
      .value(id / 3) !== undefined,
  (id) => out.alarm()?.sensor(id).level(3) !== undefined,
  (id) => out.begin()?.timeNumber(1.7e15 + id) !== undefined,
  (id) => out.finish()?.timeNumber(1.7e15 - id) !== undefined,
  (id) => out.ping()?.sequence(id) !== undefined,
  (id) => out.pong()?.sequence(id) !== undefined,
  (id) => out.level()?.sensor(id).percent(50) !== undefined,
  (id) =>
    out
      .note(4 + TEXT.length)
      ?.sensor(id)
      .textBytes(TEXT) !== undefined,
];

/** Writes the message that comes with `id`; false while the stream is blocked. */
function write(id: number): boolean {
  const isWritten = writers[id & 7]?.(id) ?? false;
  if (isWritten) out.commit();
  return isWritten;
}

function streamBatch(): void {
  for (let sent = 0; sent < BATCH;) if (write(sent)) sent++;
  for (let polled = 0; polled < BATCH;) polled += inp.poll(dispatcher, BATCH);
}

/** Batches in short calls, so that what runs is optimised code; the observer is told in between. */
async function repeat(count: number): Promise<void> {
  for (let i = 0; i < count; i++) streamBatch();
  await new Promise((resolve) => setTimeout(resolve, 20));
}

await repeat(WARM_UP_BATCHES);
scavengeCount = 0;
sums.counts.fill(0);
const start = performance.now();
await repeat(BATCHES);
const ns = ((performance.now() - start) * 1e6) / (BATCHES * BATCH);
console.log(
  JSON.stringify({ kind, scavengeCount, counts: [...sums.counts], ns: Number(ns.toFixed(1)) }),
);
await aeron.close();
