/**
 * A thread or a process with a client of its own: writes its messages, of many lengths, to a publication that all share,
 * and reads the messages of all. Posts or prints what it saw. No native code may be loaded where memory is in-process.
 */
import { parentPort, workerData } from "node:worker_threads";
import { connect, FragmentAssembler } from "@alerion/transport";

const { dir, port, index, clientCount, messageCount } =
  /** @type {{ dir: string, port?: import("node:worker_threads").MessagePort, index: number, clientCount: number, messageCount: number }} */ (
    workerData ?? JSON.parse(process.argv[2] ?? "")
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

/** Clients that have a counter of theirs at `value` or above. */
function countOfClients(/** @type {number} */ value) {
  let count = 0;
  aeron.counters.forEach((id) => {
    if (aeron.counters.typeId(id) === 1001 && aeron.counters.value(id) >= value) count++;
  });
  return count;
}

// All read before one writes.
await until(() => countOfClients(1) === clientCount && subscription.imageCount() === 1);

/** Bytes of a message: those of one in eight do not fit a frame. */
function lengthOf(/** @type {number} */ from, /** @type {number} */ sequence) {
  return 8 + ((sequence * 37 + from) % (sequence % 8 === 0 ? 4000 : 200));
}

function byteAt(/** @type {number} */ sequence, /** @type {number} */ k) {
  return (sequence * 7 + k) & 0xff;
}

const bytes = new Uint8Array(4096);
const view = new DataView(bytes.buffer);
/** The next number that is expected of each client: order and completeness in one. */
const next = new Int32Array(clientCount);
let faults = 0;
let sent = 0;
let received = 0;

function offerNext() {
  const length = lengthOf(index, sent);
  view.setInt32(0, index, true);
  view.setInt32(4, sent, true);
  for (let k = 8; k < length; k++) bytes[k] = byteAt(sent, k);
  if (publication.offerBytes(bytes.subarray(0, length)) > 0) sent++;
}

const assembler = new FragmentAssembler((buffer, offset, length) => {
  const from = buffer.getInt32(offset);
  const sequence = next[from] ?? -1;
  if (buffer.getInt32(offset + 4) !== sequence || length !== lengthOf(from, sequence)) faults++;
  for (let k = 8; k < length; k++) {
    if (buffer.getUint8(offset + k) !== byteAt(sequence, k)) faults++;
  }
  next[from] = sequence + 1;
  received++;
});
await until(() => {
  for (let i = 0; i < 16 && sent < messageCount; i++) offerNext();
  subscription.poll(assembler.onFragment, 64);
  return received >= clientCount * messageCount;
});

const report = /** @type {{ sharedObjects: string[] }} */ (process.report?.getReport());
// Those that are done stay until all are: a reader that leaves early would be no test of the others.
counter.set(2);
await until(() => countOfClients(2) === clientCount);
const result = {
  clientId: String(aeron.clientId),
  sessionId: publication.sessionId,
  received,
  faults,
  isNative: report.sharedObjects.some((path) => path.includes("koffi")),
};
if (parentPort === null) console.log(JSON.stringify(result));
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
else parentPort.postMessage(result);
// Nobody waits for a counter that is gone.
await new Promise((resolve) => setTimeout(resolve, 200));
await aeron.close();
