import {
  AtomicBuffer,
  AtomicCounter,
  CountersManager,
  LOG_METADATA_LENGTH,
  LogBufferMetadata,
  LogBuffers,
} from "@alerion/runtime/concurrent";
import type { Clock } from "@alerion/runtime/concurrent";

export const TEST_SESSION_ID = 77;
const TEST_STREAM_ID = 1001;

export interface LogOptions {
  readonly termLength?: number;
  readonly mtuLength?: number;
  readonly initialTermId?: number;
  /** Terms after the initial one in which publishing starts. */
  readonly termCount?: number;
  readonly termOffset?: number;
}

/** Makes a buffer; tests give one that watches its accesses. */
export type BufferMaker = (length: number) => AtomicBuffer;

export const plainBuffer: BufferMaker = (length) => new AtomicBuffer(new SharedArrayBuffer(length));

/** A new log, as a driver makes it. */
export function makeLog(
  options: LogOptions = {},
  makeBuffer: BufferMaker = plainBuffer,
): LogBuffers {
  const termLength = options.termLength ?? 65536;
  const initialTermId = options.initialTermId ?? 7;
  const termId = (initialTermId + (options.termCount ?? 0)) | 0;
  const termOffset = options.termOffset ?? 0;
  const buffer = makeBuffer(LOG_METADATA_LENGTH);
  const metadata = new LogBufferMetadata(buffer);
  metadata.setTermLength(termLength);
  metadata.setMtuLength(options.mtuLength ?? 1408);
  metadata.setPageSize(4096);
  metadata.setInitialTermId(initialTermId);
  metadata.setDefaultFrameHeader(TEST_SESSION_ID, TEST_STREAM_ID, initialTermId, termOffset);
  metadata.setEndOfStreamPosition(2 ** 63);
  metadata.initialiseTails(initialTermId, termId, termOffset);
  metadata.setConnected(true);
  return new LogBuffers(
    makeBuffer(termLength),
    makeBuffer(termLength),
    makeBuffer(termLength),
    buffer,
  );
}

/** Time that stands still until it is moved. */
export class TestClock implements Clock {
  nowMs = 0;
  nowNs = 0;

  epochMs(): number {
    return this.nowMs;
  }

  monoNs(): number {
    return this.nowNs;
  }
}

/** A counter with a value, in buffers of its own. */
export function makeCounter(value: number, makeBuffer: BufferMaker = plainBuffer): AtomicCounter {
  const manager = new CountersManager(makeBuffer(512), makeBuffer(128), new TestClock());
  return new AtomicCounter(manager, manager.allocate({ label: "position", value }));
}

/** Bytes of test message `index`, in memory of their own: byte k is (index*31 + k*7) & 0xff. */
export function messageOf(index: number, length: number): AtomicBuffer {
  const message = new AtomicBuffer(new ArrayBuffer(Math.ceil(length / 8) * 8));
  for (let k = 0; k < length; k++) message.putUint8(k, (index * 31 + k * 7) & 0xff);
  return message;
}
