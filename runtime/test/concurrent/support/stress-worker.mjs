// One thread of stress.system.test.ts, on the built package: workers get no TypeScript.
import { workerData } from "node:worker_threads";
import {
  ADMIN_ACTION,
  AtomicBuffer,
  AtomicCounter,
  CountersReader,
  ExclusiveAppender,
  logBuffersOf,
  ManyToOneRingBuffer,
  OneToOneRingBuffer,
  SharedAppender,
} from "@alerion/runtime/concurrent";

const { kind, memory, control, id, count } =
  /** @type {{ kind: string, memory: SharedArrayBuffer, control: SharedArrayBuffer, id: number, count: number }} */ (
    workerData
  );
const sleepWord = new Int32Array(new SharedArrayBuffer(4));

/** Another thread has to run first, on a machine with fewer cores than threads. */
function giveWay() {
  Atomics.wait(sleepWord, 0, 0, 0.05);
}

function message(/** @type {number} */ sequence, /** @type {number} */ length) {
  const buffer = new AtomicBuffer(new ArrayBuffer(1024));
  buffer.putInt32(0, id);
  buffer.putInt32(4, sequence);
  for (let k = 8; k < length; k++) buffer.putUint8(k, (sequence + k) & 0xff);
  return buffer;
}

function lengthOf(/** @type {number} */ sequence) {
  return 8 + ((sequence * 37 + id) % 200);
}

if (kind === "litmus") {
  // Plain payload, then the flag; the other side answers through a flag of its own.
  const buffer = new AtomicBuffer(memory);
  for (let i = 1; i <= count; i++) {
    buffer.putInt32(64, i);
    buffer.putInt64(192, -i);
    buffer.putInt32Release(0, i);
    for (let spins = 1; buffer.getInt32Volatile(128) !== i; spins++)
      if (spins % 2000 === 0) giveWay();
  }
} else if (kind === "add32" || kind === "add64") {
  const buffer = new AtomicBuffer(memory);
  for (let i = 0; i < count; i++) {
    if (kind === "add32") buffer.getAndAddInt32(0, 32);
    else buffer.getAndAddInt64(0, 32);
  }
} else if (kind === "many-to-one" || kind === "one-to-one") {
  const Ring = kind === "many-to-one" ? ManyToOneRingBuffer : OneToOneRingBuffer;
  const ring = new Ring(new AtomicBuffer(memory));
  for (let i = 0; i < count; i++) {
    const length = lengthOf(i);
    const source = message(i, length);
    while (!ring.write(id, source, 0, length)) giveWay();
  }
} else {
  const values = new AtomicBuffer(control);
  const limit = new AtomicCounter(
    new CountersReader(new AtomicBuffer(new ArrayBuffer(512)), values),
    0,
  );
  const Appender = kind === "shared" ? SharedAppender : ExclusiveAppender;
  const appender = new Appender(logBuffersOf(memory), limit);
  for (let i = 0; i < count; i++) {
    const length = lengthOf(i);
    const source = message(i, length);
    for (;;) {
      const result = appender.append(source, 0, length, undefined);
      if (result >= 0) break;
      if (result !== ADMIN_ACTION) giveWay();
    }
  }
}
