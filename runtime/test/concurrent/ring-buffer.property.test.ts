import { deepEqual, equal } from "node:assert/strict";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  AtomicBuffer,
  ControlledAction,
  INSUFFICIENT_CAPACITY,
  ManyToOneRingBuffer,
  OneToOneRingBuffer,
  RING_TRAILER_LENGTH,
} from "@alerion/runtime/concurrent";
import { messageOf } from "./support/log-fixture.js";

const CAPACITY = 256;
const LENGTH_MAX = CAPACITY / 8;

type Ring = ManyToOneRingBuffer | OneToOneRingBuffer;

interface Message {
  readonly msgTypeId: number;
  readonly bytes: readonly number[];
}

/** The obvious ring: positions, and a list of what lies between them with the bytes each thing takes. */
class Model {
  head = 0;
  tail = 0;
  readonly records: { message: Message | undefined; size: number }[] = [];

  /** False if the message does not fit; space up to the end may be taken all the same. */
  write(message: Message | undefined, length: number): boolean {
    const required = Math.ceil((length + 8) / 8) * 8;
    const free = CAPACITY - (this.tail - this.head);
    const toEnd = CAPACITY - (this.tail % CAPACITY);
    if (required > free) return false;
    if (required > toEnd) {
      this.records.push({ message: undefined, size: toEnd });
      this.tail += toEnd;
      if (required > this.head % CAPACITY) return false;
    }
    this.records.push({ message, size: required });
    this.tail += required;
    return true;
  }

  /** Reads at most to the end of the buffer; padding that is met is passed. */
  read(limit: number): Message[] {
    const messages: Message[] = [];
    const bytesMax = CAPACITY - (this.head % CAPACITY);
    let bytes = 0;
    while (bytes < bytesMax && messages.length < limit) {
      const record = this.records.shift();
      if (record === undefined) break;
      bytes += record.size;
      if (record.message !== undefined) messages.push(record.message);
    }
    this.head += bytes;
    return messages;
  }
}

interface System {
  readonly ring: Ring;
}

function check(model: Model, { ring }: System): void {
  equal(ring.producerPosition(), model.tail);
  equal(ring.consumerPosition(), model.head);
  equal(ring.size(), model.tail - model.head);
}

function readAll(ring: Ring, limit: number): Message[] {
  const messages: Message[] = [];
  ring.read((msgTypeId, buffer, offset, length) => {
    messages.push({ msgTypeId, bytes: [...buffer.u8.subarray(offset, offset + length)] });
  }, limit);
  return messages;
}

class Write implements fc.Command<Model, System> {
  readonly how: "write" | "commit" | "abort";
  readonly msgTypeId: number;
  readonly length: number;

  constructor(how: "write" | "commit" | "abort", msgTypeId: number, length: number) {
    this.how = how;
    this.msgTypeId = msgTypeId;
    this.length = length;
  }
  check(): boolean {
    return true;
  }
  run(model: Model, system: System): void {
    const { how, msgTypeId, length } = this;
    const { ring } = system;
    const source = messageOf(msgTypeId, length);
    const message = { msgTypeId, bytes: [...source.u8.subarray(0, length)] };
    const fits = model.write(how === "abort" ? undefined : message, length);
    if (how === "write") {
      equal(ring.write(msgTypeId, source, 0, length), fits);
    } else {
      const index = ring.tryClaim(msgTypeId, length);
      equal(index === INSUFFICIENT_CAPACITY, !fits);
      if (index >= 0) {
        // Nothing behind an unfinished claim is read, nor the claim itself.
        ring.buffer.copyFrom(index, source, 0, length);
        if (how === "commit") ring.commit(index);
        else ring.abort(index);
      }
    }
    check(model, system);
  }
  toString(): string {
    return `${this.how}(${this.msgTypeId}, ${this.length})`;
  }
}

class Read implements fc.Command<Model, System> {
  readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }
  check(): boolean {
    return true;
  }
  run(model: Model, system: System): void {
    deepEqual(readAll(system.ring, this.limit), model.read(this.limit));
    check(model, system);
  }
  toString(): string {
    return `read(${this.limit})`;
  }
}

/** Reads one message under an action, which must have the effect that its name says. */
class ControlledRead implements fc.Command<Model, System> {
  readonly action: ControlledAction;

  constructor(action: ControlledAction) {
    this.action = action;
  }
  check(model: Readonly<Model>): boolean {
    return model.records[0]?.message !== undefined;
  }
  run(model: Model, system: System): void {
    const { ring } = system;
    const before = ring.consumerPosition();
    let seenPosition = -1;
    const handed: number[] = [];
    const count = ring.controlledRead((msgTypeId) => {
      handed.push(msgTypeId);
      if (handed.length > 1) {
        seenPosition = ring.consumerPosition();
        return ControlledAction.ABORT;
      }
      return this.action;
    });
    const isAborted = this.action === ControlledAction.ABORT;
    equal(count, isAborted ? 0 : 1);
    equal(handed[0], model.records[0]?.message?.msgTypeId);
    if (this.action === ControlledAction.BREAK || isAborted) equal(handed.length, 1);
    if (seenPosition >= 0) {
      const isCommitted = this.action === ControlledAction.COMMIT;
      equal(seenPosition > before, isCommitted);
    }
    if (!isAborted) {
      model.read(1);
      // Padding that followed was passed on the way to the message that was given back.
      while (this.action !== ControlledAction.BREAK && model.head % CAPACITY !== 0) {
        const next = model.records[0];
        if (next === undefined || next.message !== undefined) break;
        model.head += next.size;
        model.records.shift();
      }
    }
    check(model, system);
  }
  toString(): string {
    return `controlledRead(${this.action})`;
  }
}

const commands = fc.commands(
  [
    fc
      .tuple(
        fc.constantFrom("write" as const, "commit" as const, "abort" as const),
        fc.integer({ min: 1, max: 1000 }),
        fc.nat(LENGTH_MAX),
      )
      .map(([how, msgTypeId, length]) => new Write(how, msgTypeId, length)),
    fc.nat(6).map((limit) => new Read(limit)),
    fc.constantFrom(...Object.values(ControlledAction)).map((action) => new ControlledRead(action)),
  ],
  { maxCommands: 60 },
);

for (const [name, Kind] of [
  ["many-to-one", ManyToOneRingBuffer],
  ["one-to-one", OneToOneRingBuffer],
] as const) {
  describe(`${name} ring`, () => {
    it("behaves as a list of records between two positions, from any position on", () => {
      const starts = [0, 2 ** 32 - 128, 2 ** 40 + 248];
      fc.assert(
        fc.property(commands, fc.constantFrom(...starts), (list, start) => {
          const buffer = new AtomicBuffer(new ArrayBuffer(CAPACITY + RING_TRAILER_LENGTH));
          const ring = new Kind(buffer);
          for (const offset of [128, 256, 384]) buffer.putInt64(CAPACITY + offset, start);
          const model = new Model();
          model.head = start;
          model.tail = start;
          fc.modelRun(() => ({ model, real: { ring } }), list);
          expect(ring.size()).toBe(model.tail - model.head);
        }),
        { numRuns: 300 },
      );
    });

    it("survives any bytes: each message handed out lies inside, and reading always comes to an end", () => {
      const size = CAPACITY + RING_TRAILER_LENGTH;
      fc.assert(
        fc.property(
          fc.uint8Array({ minLength: size, maxLength: size }),
          fc.boolean(),
          (bytes, small) => {
            const buffer = new AtomicBuffer(new ArrayBuffer(size));
            buffer.u8.set(bytes);
            // Small lengths make more of what looks like records.
            if (small)
              for (let i = 0; i < CAPACITY; i += 8) buffer.putInt32(i, (bytes[i] ?? 0) - 20);
            const ring = new Kind(buffer);
            for (let i = 0; i < 40; i++) {
              try {
                ring.read((_type, _buffer, offset, length) => {
                  expect(offset).toBeGreaterThanOrEqual(8);
                  expect(length).toBeGreaterThanOrEqual(0);
                  expect(offset + length).toBeLessThanOrEqual(CAPACITY);
                });
              } catch (error) {
                expect(error).toMatchObject({ code: "BUFFER_CORRUPT" });
              }
              if (ring instanceof ManyToOneRingBuffer) ring.unblock();
              try {
                const index = ring.tryClaim(1, i % LENGTH_MAX);
                if (index >= 0) expect(index + (i % LENGTH_MAX)).toBeLessThanOrEqual(CAPACITY);
              } catch (error) {
                expect(error).toMatchObject({ code: "BUFFER_CORRUPT" });
              }
            }
          },
        ),
        { numRuns: 300 },
      );
    });
  });
}
