import { describe, expect, it } from "vitest";
import { generate, generateAnew } from "../../src/generate.js";
import { PrintMemory } from "../../src/print/print-memory.js";
import { venueLayout } from "../support/venue.js";

function memoryAfter(runs: readonly (readonly [module: string, context: object])[]): {
  printed: readonly string[];
  texts: readonly string[];
} {
  const memory = new PrintMemory();
  const printed: string[] = [];
  const texts = runs.map(([module, context], run) => {
    memory.begin();
    return memory.textOf(module, context, () => {
      printed.push(`${run}`);
      return `text ${run}`;
    });
  });
  return { printed, texts };
}

describe("a print memory", () => {
  it("prints a module again only when something of its model changed, however deep", () => {
    const model = (name: string): object => ({ a: 1n, list: [{ name, nan: Number.NaN }] });
    expect(
      memoryAfter([
        ["m", model("x")],
        ["m", model("x")],
        ["m", model("y")],
      ]),
    ).toEqual({
      printed: ["0", "2"],
      texts: ["text 0", "text 0", "text 2"],
    });
  });

  it.each([
    ["a member more", { a: 1 }, { a: 1, b: undefined }],
    ["a member less", { a: 1, b: undefined }, { a: 1 }],
    ["another member", { a: undefined }, { b: undefined }],
    ["an item more", { a: [1] }, { a: [1, 2] }],
    ["an object for an array", { a: [] }, { a: {} }],
    ["a text for a number", { a: 1 }, { a: "1" }],
    ["nothing for an object", { a: {} }, { a: null }],
  ])("sees %s", (_, before, after) => {
    expect(
      memoryAfter([
        ["m", before],
        ["m", after],
      ]).printed,
    ).toEqual(["0", "1"]);
  });

  it("forgets what a run did not print", () => {
    expect(
      memoryAfter([
        ["m", {}],
        ["other", {}],
        ["m", {}],
      ]).printed,
    ).toEqual(["0", "1", "2"]);
  });

  it("gives the same files as printing all, for each change of a schema", () => {
    const memory = new PrintMemory();
    const changes = [
      ["", ""],
      ['version="2"', 'version="3"'],
      ['name="Quantity"', 'name="Amount"'],
      ['description="Fixed point"', 'description="Scaled x"'],
      ["", ""],
    ] as const;
    for (const [before, after] of changes) {
      const layout = venueLayout((text) => {
        expect(text).toContain(before);
        return text.replace(before, after);
      });
      const options = { baseName: "venue" };
      expect(generateAnew(layout, options, memory)).toEqual(generate(layout, options));
    }
  });
});
