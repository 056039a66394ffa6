/**
 * Times as SBE has them: a count of units since an epoch. Nothing is lost: nanoseconds are a bigint, or
 * seconds and nanoseconds as two numbers.
 *
 *   epochNanos(order.transactTime(), "nanosecond")                        1700000000123456789n
 *   time.set(order.transactTimeHigh(), order.transactTimeLow(), "nanosecond")   nothing allocated
 *
 * Source: SBE 1.0, date and time encoding.
 */
import { ValueError } from "./value-error.js";

/** Units of time, by the names that schemas use. */
export const TIME_UNITS = ["second", "millisecond", "microsecond", "nanosecond"] as const;

/** One of {@link TIME_UNITS}. */
export type TimeUnit = (typeof TIME_UNITS)[number];

/** Units in a second. */
const UNITS_PER_SECOND: { readonly [unit in TimeUnit]: number } = {
  second: 1,
  millisecond: 1000,
  microsecond: 1_000_000,
  nanosecond: 1_000_000_000,
};

const NANOS_PER_UNIT: { readonly [unit in TimeUnit]: bigint } = {
  second: 1_000_000_000n,
  millisecond: 1_000_000n,
  microsecond: 1000n,
  nanosecond: 1n,
};

const NANOS_PER_SECOND = 1_000_000_000n;
const SECONDS_PER_DAY = 86_400;
const TWO_POW_32 = 4_294_967_296;

/**
 * The unit of a `timeUnit` attribute, or of the `unit` member of a timestamp composite, which holds the
 * power of ten: 0, 3, 6 or 9. Undefined for anything else.
 */
export function timeUnitOf(value: string | number): TimeUnit | undefined {
  if (typeof value === "number") return value % 3 === 0 ? TIME_UNITS[value / 3] : undefined;
  return TIME_UNITS.find((unit) => unit === value.toLowerCase());
}

/** Nanoseconds since the epoch, exactly. */
export function epochNanos(value: number | bigint, unit: TimeUnit): bigint {
  return BigInt(value) * NANOS_PER_UNIT[unit];
}

/** A point in time as two numbers; one object serves any number of times. */
export class EpochTime {
  /** Whole seconds since the epoch, rounded down; a safe integer. */
  seconds = 0;
  /** Nanoseconds of the second, 0..999999999. */
  nanos = 0;

  /**
   * Takes the halves of a 64-bit count, exactly; allocates nothing.
   *
   * @param high  int32 of a signed field, uint32 of an unsigned one
   * @param low  uint32
   * @throws {ValueError} TIME_OUT_OF_RANGE if the seconds are beyond 2^53 (never for nanoseconds)
   */
  set(high: number, low: number, unit: TimeUnit): this {
    const perSecond = UNITS_PER_SECOND[unit];
    // Long division in digits of 16 bits: no step leaves the safe integers.
    const highQuotient = Math.floor(high / perSecond);
    const middle = (high - highQuotient * perSecond) * 65_536 + (low >>> 16);
    const middleQuotient = Math.floor(middle / perSecond);
    const last = (middle - middleQuotient * perSecond) * 65_536 + (low & 0xffff);
    const lastQuotient = Math.floor(last / perSecond);
    const seconds = highQuotient * TWO_POW_32 + middleQuotient * 65_536 + lastQuotient;
    if (!Number.isSafeInteger(seconds)) throwRange(high, low, unit);
    this.seconds = seconds;
    this.nanos = (last - lastQuotient * perSecond) * (1_000_000_000 / perSecond);
    return this;
  }

  /**
   * Takes a count that is a safe integer; allocates nothing.
   *
   * @throws {ValueError} TIME_OUT_OF_RANGE if it is none
   */
  setNumber(value: number, unit: TimeUnit): this {
    if (!Number.isSafeInteger(value)) {
      throw new ValueError(
        "TIME_OUT_OF_RANGE",
        `time must be an integer within 2^53: value=${value}`,
      );
    }
    const perSecond = UNITS_PER_SECOND[unit];
    this.seconds = Math.floor(value / perSecond);
    this.nanos = (value - this.seconds * perSecond) * (1_000_000_000 / perSecond);
    return this;
  }

  /** Nanoseconds since the epoch; allocates bigints. */
  toNanos(): bigint {
    return BigInt(this.seconds) * NANOS_PER_SECOND + BigInt(this.nanos);
  }

  /** As {@link instantText}. */
  toString(): string {
    return instantText(this.toNanos());
  }
}

function throwRange(high: number, low: number, unit: TimeUnit): never {
  const value = (BigInt(high) << 32n) | BigInt(low >>> 0);
  throw new ValueError(
    "TIME_OUT_OF_RANGE",
    `seconds must be within 2^53: value=${value} unit=${unit}`,
  );
}

/**
 * Nanoseconds since the Unix epoch in UTC, e.g. `2023-11-14T22:13:20.123456789Z`: always nine digits, so
 * that nothing is lost and texts sort. Years beyond 9999 have a sign, as in ISO 8601.
 */
export function instantText(nanos: bigint): string {
  const seconds = floorDivide(nanos, NANOS_PER_SECOND);
  const days = floorDivide(seconds, BigInt(SECONDS_PER_DAY));
  const ofDay = nanos - days * BigInt(SECONDS_PER_DAY) * NANOS_PER_SECOND;
  return `${dateText(days)}T${timeOfDayText(ofDay)}Z`;
}

/** Nanoseconds since midnight, e.g. `22:13:20.123456789`; hours beyond 23 are kept. */
export function timeOfDayText(nanos: bigint): string {
  const sign = nanos < 0n ? "-" : "";
  const size = nanos < 0n ? -nanos : nanos;
  const seconds = size / NANOS_PER_SECOND;
  const parts = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n];
  const clock = parts.map((part) => String(part).padStart(2, "0")).join(":");
  return `${sign}${clock}.${String(size % NANOS_PER_SECOND).padStart(9, "0")}`;
}

/** Days since the Unix epoch as a date, e.g. `2023-11-14`, in the Gregorian calendar throughout. */
export function dateText(days: number | bigint): string {
  // The calendar repeats every 400 years, which are 146097 days; years are counted from March, so that
  // the leap day is a year's last.
  const fromMarch = BigInt(days) + 719_468n;
  const era = floorDivide(fromMarch, 146_097n);
  const dayOfEra = Number(fromMarch - era * 146_097n);
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = era * 400n + BigInt(yearOfEra + (month <= 2 ? 1 : 0));
  return `${yearText(year)}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

function yearText(year: bigint): string {
  if (year >= 0n && year <= 9999n) return String(year).padStart(4, "0");
  const digits = String(year < 0n ? -year : year).padStart(6, "0");
  return `${year < 0n ? "-" : "+"}${digits}`;
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}
