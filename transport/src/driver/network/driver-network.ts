import { NativeUnavailableError } from "../../os/os-error.js";
import type { Os } from "../../os/os.js";
import type { NetworkLink } from "../driver-control.js";
import { DgramUdpNetwork } from "./media/dgram-udp-network.js";
import { createResolver } from "./media/create-resolver.js";
import { NativeUdpNetwork } from "./media/native-udp-network.js";
import type { HostedNetwork, NetworkHost, NetworkHostContext } from "./network-agent-context.js";
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
   * @param os the native door; without it, or where it has no sockets, they are Node's
   * @param links to the threads of sender and receiver; without any they work in the conductor's
   */
  constructor(os: Os | undefined, links: readonly NetworkLink[] = []) {
    this.udp = kernelSockets(os) ?? new DgramUdpNetwork();
    this.dgram = this.udp instanceof DgramUdpNetwork ? this.udp : undefined;
    this.#links = links;
  }

  create(context: NetworkHostContext): HostedNetwork {
    const resolver = createResolver(context, this.udp);
    const host =
      this.#links.length === 0
        ? new OneThreadNetwork(this.udp, resolver)
        : new ThreadedNetwork(this.udp, resolver, this.#links);
    return host.create(context);
  }

  /** After the driver: it has closed its sockets. */
  close(): void {
    this.udp.close();
  }
}

/** The kernel's own sockets, where there is a native door and it serves them: not on macOS. */
function kernelSockets(os: Os | undefined): UdpNetwork | undefined {
  if (os === undefined) return undefined;
  try {
    return new NativeUdpNetwork(os);
  } catch (error) {
    if (error instanceof NativeUnavailableError) return undefined;
    throw error;
  }
}
