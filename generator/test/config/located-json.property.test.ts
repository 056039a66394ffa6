import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonSyntaxError, parseLocatedJson } from "../../src/config/located-json.js";

function placeOfFault(text: string): string | undefined {
  try {
    parseLocatedJson(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return `${error.place.line}:${error.place.column} ${error.message}`;
  }
}

describe("JSON with places", () => {
  it("reads what JSON.parse reads", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom(0, 2), (text, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), undefined, indent);
        expect(parseLocatedJson(spaced).value).toStrictEqual(JSON.parse(spaced));
      }),
    );
  });

  it("refuses what JSON.parse refuses, and nothing else but double keys", () => {
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 3 }),
        fc.nat(),
        fc.string({ maxLength: 2 }),
        (json, at, junk) => {
          const cut = at % (json.length + 1);
          const text = json.slice(0, cut) + junk + json.slice(cut + junk.length);
          const fault = placeOfFault(text);
          if (fault?.includes("must be given once") === true) return;
          let isJson = true;
          try {
            JSON.parse(text);
          } catch {
            isJson = false;
          }
          expect(fault === undefined, text).toBe(isJson);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("knows the line and column of values and keys", () => {
    const json = parseLocatedJson('{\n  "a": [1,\n    {"b/c": true}]\n}');
    expect(json.placeOf("")).toMatchObject({ line: 1, column: 1, length: 1 });
    expect(json.placeOf("/a", "key")).toMatchObject({ line: 2, column: 3, length: 3 });
    expect(json.placeOf("/a")).toMatchObject({ line: 2, column: 8, lineText: '  "a": [1,' });
    expect(json.placeOf("/a/1/b~1c")).toMatchObject({ line: 3, column: 13, length: 4 });
    expect(json.placeOf("/a/1/nothing/there")).toMatchObject({ line: 3, column: 5 });
  });

  it("says where a fault is", () => {
    expect(placeOfFault('{\n  "a": 1,\n}')).toBe("3:1 a key in double quotes must stand here");
    expect(placeOfFault('{"a":1,"a":2}')).toBe('1:8 a key must be given once: key="a"');
    expect(placeOfFault("[1 2]")).toBe('1:4 "," or "]" must stand here');
    expect(placeOfFault("")).toBe("1:1 a value must stand here");
    expect(placeOfFault("1 x")).toBe("1:3 nothing must stand behind the document");
    expect(placeOfFault('{"a" 1}')).toBe('1:6 ":" must stand behind a key');
    expect(placeOfFault("[".repeat(100))).toContain("nesting must be at most 64 deep");
  });

  it("keeps a key named __proto__ as a key", () => {
    const { value } = parseLocatedJson('{"__proto__": {"x": 1}}');
    expect(Object.keys(value as object)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});
