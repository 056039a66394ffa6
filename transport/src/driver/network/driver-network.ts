import type { Clock } from "@alerion/runtime/concurrent";
import type { Os } from "../../os/os.js";
import { SystemCounter } from "../../protocol/counters/system-counter.js";
import type { NetworkLink } from "../driver-control.js";
import { DgramUdpNetwork } from "./media/dgram-udp-network.js";
import { DnsResolver, ThreadLookups } from "./media/dns-resolver.js";
import type { NameResolver } from "./media/name-resolver.js";
import { NativeUdpNetwork } from "./media/native-udp-network.js";
import type { HostedNetwork, NetworkAgentContext, NetworkHost } from "./network-agent-context.js";
import { OneThreadNetwork } from "./one-thread-network.js";
import { ThreadedNetwork } from "./threaded-network.js";
import type { UdpNetwork } from "./udp-network.js";

/** The network of a real driver: the machine's sockets and names. */
export class DriverNetwork implements NetworkHost {
  readonly udp: UdpNetwork;
  /** The sockets where they are Node's: they need the event loop. */
  readonly dgram: DgramUdpNetwork | undefined;
  readonly #links: readonly NetworkLink[];

  /**
   * @param os the native door; without it sockets are Node's
   * @param links to the threads of sender and receiver; without any they work in the conductor's
   */
  constructor(os: Os | undefined, links: readonly NetworkLink[] = []) {
    const dgram = os === undefined ? new DgramUdpNetwork() : undefined;
    this.dgram = dgram;
    this.udp = dgram ?? new NativeUdpNetwork(os as Os);
    this.#links = links;
  }

  create(context: Omit<NetworkAgentContext, "udp">): HostedNetwork {
    const host =
      this.#links.length === 0
        ? new OneThreadNetwork(this.udp, systemResolver(context))
        : new ThreadedNetwork(this.udp, systemResolver, this.#links);
    return host.create(context);
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
