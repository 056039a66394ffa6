import { describe, expect, it } from "vitest";
import {
  ADMIN_ACTION,
  AtomicCounter,
  CountersReader,
  ExclusiveAppender,
  LogBuffers,
  LogReader,
  SharedAppender,
  unblockAbandonedLog,
  unblockLog,
} from "@alerion/runtime/concurrent";
import type { AtomicBuffer } from "@alerion/runtime/concurrent";
import { makeLog, messageOf, plainBuffer } from "./support/log-fixture.js";
import { explore, runTogether } from "./support/schedule-explorer.js";
import type { StepProgram } from "./support/schedule-explorer.js";

const TERM_LENGTH = 65536;
const LENGTH = 12;
/** Bytes of a message in three frames. */
const THREE_FRAMES = 3000;

/** Terms 0 to 2, metadata, and one counter: the limit in its value, the reader's position in its registration id. */
interface Shared {
  readonly memory: readonly AtomicBuffer[];
  readonly written: ReadonlyMap<number, readonly [number, number]>;
}

/** A log in its first term, `bytesToEnd` before that term's end. */
function makeShared(bytesToEnd: number): Shared {
  const termOffset = TERM_LENGTH - bytesToEnd;
  const log = makeLog({ initialTermId: 2147483647, termOffset });
  const counters = plainBuffer(256);
  counters.putInt64(0, 2 ** 40);
  counters.putInt64(128, termOffset);
  return {
    memory: [log.term(0), log.term(1), log.term(2), log.metadata.buffer, counters],
    written: new Map([
      [0, [termOffset, TERM_LENGTH]],
      [1, [0, 1024]],
      [2, [0, 0]],
      [3, [0, 256]],
    ]),
  };
}

function logOf(buffers: readonly AtomicBuffer[]): LogBuffers {
  const [term0, term1, term2, metadata] = buffers as [
    AtomicBuffer,
    AtomicBuffer,
    AtomicBuffer,
    AtomicBuffer,
  ];
  return new LogBuffers(term0, term1, term2, metadata);
}

function counterOf(buffers: readonly AtomicBuffer[], id: number): AtomicCounter {
  return new AtomicCounter(new CountersReader(plainBuffer(1024), buffers[4] as AtomicBuffer), id);
}

/** Appends one message per seed, again after ADMIN_ACTION, and yields the positions. */
function publisher(
  Appender: typeof SharedAppender | typeof ExclusiveAppender,
  seeds: readonly number[],
  length = LENGTH,
): StepProgram {
  return (buffers, together) => {
    const appender = together(() => new Appender(logOf(buffers), counterOf(buffers, 0)));
    return seeds.map((seed) => {
      for (let attempt = 0; attempt < 4; attempt++) {
        const result = appender.append(messageOf(seed, length), 0, length, undefined);
        if (result >= 0) return appender.termBeginPosition + result;
        if (result !== ADMIN_ACTION) throw new Error(`result=${result}`);
      }
      throw new Error("an append that never got through");
    });
  };
}

/** Reads `count` times and yields the seeds of the messages, whose content and position it confirms. */
function subscriber(count: number): StepProgram {
  return (buffers, together) => poll(buffers, count, together);
}

function poll(buffers: readonly AtomicBuffer[], count: number, together = runTogether): number[] {
  const seeds: number[] = [];
  const reader = together(() => new LogReader(logOf(buffers), counterOf(buffers, 1), undefined));
  for (let i = 0; i < count; i++) {
    const before = reader.position();
    reader.poll((term, offset, length, header) => {
      const seed = term.getInt32(offset) & 0xff;
      const expected = messageOf(seeds.length, LENGTH);
      // The first byte tells the message; all bytes follow from it.
      for (let k = 0; k < LENGTH; k += 4) {
        const word = term.getInt32(offset + k);
        const bytes = [0, 1, 2, 3].map((b) => (seed + (k + b) * 7) & 0xff);
        if (word !== new Int32Array(new Uint8Array(bytes).buffer)[0])
          throw new Error("a torn message");
      }
      if (length !== LENGTH || header.termOffset() !== offset - 32 || expected.capacity === 0) {
        throw new Error(`length=${length} termOffset=${header.termOffset()}`);
      }
      seeds.push(seed);
    }, 10);
    if (reader.position() < before) throw new Error("a position that went back");
  }
  return seeds;
}

/** Reads whatever is there. */
function skip(buffers: readonly AtomicBuffer[]): void {
  const reader = new LogReader(logOf(buffers), counterOf(buffers, 1), undefined);
  while (reader.poll(() => undefined, 10) > 0);
}

/** The first byte of test message `index`. */
function seedOf(index: number): number {
  return (index * 31) & 0xff;
}

// Each explores some ten thousand schedules: a second or two, more on a busy machine.
const TIMEOUT_MS = 60_000;

describe("log under every schedule with two preemptions", { timeout: TIMEOUT_MS }, () => {
  for (const [bytesToEnd, readCount] of [
    [4096, 2],
    [128, 0],
    [96, 2],
    [64, 0],
    [32, 0],
  ] as const) {
    it(`keeps what two shared publishers append, ${bytesToEnd} bytes before the term's end`, () => {
      const shared = makeShared(bytesToEnd);
      let rotationCount = 0;
      explore({
        ...shared,
        programs: [
          publisher(SharedAppender, [1]),
          publisher(SharedAppender, [2]),
          ...(readCount > 0 ? [subscriber(readCount)] : []),
        ],
        preemptionsMax: 2,
        check: ([first, second, read]) => {
          const seeds = [...((read ?? []) as number[]), ...poll(shared.memory, 4)];
          expect(seeds.toSorted((a, b) => a - b)).toEqual(
            [seedOf(1), seedOf(2)].toSorted((a, b) => a - b),
          );
          const log = logOf(shared.memory);
          rotationCount += log.metadata.activeTermCount();
          const [one] = first as [number];
          const [two] = second as [number];
          expect(Math.abs(one - two)).toBeGreaterThanOrEqual(64);
          expect(Math.max(one, two)).toBe(log.metadata.producerPosition());
          expect(counterOf(shared.memory, 1).get()).toBe(Math.max(one, two));
        },
      });
      expect(rotationCount > 0).toBe(bytesToEnd < 128);
    });
  }

  for (const bytesToEnd of [4096, 128, 96, 64]) {
    it(`keeps what an exclusive publisher appends, ${bytesToEnd} bytes before the term's end`, () => {
      const shared = makeShared(bytesToEnd);
      explore({
        ...shared,
        programs: [publisher(ExclusiveAppender, [1, 2]), subscriber(3)],
        preemptionsMax: 2,
        check: ([positions, read]) => {
          const seeds = [...(read as number[]), ...poll(shared.memory, 4)];
          expect(seeds).toEqual([seedOf(1), seedOf(2)]);
          expect(counterOf(shared.memory, 1).get()).toBe((positions as number[])[1]);
        },
      });
    });
  }

  for (const bytesToEnd of [4096, 96, 64, 32]) {
    it(`goes on, by unblocking, wherever a shared publisher died, ${bytesToEnd} bytes before the end`, () => {
      let unblockCount = 0;
      // What an append accesses, and one that moves the log on before it.
      for (let death = 0; death <= 42; death++) {
        const shared = makeShared(bytesToEnd);
        explore({
          ...shared,
          programs: [publisher(SharedAppender, [1]), publisherThatMayGiveUp([2])],
          preemptionsMax: 1,
          deaths: new Map([[0, death]]),
          check: ([, second]) => {
            const log = logOf(shared.memory);
            // Who survives appends once more, so that nothing can hide behind the last frame.
            const [last] = publisherThatMayGiveUp([3])(shared.memory, runTogether) as [boolean];
            const seeds: number[] = [];
            for (let i = 0; i < 8; i++) {
              seeds.push(...poll(shared.memory, 2));
              if (unblockLog(log, counterOf(shared.memory, 1).get())) unblockCount++;
            }
            let mustBe: number[] = [];
            if ((second as [boolean])[0]) mustBe.push(seedOf(2));
            if (last) mustBe.push(seedOf(3));
            expect(seeds.filter((seed) => seed !== seedOf(1))).toEqual(mustBe);
            expect(seeds.length - mustBe.length).toBeLessThanOrEqual(1);
            // Once unblocked the log takes messages again.
            mustBe = [seedOf(4)];
            expect(publisherThatMayGiveUp([4])(shared.memory, runTogether)).toEqual([true]);
            expect(poll(shared.memory, 4)).toEqual(mustBe);
          },
        });
      }
      expect(unblockCount).toBeGreaterThan(0);
    });
  }
});

describe("an abandoned log", { timeout: TIMEOUT_MS }, () => {
  for (const Appender of [ExclusiveAppender, SharedAppender]) {
    for (const bytesToEnd of [4096, 128, 96, 64, 32]) {
      it(`is read to its end wherever its ${Appender.name} died, ${bytesToEnd} bytes before the term's end`, () => {
        let unblockCount = 0;
        for (let death = 0; death <= 100; death++) {
          const shared = makeShared(bytesToEnd);
          explore({
            ...shared,
            written: new Map([...shared.written, [1, [0, 4096]]]),
            programs: [publisher(Appender, [1], THREE_FRAMES)],
            preemptionsMax: 0,
            deaths: new Map([[0, death]]),
            check: () => {
              const log = logOf(shared.memory);
              for (let i = 0; i < 8; i++) {
                skip(shared.memory);
                if (unblockAbandonedLog(log, counterOf(shared.memory, 1).get())) unblockCount++;
              }
              expect(counterOf(shared.memory, 1).get()).toBe(log.metadata.producerPosition());
            },
          });
        }
        expect(unblockCount).toBeGreaterThan(0);
      });
    }
  }
});

/** As `publisher`, but a log that is not moved on by the one who should is given up: says which got through. */
function publisherThatMayGiveUp(seeds: readonly number[]): StepProgram {
  return (buffers, together) => {
    const appender = together(() => new SharedAppender(logOf(buffers), counterOf(buffers, 0)));
    return seeds.map((seed) => {
      for (let attempt = 0; attempt < 4; attempt++) {
        if (appender.append(messageOf(seed, LENGTH), 0, LENGTH, undefined) >= 0) return true;
      }
      return false;
    });
  };
}
