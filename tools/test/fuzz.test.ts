import { describe, expect, it } from "vitest";
import { CodecError } from "@alerion/runtime/codegen";
import { Coverage } from "../fuzz/coverage.mjs";
import { Loop, outcomeOf } from "../fuzz/loop.mjs";
import { mutateBytes } from "../fuzz/mutate-bytes.mjs";
import { mutateXml } from "../fuzz/mutate-xml.mjs";
import { Random } from "../fuzz/random.mjs";

/** Findings of a run of the loop over a target that is wrong about inputs with a certain byte. */
function findingsOf(seed: number) {
  const findings: { readonly input: Uint8Array; readonly text: string }[] = [];
  let executions = 0;
  const target = {
    watched: [],
    seeds: [new Uint8Array(40)],
    lengthMax: 64,
    mutate: (random: Random, input: Uint8Array, other: Uint8Array) =>
      mutateBytes(random, input, other, [], 64),
    execute: (input: Uint8Array) => {
      if (input.includes(0x7f)) throw new RangeError("planted fault");
    },
  };
  const loop = new Loop(
    target,
    seed,
    new Coverage(),
    () => executions++,
    (finding) => findings.push(finding),
  );
  const outcome = loop.run(1.5);
  return { findings, executions, outcome };
}

describe("the fuzzing loop", () => {
  it("finds a planted fault, once, and makes it as small as it can be", { timeout: 30_000 }, () => {
    const { findings, executions, outcome } = findingsOf(1);
    expect(findings).toHaveLength(1);
    expect([...(findings[0]?.input ?? [])]).toStrictEqual([0x7f]);
    expect(findings[0]?.text).toContain("planted fault");
    expect(outcome.executions).toBeGreaterThan(64);
    expect(executions).toBeGreaterThanOrEqual(outcome.executions);
  });

  it("takes a typed error for an answer and passes on any other", () => {
    const typed = () => {
      throw new CodecError("OUT_OF_BOUNDS", "too short");
    };
    expect(outcomeOf(typed)).toStrictEqual({ code: "OUT_OF_BOUNDS", text: "too short" });
    const other = () => {
      throw new TypeError("not typed");
    };
    expect(() => outcomeOf(other)).toThrow("not typed");
    expect(outcomeOf(() => 5)).toStrictEqual({ value: 5 });
  });
});

describe("mutations", () => {
  it("are the same for the same seed", () => {
    const made = (seed: number): readonly unknown[] => {
      const random = new Random(seed);
      const bytes = Uint8Array.from({ length: 50 }, (_, index) => index);
      const xml = '<a><b name="x" type="uint8"/><c name="y">1</c></a>';
      return Array.from({ length: 50 }, () => [
        [...mutateBytes(random, bytes, bytes, [{ at: 4, size: 4, littleEndian: true }], 60)],
        mutateXml(random, xml, xml),
      ]);
    };
    expect(made(3)).toStrictEqual(made(3));
    expect(made(4)).not.toStrictEqual(made(3));
  });

  it("leave their input alone and stay below the greatest length", () => {
    const random = new Random(5);
    const bytes = new Uint8Array(30).fill(9);
    for (let times = 0; times < 500; times++) {
      expect(mutateBytes(random, bytes, bytes, [], 32).length).toBeLessThanOrEqual(32);
    }
    expect(bytes).toStrictEqual(new Uint8Array(30).fill(9));
  });
});
