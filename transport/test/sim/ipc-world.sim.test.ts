import { describe, expect, it } from "vitest";
import { SystemCounter } from "../../src/protocol/counters/system-counter.js";
import { IpcWorld } from "./support/ipc-world.js";

// A million and more in all in CI, enough to meet everything once at the desk.
const STEP_COUNT_DEFAULT = process.env["CI"] === undefined ? 60_000 : 250_000;
const STEP_COUNT = Number(process.env["ALERION_SIM_STEPS"] ?? STEP_COUNT_DEFAULT);
const SEEDS = (process.env["ALERION_SIM_SEEDS"] ?? "1,2,3,4").split(",").map(Number);

describe("clients and driver in a simulated machine", () => {
  it.each(SEEDS)(
    "keep their promises through pauses, preemptions and crashes, seed %i",
    (seed) => {
      const world = new IpcWorld({
        seed,
        stepCount: STEP_COUNT,
        clientCount: 6,
        crashInterval: 3000,
      });
      world.run();
      const { scheduler, ledger } = world;
      // What the run must have met to have shown anything.
      expect(ledger.receivedCount).toBeGreaterThan(1000);
      expect(scheduler.crashCount).toBeGreaterThan(3);
      expect(scheduler.preemptionCount).toBeGreaterThan(1000);
      expect(world.systemCounter(SystemCounter.CLIENT_TIMEOUTS)).toBeGreaterThan(1);
    },
    600_000,
  );

  it("need no unblocking while nobody dies", () => {
    const world = new IpcWorld({ seed: 11, stepCount: 60_000, clientCount: 5, crashInterval: 0 });
    world.run();
    expect(world.ledger.receivedCount).toBeGreaterThan(1000);
    expect(world.systemCounter(SystemCounter.UNBLOCKED_PUBLICATIONS)).toBe(0);
    expect(world.systemCounter(SystemCounter.UNBLOCKED_COMMANDS)).toBe(0);
  }, 300_000);

  it("run the same from the same seed", () => {
    const hashes = [1, 2].map(() => {
      const world = new IpcWorld({
        seed: 77,
        stepCount: 20_000,
        clientCount: 5,
        crashInterval: 2000,
      });
      world.run();
      return [world.scheduler.traceHash, world.scheduler.stepCount, world.ledger.receivedCount];
    });
    expect(hashes[0]).toEqual(hashes[1]);
  }, 300_000);
});
