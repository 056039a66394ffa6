import { describe, expect, test } from "vitest";
import { fit } from "../../src/print/fit.js";

const long = "x".repeat(90);

describe("marked lines", () => {
  test("stay on one line where they fit", () => {
    expect(fit("  f(⟦a,⏎b⟧): this {")).toBe("  f(a, b): this {\n");
    expect(fit("const x =⟪1;⟫")).toBe("const x = 1;\n");
    expect(fit("import {⦃a,⏎b⦄} from 'c';")).toBe("import { a, b } from 'c';\n");
    expect(fit("type T = ⟬A⏎| B⟭;")).toBe("type T = A | B;\n");
  });

  test("break a list one item a line, with a trailing comma", () => {
    expect(fit(`  f(⟦${long},⏎b⟧): this {`)).toBe(`  f(\n    ${long},\n    b,\n  ): this {\n`);
  });

  test("break the outer list before the inner one", () => {
    expect(fit(`f(⟦g(⟦a,⏎b⟧),⏎${long}⟧);`)).toBe(`f(\n  g(a, b),\n  ${long},\n);\n`);
  });

  test("break type arguments without a trailing comma", () => {
    expect(fit(`let t: T<⟮${long},⏎B⟯>;`)).toBe(`let t: T<\n  ${long},\n  B\n>;\n`);
  });

  test("put a value on its own line, a call only if its head does not fit", () => {
    expect(fit(`const abcdef =⟪${long}yyyyyy;⟫`)).toBe(`const abcdef =\n  ${long}yyyyyy;\n`);
    expect(fit(`const a =⟨f(⟦${long}⟧);⟩`)).toBe(`const a = f(\n  ${long},\n);\n`);
    expect(fit(`const abcdef =⟨${long}(⟦a⟧);⟩`)).toBe(`const abcdef =\n  ${long}(a);\n`);
  });

  test("break a union into members with leading bars once it does not fit a line of its own", () => {
    expect(fit(`type Abcdefg = ⟬${long}⏎| B⟭;`)).toBe(`type Abcdefg =\n  ${long} | B;\n`);
    expect(fit(`type T = ⟬${long}⏎| ${long}⟭;`)).toBe(`type T =\n  | ${long}\n  | ${long};\n`);
  });

  test("that fit look the same whichever way they were laid out", () => {
    // A line of 100 columns takes the short way, one of 101 the long one.
    const call = (width: number): string => `f(⟦a,⏎{⦃b⦄},⏎${"x".repeat(width - 14)}⟧);`;
    expect(fit(call(100))).toBe(`f(a, { b }, ${"x".repeat(86)});\n`);
    expect(fit(call(101))).toBe(`f(\n  a,\n  { b },\n  ${"x".repeat(87)},\n);\n`);
  });

  test("are left alone in comments", () => {
    expect(fit(" * ⟦ text ⟧")).toBe(" * ⟦ text ⟧\n");
  });

  test("must be balanced", () => {
    expect(() => fit("f(⟦a")).toThrow("mark must be closed");
    expect(() => fit("f(a⟧")).toThrow("mark must be opened");
  });
});

test("blank lines are single, and none stands at the edge of a block", () => {
  expect(fit("a {\n\n\nb;\n\n\nc;\n\n}\n\n\n")).toBe("a {\nb;\n\nc;\n}\n");
});
