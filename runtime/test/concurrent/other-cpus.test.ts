import { describe, expect, it, vi } from "vitest";

// On x86-64 this is the only place where the ways through Atomics run.
vi.mock("../../src/concurrent/memory-order.js", async (original) => ({
  ...(await original<object>()),
  PLAIN_ACCESS_IS_ORDERED: false,
}));

const { ExclusiveAppender, LogReader, PLAIN_ACCESS_IS_ORDERED, SharedAppender, AtomicBuffer } =
  await import("@alerion/runtime/concurrent");
const { makeCounter, makeLog, messageOf } = await import("./support/log-fixture.js");

describe("on a CPU that reorders plain accesses", () => {
  it("is what this file pretends", () => {
    expect(PLAIN_ACCESS_IS_ORDERED).toBe(false);
  });

  for (const [kind, Appender] of [
    ["shared", SharedAppender],
    ["exclusive", ExclusiveAppender],
  ] as const) {
    it(`a ${kind} appender writes the same log, byte for byte`, () => {
      const log = makeLog();
      const appender = new Appender(log, makeCounter(2 ** 30));
      const reader = new LogReader(log, makeCounter(0), undefined);
      const lengths = [0, 1, 32, 100, 1376, 1377, 5000];
      lengths.forEach((length, i) => appender.append(messageOf(i, length), 0, length, undefined));
      const words = log.term(0).i32;
      // The first two frames, spelt out: length, word of version, flags and type, offset, session, stream, term.
      expect([...words.subarray(0, 8)]).toEqual([32, 0x1c000, 0, 77, 1001, 7, 0, 0]);
      expect([...words.subarray(8, 16)]).toEqual([33, 0x1c000, 32, 77, 1001, 7, 0, 0]);
      let bytes = 0;
      while (reader.poll((_term, _offset, length) => (bytes += length), 10) > 0);
      expect(bytes).toBe(lengths.reduce((sum, length) => sum + length));
      expect(reader.position()).toBe(appender.position());
    });
  }

  it("int64 loads and stores keep their values", () => {
    const buffer = new AtomicBuffer(new SharedArrayBuffer(16));
    for (const value of [0, -1, 2 ** 32, -(2 ** 40) - 7, Number.MAX_SAFE_INTEGER]) {
      buffer.putInt64Release(8, value);
      expect(buffer.getInt64Volatile(8)).toBe(value);
    }
    buffer.putUint8Release(0, 200);
    expect(buffer.getUint8Volatile(0)).toBe(200);
    buffer.putBigInt64Release(8, -5n);
    expect(buffer.getBigInt64Volatile(8)).toBe(-5n);
  });
});
