import { deepEqual, equal } from "node:assert/strict";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ADMIN_ACTION,
  BACK_PRESSURED,
  ControlledAction,
  DATA_HEADER_LENGTH,
  ExclusiveAppender,
  FrameType,
  LogReader,
  MAX_POSITION_EXCEEDED,
  NOT_CONNECTED,
  SharedAppender,
  alignFrame,
} from "@alerion/runtime/concurrent";
import type { AtomicCounter, LogBuffers } from "@alerion/runtime/concurrent";
import { makeCounter, makeLog, messageOf, TEST_SESSION_ID } from "./support/log-fixture.js";

const TERM_LENGTH = 65536;
const MTU_LENGTH = 2048;
const MAX_PAYLOAD = MTU_LENGTH - DATA_HEADER_LENGTH;
const MESSAGE_MAX = TERM_LENGTH / 8;
const WINDOW = TERM_LENGTH / 2;

interface Fragment {
  readonly seed: number;
  readonly start: number;
  readonly length: number;
  readonly flags: number;
}

/** What lies between two positions; padding has no fragment. */
interface Entry {
  readonly size: number;
  readonly fragment: Fragment | undefined;
}

/** The obvious log: a position and a list. */
class Model {
  position: number;
  readerPosition: number;
  /** The last append ended exactly where the term does: the next one finds no room and moves the log on. */
  isTermFull = false;
  readonly entries: Entry[] = [];
  readonly maxPosition = TERM_LENGTH * 2 ** 31;

  constructor(position: number) {
    this.position = position;
    this.readerPosition = position;
  }

  append(seed: number, length: number, isVisible: boolean): number {
    if (this.position >= this.readerPosition + WINDOW) return BACK_PRESSURED;
    const entries: Entry[] = [];
    for (let start = 0; start < length || start === 0; start += MAX_PAYLOAD) {
      const count = Math.min(MAX_PAYLOAD, length - start);
      const flags = (start === 0 ? 0x80 : 0) | (start + count >= length ? 0x40 : 0);
      const size = Math.ceil((count + 32) / 32) * 32;
      entries.push({
        size,
        fragment: isVisible ? { seed, start, length: count, flags } : undefined,
      });
    }
    if (this.isTermFull) {
      this.isTermFull = false;
      return ADMIN_ACTION;
    }
    const required = entries.reduce((sum, entry) => sum + entry.size, 0);
    const left = TERM_LENGTH - (this.position % TERM_LENGTH);
    if (required > left) {
      this.entries.push({ size: left, fragment: undefined });
      this.position += left;
      return this.position >= this.maxPosition ? MAX_POSITION_EXCEEDED : ADMIN_ACTION;
    }
    this.entries.push(...entries);
    this.position += required;
    this.isTermFull = this.position % TERM_LENGTH === 0;
    return this.position;
  }

  /** Takes entries up to a limit of fragments, bytes of position, or the end of the term. */
  read(fragmentLimit: number, limitPosition = Infinity): Fragment[] {
    const fragments: Fragment[] = [];
    const termEnd = (Math.floor(this.readerPosition / TERM_LENGTH) + 1) * TERM_LENGTH;
    const end = Math.min(termEnd, limitPosition);
    while (this.readerPosition < end && fragments.length < fragmentLimit) {
      const entry = this.entries.shift();
      if (entry === undefined) break;
      this.readerPosition += entry.size;
      if (entry.fragment !== undefined) fragments.push(entry.fragment);
    }
    return fragments;
  }
}

interface System {
  readonly log: LogBuffers;
  readonly appender: SharedAppender | ExclusiveAppender;
  readonly reader: LogReader;
  readonly limit: AtomicCounter;
  readonly readerCounter: AtomicCounter;
}

/** Plays the driver: clears what was read, then raises the limit. */
function housekeep({ log, reader, limit, readerCounter }: System, from: number): void {
  equal(readerCounter.get(), reader.position());
  for (let position = from; position < reader.position(); position += 32) {
    log.term(Math.floor(position / TERM_LENGTH) % 3).setMemory(position % TERM_LENGTH, 32, 0);
  }
  limit.set(reader.position() + WINDOW);
}

function positionOf(system: System, result: number): number {
  return result < 0 ? result : system.appender.termBeginPosition + result;
}

class Append implements fc.Command<Model, System> {
  readonly how: "append" | "parts" | "claim" | "abort" | "padding";
  readonly seed: number;
  readonly length: number;

  constructor(how: Append["how"], seed: number, length: number) {
    this.how = how;
    this.seed = seed;
    this.length = how === "append" || how === "parts" ? length : length % MAX_PAYLOAD;
  }
  check(): boolean {
    return true;
  }
  run(model: Model, system: System): void {
    const { how, seed, length } = this;
    const { appender } = system;
    if (how === "padding" && !(appender instanceof ExclusiveAppender)) return;
    const expected = model.append(seed, length, how !== "abort" && how !== "padding");
    equal(positionOf(system, this.#append(appender, messageOf(seed, length))), expected);
    equal(appender.position(), model.position);
    equal(system.log.metadata.producerPosition(), model.position);
  }
  #append(appender: System["appender"], message: ReturnType<typeof messageOf>): number {
    const { how, length } = this;
    if (how === "append") return appender.append(message, 0, length, undefined);
    if (how === "padding")
      return appender instanceof ExclusiveAppender ? appender.appendPadding(length) : 0;
    if (how === "parts") {
      const cut = Math.floor(length / 3);
      const parts = [
        { buffer: message, offset: 0, length: cut },
        { buffer: message, offset: 0, length: 0 },
        { buffer: message, offset: cut, length: length - cut },
      ];
      return appender.appendParts(parts, undefined);
    }
    const result = appender.claim(length);
    if (result < 0) return result;
    const frame = result - alignFrame(length + DATA_HEADER_LENGTH);
    appender.term.copyFrom(frame + DATA_HEADER_LENGTH, message, 0, length);
    if (how === "abort") appender.term.putUint16(frame + 6, FrameType.PAD);
    appender.term.putInt32Release(frame, length + DATA_HEADER_LENGTH);
    return result;
  }
  toString(): string {
    return `${this.how}(${this.seed}, ${this.length})`;
  }
}

/** Confirms one fragment by its content and header, and yields which it was expected to be. */
function takeFrom(
  expected: Fragment[],
): (...args: Parameters<Parameters<LogReader["poll"]>[0]>) => void {
  return (buffer, offset, length, header) => {
    const fragment = expected.shift();
    if (fragment === undefined) throw new Error("a fragment that was never appended");
    equal(length, fragment.length);
    equal(header.flags(), fragment.flags);
    equal(header.sessionId(), TEST_SESSION_ID);
    equal(header.termOffset(), offset - DATA_HEADER_LENGTH);
    const bytes = messageOf(fragment.seed, fragment.start + length).u8;
    deepEqual(
      buffer.u8.slice(offset, offset + length),
      bytes.slice(fragment.start, fragment.start + length),
    );
  };
}

class Poll implements fc.Command<Model, System> {
  readonly limit: number;
  readonly bound: number | undefined;

  constructor(limit: number, bound: number | undefined) {
    this.limit = limit;
    this.bound = bound;
  }
  check(): boolean {
    return true;
  }
  run(model: Model, system: System): void {
    const from = model.readerPosition;
    const bound = this.bound === undefined ? undefined : from + this.bound;
    const expected = model.read(this.limit, bound);
    const count = expected.length;
    const take = takeFrom(expected);
    const polled =
      bound === undefined
        ? system.reader.poll(take, this.limit)
        : system.reader.boundedPoll(take, bound, this.limit);
    equal(polled, count);
    equal(expected.length, 0);
    equal(system.reader.position(), model.readerPosition);
    housekeep(system, from);
  }
  toString(): string {
    return `poll(${this.limit}, ${this.bound})`;
  }
}

/** Each fragment gets the next of a list of actions; CONTINUE when they run out. */
class ControlledPoll implements fc.Command<Model, System> {
  readonly actions: readonly ControlledAction[];

  constructor(actions: readonly ControlledAction[]) {
    this.actions = actions;
  }
  check(): boolean {
    return true;
  }
  run(model: Model, system: System): void {
    const from = model.readerPosition;
    const stop = this.actions.findIndex(
      (action) => action === ControlledAction.ABORT || action === ControlledAction.BREAK,
    );
    const isAborted = this.actions[stop] === ControlledAction.ABORT;
    const limit = 50;
    const copy = new Model(from);
    copy.entries.push(...model.entries);
    const all = copy.read(limit);
    // Padding behind the last fragment is passed only where reading goes on: redo with the exact count.
    const isStopped = stop >= 0 && stop < all.length;
    const taken = isStopped ? stop + (isAborted ? 0 : 1) : limit;
    const expected = isStopped ? this.#readTo(model, taken, isAborted) : model.read(limit);
    const handed = isStopped && isAborted ? [...expected, all[stop] as Fragment] : [...expected];
    const take = takeFrom(handed);
    let index = 0;
    const count = system.reader.controlledPoll((buffer, offset, length, header) => {
      const action = this.actions[index++] ?? ControlledAction.CONTINUE;
      const before = system.readerCounter.get();
      take(buffer, offset, length, header);
      if (action === ControlledAction.COMMIT) equal(system.readerCounter.get(), before);
      return action;
    }, limit);
    equal(count, expected.length);
    equal(handed.length, 0);
    equal(system.reader.position(), model.readerPosition);
    housekeep(system, from);
  }
  /** Up to `count` fragments; an aborted one leaves the padding in front of it passed. */
  #readTo(model: Model, count: number, isAborted: boolean): Fragment[] {
    const fragments = count === 0 ? [] : model.read(count);
    const termEnd = (Math.floor(model.readerPosition / TERM_LENGTH) + 1) * TERM_LENGTH;
    if (!isAborted) return fragments;
    while (model.entries[0]?.fragment === undefined && model.readerPosition < termEnd) {
      const entry = model.entries.shift();
      if (entry === undefined) break;
      model.readerPosition += entry.size;
    }
    return fragments;
  }
  toString(): string {
    return `controlledPoll(${this.actions.join()})`;
  }
}

class BlockPoll implements fc.Command<Model, System> {
  readonly lengthMax: number;

  constructor(lengthMax: number) {
    this.lengthMax = lengthMax;
  }
  check(): boolean {
    return true;
  }
  run(model: Model, system: System): void {
    const from = model.readerPosition;
    let expected = 0;
    const left = Math.min(this.lengthMax, TERM_LENGTH - (from % TERM_LENGTH));
    for (let entry = model.entries[0]; entry !== undefined; entry = model.entries[0]) {
      const isPad = entry.fragment === undefined;
      if (expected >= left || (isPad ? expected > 0 : expected + entry.size > left)) break;
      expected += entry.size;
      model.entries.shift();
      if (isPad) break;
    }
    model.readerPosition += expected;
    const bytes = system.reader.blockPoll((_term, offset, length, sessionId, termId) => {
      equal(offset, from % TERM_LENGTH);
      equal(length, expected);
      equal(sessionId, TEST_SESSION_ID);
      equal(termId, (system.log.metadata.initialTermId() + Math.floor(from / TERM_LENGTH)) | 0);
    }, this.lengthMax);
    equal(bytes, expected);
    equal(system.reader.position(), model.readerPosition);
    housekeep(system, from);
  }
  toString(): string {
    return `blockPoll(${this.lengthMax})`;
  }
}

const commands = fc.commands(
  [
    fc
      .tuple(
        fc.constantFrom(
          "append" as const,
          "parts" as const,
          "claim" as const,
          "abort" as const,
          "padding" as const,
        ),
        fc.nat(255),
        fc.oneof(fc.nat(200), fc.nat(MESSAGE_MAX)),
      )
      .map((args) => new Append(...args)),
    fc
      .tuple(fc.integer({ min: 1, max: 20 }), fc.option(fc.nat(20000), { nil: undefined }))
      .map((args) => new Poll(...args)),
    fc
      .array(fc.constantFrom(...Object.values(ControlledAction)), { maxLength: 6 })
      .map((actions) => new ControlledPoll(actions)),
    fc.integer({ min: 32, max: TERM_LENGTH }).map((length) => new BlockPoll(length)),
  ],
  { maxCommands: 120, size: "max" },
);

for (const [kind, Appender] of [
  ["shared", SharedAppender],
  ["exclusive", ExclusiveAppender],
] as const) {
  describe(`log with a ${kind} appender`, () => {
    it("behaves as a list of frames between two positions, across terms and wrapping term ids", () => {
      const starts = fc.record({
        initialTermId: fc.constantFrom(0, 7, 2147483647, -2147483648, -1),
        termCount: fc.constantFrom(0, 1, 2, 5, 70_000),
        termOffset: fc.constantFrom(0, 64, 65504),
      });
      let rotationCount = 0;
      fc.assert(
        fc.property(commands, starts, (list, start) => {
          const log = makeLog({ ...start, termLength: TERM_LENGTH, mtuLength: MTU_LENGTH });
          const position = start.termCount * TERM_LENGTH + start.termOffset;
          const limit = makeCounter(position + WINDOW);
          const readerCounter = makeCounter(position);
          const system: System = {
            log,
            limit,
            readerCounter,
            appender: new Appender(log, limit),
            reader: new LogReader(log, readerCounter, undefined),
          };
          const model = new Model(position);
          fc.modelRun(() => ({ model, real: system }), list);
          expect(system.reader.position()).toBe(model.readerPosition);
          rotationCount += log.metadata.activeTermCount() - start.termCount;
        }),
        { numRuns: 300 },
      );
      expect(rotationCount).toBeGreaterThan(20);
    });

    it("ends at the last position that a log can hold", () => {
      const log = makeLog({
        initialTermId: 5,
        termCount: 0x7fffffff,
        termOffset: TERM_LENGTH - 128,
      });
      const last = TERM_LENGTH * 2 ** 31 - 128;
      const limit = makeCounter(2 ** 52);
      const appender = new Appender(log, limit);
      expect(appender.position()).toBe(last);
      expect(appender.append(messageOf(1, 32), 0, 32, undefined)).toBe(TERM_LENGTH - 64);
      for (let i = 0; i < 3; i++) {
        expect(appender.append(messageOf(1, 64), 0, 64, undefined)).toBe(MAX_POSITION_EXCEEDED);
      }
      limit.set(last);
      expect(appender.append(messageOf(1, 64), 0, 64, undefined)).toBe(MAX_POSITION_EXCEEDED);
      expect(log.metadata.activeTermCount()).toBe(0x7fffffff);
    });

    it("says whether a subscriber is behind or none is there", () => {
      const log = makeLog();
      const appender = new Appender(log, makeCounter(0));
      expect(appender.append(messageOf(1, 8), 0, 8, undefined)).toBe(BACK_PRESSURED);
      expect(appender.claim(8)).toBe(BACK_PRESSURED);
      log.metadata.setConnected(false);
      expect(appender.append(messageOf(1, 8), 0, 8, undefined)).toBe(NOT_CONNECTED);
      expect(appender.appendParts([], undefined)).toBe(NOT_CONNECTED);
    });

    it("refuses lengths beyond what fits a frame or a message", () => {
      const appender = new Appender(makeLog(), makeCounter(2 ** 30));
      const source = messageOf(1, 65536);
      for (const length of [-1, 8193, Number.NaN]) {
        expect(() => appender.append(source, 0, length, undefined)).toThrow("message length");
      }
      expect(() => appender.claim(1377)).toThrow("message length");
      const part = { buffer: source, offset: 0, length: 4097 };
      expect(() => appender.appendParts([part, part], undefined)).toThrow("message length");
      expect(() => appender.appendParts([{ ...part, offset: 65536 }], undefined)).toThrow("range");
    });
  });
}
