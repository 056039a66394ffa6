import type { Clock } from "@alerion/runtime/concurrent";
import type { DriverConfig } from "../../src/driver/driver-config.js";
import { MediaDriver } from "../../src/driver/media-driver.js";
import type { NameResolver } from "../../src/driver/network/media/name-resolver.js";
import { OneThreadNetwork } from "../../src/driver/network/one-thread-network.js";
import type { SharedFiles } from "../../src/os/shared-files.js";
import { SeededRandom } from "./manual-clock.js";
import type { SimHost } from "./sim-network.js";

/** A driver on a simulated host, all its agents in one thread. */
export function startNetworkDriver(options: {
  readonly config: DriverConfig;
  readonly files: SharedFiles;
  readonly clock: Clock;
  readonly udp: SimHost;
  readonly resolver: NameResolver;
  readonly seed: number;
  /** See `MediaDriverContext`. */
  readonly conductorWaits?: boolean;
}): MediaDriver {
  const { config, files, clock, udp, resolver, seed, conductorWaits = false } = options;
  return new MediaDriver({
    config,
    files,
    clock,
    random: new SeededRandom(seed),
    pid: 1,
    network: new OneThreadNetwork(udp, resolver),
    conductorWaits,
    wait: () => {},
  });
}
