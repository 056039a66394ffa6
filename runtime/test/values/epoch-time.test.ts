import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  dateText,
  epochNanos,
  EpochTime,
  instantText,
  TIME_UNITS,
  timeOfDayText,
  timeUnitOf,
} from "@alerion/runtime/values";
import { bytesPerCall } from "../support/allocation.js";

const units = fc.constantFrom(...TIME_UNITS);

function split(value: bigint): { high: number; low: number } {
  return { high: Number(value >> 32n), low: Number(value & 0xffff_ffffn) };
}

describe("a time", () => {
  it("of any unit is nanoseconds since the epoch", () => {
    expect(epochNanos(5, "second")).toBe(5_000_000_000n);
    expect(epochNanos(5n, "millisecond")).toBe(5_000_000n);
    expect(epochNanos(-5, "microsecond")).toBe(-5000n);
    expect(epochNanos(2n ** 64n - 1n, "nanosecond")).toBe(2n ** 64n - 1n);
  });

  it("from the halves of any 64-bit nanoseconds is exact, signed or not", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (value) => {
        const { high, low } = split(value);
        const time = new EpochTime().set(high, low, "nanosecond");
        expect(time.toNanos()).toBe(value);
        expect(time.nanos).toBeGreaterThanOrEqual(0);
        expect(time.nanos).toBeLessThan(1_000_000_000);
      }),
    );
  });

  it("from the halves of other units is exact, or refused beyond 2^53 seconds", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), units, (value, unit) => {
        const { high, low } = split(value);
        const expected = epochNanos(value, unit);
        try {
          expect(new EpochTime().set(high, low, unit).toNanos()).toBe(expected);
        } catch (error) {
          expect((error as { code?: string }).code).toBe("TIME_OUT_OF_RANGE");
          const seconds = expected / 1_000_000_000n;
          expect(seconds < 0n ? -seconds : seconds).toBeGreaterThanOrEqual(2n ** 53n - 1n);
        }
      }),
    );
  });

  it("from a safe integer is exact", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), units, (value, unit) => {
        expect(new EpochTime().setNumber(value, unit).toNanos()).toBe(epochNanos(value, unit));
      }),
    );
    expect(() => new EpochTime().setNumber(0.5, "second")).toThrow("time must be an integer");
  });

  it("is taken without allocating", () => {
    const time = new EpochTime();
    let low = 7;
    let seen = 0;
    const bytes = bytesPerCall(() => {
      low = (low + 13) | 0;
      time.set(0x17_97_00_00, low, "nanosecond");
      time.setNumber(low, "microsecond");
      seen = (seen + time.nanos) | 0;
    });
    expect(bytes).toBe(0);
    expect(seen).not.toBe(0);
  });

  it("as text has nine digits and says UTC", () => {
    expect(instantText(1_700_000_000_123_456_789n)).toBe("2023-11-14T22:13:20.123456789Z");
    expect(instantText(0n)).toBe("1970-01-01T00:00:00.000000000Z");
    expect(instantText(-1n)).toBe("1969-12-31T23:59:59.999999999Z");
    expect(instantText(2n ** 64n - 1n)).toBe("2554-07-21T23:34:33.709551615Z");
    expect(new EpochTime().setNumber(1_700_000_000, "second").toString()).toBe(
      "2023-11-14T22:13:20.000000000Z",
    );
  });

  it("as text agrees with JavaScript's calendar", () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date("-200000-01-01T00:00:00Z"),
          max: new Date("+200000-01-01T00:00:00Z"),
          noInvalidDate: true,
        }),
        (date) => {
          const text = instantText(BigInt(date.getTime()) * 1_000_000n);
          expect(text).toBe(date.toISOString().replace(/Z$/, "000000Z"));
        },
      ),
    );
  });

  it("as text bears any count of any unit", () => {
    expect(instantText(epochNanos(2n ** 64n - 1n, "second"))).toBe(
      "+584554051223-11-09T07:00:15.000000000Z",
    );
    expect(instantText(epochNanos(-(2n ** 63n), "second"))).toBe(
      "-292277022657-01-27T08:29:52.000000000Z",
    );
  });
});

it("days since the epoch are a date", () => {
  expect(dateText(0)).toBe("1970-01-01");
  expect(dateText(65_535)).toBe("2149-06-06");
  expect(dateText(11_016)).toBe("2000-02-29");
  expect(dateText(-1)).toBe("1969-12-31");
});

it("nanoseconds since midnight are a time of day", () => {
  expect(timeOfDayText(79_999_000_000_001n)).toBe("22:13:19.000000001");
  expect(timeOfDayText(90_000_000_000_000n)).toBe("25:00:00.000000000");
  expect(timeOfDayText(-1_500_000_000n)).toBe("-00:00:01.500000000");
});

it("units have the names and powers of ten of schemas", () => {
  expect(TIME_UNITS.map((unit) => timeUnitOf(unit))).toStrictEqual([...TIME_UNITS]);
  expect(timeUnitOf("Nanosecond")).toBe("nanosecond");
  expect([0, 3, 6, 9].map(timeUnitOf)).toStrictEqual([...TIME_UNITS]);
  expect([-3, 1, 12, 255, "minute", ""].map(timeUnitOf)).toStrictEqual(Array(6).fill(undefined));
});
