import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AtomicBuffer, DistinctErrorLog, readErrorLog } from "@alerion/runtime/concurrent";
import type { ErrorObservation } from "@alerion/runtime/concurrent";
import { hasConformanceData, readCapture, readCaptureJson } from "./support/conformance-data.js";
import { TestClock } from "./support/log-fixture.js";

function read(buffer: AtomicBuffer, sinceMs = 0): ErrorObservation[] {
  const observations: ErrorObservation[] = [];
  const count = readErrorLog(buffer, (each) => observations.push(each), sinceMs);
  expect(count).toBe(observations.length);
  return observations;
}

describe("distinct error log", () => {
  it("keeps one record per error and counts its repetitions", () => {
    const clock = new TestClock();
    const buffer = new AtomicBuffer(new SharedArrayBuffer(4096));
    const log = new DistinctErrorLog(buffer, clock);
    clock.nowMs = 1000;
    expect(log.recordText("disk full: größe=0")).toBe(true);
    clock.nowMs = 2000;
    log.recordText("no route");
    clock.nowMs = 3000;
    log.recordText("disk full: größe=0");
    expect(read(buffer)).toMatchObject([
      { text: "disk full: größe=0", count: 2, firstObservationMs: 1000, lastObservationMs: 3000 },
      { text: "no route", count: 1, firstObservationMs: 2000, lastObservationMs: 2000 },
    ]);
    expect(read(buffer, 2500)).toMatchObject([{ text: "disk full: größe=0" }]);
  });

  it("tells an error by its stack and those of its causes", () => {
    const buffer = new AtomicBuffer(new ArrayBuffer(8192));
    const log = new DistinctErrorLog(buffer, new TestClock());
    const error = new Error("outer", { cause: new Error("inner") });
    log.record(error);
    log.record(error);
    log.record("thrown text");
    const [first, second] = read(buffer);
    expect(first).toMatchObject({ count: 2 });
    expect(first?.text).toMatch(/outer[^]*caused by: [^]*inner/);
    expect(second).toMatchObject({ text: "thrown text", count: 1 });
  });

  it("says when it is full, and still counts what it knows", () => {
    const buffer = new AtomicBuffer(new ArrayBuffer(64));
    const log = new DistinctErrorLog(buffer, new TestClock());
    expect(log.recordText("a".repeat(24))).toBe(true);
    expect(log.recordText("b")).toBe(false);
    expect(log.recordText("a".repeat(24))).toBe(true);
    expect(read(buffer)).toMatchObject([{ count: 2 }]);
  });

  it("goes on behind what a log already holds", () => {
    const buffer = new AtomicBuffer(new ArrayBuffer(1024));
    new DistinctErrorLog(buffer, new TestClock()).recordText("first");
    const log = new DistinctErrorLog(buffer, new TestClock());
    log.recordText("second");
    log.recordText("first");
    expect(read(buffer)).toMatchObject([
      { text: "first", count: 2 },
      { text: "second", count: 1 },
    ]);
  });

  it("is read without end or overrun whatever its bytes are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 256, maxLength: 256 }), (bytes) => {
        const buffer = new AtomicBuffer(new ArrayBuffer(256));
        buffer.u8.set(bytes);
        for (let i = 0; i < 256; i += 8) buffer.putInt32(i, (bytes[i] ?? 0) - 10);
        for (const each of read(buffer)) expect(each.offset + each.length).toBeLessThanOrEqual(256);
      }),
    );
  });
});

describe.skipIf(!hasConformanceData)("error log captured from Aeron", () => {
  interface Capture {
    sections: { errorLog: number };
    metadata: { errorLogBufferLength: number };
    errorLog: {
      observationCount: number;
      firstObservationTimestampMs: number;
      lastObservationTimestampMs: number;
      encodedException: string;
    }[];
  }

  for (const driver of ["c", "java"]) {
    it(`is read, and comes out byte for byte when recorded by us (${driver} driver)`, () => {
      const capture = readCaptureJson<Capture>(`cnc/cnc-${driver}-driver.json`);
      const file = readCapture(`cnc/cnc-${driver}-driver.dat.gz`);
      const image = file.slice(capture.sections.errorLog, capture.metadata.errorLogBufferLength);
      expect(read(image)).toMatchObject(
        capture.errorLog.map((each) => ({
          count: each.observationCount,
          firstObservationMs: each.firstObservationTimestampMs,
          lastObservationMs: each.lastObservationTimestampMs,
          text: each.encodedException,
        })),
      );
      const clock = new TestClock();
      const ours = new AtomicBuffer(new ArrayBuffer(image.capacity));
      const log = new DistinctErrorLog(ours, clock);
      for (const each of capture.errorLog) {
        clock.nowMs = each.firstObservationTimestampMs;
        log.recordText(each.encodedException);
        for (let i = 1; i < each.observationCount; i++) {
          clock.nowMs = each.lastObservationTimestampMs;
          log.recordText(each.encodedException);
        }
      }
      expect(Buffer.from(ours.u8).equals(Buffer.from(image.u8))).toBe(true);
    });
  }
});
