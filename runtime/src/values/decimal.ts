/**
 * Decimals as SBE has them: mantissa × 10^exponent, in a composite of the two, with a constant exponent
 * or one on the wire. Source: SBE 1.0, decimal encoding.
 *
 *   decimalToString(price.mantissa(), price.exponent())       "4512.250"
 *   decimalToNumber(price.mantissaNumber(), price.exponent()) 4512.25, nothing allocated
 *
 * Null is the business of the field: compare the mantissa with its null value first.
 */
import { ValueError } from "./value-error.js";

/** Powers of ten that a double holds exactly. */
const EXACT_POWERS: readonly number[] = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
  1e18, 1e19, 1e20, 1e21, 1e22,
];

/**
 * Greatest exponent, of either sign, that is written out or computed with; an int8 never goes beyond. A
 * hostile int32 would otherwise ask for gigabytes of zeros.
 */
export const DECIMAL_EXPONENT_MAX = 512;

/**
 * The decimal as text, exactly: with as many digits after the point as the exponent says, so `1.00000000`
 * for 100000000 and -8. Beyond {@link DECIMAL_EXPONENT_MAX} as `5e600`. Both are read by `Number` and by
 * {@link scaledFromText}.
 *
 * @throws {ValueError} DECIMAL_INVALID if an argument is no integer
 */
export function decimalToString(mantissa: number | bigint, exponent: number): string {
  checkIntegers(mantissa, exponent);
  const text = String(mantissa);
  if (exponent === 0) return text;
  const isHuge = Math.abs(exponent) > DECIMAL_EXPONENT_MAX;
  if (text === "0" && (exponent > 0 || isHuge)) return text;
  if (isHuge) return `${text}e${exponent}`;
  return exponent > 0 ? text + "0".repeat(exponent) : withPoint(text, exponent);
}

/** Puts the point `-exponent` digits before the end. */
function withPoint(text: string, exponent: number): string {
  const sign = text.startsWith("-") ? "-" : "";
  const digits = text.slice(sign.length).padStart(1 - exponent, "0");
  return `${sign}${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}

/**
 * The double that is nearest to the decimal. Allocates nothing for a safe integer with an exponent of
 * -22..22: both are exact then, and one operation rounds once.
 *
 * @throws {ValueError} DECIMAL_INVALID if an argument is no integer
 */
export function decimalToNumber(mantissa: number | bigint, exponent: number): number {
  if (typeof mantissa === "number" && Number.isSafeInteger(mantissa)) {
    if (exponent < 0) {
      const divisor = EXACT_POWERS[-exponent];
      if (divisor !== undefined) return mantissa / divisor;
    } else {
      const factor = EXACT_POWERS[exponent];
      if (factor !== undefined) return mantissa * factor;
    }
  }
  checkIntegers(mantissa, exponent);
  return Number(`${mantissa}e${exponent}`);
}

/**
 * The decimal times 10^scale, exactly: 4512.25 with scale 4 is 45122500n. Decimals of one scale are
 * compared and added as integers.
 *
 * @param scale  digits after the point that are kept
 * @throws {ValueError} DECIMAL_INEXACT if the decimal has more digits than that; DECIMAL_OUT_OF_RANGE
 *   beyond {@link DECIMAL_EXPONENT_MAX}; DECIMAL_INVALID if an argument is no integer
 */
export function decimalToScaled(
  mantissa: number | bigint,
  exponent: number,
  scale: number,
): bigint {
  checkIntegers(mantissa, exponent);
  checkIntegers(scale, exponent);
  const value = BigInt(mantissa);
  if (value === 0n) return 0n;
  const shift = exponent + scale;
  if (shift > DECIMAL_EXPONENT_MAX || shift < -DECIMAL_EXPONENT_MAX) {
    throw new ValueError(
      "DECIMAL_OUT_OF_RANGE",
      `exponent and scale must be ${DECIMAL_EXPONENT_MAX} together at most: exponent=${exponent} scale=${scale}`,
    );
  }
  if (shift >= 0) return value * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  if (value % divisor !== 0n) {
    throw new ValueError(
      "DECIMAL_INEXACT",
      `decimal must have at most ${scale} digits after the point: value=${decimalToString(mantissa, exponent)}`,
    );
  }
  return value / divisor;
}

const DECIMAL_TEXT = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/;

/** Longest text that is read as a decimal. */
const TEXT_LENGTH_MAX = 2048;

/**
 * The mantissa of a decimal text for a field with a known exponent, exactly: `4512.25` with exponent -9
 * is 4512250000000n. The mirror of {@link decimalToString}.
 *
 * @param exponent  the field's, e.g. -9
 * @throws {ValueError} DECIMAL_INVALID if the text is no decimal; DECIMAL_INEXACT if it has more digits
 *   than the exponent allows; DECIMAL_OUT_OF_RANGE beyond {@link DECIMAL_EXPONENT_MAX}
 */
export function scaledFromText(text: string, exponent: number): bigint {
  const match = text.length > TEXT_LENGTH_MAX ? null : DECIMAL_TEXT.exec(text);
  const [, sign = "", whole = "", fraction = "", power = "0"] = match ?? [];
  if (match === null || whole.length + fraction.length === 0) {
    throw new ValueError(
      "DECIMAL_INVALID",
      `text must be a decimal: text=${JSON.stringify(text.slice(0, 60))}`,
    );
  }
  const digits = BigInt(whole + fraction);
  const mantissa = sign === "-" ? -digits : digits;
  return decimalToScaled(mantissa, Number(power) - fraction.length, -exponent);
}

function checkIntegers(mantissa: number | bigint, exponent: number): void {
  const isWhole = typeof mantissa === "bigint" || Number.isSafeInteger(mantissa);
  if (!isWhole || !Number.isSafeInteger(exponent)) {
    throw new ValueError(
      "DECIMAL_INVALID",
      `mantissa and exponent must be integers: mantissa=${mantissa} exponent=${exponent}`,
    );
  }
}
