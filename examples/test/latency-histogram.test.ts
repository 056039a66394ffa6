import { describe, expect, it } from "vitest";
import { LatencyHistogram } from "../src/quickstart/latency-histogram.js";

describe("the quickstart's histogram", () => {
  it("yields exact percentiles of what was recorded, in any order", () => {
    const histogram = new LatencyHistogram(100);
    for (let i = 100; i >= 1; i--) histogram.record(i * 10);
    histogram.record(9999);
    expect(histogram.count).toBe(100);
    expect([0, 0.5, 0.99, 1].map((part) => histogram.percentile(part))).toEqual([
      10, 500, 990, 1000,
    ]);
  });

  it("shows a bar for each bucket, as long as its share", () => {
    const histogram = new LatencyHistogram(4);
    for (const us of [1.5, 1.6, 1.7, 5]) histogram.record(us * 1000);
    expect(histogram.lines()).toEqual([
      `<      2 µs  75.00 % ${"#".repeat(40)}`,
      "<      4 µs   0.00 %",
      `<      8 µs  25.00 % ${"#".repeat(14)}`,
    ]);
  });

  it("shows nothing where nothing was recorded", () => {
    const histogram = new LatencyHistogram(4);
    expect([histogram.percentile(0.5), histogram.lines()]).toEqual([0, []]);
  });
});
