import { describe, expect, it } from "vitest";
import { shrink } from "./support/shrink.js";

interface Run {
  readonly steps: number;
  readonly hosts: number;
}

const reductions = [
  ({ steps, hosts }: Run) => (steps > 1 ? { steps: Math.floor(steps / 2), hosts } : undefined),
  ({ steps, hosts }: Run) => (hosts > 1 ? { steps, hosts: hosts - 1 } : undefined),
];

describe("shrinking a failing run", () => {
  it("finds the smallest that still fails", () => {
    const fails = ({ steps, hosts }: Run): Error | undefined =>
      steps >= 100 && hosts >= 2 ? new Error(`steps=${steps}`) : undefined;
    const { options, failure } = shrink({ steps: 1600, hosts: 4 }, reductions, fails, 100);
    expect(options).toEqual({ steps: 100, hosts: 2 });
    expect(failure?.message).toBe("steps=100");
  });

  it("gives up after so many runs", () => {
    let runCount = 0;
    shrink(
      { steps: 2 ** 20, hosts: 1 },
      reductions,
      () => {
        runCount++;
        return new Error("always");
      },
      5,
    );
    expect(runCount).toBe(5);
  });
});
