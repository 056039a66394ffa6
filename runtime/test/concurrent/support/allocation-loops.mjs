// Run as `node allocation-loops.mjs <loop>`, on the built package: prints how many scavenges a steady loop made
// and what a message cost. A process of its own, because what else ran in it changes what is optimised.
import { PerformanceObserver } from "node:perf_hooks";
import {
  alignFrame,
  AtomicBuffer,
  AtomicCounter,
  CountersReader,
  DATA_HEADER_LENGTH,
  ExclusiveAppender,
  LOG_METADATA_LENGTH,
  LogBufferMetadata,
  logBuffersOf,
  LogReader,
  OneToOneRingBuffer,
  SharedAppender,
} from "@alerion/runtime/concurrent";

const TERM_LENGTH = 1 << 18;
/** Messages per batch at most; a batch must fit the window. */
const BATCH_MAX = 256;

let scavengeCount = 0;
const observer = new PerformanceObserver((list) => {
  scavengeCount += list.getEntries().length;
});
observer.observe({ entryTypes: ["gc"] });

/** Lets the observer be told. */
function turn() {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

function makeLog() {
  const memory = new SharedArrayBuffer(3 * TERM_LENGTH + LOG_METADATA_LENGTH);
  const metadata = new LogBufferMetadata(new AtomicBuffer(memory, 3 * TERM_LENGTH));
  metadata.setTermLength(TERM_LENGTH);
  metadata.setMtuLength(1408);
  metadata.setPageSize(4096);
  // Positions far above 2^31: numbers that are no small integers.
  metadata.setInitialTermId(0);
  metadata.initialiseTails(0, 5000, 0);
  metadata.setConnected(true);
  const counters = new CountersReader(
    new AtomicBuffer(new ArrayBuffer(1024)),
    new AtomicBuffer(new SharedArrayBuffer(256)),
  );
  const limit = new AtomicCounter(counters, 0);
  const readerPosition = new AtomicCounter(counters, 1);
  limit.set(5000 * TERM_LENGTH + TERM_LENGTH / 2);
  readerPosition.set(5000 * TERM_LENGTH);
  return { log: logBuffersOf(memory), limit, readerPosition };
}

/** @returns {() => number} sends and receives one batch, yields messages */
function logLoop(
  /** @type {typeof SharedAppender | typeof ExclusiveAppender} */ Appender,
  /** @type {boolean} */ isClaimed,
  /** @type {number} */ length,
) {
  const { log, limit, readerPosition } = makeLog();
  const appender = new Appender(log, limit);
  const reader = new LogReader(log, readerPosition, undefined);
  const source = new AtomicBuffer(new ArrayBuffer(8192));
  let sum = 0;
  const handler = (/** @type {AtomicBuffer} */ buffer, /** @type {number} */ offset) => {
    sum += buffer.getInt32(offset);
  };
  let cleared = reader.position();
  const offer = isClaimed
    ? () => {
        const result = appender.claim(length);
        if (result <= 0) return result;
        const frame = result - alignFrame(length + DATA_HEADER_LENGTH);
        const term = appender.term;
        for (let i = 0; i < length; i += 4) term.putInt32(frame + DATA_HEADER_LENGTH + i, i);
        term.putInt32Release(frame, length + DATA_HEADER_LENGTH);
        return result;
      }
    : () => appender.append(source, 0, length, undefined);
  const fragmentsPerMessage = Math.ceil(length / 1376);
  const batch = Math.min(BATCH_MAX, Math.floor(TERM_LENGTH / 4 / (length + 256)));
  return () => {
    const fragmentCount = batch * fragmentsPerMessage;
    let sent = 0;
    let last = 0;
    while (sent < batch) {
      const result = offer();
      if (result <= 0) continue;
      // As a publication does it: the position, a double, never leaves a function that is not inlined.
      const position = appender.termBeginPosition + result;
      if (position <= last) throw new Error("a position that did not grow");
      last = position;
      sent++;
    }
    for (let polled = 0; polled < fragmentCount;) polled += reader.poll(handler, 10);
    const to = reader.position();
    while (cleared < to) {
      const offset = cleared & (TERM_LENGTH - 1);
      const count = Math.min(to - cleared, TERM_LENGTH - offset);
      log.term(Math.floor(cleared / TERM_LENGTH) % 3).setMemory(offset, count, 0);
      cleared += count;
    }
    limit.set(to + TERM_LENGTH / 2);
    if (Number.isNaN(sum)) throw new Error("nothing was read");
    return sent;
  };
}

function ringLoop() {
  const ring = new OneToOneRingBuffer(new AtomicBuffer(new SharedArrayBuffer(65536 + 768)));
  const source = new AtomicBuffer(new ArrayBuffer(64));
  let sum = 0;
  const handler = (
    /** @type {number} */ type,
    /** @type {AtomicBuffer} */ buffer,
    /** @type {number} */ offset,
  ) => {
    sum += buffer.getInt32(offset) + type;
  };
  return () => {
    for (let i = 0; i < BATCH_MAX; i++) ring.write(1, source, 0, 32);
    for (let read = 0; read < BATCH_MAX;) read += ring.read(handler);
    if (Number.isNaN(sum)) throw new Error("nothing was read");
    return BATCH_MAX;
  };
}

/** @type {Record<string, () => () => number>} */
const loops = {
  "exclusive offer 32": () => logLoop(ExclusiveAppender, false, 32),
  "exclusive offer 1024": () => logLoop(ExclusiveAppender, false, 1024),
  "exclusive offer 5000": () => logLoop(ExclusiveAppender, false, 5000),
  "exclusive claim 32": () => logLoop(ExclusiveAppender, true, 32),
  "shared offer 32": () => logLoop(SharedAppender, false, 32),
  "shared claim 32": () => logLoop(SharedAppender, true, 32),
  "one-to-one ring 32": () => ringLoop(),
};

const name = process.argv[2] ?? "";
const loop = loops[name]?.();
if (loop === undefined) throw new Error(`no such loop: ${name}`);
// Warm up in short calls until everything is optimised.
for (let i = 0; i < 2000; i++) loop();
await turn();
scavengeCount = 0;
let bestNs = Infinity;
let messageCount = 0;
for (let round = 0; round < 20; round++) {
  const start = process.hrtime.bigint();
  let count = 0;
  for (let i = 0; i < 400; i++) count += loop();
  bestNs = Math.min(bestNs, Number(process.hrtime.bigint() - start) / count);
  messageCount += count;
}
await turn();
console.log(
  JSON.stringify({ name, scavengeCount, messageCount, bestNs: Number(bestNs.toFixed(1)) }),
);
