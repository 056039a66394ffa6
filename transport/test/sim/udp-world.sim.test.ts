import { describe, expect, it } from "vitest";
import { SystemCounter } from "../../src/protocol/counters/system-counter.js";
import { keptUdpRuns } from "./kept-udp-runs.js";
import { type Reduction, shrink } from "./support/shrink.js";
import { UdpWorld, type UdpWorldOptions } from "./support/udp-world.js";

// More than 500 seeds and a million steps in CI, enough to meet everything once at the desk.
const IS_CI = process.env["CI"] !== undefined;
const SEED_COUNT = Number(process.env["ALERION_UDP_SIM_SEEDS"] ?? (IS_CI ? 504 : 24));
const FIRST_SEED = Number(process.env["ALERION_UDP_SIM_FIRST_SEED"] ?? 1);
const STEP_COUNT = Number(process.env["ALERION_UDP_SIM_STEPS"] ?? 1500);
const SEEDS_PER_TEST = 24;
const STEP_COUNT_PER_CI_RUN = 1_000_000;

let totalStepCount = 0;
let totalReceivedCount = 0;
let totalSeedCount = 0;

const SHRINK_RUNS_MAX = 40;

/** Everything that can be made less: each run that fails is reported as the smallest that still does. */
const reductions: readonly Reduction<UdpWorldOptions>[] = [
  (options) =>
    options.stepCount > 50
      ? { ...options, stepCount: Math.floor(options.stepCount / 2) }
      : undefined,
  (options) =>
    options.stepCount > 50
      ? { ...options, stepCount: Math.floor(options.stepCount * 0.8) }
      : undefined,
  (options) => (options.hostCount > 2 ? { ...options, hostCount: 2 } : undefined),
  (options) => (options.clientsPerHost > 1 ? { ...options, clientsPerHost: 1 } : undefined),
  (options) =>
    options.driverCrashInterval > 0 ? { ...options, driverCrashInterval: 0 } : undefined,
  (options) => (options.crashInterval > 0 ? { ...options, crashInterval: 0 } : undefined),
  (options) => (options.weatherInterval > 0 ? { ...options, weatherInterval: 0 } : undefined),
];

function failureOf(options: UdpWorldOptions): Error | undefined {
  try {
    new UdpWorld(options).run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function run(options: UdpWorldOptions): UdpWorld {
  const world = new UdpWorld(options);
  try {
    world.run();
  } catch (error) {
    const smallest = shrink(options, reductions, failureOf, SHRINK_RUNS_MAX);
    const failure = smallest.failure ?? error;
    throw new Error(
      `${failure instanceof Error ? failure.message : String(failure)}\nkeep in kept-udp-runs.ts: ${JSON.stringify(smallest.options)}`,
      { cause: error },
    );
  }
  totalStepCount += world.scheduler.stepCount;
  totalReceivedCount += world.ledger.receivedCount;
  totalSeedCount++;
  return world;
}

const groups = Array.from({ length: Math.ceil(SEED_COUNT / SEEDS_PER_TEST) }, (_, group) =>
  Array.from(
    { length: Math.min(SEEDS_PER_TEST, SEED_COUNT - group * SEEDS_PER_TEST) },
    (_seed, index) => FIRST_SEED + group * SEEDS_PER_TEST + index,
  ),
);

describe("drivers and clients on a simulated network", () => {
  it.each(groups.map((seeds) => [`${seeds[0]} to ${seeds.at(-1)}`, seeds] as const))(
    "keep their promises in any weather, seeds %s",
    (_name, seeds) => {
      const met = { received: 0, naks: 0, retransmits: 0, invalid: 0, crashes: 0, partitions: 0 };
      for (const seed of seeds) {
        const world = run({
          seed,
          stepCount: STEP_COUNT,
          hostCount: 2 + (seed % 2),
          clientsPerHost: 2,
          crashInterval: 700,
          driverCrashInterval: seed % 3 === 0 ? 900 : 0,
          weatherInterval: 150,
        });
        met.received += world.ledger.receivedCount;
        met.naks += world.systemCounter(SystemCounter.NAK_MESSAGES_SENT);
        met.retransmits += world.systemCounter(SystemCounter.RETRANSMITS_SENT);
        met.invalid += world.systemCounter(SystemCounter.INVALID_PACKETS);
        met.crashes += world.clientCrashCount + world.driverCrashCount;
        met.partitions += world.faults.partitionCount;
      }
      // What the runs must have met to have shown anything.
      const missing = Object.entries(met).filter(([, count]) => count === 0);
      expect(missing).toEqual([]);
    },
    600_000,
  );

  it.each(keptUdpRuns)(
    "still do where they once did not: %s",
    (_found, options) => {
      expect(run(options).ledger.receivedCount).toBeGreaterThan(0);
    },
    120_000,
  );

  it("lose and repair nothing in fair weather", () => {
    const world = run({
      seed: 7,
      stepCount: 4000,
      hostCount: 3,
      clientsPerHost: 2,
      crashInterval: 0,
      driverCrashInterval: 0,
      weatherInterval: 0,
    });
    expect(world.ledger.receivedCount).toBeGreaterThan(1000);
    expect(world.systemCounter(SystemCounter.INVALID_PACKETS)).toBe(0);
  }, 120_000);

  it("run the same from the same seed", () => {
    const hashes = [1, 2].map(() => {
      const world = run({
        seed: 77,
        stepCount: 1500,
        hostCount: 3,
        clientsPerHost: 2,
        crashInterval: 500,
        driverCrashInterval: 700,
        weatherInterval: 100,
      });
      return [world.scheduler.traceHash, world.scheduler.stepCount, world.ledger.receivedCount];
    });
    expect(hashes[0]).toEqual(hashes[1]);
  }, 120_000);

  it("have taken a million steps over more than 500 seeds", ({ skip }) => {
    console.log(
      `${totalSeedCount} seeds, ${totalStepCount} steps, ${totalReceivedCount} messages received`,
    );
    skip(SEED_COUNT < 504, "the desk takes fewer seeds than CI");
    expect(totalStepCount).toBeGreaterThan(STEP_COUNT_PER_CI_RUN);
  });
});
