import { COUNTER_KEY_OFFSET, counterMetadataOffset } from "@alerion/runtime/concurrent";
import type { CountersReader } from "@alerion/runtime/concurrent";
import { getAscii } from "../protocol/ascii.js";
import { CounterTypeId } from "../protocol/counters/counter-type-id.js";

/** State of a channel's endpoint. */
export const ChannelState = {
  INITIALIZING: 0,
  ACTIVE: 1,
  CLOSING: 2,
  ERRORED: -1,
} as const;
/** One of the states above. */
export type ChannelState = (typeof ChannelState)[keyof typeof ChannelState];

/** Id of no channel status counter: IPC and spies have none, their channel is always active. */
export const NO_CHANNEL_STATUS = -1;

const SOCKET_ADDRESS_LENGTH_MAX = 104;

/**
 * How the endpoint of a channel fares, from the driver's counters.
 *
 * Source: driver-protocol §7.2 (types 6, 7, 14); Aeron ChannelEndpointStatus, LocalSocketAddressStatus.
 */
export class ChannelStatus {
  /** Id of the channel status counter, NO_CHANNEL_STATUS for IPC and spies. */
  readonly counterId: number;
  readonly #counters: CountersReader;

  constructor(counters: CountersReader, counterId: number) {
    this.#counters = counters;
    this.counterId =
      counterId >= 0 && counterId <= counters.maxCounterId ? counterId : NO_CHANNEL_STATUS;
  }

  /** One of ChannelState. */
  state(): number {
    if (this.counterId === NO_CHANNEL_STATUS) return ChannelState.ACTIVE;
    return this.#counters.value(this.counterId);
  }

  /** Addresses that the endpoint is bound to, `ip:port`: more than one for several receive destinations. */
  localSocketAddresses(): string[] {
    const addresses: string[] = [];
    if (this.counterId === NO_CHANNEL_STATUS) return addresses;
    const { view } = this.#counters.metadata;
    this.#counters.forEach((id) => {
      if (this.#counters.typeId(id) !== CounterTypeId.LOCAL_SOCKET_ADDRESS) return;
      const key = counterMetadataOffset(id) + COUNTER_KEY_OFFSET;
      if (view.getInt32(key, true) !== this.counterId) return;
      const length = view.getInt32(key + 4, true);
      const isBound = this.#counters.value(id) === ChannelState.ACTIVE;
      if (!isBound || length <= 0 || length > SOCKET_ADDRESS_LENGTH_MAX) return;
      addresses.push(getAscii(view, key + 8, length));
    });
    return addresses;
  }
}
