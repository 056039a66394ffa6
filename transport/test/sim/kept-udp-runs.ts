import type { UdpWorldOptions } from "./support/udp-world.js";

/** Runs that failed once, shrunk, with what they found: they pass from then on. */
export const keptUdpRuns: readonly (readonly [found: string, options: UdpWorldOptions])[] = [
  [
    "a reliable subscription shared the image of an unreliable one and missed what was skipped",
    {
      seed: 7,
      stepCount: 1500,
      hostCount: 3,
      clientsPerHost: 2,
      crashInterval: 700,
      driverCrashInterval: 0,
      weatherInterval: 150,
    },
  ],
];
