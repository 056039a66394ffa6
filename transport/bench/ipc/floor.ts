/**
 * The floor under the IPC benchmark: a bare ring in JavaScript, two threads over one SharedArrayBuffer, with
 * nothing of Aeron's: no driver, no terms, no headers beyond a length word.
 *
 * Run as a worker it is the other side.
 */
import { Worker, isMainThread, workerData } from "node:worker_threads";

const SLOT_COUNT = 16_384;
const SLOT_WORDS = 16;
const SLOT_MASK = SLOT_COUNT - 1;
const CONTROL_WORDS = 64;
/** Words far enough from each other that no two share a cache line. */
const CONSUMED = 0;
const PING = 16;
const PONG = 32;
const STOP = 48;

/** What the bare ring does. */
export interface Floor {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  /** Messages of 32 bytes a second. */
  readonly rate: number;
}

interface Shared {
  readonly control: Int32Array;
  readonly slots: Int32Array;
}

/** Writes `count` messages, as long as there is room. */
function produce({ control, slots }: Shared, from: number, count: number): number {
  let sequence = from;
  for (let i = 0; i < count; i++) {
    if (sequence - (control[CONSUMED] as number) >= SLOT_COUNT) break;
    const at = (sequence & SLOT_MASK) * SLOT_WORDS;
    for (let k = 1; k <= 8; k++) slots[at + k] = sequence;
    // Publishes: ordered on x86-64 as it stands.
    slots[at] = sequence + 1;
    sequence++;
  }
  return sequence;
}

function consume({ slots }: Shared, from: number, count: number): number {
  let sequence = from;
  for (let i = 0; i < count; i++) {
    const at = (sequence & SLOT_MASK) * SLOT_WORDS;
    if (slots[at] !== sequence + 1) break;
    sequence++;
  }
  return sequence;
}

function answer({ control, slots }: Shared): void {
  let last = 0;
  while (control[STOP] === 0) {
    for (let i = 0; i < 10_000; i++) {
      const ping = control[PING] as number;
      if (ping === last) continue;
      last = ping;
      for (let k = 0; k < 8; k++) slots[16 + k] = slots[k] as number;
      control[PONG] = ping;
    }
  }
}

function feed(shared: Shared): void {
  let sequence = 0;
  while (shared.control[STOP] === 0) {
    for (let i = 0; i < 64; i++) sequence = produce(shared, sequence, 256);
  }
}

function trip({ control, slots }: Shared, sequence: number): void {
  for (let k = 0; k < 8; k++) slots[k] = sequence;
  control[PING] = sequence;
  while (control[PONG] !== sequence);
}

function roundTrips(shared: Shared, durationMs: number): Omit<Floor, "rate"> {
  const histogram = new Int32Array(200_001);
  let sequence = 0;
  let count = 0;
  const during = (ms: number): void => {
    const end = performance.now() + ms;
    while (performance.now() < end) {
      for (let i = 0; i < 1000; i++) {
        const start = performance.now();
        trip(shared, ++sequence);
        const latency = Math.min(200_000, ((performance.now() - start) * 1_000_000) | 0);
        histogram[latency] = (histogram[latency] as number) + 1;
      }
      count += 1000;
    }
  };
  during(500);
  histogram.fill(0);
  count = 0;
  during(durationMs);
  const percentile = (fraction: number): number => {
    let left = Math.ceil(count * fraction);
    for (let i = 0; i < histogram.length; i++) {
      left -= histogram[i] as number;
      if (left <= 0) return i;
    }
    return histogram.length;
  };
  return { p50: percentile(0.5), p99: percentile(0.99), p999: percentile(0.999) };
}

function rate(shared: Shared, durationMs: number): number {
  let sequence = 0;
  const during = (ms: number): void => {
    const end = performance.now() + ms;
    while (performance.now() < end) {
      for (let i = 0; i < 64; i++) {
        sequence = consume(shared, sequence, 256);
        shared.control[CONSUMED] = sequence;
      }
    }
  };
  during(500);
  const from = sequence;
  const start = performance.now();
  during(durationMs);
  return ((sequence - from) * 1000) / (performance.now() - start);
}

async function beside<T>(role: string, measure: (shared: Shared) => T): Promise<T> {
  const control = new Int32Array(new SharedArrayBuffer(4 * CONTROL_WORDS));
  const slots = new Int32Array(new SharedArrayBuffer(4 * SLOT_COUNT * SLOT_WORDS));
  const worker = new Worker(new URL(import.meta.url), { workerData: { role, control, slots } });
  await new Promise((resolve) => void worker.once("online", resolve));
  const result = measure({ control, slots });
  control[STOP] = 1;
  await new Promise((resolve) => void worker.once("exit", resolve));
  return result;
}

/** Measures for so long each. */
export async function measureFloor(durationMs: number): Promise<Floor> {
  const latency = await beside("answer", (shared) => roundTrips(shared, durationMs));
  return { ...latency, rate: await beside("feed", (shared) => rate(shared, durationMs)) };
}

if (!isMainThread) {
  const { role, ...shared } = workerData as Shared & { role: string };
  if (role === "answer") answer(shared);
  else feed(shared);
}
