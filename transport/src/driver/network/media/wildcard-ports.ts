import { OsCallError } from "../../../os/os-error.js";
import type { PortRange } from "../../driver-config.js";
import { UdpAddress } from "../udp-address.js";
import type { TransportHandle, TransportRequest, UdpNetwork } from "../udp-network.js";

/**
 * Opens sockets whose port is not given on a port of a configured range, one after the other; without a range the
 * system chooses. Source: Aeron `WildcardPortManager`.
 */
export class WildcardPorts {
  readonly #range: PortRange | undefined;
  #next: number;

  /** @param range `0 0` is as good as none */
  constructor(range: PortRange | undefined) {
    this.#range = range?.high === 0 ? undefined : range;
    this.#next = range?.low ?? 0;
  }

  /**
   * @param isManaged whether a port 0 of this socket is to be of the range
   * @throws {OsCallError} EADDRINUSE if all ports of the range are taken, or what else the system says
   */
  open(udp: UdpNetwork, request: TransportRequest, isManaged: boolean): TransportHandle {
    const range = this.#range;
    const { bind } = request;
    if (range === undefined || !isManaged || bind.port !== 0) return udp.open(request);
    const count = range.high - range.low + 1;
    for (let i = 0; ; i++) {
      const port = this.#next;
      this.#next = port === range.high ? range.low : port + 1;
      try {
        return udp.open({ ...request, bind: UdpAddress.of({ address: bind.address, port }) });
      } catch (error) {
        const isTaken = error instanceof OsCallError && error.errnoName === "EADDRINUSE";
        if (!isTaken || i + 1 >= count) throw error;
      }
    }
  }
}
