import { expect, it } from "vitest";
import { mayColor } from "../../src/cli/colors.js";

it("colours are for terminals, unless NO_COLOR is set", () => {
  expect(mayColor(true, undefined)).toBe(true);
  expect(mayColor(true, "")).toBe(true);
  expect(mayColor(true, "1")).toBe(false);
  expect(mayColor(true, "0")).toBe(false);
  expect(mayColor(false, undefined)).toBe(false);
  expect(mayColor(undefined, undefined)).toBe(false);
});
