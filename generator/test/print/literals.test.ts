import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commentText, stringLiteral, valueLiteral } from "../../src/print/literals.js";

/** Reads a literal back the way a program would. */
function evaluate(literal: string): unknown {
  // oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval
  return (new Function(`"use strict"; return ${literal};`) as () => unknown)();
}

const nasty = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(
      fc.constantFrom(
        "*/",
        "/*",
        "//",
        "\n",
        "\r",
        "\u2028",
        "\u2029",
        '"',
        "'",
        "`",
        "\\",
        "${x}",
        "{{",
        "}}",
        "⟦",
        "⟭",
        "⏎",
        "@see",
        "\ud800",
        "\u202e",
        "</script>",
      ),
    )
    .map((parts) => parts.join("")),
);

describe("string literals", () => {
  test("read back as the text they hold, whatever it is", () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(evaluate(stringLiteral(text))).toBe(text);
      }),
    );
  });

  test("are one line without marks and invisible characters", () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(stringLiteral(text)).not.toMatch(/[\n\r\u2028\u2029\u202e⟦⟭⏎]|\p{Surrogate}/u);
      }),
    );
  });

  test("have the quotes that need fewer escapes", () => {
    expect(stringLiteral('say "x"')).toBe("'say \"x\"'");
    expect(stringLiteral("it's")).toBe('"it\'s"');
  });
});

describe("comment text", () => {
  test("is one line that neither ends a comment nor starts a tag", () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const comment = commentText(text);
        expect(comment).not.toMatch(/[\n\r\u2028\u2029\u202e⟦⟭⏎]|\*\/|\/\*|(^|\s)@/u);
        expect(evaluate(`(/* ${comment} */ 7)`)).toBe(7);
        expect(evaluate(`7 // ${comment}`)).toBe(7);
      }),
    );
  });
});

describe("number literals", () => {
  test.each([0, -0, 1.5, -128, Number.NaN, Infinity, -Infinity, 3.4028234663852886e38, 5e-324])(
    "%d reads back",
    (value) => {
      expect(Object.is(evaluate(valueLiteral(value)), value)).toBe(true);
    },
  );

  test("bigints read back", () => {
    expect(evaluate(valueLiteral(-(2n ** 63n)))).toBe(-(2n ** 63n));
  });
});
