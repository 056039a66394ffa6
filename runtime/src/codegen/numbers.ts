import { CodecError, throwUnsafe } from "./errors.js";

const TWO_POW_32 = 4294967296;

/**
 * An int64 from its halves as a number, without a bigint.
 *
 * @param high int32, the sign included
 * @param low uint32
 * @throws {CodecError} UNSAFE_INTEGER beyond ±(2^53 - 1)
 */
export function safeInteger(high: number, low: number): number {
  const value = high * TWO_POW_32 + low;
  // Small on purpose: inlined into accessors, so that the double never becomes a heap number.
  if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) throwUnsafe(high, low);
  return value;
}

/**
 * The high half of a safe integer; the low half is `lowHalf(value)`.
 *
 * @throws {CodecError} UNSAFE_INTEGER if `value` is no integer within ±(2^53 - 1)
 */
export function highHalf(value: number): number {
  if (!Number.isSafeInteger(value)) throwNotSafe(value);
  return Math.floor(value / TWO_POW_32);
}

/**
 * The same for an unsigned field.
 *
 * @throws {CodecError} UNSAFE_INTEGER if `value` is no integer in 0..2^53 - 1
 */
export function unsignedHighHalf(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throwNotSafe(value);
  return Math.floor(value / TWO_POW_32);
}

function throwNotSafe(value: number): never {
  throw new CodecError(
    "UNSAFE_INTEGER",
    `number must be an integer within 2^53 and fit the field: value=${value}`,
  );
}

/**
 * `value` where it is an integer in the range; generated `fromObject` passes every value through here.
 *
 * @throws {CodecError} VALUE_OUT_OF_RANGE otherwise, also for undefined
 */
export function checkInteger(value: number, min: number, max: number, what: string): number {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new CodecError(
      "VALUE_OUT_OF_RANGE",
      `${what} must be an integer in ${min}..${max}: value=${String(value)}`,
    );
  }
  return value;
}

/** @throws {CodecError} VALUE_OUT_OF_RANGE if `value` is no bigint in the range */
export function checkBigint(value: bigint, min: bigint, max: bigint, what: string): bigint {
  if (typeof value !== "bigint" || value < min || value > max) {
    throw new CodecError(
      "VALUE_OUT_OF_RANGE",
      `${what} must be a bigint in ${min}..${max}: value=${String(value)}`,
    );
  }
  return value;
}

const FLOAT_MAX = 3.4028234663852886e38;

/** @throws {CodecError} VALUE_OUT_OF_RANGE if `value` is finite and no float32 holds it, or is no number */
export function checkFloat(value: number, what: string): number {
  if (typeof value !== "number" || (Number.isFinite(value) && Math.abs(value) > FLOAT_MAX)) {
    throw new CodecError("VALUE_OUT_OF_RANGE", `${what} must fit a float: value=${String(value)}`);
  }
  return value;
}

/** @throws {CodecError} VALUE_OUT_OF_RANGE if `value` is no number */
export function checkDouble(value: number, what: string): number {
  if (typeof value !== "number") {
    throw new CodecError("VALUE_OUT_OF_RANGE", `${what} must be a number: value=${String(value)}`);
  }
  return value;
}

/**
 * `values` where they are as many as the array field holds.
 *
 * @throws {CodecError} ARRAY_LENGTH otherwise
 */
export function checkLength<T>(values: readonly T[], length: number, what: string): readonly T[] {
  checkArray(values, what);
  if (values.length !== length) {
    throw new CodecError(
      "ARRAY_LENGTH",
      `${what} must have ${length} elements: length=${values.length}`,
    );
  }
  return values;
}

/**
 * `value` where it is an object, as nested data must be.
 *
 * @throws {CodecError} WRONG_TYPE otherwise, also for undefined
 */
export function checkObject<T extends object>(value: T, what: string): T {
  if (typeof value !== "object" || value === null) {
    throw new CodecError("WRONG_TYPE", `${what} must be an object: type=${typeof value}`);
  }
  return value;
}

/** `undefined` where `value` is the null value of its field, NaN included. */
export function optional<T extends number | bigint>(
  value: T,
  nullValue: number | bigint,
): T | undefined {
  return Object.is(value, nullValue) || value === nullValue ? undefined : value;
}

/** The text of an optional char array: undefined where it is null, so begins with a NUL. */
export function presentText(text: string): string | undefined {
  return text === "" ? undefined : text;
}

/**
 * `values` where they are an array, as the data of a group must be.
 *
 * @throws {CodecError} WRONG_TYPE otherwise, also for undefined
 */
export function checkArray<T>(values: readonly T[], what: string): readonly T[] {
  const given: unknown = values;
  if (!Array.isArray(given)) {
    throw new CodecError("WRONG_TYPE", `${what} must be an array: type=${typeof values}`);
  }
  return values;
}
