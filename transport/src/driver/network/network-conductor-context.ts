import type { NetworkMediaContext } from "../network-media.js";
import type { NameResolver } from "./media/name-resolver.js";
import type { ChannelContext } from "./media/udp-channel.js";
import type { UdpNetwork } from "./udp-network.js";

/** What both sides of the network's conductor work with. */
export interface NetworkConductorContext extends NetworkMediaContext {
  readonly udp: UdpNetwork;
  readonly resolver: NameResolver;
  /** For `UdpChannel.parse`: one for both sides, so that no two channels get the same number. */
  readonly channels: ChannelContext;
}
