import { describe, expect, it } from "vitest";
import { SystemCounter } from "../../src/protocol/counters/system-counter.js";
import { IpcWorld, type WorldOptions } from "./support/ipc-world.js";

// A million and more in all in CI, enough to meet everything once at the desk.
const STEP_COUNT_DEFAULT = process.env["CI"] === undefined ? 60_000 : 250_000;
const STEP_COUNT = Number(process.env["ALERION_SIM_STEPS"] ?? STEP_COUNT_DEFAULT);
const SEEDS = (process.env["ALERION_SIM_SEEDS"] ?? "1,2,3,4").split(",").map(Number);

const STEP_COUNT_PER_CI_RUN = 1_000_000;
let totalStepCount = 0;

function runWorld(options: WorldOptions): IpcWorld {
  const world = new IpcWorld(options);
  world.run();
  totalStepCount += world.scheduler.stepCount;
  return world;
}

describe("clients and driver in a simulated machine", () => {
  // Odd seeds with the real client alone, even ones with the protocol spoken by hand beside it.
  it.each(SEEDS)(
    "keep their promises through pauses, preemptions and crashes, seed %i",
    (seed) => {
      const world = runWorld({
        seed,
        stepCount: STEP_COUNT,
        rawClientCount: seed % 2 === 0 ? 3 : 0,
        aeronClientCount: seed % 2 === 0 ? 3 : 6,
        crashInterval: 3000,
        driverRestartInterval: 0,
      });
      const { scheduler } = world;
      // What the run must have met to have shown anything.
      expect(world.receivedCount).toBeGreaterThan(1000);
      expect(scheduler.crashCount).toBeGreaterThan(3);
      expect(scheduler.preemptionCount).toBeGreaterThan(1000);
      expect(world.systemCounter(SystemCounter.CLIENT_TIMEOUTS)).toBeGreaterThan(1);
    },
    600_000,
  );

  it("go on with another driver when theirs ends or dies", () => {
    const world = runWorld({
      seed: 22,
      stepCount: Math.max(STEP_COUNT, 100_000),
      rawClientCount: 1,
      aeronClientCount: 4,
      crashInterval: 20_000,
      driverRestartInterval: 20_000,
    });
    expect(world.driverRestartCount).toBeGreaterThan(1);
    expect(world.reconnectCount).toBeGreaterThan(4);
    expect(world.receivedCount).toBeGreaterThan(1000);
  }, 600_000);

  it("need no unblocking while nobody dies", () => {
    const world = runWorld({
      seed: 11,
      stepCount: 60_000,
      rawClientCount: 2,
      aeronClientCount: 3,
      crashInterval: 0,
      driverRestartInterval: 0,
    });
    expect(world.receivedCount).toBeGreaterThan(1000);
    expect(world.systemCounter(SystemCounter.UNBLOCKED_PUBLICATIONS)).toBe(0);
    expect(world.systemCounter(SystemCounter.UNBLOCKED_COMMANDS)).toBe(0);
  }, 300_000);

  it("run the same from the same seed", () => {
    const hashes = [1, 2].map(() => {
      const world = runWorld({
        seed: 77,
        stepCount: 20_000,
        rawClientCount: 2,
        aeronClientCount: 3,
        crashInterval: 2000,
        driverRestartInterval: 8000,
      });
      return [world.scheduler.traceHash, world.scheduler.stepCount, world.receivedCount];
    });
    expect(hashes[0]).toEqual(hashes[1]);
  }, 300_000);

  it("have taken a million steps in all where it is asked for", ({ skip }) => {
    skip(STEP_COUNT < 250_000, "CI takes a million steps, the desk fewer");
    expect(totalStepCount).toBeGreaterThan(STEP_COUNT_PER_CI_RUN);
  });
});
