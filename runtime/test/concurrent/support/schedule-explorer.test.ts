import { describe, expect, it } from "vitest";
import { AtomicBuffer } from "@alerion/runtime/concurrent";
import { explore } from "./schedule-explorer.js";
import type { StepProgram } from "./schedule-explorer.js";

function finalValues(program: StepProgram, preemptionsMax: number): ReadonlySet<number> {
  const memory = new AtomicBuffer(new ArrayBuffer(8));
  const seen = new Set<number>();
  explore({
    memory: [memory],
    programs: [program, program],
    preemptionsMax,
    check: () => seen.add(memory.getInt32(0)),
  });
  return seen;
}

const unsafeIncrement: StepProgram = ([word]) => {
  word?.putInt32(0, word.getInt32(0) + 1);
};

describe("schedule explorer", () => {
  it("finds the lost update of an increment in two accesses, with one preemption", () => {
    expect([...finalValues(unsafeIncrement, 0)]).toEqual([2]);
    expect([...finalValues(unsafeIncrement, 1)].toSorted((a, b) => a - b)).toEqual([1, 2]);
  });

  it("finds no lost update of an atomic add or of a retried compare-and-set", () => {
    const add: StepProgram = ([word]) => word?.getAndAddInt32(0, 1);
    const retry: StepProgram = ([word]) => {
      if (word === undefined) return;
      for (;;) {
        const value = word.getInt32Volatile(0);
        if (word.compareAndSetInt32(0, value, value + 1)) return;
      }
    };
    expect([...finalValues(add, 3)]).toEqual([2]);
    expect([...finalValues(retry, 3)]).toEqual([2]);
  });

  it("runs every interleaving when preemptions are not limiting", () => {
    const memory = new AtomicBuffer(new ArrayBuffer(64));
    const three: StepProgram = ([buffer]) => {
      for (let i = 0; i < 3; i++) buffer?.putInt32(i * 4, i);
    };
    const run = { memory: [memory], programs: [three, three], preemptionsMax: 6, check: () => {} };
    // 6 accesses, of which 3 are the first thread's: 6 over 3.
    expect(explore(run)).toBe(20);
  });
});
