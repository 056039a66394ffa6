import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  DECIMAL_EXPONENT_MAX,
  decimalToNumber,
  decimalToScaled,
  decimalToString,
  scaledFromText,
} from "@alerion/runtime/values";
import { bytesPerCall } from "../support/allocation.js";

function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return "no error";
}

const INT64 = { min: -(2n ** 63n), max: 2n ** 64n - 1n };

describe("a decimal as text", () => {
  it.each([
    [100000000n, -8, "1.00000000"],
    [451225n, -2, "4512.25"],
    [-451225, -2, "-4512.25"],
    [5, -3, "0.005"],
    [-5, -3, "-0.005"],
    [0n, -8, "0.00000000"],
    [0, 0, "0"],
    [0, 5, "0"],
    [7n, 3, "7000"],
    [7n, 0, "7"],
    [2n ** 64n - 1n, -20, "0.18446744073709551615"],
    [-(2n ** 63n), -128, `-0.${"0".repeat(109)}9223372036854775808`],
    [5n, DECIMAL_EXPONENT_MAX, `5${"0".repeat(DECIMAL_EXPONENT_MAX)}`],
    [5n, 600, "5e600"],
    [5n, -2147483648, "5e-2147483648"],
    [0n, -2147483648, "0"],
  ])("%d and %d is %s", (mantissa, exponent, expected) => {
    expect(decimalToString(mantissa, exponent)).toBe(expected);
  });

  it("reads back to the same mantissa", () => {
    fc.assert(
      fc.property(fc.bigInt(INT64), fc.integer({ min: -600, max: 600 }), (mantissa, exponent) => {
        expect(scaledFromText(decimalToString(mantissa, exponent), exponent)).toBe(mantissa);
      }),
    );
  });
});

describe("a decimal as a number", () => {
  it("is the nearest double, as the text is when it is parsed", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.bigInt(INT64), fc.maxSafeInteger()),
        fc.oneof(fc.integer({ min: -25, max: 25 }), fc.integer({ min: -400, max: 400 })),
        (mantissa, exponent) => {
          const expected = Number(decimalToString(mantissa, exponent));
          expect(decimalToNumber(mantissa, exponent)).toBe(expected);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("allocates nothing for safe integers and everyday exponents", () => {
    let sum = 0;
    let mantissa = 451225;
    const bytes = bytesPerCall(() => {
      mantissa = (mantissa + 7) | 0;
      if (decimalToNumber(mantissa, -9) + decimalToNumber(mantissa, 3) > 1e300) sum++;
    });
    expect(bytes).toBe(0);
    expect(sum).toBe(0);
  });
});

describe("a decimal as a scaled bigint", () => {
  it("is exact or refused", () => {
    expect(decimalToScaled(451225, -2, 4)).toBe(45122500n);
    expect(decimalToScaled(-4512250n, -3, 2)).toBe(-451225n);
    expect(decimalToScaled(5, 3, -3)).toBe(5n);
    expect(decimalToScaled(0, -9999, 0)).toBe(0n);
    expect(codeOf(() => decimalToScaled(4512251n, -3, 2))).toBe("DECIMAL_INEXACT");
    expect(codeOf(() => decimalToScaled(1, 513, 0))).toBe("DECIMAL_OUT_OF_RANGE");
    expect(codeOf(() => decimalToScaled(1, -513, 0))).toBe("DECIMAL_OUT_OF_RANGE");
  });

  it("agrees with its text", () => {
    fc.assert(
      fc.property(fc.bigInt(INT64), fc.integer({ min: -30, max: 5 }), (mantissa, exponent) => {
        const scaled = decimalToScaled(mantissa, exponent, 30);
        expect(scaled).toBe(mantissa * 10n ** BigInt(exponent + 30));
        expect(decimalToScaled(scaled, -30, -exponent)).toBe(mantissa);
      }),
    );
  });

  it.each([
    ["4512.25", -9, 4512250000000n],
    ["+1", 0, 1n],
    ["-.5", -1, -5n],
    ["1.", 0, 1n],
    ["1.50", -1, 15n],
    ["1.5e3", 0, 1500n],
    ["15E-1", -1, 15n],
    ["0e999999999", 0, 0n],
  ])("is read from %s", (text, exponent, expected) => {
    expect(scaledFromText(text, exponent)).toBe(expected);
  });

  it("is not read from what is no decimal, or has too many digits", () => {
    for (const text of [
      "",
      ".",
      "-",
      "1,5",
      "0x10",
      " 1",
      "1e",
      "NaN",
      "1".repeat(3000),
      "1e1234567890",
    ]) {
      expect(
        codeOf(() => scaledFromText(text, 0)),
        text,
      ).toBe("DECIMAL_INVALID");
    }
    expect(codeOf(() => scaledFromText("1.55", -1))).toBe("DECIMAL_INEXACT");
    expect(codeOf(() => scaledFromText("1e999999999", 0))).toBe("DECIMAL_OUT_OF_RANGE");
    expect(codeOf(() => scaledFromText("1e-999999999", 0))).toBe("DECIMAL_OUT_OF_RANGE");
  });
});

it("a mantissa or exponent that is no integer is refused", () => {
  for (const [mantissa, exponent] of [
    [1.5, 0],
    [2 ** 53, 0],
    [1, 0.5],
    [1, Number.NaN],
  ] as const) {
    expect(codeOf(() => decimalToString(mantissa, exponent))).toBe("DECIMAL_INVALID");
    expect(codeOf(() => decimalToNumber(mantissa, exponent))).toBe("DECIMAL_INVALID");
    expect(codeOf(() => decimalToScaled(mantissa, exponent, 0))).toBe("DECIMAL_INVALID");
  }
});
