import { SystemCounter } from "../../../protocol/counters/system-counter.js";
import { DriverConfigError } from "../../driver-config.js";
import type { NetworkHostContext } from "../network-agent-context.js";
import { UdpAddress } from "../udp-address.js";
import type { UdpNetwork } from "../udp-network.js";
import { DnsResolver, ThreadLookups } from "./dns-resolver.js";
import { GossipResolver } from "./gossip-resolver.js";
import { type NameResolver, parseHostAndPort, resolveLiteral } from "./name-resolver.js";

/**
 * The names of a driver: as the machine resolves them, and with `resolverName` those of other drivers first.
 *
 * @throws {DriverConfigError} if `resolverInterface` is no address
 * @throws {OsCallError} if the socket for other drivers' names cannot be opened
 */
export function createResolver(context: NetworkHostContext, udp: UdpNetwork): NameResolver {
  const { config, clock, systemCounters, counters } = context;
  const maxTime = systemCounters.get(SystemCounter.NAME_RESOLVER_MAX_TIME);
  const exceeded = systemCounters.get(SystemCounter.NAME_RESOLVER_TIME_THRESHOLD_EXCEEDED);
  const base = new DnsResolver(clock, new ThreadLookups(), (durationNs) => {
    if (durationNs > maxTime.get()) maxTime.set(durationNs);
    if (durationNs > config.nameResolverThresholdNs) exceeded.increment();
  });
  const { resolverName, resolverInterface } = config;
  if (resolverName === undefined || resolverInterface === undefined) return base;

  const { host, port } = parseHostAndPort(resolverInterface, "resolverInterface");
  const address = resolveLiteral(host);
  if (address === undefined) {
    throw new DriverConfigError([
      `resolverInterface must be an address of this host: resolverInterface=${resolverInterface}`,
    ]);
  }
  const bind = UdpAddress.of({ address, port });
  const invalidPackets = systemCounters.get(SystemCounter.INVALID_PACKETS);
  return new GossipResolver({
    config: { ...config, resolverName },
    udp,
    base,
    bind,
    counters,
    onInvalidFrame: () => invalidPackets.getAndAddAtomic(1),
    clock,
  });
}
