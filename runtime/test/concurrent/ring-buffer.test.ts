import { describe, expect, it } from "vitest";
import {
  AtomicBuffer,
  BufferLayoutError,
  CorruptBufferError,
  ManyToOneRingBuffer,
  MessageLengthError,
  MessageTypeIdError,
  OneToOneRingBuffer,
} from "@alerion/runtime/concurrent";
import { hasConformanceData, readCapture, readCaptureJson } from "./support/conformance-data.js";
import { messageOf } from "./support/log-fixture.js";

function makeRing(): ManyToOneRingBuffer {
  return new ManyToOneRingBuffer(new AtomicBuffer(new ArrayBuffer(1024 + 768)));
}

function typesRead(ring: ManyToOneRingBuffer): number[] {
  const types: number[] = [];
  for (let count = -1; types.length !== count;) {
    count = types.length;
    ring.read((msgTypeId) => types.push(msgTypeId));
  }
  return types;
}

describe("ring buffer", () => {
  it("takes only a power of two and the trailer", () => {
    for (const length of [0, 768, 768 + 64, 768 + 1000, 1023, 768 + 1024 + 8]) {
      const buffer = new AtomicBuffer(new ArrayBuffer(length));
      expect(() => new ManyToOneRingBuffer(buffer)).toThrow(BufferLayoutError);
      expect(() => new OneToOneRingBuffer(buffer)).toThrow(BufferLayoutError);
    }
  });

  it("refuses a type id that is not positive and a message longer than an eighth of the ring", () => {
    const ring = makeRing();
    expect(() => ring.tryClaim(0, 8)).toThrow(MessageTypeIdError);
    expect(() => ring.tryClaim(-1, 8)).toThrow(MessageTypeIdError);
    expect(() => ring.tryClaim(1, 129)).toThrow(MessageLengthError);
    expect(() => ring.tryClaim(1, -1)).toThrow(MessageLengthError);
    expect(ring.tryClaim(1, 128)).toBe(8);
    expect(ring.producerPosition()).toBe(136);
  });

  it("numbers correlation ids one after another and keeps the consumer's heartbeat", () => {
    const ring = makeRing();
    expect([ring.nextCorrelationId(), ring.nextCorrelationId()]).toEqual([0, 1]);
    ring.setConsumerHeartbeatTimeMs(1_700_000_000_000);
    expect(ring.consumerHeartbeatTimeMs()).toBe(1_700_000_000_000);
    ring.setConsumerHeartbeatTimeMs(-1);
    expect(ring.consumerHeartbeatTimeMs()).toBe(-1);
  });

  it("consumes the message whose handler throws, and clears it", () => {
    const ring = makeRing();
    ring.write(1, messageOf(1, 20), 0, 20);
    ring.write(2, messageOf(2, 20), 0, 20);
    expect(() =>
      ring.read(() => {
        throw new Error("handler");
      }),
    ).toThrow("handler");
    expect(ring.consumerPosition()).toBe(32);
    expect(ring.buffer.u8.subarray(0, 32).every((byte) => byte === 0)).toBe(true);
    expect(typesRead(ring)).toEqual([2]);
  });

  it("drops what follows an impossible length, says so once, and goes on with the next lap", () => {
    const ring = makeRing();
    ring.write(1, messageOf(1, 20), 0, 20);
    ring.write(2, messageOf(2, 20), 0, 20);
    ring.buffer.putInt32(0, 4000);
    expect(() => ring.read(() => {})).toThrow(CorruptBufferError);
    ring.write(3, messageOf(3, 20), 0, 20);
    expect(typesRead(ring)).toEqual([3]);
  });
});

describe("unblock", () => {
  it("does nothing to an empty ring or one whose head is complete", () => {
    const ring = makeRing();
    expect(ring.unblock()).toBe(false);
    ring.write(1, messageOf(1, 8), 0, 8);
    expect(ring.unblock()).toBe(false);
    expect(typesRead(ring)).toEqual([1]);
  });

  it("pads a claim whose producer died before it committed", () => {
    const ring = makeRing();
    ring.tryClaim(1, 20);
    ring.write(2, messageOf(2, 8), 0, 8);
    expect(typesRead(ring)).toEqual([]);
    expect(ring.unblock()).toBe(true);
    expect(typesRead(ring)).toEqual([2]);
  });

  it("pads a claim whose producer died before it wrote anything, once something follows it", () => {
    const ring = makeRing();
    ring.buffer.putInt64(1024 + 128, 40);
    expect(ring.unblock()).toBe(false);
    ring.write(2, messageOf(2, 8), 0, 8);
    expect(ring.unblock()).toBe(true);
    expect(typesRead(ring)).toEqual([2]);
  });

  it("cuts an impossible claim at what is claimed", () => {
    for (const length of [-2147483648, -4000, -3]) {
      const ring = makeRing();
      ring.tryClaim(1, 20);
      ring.write(2, messageOf(2, 8), 0, 8);
      ring.buffer.putInt32(0, length);
      expect(ring.unblock()).toBe(true);
      ring.read(() => {});
      expect(ring.consumerPosition()).toBeLessThanOrEqual(ring.producerPosition());
    }
  });
});

describe.skipIf(!hasConformanceData)("ring image captured from Aeron", () => {
  interface Capture {
    head: number;
    tail: number;
    correlationCounter: number;
    consumerHeartbeatMs: number;
    unread: { typeId: number; offset: number; length: number }[];
  }

  it("is read message by message, across the padding and the wrap", () => {
    const capture = readCaptureJson<Capture>("commands/ringbuffer-1k.json");
    const ring = new ManyToOneRingBuffer(readCapture("commands/ringbuffer-1k.bin"));
    expect(ring.consumerPosition()).toBe(capture.head);
    expect(ring.producerPosition()).toBe(capture.tail);
    expect(ring.consumerHeartbeatTimeMs()).toBe(capture.consumerHeartbeatMs);
    const seen: Capture["unread"] = [];
    for (let i = 0; i < 2; i++) {
      ring.read((typeId, _buffer, offset, length) =>
        seen.push({ typeId, offset: offset - 8, length }),
      );
    }
    expect(seen).toEqual(capture.unread);
    expect(ring.size()).toBe(0);
    expect(ring.nextCorrelationId()).toBe(capture.correlationCounter);
  });

  it("comes out byte for byte when the same messages are written by us", () => {
    const image = readCapture("commands/ringbuffer-1k.bin");
    const capture = readCaptureJson<Capture>("commands/ringbuffer-1k.json");
    const ring = new ManyToOneRingBuffer(new AtomicBuffer(new ArrayBuffer(1024 + 768)));
    // The ring as it was after everything before the unread messages had been consumed.
    for (const offset of [128, 384]) ring.buffer.putInt64(1024 + offset, capture.head);
    ring.buffer.putInt64(1024 + 256, image.getInt64(1024 + 256));
    ring.nextCorrelationId();
    ring.setConsumerHeartbeatTimeMs(capture.consumerHeartbeatMs);
    for (const { typeId, offset, length } of capture.unread) {
      expect(ring.write(typeId, image, offset + 8, length)).toBe(true);
    }
    expect(Buffer.from(ring.buffer.u8).equals(Buffer.from(image.u8))).toBe(true);
  });
});
