import { describe, expect, it } from "vitest";
import {
  AtomicBuffer,
  AtomicCounter,
  BufferRangeError,
  CounterSpaceError,
  CountersManager,
  CountersReader,
  CounterState,
  NULL_COUNTER_ID,
} from "@alerion/runtime/concurrent";
import { hasConformanceData, readCapture, readCaptureJson } from "./support/conformance-data.js";
import { plainBuffer, TestClock } from "./support/log-fixture.js";
import { explore } from "./support/schedule-explorer.js";

const REUSE_MS = 1000;

function makeManager(count: number): { manager: CountersManager; clock: TestClock } {
  const clock = new TestClock();
  const manager = new CountersManager(
    plainBuffer(count * 512),
    plainBuffer(count * 128),
    clock,
    REUSE_MS,
  );
  return { manager, clock };
}

function idsOf(reader: CountersReader): number[] {
  const ids: number[] = [];
  reader.forEach((id) => ids.push(id));
  return ids;
}

describe("counters manager", () => {
  it("shows a counter to readers with everything set", () => {
    const { manager } = makeManager(4);
    const id = manager.allocate({
      typeId: 1001,
      label: "orders in flight",
      key: new Uint8Array([1, 2, 3]),
      registrationId: 42,
      ownerId: 7,
      referenceId: -1,
      value: 5,
    });
    const reader = new CountersReader(manager.metadata, manager.values);
    expect(idsOf(reader)).toEqual([id]);
    expect(reader.state(id)).toBe(CounterState.ALLOCATED);
    expect(reader.typeId(id)).toBe(1001);
    expect(reader.label(id)).toBe("orders in flight");
    expect(reader.key(id).subarray(0, 4)).toEqual(new Uint8Array([1, 2, 3, 0]));
    expect(reader.registrationId(id)).toBe(42);
    expect(reader.ownerId(id)).toBe(7);
    expect(reader.referenceId(id)).toBe(-1);
    expect(reader.value(id)).toBe(5);
    expect(reader.valueExact(id)).toBe(5n);
    expect(reader.reuseDeadlineMs(id)).toBe(2 ** 63);
    expect(reader.findByTypeIdAndRegistrationId(1001, 42)).toBe(id);
    expect(reader.findByTypeIdAndRegistrationId(1001, 43)).toBe(NULL_COUNTER_ID);
  });

  it("keeps a freed id for the reuse timeout, then gives it out with nothing left of its past", () => {
    const { manager, clock } = makeManager(2);
    const first = manager.allocate({
      label: "first",
      key: new Uint8Array(200).fill(9),
      referenceId: 3,
      value: 8,
    });
    const second = manager.allocate({ label: "second" });
    expect(() => manager.allocate({ label: "third" })).toThrow(CounterSpaceError);
    manager.free(first);
    expect(manager.state(first)).toBe(CounterState.RECLAIMED);
    expect(manager.label(first)).toBe("first");
    expect(manager.key(first).every((byte) => byte === 0)).toBe(true);
    expect(idsOf(manager)).toEqual([second]);
    expect(() => manager.free(first)).toThrow("must be allocated");

    clock.nowMs += REUSE_MS - 1;
    expect(() => manager.allocate({ label: "third" })).toThrow(CounterSpaceError);
    clock.nowMs += 1;
    expect(manager.allocate({ label: "third" })).toBe(first);
    expect(manager.value(first)).toBe(0);
    expect(manager.referenceId(first)).toBe(0);
    expect(manager.available()).toBe(0);
  });

  it("cuts labels at 380 characters, also when they grow", () => {
    const { manager } = makeManager(1);
    const id = manager.allocate({ label: "x".repeat(378) });
    manager.appendToLabel(id, "abcdef");
    expect(manager.label(id)).toBe(`${"x".repeat(378)}ab`);
    manager.setLabel(id, "y".repeat(500));
    expect(manager.label(id)).toBe("y".repeat(380));
  });

  it("refuses ids that the buffers have no room for", () => {
    const { manager } = makeManager(2);
    for (const id of [-1, 2, 0.5, Number.NaN]) {
      expect(() => manager.value(id)).toThrow(BufferRangeError);
      expect(() => manager.setValue(id, 1)).toThrow(BufferRangeError);
      expect(() => new AtomicCounter(manager, id)).toThrow(BufferRangeError);
    }
  });

  it("reads a label of impossible length as far as a label can go", () => {
    const { manager } = makeManager(2);
    const id = manager.allocate({ label: "short" });
    manager.metadata.putInt32(id * 512 + 128, 1 << 30);
    expect(manager.label(id)).toHaveLength(380);
    manager.metadata.putInt32(id * 512 + 128, -5);
    expect(manager.label(id)).toBe("");
  });
});

describe("a counter", () => {
  it("counts, takes positions and only ever rises when proposed a maximum", () => {
    const { manager } = makeManager(1);
    const counter = new AtomicCounter(manager, manager.allocate({ label: "count" }));
    counter.increment();
    expect(counter.getAndAdd(9)).toBe(1);
    expect(counter.getAndAddAtomic(90)).toBe(10);
    expect(counter.get()).toBe(100);
    expect(counter.proposeMax(100)).toBe(false);
    expect(counter.proposeMax(2 ** 40)).toBe(true);
    counter.setLow32(64);
    expect(counter.get()).toBe(2 ** 40 + 64);
    counter.set(-1);
    expect(counter.getPlain()).toBe(-1);
  });

  it.each([0, 5, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 3 * 2 ** 32 - 7, 2 ** 45 - 1])(
    "adds a few to %d, over the border of its halves too",
    (start) => {
      const { manager } = makeManager(1);
      const counter = new AtomicCounter(manager, manager.allocate({ label: "count" }));
      for (const delta of [0, 1, 8, 1408, 2 ** 31 - 1]) {
        counter.set(start);
        counter.addFew(delta);
        expect(counter.get()).toBe(start + delta);
      }
    },
  );
});

describe("counters under every schedule with two preemptions", { timeout: 60_000 }, () => {
  it("are never seen half allocated, nor with a mix of two registrations", () => {
    const metadata = plainBuffer(512);
    const values = plainBuffer(128);
    const seen = new Set<unknown>();
    explore({
      memory: [metadata, values],
      programs: [
        ([meta, value]) => {
          if (meta === undefined || value === undefined) return;
          const manager = new CountersManager(meta, value, new TestClock());
          const id = manager.allocate({ typeId: 5, label: "ab", registrationId: 1, value: 11 });
          manager.free(id);
          manager.allocate({ typeId: 6, label: "cd", registrationId: 2, value: 22 });
        },
        ([meta, value]) => {
          if (meta === undefined || value === undefined) return "none";
          const reader = new CountersReader(meta, value);
          const id = reader.find(() => true);
          if (id === NULL_COUNTER_ID) return "none";
          const before = reader.registrationId(id);
          const read = `${reader.typeId(id)} ${reader.label(id)} ${reader.value(id)}`;
          // The same registration and still allocated: what was read in between belongs together.
          const isSame =
            reader.state(id) === CounterState.ALLOCATED && reader.registrationId(id) === before;
          return isSame ? read : "changed";
        },
      ],
      preemptionsMax: 2,
      check: ([, read]) => {
        seen.add(read);
        expect(["none", "changed", "5 ab 11", "6 cd 22"]).toContain(read);
      },
    });
    expect(seen.size).toBe(4);
  });
});

describe.skipIf(!hasConformanceData)("counters captured from Aeron", () => {
  interface Capture {
    sections: { countersMetadata: number; countersValues: number };
    metadata: { countersMetadataBufferLength: number; countersValuesBufferLength: number };
    counters: {
      id: number;
      state: number;
      typeId: number;
      freeForReuseDeadlineMs: string;
      keyHex: string;
      label: string;
      value: string;
      registrationId: string;
      ownerId: string;
      referenceId: string;
    }[];
  }

  function load(driver: string): {
    capture: Capture;
    metadata: AtomicBuffer;
    values: AtomicBuffer;
  } {
    const capture = readCaptureJson<Capture>(`cnc/cnc-${driver}-driver.json`);
    const file = readCapture(`cnc/cnc-${driver}-driver.dat.gz`);
    const { sections, metadata } = capture;
    return {
      capture,
      metadata: file.slice(sections.countersMetadata, metadata.countersMetadataBufferLength),
      values: file.slice(sections.countersValues, metadata.countersValuesBufferLength),
    };
  }

  for (const driver of ["c", "java"]) {
    it(`are read in full (${driver} driver)`, () => {
      const { capture, metadata, values } = load(driver);
      const reader = new CountersReader(metadata, values);
      const allocated = capture.counters.filter((each) => each.state === 1);
      expect(idsOf(reader)).toEqual(allocated.map((each) => each.id));
      for (const each of capture.counters) {
        const { id } = each;
        expect({
          id,
          state: reader.state(id),
          typeId: reader.typeId(id),
          deadline: reader.reuseDeadlineMs(id),
          keyHex: Buffer.from(reader.key(id)).toString("hex"),
          label: reader.label(id),
          value: String(reader.valueExact(id)),
          registrationId: String(reader.registrationId(id)),
          ownerId: String(reader.ownerId(id)),
          referenceId: String(reader.referenceId(id)),
        }).toEqual({
          id,
          state: each.state,
          typeId: each.typeId,
          deadline: Number(each.freeForReuseDeadlineMs),
          keyHex: each.keyHex,
          label: each.label,
          value: each.value,
          registrationId: each.registrationId,
          ownerId: each.ownerId,
          referenceId: each.referenceId,
        });
      }
    });

    it(`come out byte for byte when allocated by us (${driver} driver)`, () => {
      const { capture, metadata, values } = load(driver);
      const clock = new TestClock();
      const manager = new CountersManager(
        new AtomicBuffer(new ArrayBuffer(metadata.capacity)),
        new AtomicBuffer(new ArrayBuffer(values.capacity)),
        clock,
        REUSE_MS,
      );
      for (const each of capture.counters) {
        const id = manager.allocate({
          typeId: each.typeId,
          label: each.label,
          key: Buffer.from(each.keyHex, "hex"),
          registrationId: Number(each.registrationId),
          ownerId: Number(each.ownerId),
          referenceId: Number(each.referenceId),
          value: Number(each.value),
        });
        expect(id).toBe(each.id);
        if (each.state === -1) {
          clock.nowMs = Number(each.freeForReuseDeadlineMs) - REUSE_MS;
          manager.free(id);
        }
      }
      expect(Buffer.from(manager.metadata.u8).equals(Buffer.from(metadata.u8))).toBe(true);
      expect(Buffer.from(manager.values.u8).equals(Buffer.from(values.u8))).toBe(true);
    });
  }
});
