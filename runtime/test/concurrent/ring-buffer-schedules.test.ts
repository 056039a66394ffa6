import { describe, expect, it } from "vitest";
import {
  AtomicBuffer,
  ManyToOneRingBuffer,
  OneToOneRingBuffer,
  RING_TRAILER_LENGTH,
} from "@alerion/runtime/concurrent";
import { messageOf } from "./support/log-fixture.js";
import { explore } from "./support/schedule-explorer.js";
import type { StepProgram } from "./support/schedule-explorer.js";

const CAPACITY = 128;

/** A ring in which the next record begins `bytesToEnd` before the end. */
function makeMemory(bytesToEnd: number): AtomicBuffer {
  const memory = new AtomicBuffer(new ArrayBuffer(CAPACITY + RING_TRAILER_LENGTH));
  const start = CAPACITY * 3 - bytesToEnd;
  for (const offset of [128, 256, 384]) memory.putInt64(CAPACITY + offset, start);
  return memory;
}

/** Writes one message of 12 bytes per type and yields which were taken. */
function producer(
  Kind: typeof ManyToOneRingBuffer | typeof OneToOneRingBuffer,
  types: number[],
): StepProgram {
  return ([buffer]) => {
    if (buffer === undefined) return [];
    const ring = new Kind(buffer);
    return types.filter((type) => ring.write(type, messageOf(type, 12), 0, 12));
  };
}

/** Reads `count` times and yields the types of the messages, whose content it confirms. */
function consumer(
  Kind: typeof ManyToOneRingBuffer | typeof OneToOneRingBuffer,
  count: number,
): StepProgram {
  return ([buffer]) => {
    const types: number[] = [];
    if (buffer === undefined) return types;
    const ring = new Kind(buffer);
    for (let i = 0; i < count; i++)
      ring.read((type, body, offset, length) => types.push(confirm(type, body, offset, length)));
    return types;
  };
}

function confirm(type: number, body: AtomicBuffer, offset: number, length: number): number {
  if (length !== 12)
    throw new Error(`message of type ${type} must have 12 bytes: length=${length}`);
  const expected = messageOf(type, 12);
  for (let i = 0; i < 12; i += 4) {
    if (body.getInt32(offset + i) !== expected.getInt32(i))
      throw new Error(`message ${type} is torn`);
  }
  return type;
}

/** What the consumer had not yet read when it stopped. */
function rest(memory: AtomicBuffer): number[] {
  const ring = new ManyToOneRingBuffer(memory);
  const types: number[] = [];
  for (let i = 0; i < 4; i++)
    ring.read((type, body, offset, length) => types.push(confirm(type, body, offset, length)));
  expect(ring.size()).toBe(0);
  expect(memory.u8.subarray(0, CAPACITY).every((byte) => byte === 0)).toBe(true);
  return types;
}

describe("many-to-one ring under every schedule with two preemptions", { timeout: 60_000 }, () => {
  for (const bytesToEnd of [128, 48, 16]) {
    it(`loses, tears and reorders nothing of two producers, ${bytesToEnd} bytes before the end`, () => {
      const memory = makeMemory(bytesToEnd);
      const scheduleCount = explore({
        memory: [memory],
        programs: [
          producer(ManyToOneRingBuffer, [1, 2]),
          producer(ManyToOneRingBuffer, [11]),
          consumer(ManyToOneRingBuffer, 2),
        ],
        preemptionsMax: 2,
        check: ([first, second, read]) => {
          const all = [...(read as number[]), ...rest(memory)];
          expect(all.filter((type) => type < 10)).toEqual(first);
          expect(all.filter((type) => type > 10)).toEqual(second);
        },
      });
      expect(scheduleCount).toBeGreaterThan(1000);
    });
  }

  it("goes on, by unblocking, wherever a producer died", () => {
    // A producer that lives makes 16 accesses for its one message; dying after the last is dying after it.
    for (let death = 0; death <= 16; death++) {
      const memory = makeMemory(48);
      explore({
        memory: [memory],
        programs: [producer(ManyToOneRingBuffer, [1]), producer(ManyToOneRingBuffer, [11, 12])],
        preemptionsMax: 1,
        deaths: new Map([[0, death]]),
        check: ([, written]) => {
          const ring = new ManyToOneRingBuffer(memory);
          const types: number[] = [];
          for (let i = 0; i < 6; i++) {
            ring.read((type, body, offset, length) =>
              types.push(confirm(type, body, offset, length)),
            );
            ring.unblock();
          }
          expect(types.filter((type) => type > 10)).toEqual(written);
          expect(types.filter((type) => type === 1).length).toBeLessThanOrEqual(1);
        },
      });
    }
  });
});

describe("one-to-one ring under every schedule with three preemptions", { timeout: 60_000 }, () => {
  for (const bytesToEnd of [128, 48, 16]) {
    it(`loses and tears nothing, ${bytesToEnd} bytes before the end`, () => {
      const memory = makeMemory(bytesToEnd);
      explore({
        memory: [memory],
        programs: [producer(OneToOneRingBuffer, [1, 2, 3]), consumer(OneToOneRingBuffer, 3)],
        preemptionsMax: 3,
        check: ([written, read]) => {
          expect([...(read as number[]), ...rest(memory)]).toEqual(written);
        },
      });
    });
  }
});
