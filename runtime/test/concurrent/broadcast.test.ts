import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  AtomicBuffer,
  BROADCAST_TRAILER_LENGTH,
  BroadcastReceiver,
  BroadcastResult,
  BroadcastTransmitter,
  BufferLayoutError,
  MessageLengthError,
  MessageTypeIdError,
} from "@alerion/runtime/concurrent";
import { hasConformanceData, readCapture, readCaptureJson } from "./support/conformance-data.js";
import { messageOf } from "./support/log-fixture.js";
import { explore } from "./support/schedule-explorer.js";

function makeBuffer(capacity: number): AtomicBuffer {
  return new AtomicBuffer(new ArrayBuffer(capacity + BROADCAST_TRAILER_LENGTH));
}

describe("broadcast buffer", () => {
  it("takes only a power of two and the trailer, and messages that fit", () => {
    expect(() => new BroadcastTransmitter(makeBuffer(1000))).toThrow(BufferLayoutError);
    expect(() => new BroadcastReceiver(makeBuffer(64))).toThrow(BufferLayoutError);
    const transmitter = new BroadcastTransmitter(makeBuffer(1024));
    expect(() => transmitter.transmit(0, messageOf(1, 8), 0, 8)).toThrow(MessageTypeIdError);
    expect(() => transmitter.transmit(1, messageOf(1, 136), 0, 129)).toThrow(MessageLengthError);
  });

  it("starts a receiver at the newest message", () => {
    const buffer = makeBuffer(1024);
    const transmitter = new BroadcastTransmitter(buffer);
    transmitter.transmit(1, messageOf(1, 8), 0, 8);
    transmitter.transmit(2, messageOf(2, 8), 0, 8);
    const receiver = new BroadcastReceiver(buffer);
    const types: number[] = [];
    while (receiver.receive((type) => types.push(type)) === BroadcastResult.MESSAGE);
    expect(types).toEqual([2]);
  });

  it("hands out every message, in order and whole, to a receiver that keeps up", () => {
    const steps = fc.array(
      fc.record({ length: fc.nat(128), receiveCount: fc.nat(3), type: fc.integer({ min: 1 }) }),
      { maxLength: 100 },
    );
    fc.assert(
      fc.property(steps, fc.constantFrom(0, 2 ** 32 - 512, 2 ** 45), (list, start) => {
        const buffer = makeBuffer(1024);
        for (const offset of [0, 8, 16]) buffer.putInt64(1024 + offset, start);
        const transmitter = new BroadcastTransmitter(buffer);
        const receiver = new BroadcastReceiver(buffer);
        const sent: { type: number; bytes: number[] }[] = [];
        const behind = () => sent.reduce((sum, each) => sum + each.bytes.length + 16, 0) + 144;
        function receive(): void {
          const result = receiver.receive((type, body, offset, length) => {
            const bytes = [...body.u8.subarray(offset, offset + length)];
            expect({ type, bytes }).toEqual(sent.shift());
          });
          expect(result).not.toBe(BroadcastResult.LAPPED);
        }
        for (const { length, receiveCount, type } of list) {
          // What is unread, with its headers and padding, must leave room for the next message and its padding.
          while (behind() + length + 160 > 1024) receive();
          const message = messageOf(type, length);
          transmitter.transmit(type, message, 0, length);
          sent.push({ type, bytes: [...message.u8.subarray(0, length)] });
          for (let i = 0; i < receiveCount; i++) receive();
        }
        while (sent.length > 0) receive();
        expect(receiver.receive(() => {})).toBe(BroadcastResult.NONE);
        expect(receiver.lappedCount()).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it("tells a receiver that it was overtaken, and goes on with the newest message", () => {
    const buffer = makeBuffer(128);
    const transmitter = new BroadcastTransmitter(buffer);
    const receiver = new BroadcastReceiver(buffer);
    for (let i = 1; i <= 20; i++) transmitter.transmit(i, messageOf(i, 8), 0, 8);
    expect(receiver.receive(() => {})).toBe(BroadcastResult.LAPPED);
    expect(receiver.lappedCount()).toBe(1);
    const types: number[] = [];
    expect(receiver.receive((type) => types.push(type))).toBe(BroadcastResult.MESSAGE);
    expect(types).toEqual([20]);
  });

  it("takes messages that are longer than its first scratch buffer", () => {
    const buffer = makeBuffer(65536);
    const receiver = new BroadcastReceiver(buffer);
    new BroadcastTransmitter(buffer).transmit(5, messageOf(5, 8000), 0, 8000);
    receiver.receive((type, body, offset, length) => {
      expect([type, length]).toEqual([5, 8000]);
      expect(body.u8.subarray(offset, offset + length)).toEqual(messageOf(5, 8000).u8);
    });
  });

  it("survives any bytes: what is handed out is bounded, and receiving comes to an end", () => {
    const size = 256 + BROADCAST_TRAILER_LENGTH;
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: size, maxLength: size }),
        fc.nat(2000),
        (bytes, tail) => {
          const buffer = makeBuffer(256);
          const receiver = new BroadcastReceiver(buffer);
          buffer.u8.set(bytes);
          for (let i = 0; i < 256; i += 8) buffer.putInt32(i, (bytes[i] ?? 0) - 20);
          buffer.putInt64(256, tail);
          buffer.putInt64(256 + 8, tail);
          buffer.putInt64(256 + 16, Math.max(0, tail - 8));
          for (let i = 0; i < 40; i++) {
            try {
              receiver.receive((_type, _body, _offset, length) => {
                expect(length).toBeGreaterThanOrEqual(0);
                expect(length).toBeLessThanOrEqual(248);
              });
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

describe("broadcast under every schedule with two preemptions", { timeout: 60_000 }, () => {
  it("never hands out a torn message, and loses none without saying so", () => {
    const memory = makeBuffer(128);
    for (const offset of [0, 8, 16]) memory.putInt64(128 + offset, 128 - 48);
    let lappedCount = 0;
    explore({
      memory: [memory],
      programs: [
        ([buffer]) => {
          if (buffer === undefined) return;
          const transmitter = new BroadcastTransmitter(buffer);
          for (let type = 1; type <= 6; type++)
            transmitter.transmit(type, messageOf(type, 16), 0, 16);
        },
        ([buffer]) => {
          const seen: (number | "lapped")[] = [];
          if (buffer === undefined) return seen;
          const receiver = new BroadcastReceiver(buffer);
          for (let i = 0; i < 3; i++) {
            const result = receiver.receive((type, body, offset, length) => {
              seen.push(type);
              const expected = messageOf(type, 16);
              if (length !== 16) throw new Error(`length=${length}`);
              for (let k = 0; k < 16; k++) {
                if (body.u8[offset + k] !== expected.u8[k])
                  throw new Error(`message ${type} is torn`);
              }
            });
            if (result === BroadcastResult.LAPPED) seen.push("lapped");
          }
          return seen;
        },
      ],
      preemptionsMax: 2,
      check: ([, outcome]) => {
        const seen = outcome as (number | "lapped")[];
        if (seen.includes("lapped")) lappedCount++;
        for (let i = 1; i < seen.length; i++) {
          const [before, after] = [seen[i - 1], seen[i]];
          // Only being overtaken makes a hole.
          if (typeof before === "number" && typeof after === "number")
            expect(after).toBe(before + 1);
        }
      },
    });
    expect(lappedCount).toBeGreaterThan(0);
  });
});

describe.skipIf(!hasConformanceData)("broadcast buffer captured from Aeron", () => {
  interface Capture {
    sections: { toClients: number };
    metadata: { toClientsBufferLength: number };
    toClientsBroadcast: {
      tailIntent: number;
      tail: number;
      latest: number;
      records: { offset: number; typeId: number; payloadHex: string }[];
    };
  }

  for (const driver of ["c", "java"]) {
    it(`is received, and comes out byte for byte when transmitted by us (${driver} driver)`, () => {
      const capture = readCaptureJson<Capture>(`cnc/cnc-${driver}-driver.json`);
      const file = readCapture(`cnc/cnc-${driver}-driver.dat.gz`);
      const image = file.slice(capture.sections.toClients, capture.metadata.toClientsBufferLength);
      const ours = new AtomicBuffer(new ArrayBuffer(image.capacity));
      const receiver = new BroadcastReceiver(ours);
      const transmitter = new BroadcastTransmitter(ours);
      for (const { typeId, payloadHex } of capture.toClientsBroadcast.records) {
        const payload = new AtomicBuffer(new ArrayBuffer(Math.ceil(payloadHex.length / 16) * 8));
        payload.u8.set(Buffer.from(payloadHex, "hex"));
        transmitter.transmit(typeId, payload, 0, payloadHex.length / 2);
        receiver.receive((type, body, offset, length) => {
          const hex = Buffer.from(body.u8.subarray(offset, offset + length)).toString("hex");
          expect({ type, hex }).toEqual({ type: typeId, hex: payloadHex });
        });
      }
      expect(receiver.receive(() => {})).toBe(BroadcastResult.NONE);
      expect(Buffer.from(ours.u8).equals(Buffer.from(image.u8))).toBe(true);
    });
  }
});
