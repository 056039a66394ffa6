/**
 * A program to be bundled: a client with a keepalive thread and an embedded driver with a thread, in the memory that
 * its argument names. Prints one line of JSON.
 */
import { connect } from "@alerion/transport";

const memory = process.argv[2] === "in-process" ? "in-process" : "mapped";
const dir = process.argv[3] ?? "";
const aeron = await connect({
  driver: "embedded",
  driverOptions: {
    dir,
    memory,
    countersValuesBufferLength: 1024 * 1024,
    ipcTermBufferLength: 64 * 1024,
  },
  keepaliveIntervalMs: 20,
});
const subscription = await aeron.addSubscription("aeron:ipc", 10);
const publication = await aeron.addExclusivePublication("aeron:ipc", 10);
let received = 0;
while (received < 100) {
  publication.offerBytes(new Uint8Array(32));
  received += subscription.poll(() => {}, 10);
  await new Promise((resolve) => setImmediate(resolve));
}
// The heartbeat is the keepalive thread's: it goes on while this thread is blocked.
const id = aeron.counters.findByTypeIdAndRegistrationId(11, Number(aeron.clientId));
const pause = new Int32Array(new SharedArrayBuffer(4));
let beats = 0;
for (let last = aeron.counters.value(id), turn = 0; beats < 3 && turn < 2000; turn++) {
  Atomics.wait(pause, 0, 0, 10);
  const value = aeron.counters.value(id);
  if (value !== last) beats++;
  last = value;
}
await aeron.close();
console.log(JSON.stringify({ memory, received, beats, reason: aeron.closeReason()?.message }));
