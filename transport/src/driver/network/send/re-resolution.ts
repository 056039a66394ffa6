import { SystemCounter } from "../../../protocol/counters/system-counter.js";
import { ResolutionPending } from "../media/name-resolver.js";
import type { NetworkConductorContext } from "../network-conductor-context.js";
import type { UdpAddress } from "../udp-address.js";
import type { SendEndpoints } from "./send-endpoints.js";
import type { SenderCommands } from "./sender-commands.js";

/** Look-ups that may wait at the same time: each endpoint and destination asks again when it stays silent. */
const PENDING_MAX = 1024;

interface Wanted {
  readonly endpointId: number;
  readonly destinationId: bigint | undefined;
}

/**
 * Looks names up again when nothing is heard from where they led: a host may have moved.
 *
 * Source: driver-protocol §21 (re-resolution).
 */
export class ReResolution {
  readonly #context: NetworkConductorContext;
  readonly #sender: SenderCommands;
  readonly #endpoints: SendEndpoints;
  readonly #pending: Wanted[] = [];

  constructor(context: NetworkConductorContext, sender: SenderCommands, endpoints: SendEndpoints) {
    this.#context = context;
    this.#sender = sender;
    this.#endpoints = endpoints;
  }

  onSilence(endpointId: number, destinationId: bigint | undefined): void {
    const isPending = this.#pending.some(
      (each) => each.endpointId === endpointId && each.destinationId === destinationId,
    );
    if (!isPending && this.#pending.length < PENDING_MAX) {
      this.#pending.push({ endpointId, destinationId });
    }
  }

  /** Every duty cycle. Returns work done. */
  doWork(): number {
    let workCount = 0;
    for (let i = this.#pending.length - 1; i >= 0; i--) {
      if (!this.#tryResolve(this.#pending[i] as Wanted)) continue;
      this.#pending.splice(i, 1);
      workCount++;
    }
    return workCount;
  }

  /** False while the answer is not there yet. */
  #tryResolve({ endpointId, destinationId }: Wanted): boolean {
    const endpoint = this.#endpoints.findById(endpointId);
    if (endpoint === undefined || endpoint.isClosing()) return true;
    const destination = endpoint.destinations.find((each) => each.destinationId === destinationId);
    if (destinationId !== undefined && destination === undefined) return true;
    const name = destination?.endpoint ?? endpoint.channel.params.endpoint;
    if (name === undefined) return true;
    const current = destination?.address ?? endpoint.remoteAddress;
    const found = this.#resolve(name, current);
    if (found === "pending") return false;
    if (found === "same") return true;
    if (destination === undefined) endpoint.remoteAddress = found;
    else destination.address = found;
    this.#context.systemCounters.get(SystemCounter.RESOLUTION_CHANGES).getAndAddAtomic(1);
    this.#sender.changeAddress({
      endpointId,
      ...(destinationId === undefined ? {} : { destinationId }),
      address: { address: found.address, port: found.port },
    });
    return true;
  }

  #resolve(name: string, current: UdpAddress): UdpAddress | "pending" | "same" {
    try {
      const found = this.#context.resolver.resolve(name, "endpoint", true);
      // A socket has one family for life.
      return found.equals(current) || found.family !== current.family ? "same" : found.clone();
    } catch (error) {
      if (error instanceof ResolutionPending) return "pending";
      this.#context.onError(error);
      return "same";
    }
  }
}
