import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PrimitiveName } from "@alerion/schema";
import { parseValue } from "../../src/model/parse-value.js";

function valueOf(text: string, primitive: PrimitiveName): string | undefined {
  const parsed = parseValue(text, primitive);
  return "value" in parsed && parsed.value.rep !== "bytes" ? parsed.value.value : undefined;
}

describe("integers", () => {
  it.each<[PrimitiveName, string, string]>([
    ["int8", "-128", "127"],
    ["int16", "-32768", "32767"],
    ["int32", "-2147483648", "2147483647"],
    ["int64", "-9223372036854775808", "9223372036854775807"],
    // Unsigned types are read through the next larger Java type.
    ["uint8", "-32768", "32767"],
    ["uint16", "-2147483648", "2147483647"],
    ["uint32", "-9223372036854775808", "9223372036854775807"],
  ])("%s goes from %s to %s and not one further", (primitive, min, max) => {
    expect(valueOf(min, primitive)).toBe(min);
    expect(valueOf(max, primitive)).toBe(max);
    expect(valueOf(String(BigInt(min) - 1n), primitive)).toBeUndefined();
    expect(valueOf(String(BigInt(max) + 1n), primitive)).toBeUndefined();
  });

  it("uint64 beyond 2^63 - 1 is kept as the signed number of the same bits", () => {
    expect(valueOf("18446744073709551615", "uint64")).toBe("-1");
    expect(valueOf("9223372036854775808", "uint64")).toBe("-9223372036854775808");
    expect(valueOf("18446744073709551616", "uint64")).toBeUndefined();
  });

  it.each([
    "",
    " ",
    "+",
    "-",
    "1.0",
    "1e3",
    "0x1",
    "1_000",
    " 1",
    "1 ",
    "٣",
    "--1",
    "1".repeat(200),
  ])("%j is none", (text) => {
    expect(valueOf(text, "int64")).toBeUndefined();
  });

  it.each([
    ["+5", "5"],
    ["-0", "0"],
    ["007", "7"],
  ])("%s is %s", (text, value) => {
    expect(valueOf(text, "int32")).toBe(value);
  });
});

describe("characters", () => {
  it("one character is its ASCII code, a question mark where it has none", () => {
    expect(valueOf("A", "char")).toBe("65");
    expect(valueOf("é", "char")).toBe("63");
    expect(valueOf("", "char")).toBeUndefined();
    expect(valueOf("AB", "char")).toBeUndefined();
    expect(valueOf("😀", "char")).toBeUndefined();
  });
});

describe("floating point numbers", () => {
  it.each([
    ["1", "1"],
    ["1.", "1"],
    [".5", "0.5"],
    ["1e-3", "0.001"],
    ["+1.5E2", "150"],
    ["-0.0", "-0"],
    ["1.5d", "1.5"],
    ["1.5F", "1.5"],
    [" \t1.5\n", "1.5"],
    ["NaN", "NaN"],
    ["-NaN", "NaN"],
    ["-Infinity", "-Infinity"],
    ["1e400", "Infinity"],
    ["0x1p3", "8"],
    ["0x.8p1", "1"],
    ["0X1.8P-1d", "0.75"],
    ["-0x0p0", "-0"],
    ["0x1p-1074", "5e-324"],
    ["0x1p-1075", "0"],
    ["0x1.8p-1075", "5e-324"],
    ["0x1p1024", "Infinity"],
    ["0x1.fffffffffffff8p1023", "Infinity"],
    ["0x1.fffffffffffff7p1023", "1.7976931348623157e+308"],
    ["0x123456789abcdef01p0", String(Number(0x123456789abcdef01n))],
  ])("%j is %s", (text, value) => {
    expect(valueOf(text, "double")).toBe(value);
  });

  it.each([
    "",
    " ",
    ".",
    "e5",
    "1e",
    "0x1",
    "0xp1",
    "0x.p1",
    "1,5",
    "1 5",
    "infinity",
    "nan",
    "1.5x",
    "--1",
    "\u00A01",
    "1".repeat(2000),
  ])("%j is none", (text) => {
    expect(valueOf(text, "double")).toBeUndefined();
  });

  it("a float is the nearest float, and its text reads back exactly", () => {
    expect(valueOf("0.1", "float")).toBe(String(Math.fround(0.1)));
    expect(valueOf("3.5e38", "float")).toBe("Infinity");
    expect(valueOf("3.4028235677973367e38", "float")).toBe("Infinity");
    expect(valueOf("3.4028235677973366e38", "float")).toBe("3.4028234663852886e+38");
    expect(valueOf("0x1.000001p0", "float")).toBe("1");
    expect(valueOf("0x1.0000010000001p0", "float")).toBe("1.0000001192092896");
    expect(valueOf("0x1p-149", "float")).toBe(String(2 ** -149));
  });

  it("a float is rounded once: a decimal just off the middle of two floats goes to its own side", () => {
    // 1 + 2^-24 is the middle of 1 and the next float; the digits behind decide.
    const middle = "1.000000059604644775390625";
    const next = String(1 + 2 ** -23);
    expect(valueOf(middle, "float")).toBe("1");
    expect(valueOf(`${middle}00000000000000000001`, "float")).toBe(next);
    expect(valueOf("1.00000005960464477539062499999999999999999999", "float")).toBe("1");
    const middleAbove = "1.000000178813934326171875"; // of 1 + 2^-23 and 1 + 2^-22: even is above
    expect(valueOf(middleAbove, "float")).toBe(String(1 + 2 ** -22));
    expect(valueOf("1.00000017881393432617187499999999999999999999", "float")).toBe(next);
  });

  it("hexadecimal and decimal forms of a number agree", () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }),
        fc.constantFrom("float" as const, "double" as const),
        (number, primitive) => {
          expect(valueOf(hexOf(number), primitive)).toBe(valueOf(String(number), primitive));
        },
      ),
    );
  });
});

/** The exact hexadecimal form of a positive double. */
function hexOf(number: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, number);
  const bits = view.getBigUint64(0);
  const exponent = Number(bits >> 52n) & 0x7ff;
  const fraction = (bits & ((1n << 52n) - 1n)).toString(16).padStart(13, "0");
  return exponent === 0 ? `0x0.${fraction}p-1022` : `0x1.${fraction}p${exponent - 1023}`;
}
