import type {
  Agent,
  AtomicCounter,
  Clock,
  CountersManager,
  CountersReader,
} from "@alerion/runtime/concurrent";
import type { SharedFiles } from "../../os/shared-files.js";
import type { SystemCounter } from "../../protocol/counters/system-counter.js";
import type { DriverConfig } from "../driver-config.js";
import type { NetworkMediaFactory } from "../network-media.js";
import type { UdpNetwork } from "./udp-network.js";

/**
 * What the sender and the receiver work with, each in its own thread: mappings of its own, and counters it
 * finds by their ids (`new AtomicCounter(counters, id)`).
 */
export interface NetworkAgentContext {
  readonly config: DriverConfig;
  /** Of the duty cycle: where agents share a thread it stands still during one. */
  readonly clock: Clock;
  /** For times that go into messages. */
  readonly timestampClock: Clock;
  readonly files: SharedFiles;
  readonly counters: CountersReader;
  readonly systemCounters: { get(id: SystemCounter): AtomicCounter };
  readonly udp: UdpNetwork;
  /** Records an error: the agent goes on. */
  readonly onError: (error: unknown) => void;
}

/** Where the network's agents run. */
export interface NetworkHost {
  /** Called once, by the driver, when its counters are there. */
  create(context: NetworkHostContext): HostedNetwork;
}

/** What the driver gives to its network. */
export interface NetworkHostContext extends Omit<NetworkAgentContext, "udp"> {
  readonly counters: CountersManager;
}

/** A network that is hosted. */
export interface HostedNetwork {
  /** Makes the conductor's part. */
  readonly media: NetworkMediaFactory;
  /** Agents that run in the conductor's thread, before it. */
  readonly agents: readonly Agent[];
}
