import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DECODER_GOAL, decodersOf, sizeOf } from "../size.mjs";
import { root } from "../workspaces.mjs";

const orders = join(root, "examples/src/generated/order-entry/index.ts");
const market = join(root, "examples/src/generated/market-data/index.ts");

/** The module of a message's decoder. */
function moduleOf(decoder: string): string {
  const kebab = decoder.replace(/Decoder$/, "").replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-");
  return `${kebab.toLowerCase()}.ts`;
}

describe("what a decoder costs in a browser", () => {
  test("a message's decoder with its runtime stays below the goal", async () => {
    for (const [index, name] of [
      [orders, "CancelOrderDecoder"],
      [market, "BookIncrementalDecoder"],
      [market, "TradeSummaryDecoder"],
    ] as const) {
      const { gzipped, runtime } = await sizeOf(index, [name]);
      expect(gzipped, name).toBeLessThan(DECODER_GOAL);
      expect(runtime).toBeGreaterThan(500);
    }
  });

  test("no decoder takes more than a third above it, or brings another message along", async () => {
    for (const index of [orders, market]) {
      const decoders = decodersOf(index);
      expect(decoders.length).toBeGreaterThan(4);
      for (const name of decoders) {
        const { gzipped, modules } = await sizeOf(index, [name]);
        expect(gzipped, name).toBeLessThan(DECODER_GOAL * 1.34);
        const messages = modules.filter((each) => !each.endsWith("price.ts"));
        expect(messages, name).toEqual([moduleOf(name)]);
      }
    }
  });

  test("messages that are not used vanish from a bundle, and encoders from one that reads", async () => {
    const { modules, text } = await sizeOf(orders, ["CancelOrderDecoder"]);
    expect(modules).toEqual(["cancel-order.ts"]);
    expect(text).toContain("CancelOrder");
    for (const absent of [
      "NewOrder",
      "ExecutionReport",
      "CancelOrderEncoder",
      "setUint",
      "charset",
    ]) {
      expect(text).not.toContain(absent);
    }
    // The same bundle with everything shows that the words would be seen.
    const all = await sizeOf(orders, [...decodersOf(orders), "CancelOrderEncoder"]);
    expect(all.modules).toEqual(expect.arrayContaining(["new-order.ts", "execution-report.ts"]));
    for (const present of ["NewOrder", "ExecutionReport", "setUint"]) {
      expect(all.text).toContain(present);
    }
  });
});
