import { describe, expect, test } from "vitest";
import { KEYWORDS, RESERVED_MEMBERS, RESERVED_PRIVATE } from "../../src/naming/reserved.js";
import { NameScope } from "../../src/naming/scope.js";
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

describe("a name scope", () => {
  test("escapes what is taken by a trailing underscore, then by numbers", () => {
    const scope = new NameScope([]);
    const names = Array.from({ length: 4 }, () => scope.claim("price"));
    expect(names).toEqual(["price", "price_", "price_2", "price_3"]);
  });

  test("escapes keywords and the methods of flyweights", () => {
    const scope = new NameScope(RESERVED_MEMBERS);
    for (const name of ["constructor", "length", "toString", "wrap", "next", "then", "delete"]) {
      expect(scope.claim(name)).toBe(`${name}_`);
    }
    expect(KEYWORDS).toContain("satisfies");
  });

  test("keeps a name free of names that are derived from others", () => {
    const derive = (name: string): string[] => [`${name}Number`, `${name}Low`];
    const scope = new NameScope([]);
    expect(scope.claim("x", derive)).toBe("x");
    expect(scope.claim("xNumber")).toBe("xNumber_");
    expect(scope.claim("yLow")).toBe("yLow");
    expect(scope.claim("y", derive)).toBe("y_");
  });

  test("takes names that come with a name which nothing is called, all or none", () => {
    const scope = new NameScope([]);
    scope.claim("Car", (name) => [`${name}Writer`]);
    expect(scope.claimDerived(["CarDecoder", "CarEncoder"])).toBe(true);
    expect(scope.claim("CarDecoder")).toBe("CarDecoder_");
    expect(scope.claimDerived(["CarData", "CarWriter"])).toBe(false);
    expect(scope.claim("CarData")).toBe("CarData");
  });

  test("takes names that differ in case for the same where files are named", () => {
    const files = new NameScope(["con"], true);
    expect(files.claim("order")).toBe("order");
    expect(files.claim("ORDER")).toBe("ORDER_");
    expect(files.claim("Con")).toBe("Con_");
  });
});

describe("reserved names", () => {
  const folder = fileURLToPath(new URL("../../templates/", import.meta.url));
  const templates = readdirSync(folder).map((file) => readFileSync(folder + file, "utf8"));

  test("hold every method that a template writes with a name of its own", () => {
    const reserved = new Set(RESERVED_MEMBERS);
    const methods = templates.flatMap((text) =>
      [...text.matchAll(/^ {2}(?:static |get )?([a-zA-Z]+)\(.*\{$/gmu)].map(
        ([, name]) => name ?? "",
      ),
    );
    const missing = methods.filter((name) => !reserved.has(name) && !OUTSIDE.has(name));
    expect(methods).toContain("wrapAndApplyHeader");
    expect(missing).toEqual([]);
  });

  test("hold every private field that a template writes with a name of its own", () => {
    const reserved = new Set(RESERVED_PRIVATE);
    const fields = templates.flatMap((text) =>
      [...text.matchAll(/#([a-z][a-zA-Z]*)\b/gu)].map(([, name]) => name ?? ""),
    );
    const blocks = new Set(["if", "each", "unless", "with"]);
    const missing = fields.filter(
      (name) => !reserved.has(name) && !blocks.has(name) && !OUTSIDE.has(name),
    );
    expect(fields).toContain("actingVersion");
    expect([...new Set(missing)]).toEqual([]);
  });
});

/** Members of writers, dispatchers and the schema const, which have scopes of their own. */
const OUTSIDE = new Set([
  "onMessage",
  "unknownCount",
  "handlers",
  "sink",
  "isOpen",
  "result",
  "commit",
  "abort",
  "claim",
  "switch",
]);
