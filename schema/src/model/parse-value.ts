/**
 * Text of a schema (constants, minValue, maxValue, nullValue, enum values, choices) to a value, as
 * far as the official tool reads it: integers in decimal with an optional sign, in the range of the
 * Java type that it parses them with (twice as wide as the SBE type where that is unsigned); floats
 * in the grammar of `Double.parseDouble`. Source: conformance/sbe/rejects.json, cases type-constant-*.
 */
import type { IrValue, PrimitiveName } from "../ir.js";
import { quoted } from "../diagnostics/diagnostic-sink.js";

/** The value, or what is wrong with the text. */
export type ParsedValue = { readonly value: IrValue } | { readonly problem: string };

interface IntegerFacts {
  readonly size: number;
  readonly min: bigint;
  readonly max: bigint;
}

const INTEGERS: { readonly [name in PrimitiveName]?: IntegerFacts } = {
  int8: { size: 1, min: -(2n ** 7n), max: 2n ** 7n - 1n },
  int16: { size: 2, min: -(2n ** 15n), max: 2n ** 15n - 1n },
  int32: { size: 4, min: -(2n ** 31n), max: 2n ** 31n - 1n },
  int64: { size: 8, min: -(2n ** 63n), max: 2n ** 63n - 1n },
  uint8: { size: 1, min: -(2n ** 15n), max: 2n ** 15n - 1n },
  uint16: { size: 2, min: -(2n ** 31n), max: 2n ** 31n - 1n },
  uint32: { size: 4, min: -(2n ** 63n), max: 2n ** 63n - 1n },
  // The official tool has no lower bound here and wraps around; a wrapped constant helps nobody.
  uint64: { size: 8, min: -(2n ** 63n), max: 2n ** 64n - 1n },
};

/** Digits that any integer of 64 bits can need, with room for leading zeros. */
const INTEGER_LENGTH_MAX = 64;

/** Yields the value, or what is wrong with the text. */
export function parseValue(text: string, primitive: PrimitiveName): ParsedValue {
  if (primitive === "char") return parseChar(text);
  if (primitive === "float" || primitive === "double") return parseFloating(text, primitive);
  return parseInteger(text, primitive);
}

function parseInteger(text: string, primitive: PrimitiveName): ParsedValue {
  const facts = INTEGERS[primitive];
  if (facts === undefined || !/^[+-]?[0-9]+$/.test(text) || text.length > INTEGER_LENGTH_MAX) {
    return { problem: `${quoted(text)} is not an integer` };
  }
  // BigInt takes no plus sign.
  const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
  if (value < facts.min || value > facts.max) return { problem: `${text} is out of range` };
  return { value: { rep: "long", value: BigInt.asIntN(64, value).toString(), size: facts.size } };
}

function parseChar(text: string): ParsedValue {
  if (text.length !== 1) return { problem: `${quoted(text)} is not one character` };
  const code = text.charCodeAt(0);
  // What is not ASCII becomes a question mark, as in the official tool.
  return { value: { rep: "long", value: String(code < 0x80 ? code : 0x3f), size: 1 } };
}

// Source: Java SE API, Double.valueOf(String): grammar FloatValue; white space there is U+0000..U+0020.
const FLOATING =
  /^[\0- ]*([+-]?)(?:(NaN)|(Infinity)|(?:0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)|([0-9]+\.?[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?))[fFdD]?)[\0- ]*$/;

/** Units of a floating point literal: beyond this it is not a number that a person wrote. */
const FLOATING_LENGTH_MAX = 1100;

function parseFloating(text: string, primitive: "float" | "double"): ParsedValue {
  const match = text.length > FLOATING_LENGTH_MAX ? null : FLOATING.exec(text);
  const problem = { problem: `${quoted(text)} is not a number` };
  if (match === null) return problem;
  const [, sign, nan, infinity, whole, fraction, exponent, decimal] = match;
  let magnitude: number;
  if (nan !== undefined) magnitude = Number.NaN;
  else if (infinity !== undefined) magnitude = Number.POSITIVE_INFINITY;
  else if (exponent !== undefined) {
    if (`${whole}${fraction}` === "") return problem;
    magnitude = hexMagnitude(whole ?? "", fraction ?? "", Number(exponent), primitive);
  } else magnitude = decimalMagnitude(decimal ?? "", primitive);
  const value = sign === "-" ? -magnitude : magnitude;
  const size = primitive === "float" ? 4 : 8;
  return { value: { rep: "double", value: Object.is(value, -0) ? "-0" : String(value), size } };
}

function decimalMagnitude(decimal: string, primitive: "float" | "double"): number {
  const nearest = Number(decimal);
  if (primitive === "double") return nearest;
  const single = Math.fround(nearest);
  if (nearest === single) return single;
  // Rounding twice errs only where the double lies exactly between two floats; then the decimal
  // itself decides on which side it is.
  const other = neighbour(single, nearest > single);
  if (finite(single) - nearest !== nearest - finite(other)) return single;
  const side = compareExactly(decimal, nearest);
  if (side === 0) return single;
  return side > 0 === other > single ? other : single;
}

/** The next float above or below a positive one or zero. */
function neighbour(single: number, above: boolean): number {
  const bits = new Int32Array(1);
  const floats = new Float32Array(bits.buffer);
  floats[0] = single;
  bits[0] = (bits[0] ?? 0) + (above ? 1 : -1);
  return floats[0];
}

/** Behind the largest float comes infinity; for rounding it lies one more step away. */
function finite(single: number): number {
  return single === Number.POSITIVE_INFINITY ? 2 ** 128 : single;
}

/** Sign of `decimal - value`, without rounding. */
function compareExactly(decimal: string, value: number): number {
  const [mantissa = "", exponent = "0"] = decimal.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const scale = Number(exponent) - fraction.length;
  // `value` is whole * 2^-binary with a whole number; the caller's values are between two floats.
  let binary = 0;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    binary++;
  }
  const left =
    BigInt(`${whole}${fraction}` || "0") * 10n ** BigInt(Math.max(scale, 0)) * 2n ** BigInt(binary);
  const right = BigInt(scaled) * 10n ** BigInt(Math.max(-scale, 0));
  return left < right ? -1 : left > right ? 1 : 0;
}

function hexMagnitude(
  whole: string,
  fraction: string,
  exponent: number,
  primitive: "float" | "double",
): number {
  const digits = BigInt(`0x${whole}${fraction}`);
  if (digits === 0n) return 0;
  // Cut to 64 bits with a sticky bit below, so that one rounding to 53 or 24 bits is exact.
  const extra = Math.max(0, digits.toString(2).length - 64);
  let kept = digits >> BigInt(extra);
  if (kept << BigInt(extra) !== digits) kept |= 1n;
  const power = exponent - 4 * fraction.length + extra;
  return scaledToNearest(
    kept,
    power,
    primitive === "float" ? 24 : 53,
    primitive === "float" ? -149 : -1074,
  );
}

/** `digits * 2^power`, rounded half to even to the given precision and least exponent. */
function scaledToNearest(
  digits: bigint,
  power: number,
  precision: number,
  powerMin: number,
): number {
  const bits = digits.toString(2).length;
  const drop = Math.max(bits - precision, powerMin - power, 0);
  if (drop > bits + 1) return 0;
  const half = drop === 0 ? 0n : 1n << BigInt(drop - 1);
  const rest = digits & ((1n << BigInt(drop)) - 1n);
  let kept = digits >> BigInt(drop);
  if (drop > 0 && (rest > half || (rest === half && (kept & 1n) === 1n))) kept += 1n;
  const exponent = power + drop;
  const limit = precision === 24 ? 128 : 1024;
  if (kept.toString(2).length + exponent > limit) return Number.POSITIVE_INFINITY;
  // Two factors: 2 ** -1074 itself is exact, but 2 ** (exponent below -1074) would be zero.
  return exponent < -1000
    ? Number(kept) * 2 ** -1000 * 2 ** (exponent + 1000)
    : Number(kept) * 2 ** exponent;
}
