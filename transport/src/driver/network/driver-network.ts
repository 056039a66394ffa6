import type { Clock } from "@alerion/runtime/concurrent";
import type { Os } from "../../os/os.js";
import { SystemCounter } from "../../protocol/counters/system-counter.js";
import { DnsResolver, ThreadLookups } from "./media/dns-resolver.js";
import type { NameResolver } from "./media/name-resolver.js";
import { NativeUdpNetwork } from "./media/native-udp-network.js";
import type { HostedNetwork, NetworkAgentContext, NetworkHost } from "./network-agent-context.js";
import { OneThreadNetwork } from "./one-thread-network.js";
import type { UdpNetwork } from "./udp-network.js";

/** The network of a real driver: the machine's sockets and names, sender and receiver in the driver's thread. */
export class DriverNetwork implements NetworkHost {
  readonly udp: UdpNetwork;

  constructor(os: Os) {
    this.udp = new NativeUdpNetwork(os);
  }

  create(context: Omit<NetworkAgentContext, "udp">): HostedNetwork {
    return new OneThreadNetwork(this.udp, systemResolver(context)).create(context);
  }

  /** After the driver: it has closed its sockets. */
  close(): void {
    this.udp.close();
  }
}

/** Names as the machine resolves them, with the driver's counters of how long that took. */
export function systemResolver({
  clock,
  config,
  systemCounters,
}: Pick<NetworkAgentContext, "config" | "systemCounters"> & { clock: Clock }): NameResolver {
  const maxTime = systemCounters.get(SystemCounter.NAME_RESOLVER_MAX_TIME);
  const exceeded = systemCounters.get(SystemCounter.NAME_RESOLVER_TIME_THRESHOLD_EXCEEDED);
  return new DnsResolver(clock, new ThreadLookups(), (durationNs) => {
    if (durationNs > maxTime.get()) maxTime.set(durationNs);
    if (durationNs > config.nameResolverThresholdNs) exceeded.increment();
  });
}
