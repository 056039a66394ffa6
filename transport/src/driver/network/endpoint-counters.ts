import type { AtomicCounter, CountersManager } from "@alerion/runtime/concurrent";
import { CounterTypeId } from "../../protocol/counters/counter-type-id.js";
import { allocateCounter } from "../driver-counters.js";

/** Value of a channel's status counter. */
export const ChannelStatus = { INITIALISING: 0, ACTIVE: 1, CLOSING: 2, ERRORED: -1 } as const;

/** Bytes of a counter's key. */
const KEY_LENGTH_MAX = 112;
const NO_OWNER = 0n;

/**
 * Counters by which clients see a channel's endpoint: whether it is open, and where it is bound.
 *
 *   channel status (6, 7)       key: channel length i32, channel, cut to 108 bytes
 *   local address (14)          key: channel status id i32, address length i32, `ip:port`
 *   destinations (18)           key as channel status
 *
 * Source: driver-protocol §7.2; conformance/aeron/cnc.
 */
export class EndpointCounters {
  readonly #counters: CountersManager;

  constructor(counters: CountersManager) {
    this.#counters = counters;
  }

  /** Status of a channel, initialising. */
  allocateStatus(
    typeId: typeof CounterTypeId.RECEIVE_CHANNEL_STATUS | typeof CounterTypeId.SEND_CHANNEL_STATUS,
    registrationId: bigint,
    channel: string,
  ): AtomicCounter {
    const name = typeId === CounterTypeId.SEND_CHANNEL_STATUS ? "snd-channel" : "rcv-channel";
    return this.#allocateForChannel(typeId, name, registrationId, channel);
  }

  /** Number of destinations of a channel. */
  allocateDestinations(registrationId: bigint, channel: string): AtomicCounter {
    const typeId = CounterTypeId.MDC_DESTINATIONS;
    return this.#allocateForChannel(typeId, "mdc-num-dest", registrationId, channel);
  }

  /** The channel is open: `boundAddress` is where, none for a channel of many destinations. */
  activateStatus(status: AtomicCounter, boundAddress: string): void {
    if (boundAddress !== "") this.#counters.appendToLabel(status.id, ` ${boundAddress}`);
    status.set(ChannelStatus.ACTIVE);
  }

  /** A bound address. */
  allocateLocalAddress(
    side: "rcv" | "snd",
    registrationId: bigint,
    status: AtomicCounter,
    address: string,
  ): AtomicCounter {
    const key = new Uint8Array(8 + address.length);
    const view = new DataView(key.buffer);
    view.setInt32(0, status.id, true);
    view.setInt32(4, address.length, true);
    putAscii(key, 8, address);
    const counter = allocateCounter(
      this.#counters,
      {
        typeId: CounterTypeId.LOCAL_SOCKET_ADDRESS,
        key,
        label: `${side}-local-sockaddr: ${status.id} ${address}`,
        value: ChannelStatus.ACTIVE,
      },
      { registrationId, ownerId: NO_OWNER },
    );
    return counter;
  }

  free(counter: AtomicCounter): void {
    this.#counters.free(counter.id);
  }

  #allocateForChannel(
    typeId: CounterTypeId,
    name: string,
    registrationId: bigint,
    channel: string,
  ): AtomicCounter {
    const text = channel.slice(0, KEY_LENGTH_MAX - 4);
    const key = new Uint8Array(4 + text.length);
    new DataView(key.buffer).setInt32(0, text.length, true);
    putAscii(key, 4, text);
    return allocateCounter(
      this.#counters,
      { typeId, key, label: `${name}: ${channel}` },
      { registrationId, ownerId: NO_OWNER },
    );
  }
}

function putAscii(bytes: Uint8Array, offset: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[offset + i] = text.charCodeAt(i);
}
