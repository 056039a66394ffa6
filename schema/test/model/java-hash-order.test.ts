import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { javaHashOrder } from "../../src/model/java-hash-order.js";

const order = (ids: readonly number[]): number[] => javaHashOrder(ids, (id) => id);

interface Captured {
  readonly cases: readonly { readonly ids: readonly number[]; readonly order: readonly number[] }[];
}

const captured = JSON.parse(
  readFileSync(new URL("../vectors/java-hash-order.json", import.meta.url), "utf8"),
) as Captured;

describe("order of a Java HashMap with Long keys", () => {
  it("small ids ascend, whatever the order of the schema", () => {
    expect(order([5, 1, 11, 3])).toEqual([1, 3, 5, 11]);
  });

  it("ids of one bucket keep the order of the schema", () => {
    expect(order([17, 1, 33])).toEqual([17, 1, 33]);
    expect(order([16, 1, 0, 32])).toEqual([16, 0, 32, 1]);
  });

  it("more than twelve messages make thirty-two buckets", () => {
    expect(order([16, 1, 0])).toEqual([16, 0, 1]);
    expect(order([16, ...Array.from({ length: 13 }, (_, index) => index)])).toEqual([
      ...Array.from({ length: 13 }, (_, index) => index),
      16,
    ]);
  });

  it("the upper half of an id is folded into the bucket", () => {
    expect(order([65536, 0, 2])).toEqual([0, 65536, 2]);
  });

  it("a negative id is hashed as the Long that it becomes", () => {
    // -1 as a Long has two equal halves: hash 0.
    expect(order([1, -1, -2])).toEqual([-1, 1, -2]);
  });

  it.each(captured.cases)(
    "%# is the one captured from a JDK, trees included",
    ({ ids, order: expected }) => {
      expect(order(ids)).toEqual(expected);
    },
  );
});
