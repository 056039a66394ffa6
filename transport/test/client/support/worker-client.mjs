/**
 * A thread with a client of its own: writes its messages to a publication that all threads share, and reads the
 * messages of all. Posts what it saw. No native code may be loaded where memory is in-process.
 */
import { parentPort, workerData } from "node:worker_threads";
import { connect } from "@alerion/transport";

const { dir, port, index, threadCount, messageCount } =
  /** @type {{ dir: string, port?: import("node:worker_threads").MessagePort, index: number, threadCount: number, messageCount: number }} */ (
    workerData
  );

const aeron = await connect({ dir, ...(port === undefined ? {} : { port }) });
const subscription = await aeron.addSubscription("aeron:ipc", 10);
const publication = await aeron.addPublication("aeron:ipc?term-length=64k", 10);
const counter = await aeron.addCounter(1001, `ready ${index}`);
counter.set(1);

/** Turns of the event loop until the condition holds. */
async function until(/** @type {() => boolean} */ isTrue) {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}

/** Threads that have a counter of theirs at `value` or above. */
function countOfThreads(/** @type {number} */ value) {
  let count = 0;
  aeron.counters.forEach((id) => {
    if (aeron.counters.typeId(id) === 1001 && aeron.counters.value(id) >= value) count++;
  });
  return count;
}

// All threads read before one writes.
await until(() => countOfThreads(1) === threadCount && subscription.imageCount() === 1);

const bytes = new Uint8Array(8);
const view = new DataView(bytes.buffer);
/** The next number that is expected of each thread: order and completeness in one. */
const next = new Int32Array(threadCount);
let faults = 0;
let sent = 0;
let received = 0;
await until(() => {
  for (let i = 0; i < 16 && sent < messageCount; i++) {
    view.setInt32(0, index, true);
    view.setInt32(4, sent, true);
    if (publication.offerBytes(bytes) > 0) sent++;
  }
  received += subscription.poll((buffer, offset) => {
    const from = buffer.getInt32(offset);
    const expected = next[from] ?? -1;
    if (buffer.getInt32(offset + 4) !== expected) faults++;
    next[from] = expected + 1;
  }, 64);
  return received >= threadCount * messageCount;
});

const report = /** @type {{ sharedObjects: string[] }} */ (process.report?.getReport());
// Those that are done stay until all are: a reader that leaves early would be no test of the others.
counter.set(2);
await until(() => countOfThreads(2) === threadCount);
const result = {
  clientId: String(aeron.clientId),
  sessionId: publication.sessionId,
  received,
  faults,
  isNative: report.sharedObjects.some((path) => path.includes("koffi")),
};
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
parentPort?.postMessage(result);
// Nobody waits for a counter that is gone.
await new Promise((resolve) => setTimeout(resolve, 200));
await aeron.close();
