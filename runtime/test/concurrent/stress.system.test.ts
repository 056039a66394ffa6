import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import {
  AtomicBuffer,
  AtomicCounter,
  CountersReader,
  LOG_METADATA_LENGTH,
  LogBufferMetadata,
  logBuffersOf,
  LogReader,
  ManyToOneRingBuffer,
  OneToOneRingBuffer,
  RING_TRAILER_LENGTH,
} from "@alerion/runtime/concurrent";

const TERM_LENGTH = 65536;
const WINDOW = TERM_LENGTH / 2;
const sleepWord = new Int32Array(new SharedArrayBuffer(4));

function startWorker(data: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./support/stress-worker.mjs", import.meta.url), {
      workerData: data,
    });
    worker.once("error", reject);
    worker.once("exit", () => resolve());
  });
}

/** Lets workers start, and run on a machine with fewer cores than threads. */
async function giveWay(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  Atomics.wait(sleepWord, 0, 0, 0.05);
}

/** Confirms a message's content and that each producer's sequence is gapless. */
function takeFrom(
  next: Map<number, number>,
): (buffer: AtomicBuffer, offset: number, length: number) => void {
  return (buffer, offset, length) => {
    const id = buffer.getInt32(offset);
    const sequence = buffer.getInt32(offset + 4);
    if (sequence !== next.get(id))
      throw new Error(`id=${id} sequence=${sequence} expected=${next.get(id)}`);
    next.set(id, sequence + 1);
    if (length !== 8 + ((sequence * 37 + id) % 200)) throw new Error(`length=${length}`);
    for (let k = 8; k < length; k++) {
      if (buffer.getUint8(offset + k) !== ((sequence + k) & 0xff)) throw new Error(`torn at ${k}`);
    }
  };
}

describe("across threads", { timeout: 120_000 }, () => {
  it("what is written before a released word is seen by who loads that word", async () => {
    const memory = new SharedArrayBuffer(256);
    const buffer = new AtomicBuffer(memory);
    const count = 100_000;
    const done = startWorker({ kind: "litmus", memory, id: 1, count });
    for (let i = 1; i <= count; i++) {
      for (let spins = 1; buffer.getInt32Volatile(0) !== i; spins++) {
        if (spins % 2000 === 0) await giveWay();
      }
      if (buffer.getInt32(64) !== i || buffer.getInt64(192) !== -i)
        throw new Error(`stale at ${i}`);
      buffer.putInt32Release(128, i);
    }
    await done;
    expect(buffer.getInt32(64)).toBe(count);
  });

  it("adding to the low half of a word and adding to the whole lose nothing of each other", async () => {
    const memory = new SharedArrayBuffer(8);
    const count = 300_000;
    new AtomicBuffer(memory).putBigInt64(0, 77n << 32n);
    await Promise.all(
      ["add32", "add64"].map((kind) => startWorker({ kind, memory, id: 1, count })),
    );
    expect(new AtomicBuffer(memory).getBigInt64(0)).toBe((77n << 32n) + BigInt(2 * count * 32));
  });

  for (const [kind, Ring, producers] of [
    ["many-to-one", ManyToOneRingBuffer, 3],
    ["one-to-one", OneToOneRingBuffer, 1],
  ] as const) {
    it(`a ${kind} ring loses, tears and reorders nothing`, async () => {
      const count = 40_000;
      const memory = new SharedArrayBuffer(4096 + RING_TRAILER_LENGTH);
      const ring = new Ring(new AtomicBuffer(memory));
      const next = new Map<number, number>();
      for (let id = 1; id <= producers; id++) next.set(id, 0);
      const take = takeFrom(next);
      const done = [...next.keys()].map((id) => startWorker({ kind, memory, id, count }));
      let received = 0;
      while (received < producers * count) {
        const read = ring.read((msgTypeId, buffer, offset, length) => {
          if (msgTypeId !== buffer.getInt32(offset)) throw new Error(`msgTypeId=${msgTypeId}`);
          take(buffer, offset, length);
        });
        if (read === 0) await giveWay();
        received += read;
      }
      await Promise.all(done);
      expect([...next.values()]).toEqual(Array.from({ length: producers }, () => count));
      expect(ring.size()).toBe(0);
    });
  }

  for (const [kind, publishers] of [
    ["shared", 3],
    ["exclusive", 1],
  ] as const) {
    it(`a log with ${publishers} ${kind} publisher(s) loses, tears and reorders nothing over many terms`, async () => {
      const count = 60_000;
      const memory = new SharedArrayBuffer(3 * TERM_LENGTH + LOG_METADATA_LENGTH);
      const metadata = new LogBufferMetadata(new AtomicBuffer(memory, 3 * TERM_LENGTH));
      metadata.setTermLength(TERM_LENGTH);
      metadata.setMtuLength(1408);
      metadata.setPageSize(4096);
      metadata.setInitialTermId(2147483600);
      metadata.initialiseTails(2147483600, 2147483600, 0);
      metadata.setConnected(true);
      const log = logBuffersOf(memory);
      const control = new SharedArrayBuffer(256);
      const counters = new CountersReader(
        new AtomicBuffer(new ArrayBuffer(1024)),
        new AtomicBuffer(control),
      );
      const limit = new AtomicCounter(counters, 0);
      limit.set(WINDOW);
      const reader = new LogReader(log, new AtomicCounter(counters, 1), undefined);
      const next = new Map<number, number>();
      for (let id = 1; id <= publishers; id++) next.set(id, 0);
      const take = takeFrom(next);
      const done = [...next.keys()].map((id) => startWorker({ kind, memory, control, id, count }));
      let received = 0;
      while (received < publishers * count) {
        const before = reader.position();
        const read = reader.poll(take, 50);
        if (reader.position() === before) await giveWay();
        else clear(log, before, reader.position());
        limit.set(reader.position() + WINDOW);
        received += read;
      }
      await Promise.all(done);
      expect([...next.values()]).toEqual(Array.from({ length: publishers }, () => count));
      expect(reader.position()).toBe(metadata.producerPosition());
      expect(metadata.activeTermCount()).toBeGreaterThan(50);
    });
  }
});

/** The driver's part: what was read is zero before publishers may write there again. */
function clear(log: ReturnType<typeof logBuffersOf>, from: number, to: number): void {
  const index = Math.floor(from / TERM_LENGTH) % 3;
  log.term(index).setMemory(from % TERM_LENGTH, to - from, 0);
}
