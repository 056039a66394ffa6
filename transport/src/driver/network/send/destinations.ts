import type { AtomicCounter } from "@alerion/runtime/concurrent";
import type { UdpAddress } from "../udp-address.js";
import type { DatagramSource, UdpTransport } from "../udp-network.js";
import { RECEIVER_COUNT_MAX } from "./limits.js";
import type { StatusMessage } from "./status-message.js";

/** A destination that is silent for this long is forgotten (dynamic), or its name looked up again (manual). */
export const DESTINATION_TIMEOUT_NS = 5_000_000_000;

interface Destination {
  readonly address: UdpAddress;
  /** -1 for one that came by itself. */
  readonly id: bigint;
  hasReceiverId: boolean;
  receiverIdLow: number;
  receiverIdHigh: number;
  timeOfLastActivityNs: number;
}

/**
 * Where a multi-destination publication sends: everything to each, one after the other, beginning with another
 * one each time, so that none is always the last.
 *
 * Source: driver-protocol §20; Aeron MultiSndDestination.
 */
abstract class Destinations {
  protected readonly list: Destination[] = [];
  readonly #counter: AtomicCounter | undefined;
  #next: number = 0;

  constructor(counter: AtomicCounter | undefined) {
    this.#counter = counter;
  }

  get count(): number {
    return this.list.length;
  }

  /** A receiver was heard, whether or not it wants a stream that is there. */
  abstract onStatusMessage(message: StatusMessage, from: UdpAddress, nowNs: number): void;

  /** Hot. Sends one datagram to all. Returns the least that any took; `length` if there is none. */
  send(transport: UdpTransport, source: DatagramSource, offset: number, length: number): number {
    const { list } = this;
    const count = list.length;
    let sent = length;
    let index = this.#start();
    for (let i = 0; i < count; i++) {
      const { address } = list[index] as Destination;
      sent = Math.min(sent, transport.send(source, offset, length, address));
      if (++index === count) index = 0;
    }
    return sent;
  }

  /** Hot. Sends several to all. Returns how many all have taken. */
  sendMany(
    transport: UdpTransport,
    source: DatagramSource,
    offsets: Int32Array,
    lengths: Int32Array,
    datagramCount: number,
  ): number {
    const { list } = this;
    const count = list.length;
    let sent = datagramCount;
    let index = this.#start();
    for (let i = 0; i < count; i++) {
      const { address } = list[index] as Destination;
      const taken = transport.sendMany(source, offsets, lengths, datagramCount, address);
      sent = Math.min(sent, taken);
      if (++index === count) index = 0;
    }
    return sent;
  }

  /** Id of the destination that an address and receiver belong to. */
  idOf(receiverIdLow: number, receiverIdHigh: number, from: UdpAddress): bigint | undefined {
    const found = this.list.find(
      (each) =>
        (each.hasReceiverId &&
          each.receiverIdLow === receiverIdLow &&
          each.receiverIdHigh === receiverIdHigh) ||
        each.address.equals(from),
    );
    return found === undefined || found.id < 0n ? undefined : found.id;
  }

  protected add(destination: Destination): void {
    this.list.push(destination);
    this.#counter?.set(this.list.length);
  }

  protected removeAt(index: number): void {
    this.list.splice(index, 1);
    this.#counter?.set(this.list.length);
  }

  #start(): number {
    if (this.#next >= this.list.length) this.#next = 0;
    return this.#next++;
  }
}

/** Destinations that come by their status messages and go by silence. */
export class DynamicDestinations extends Destinations {
  onStatusMessage(message: StatusMessage, from: UdpAddress, nowNs: number): void {
    for (const each of this.list) {
      if (isReceiver(each, message, from)) {
        each.timeOfLastActivityNs = nowNs;
        return;
      }
    }
    if (this.list.length >= RECEIVER_COUNT_MAX) return;
    this.add({
      address: from.clone(),
      id: -1n,
      hasReceiverId: true,
      receiverIdLow: message.receiverIdLow,
      receiverIdHigh: message.receiverIdHigh,
      timeOfLastActivityNs: nowNs,
    });
  }

  /** Forgets those that are silent. */
  removeSilent(nowNs: number): void {
    for (let i = this.list.length - 1; i >= 0; i--) {
      const { timeOfLastActivityNs } = this.list[i] as Destination;
      if (nowNs - timeOfLastActivityNs > DESTINATION_TIMEOUT_NS) this.removeAt(i);
    }
  }
}

/** Destinations that clients add and remove. */
export class ManualDestinations extends Destinations {
  onStatusMessage(message: StatusMessage, from: UdpAddress, nowNs: number): void {
    for (const each of this.list) {
      if (each.hasReceiverId) {
        if (isReceiver(each, message, from)) each.timeOfLastActivityNs = nowNs;
      } else if (each.address.equals(from)) {
        each.hasReceiverId = true;
        each.receiverIdLow = message.receiverIdLow;
        each.receiverIdHigh = message.receiverIdHigh;
        each.timeOfLastActivityNs = nowNs;
      }
    }
  }

  addManual(id: bigint, address: UdpAddress, nowNs: number): void {
    this.add({
      address,
      id,
      hasReceiverId: false,
      receiverIdLow: 0,
      receiverIdHigh: 0,
      timeOfLastActivityNs: nowNs,
    });
  }

  remove(id: bigint): void {
    const index = this.list.findIndex((each) => each.id === id);
    if (index >= 0) this.removeAt(index);
  }

  changeAddress(id: bigint, address: UdpAddress): void {
    const found = this.list.find((each) => each.id === id);
    if (found === undefined) return;
    found.address.copyFrom(address);
    found.hasReceiverId = false;
  }

  /** Reports those that are silent, each once a timeout. */
  reportSilent(nowNs: number, report: (id: bigint) => void): void {
    for (const each of this.list) {
      if (nowNs - each.timeOfLastActivityNs <= DESTINATION_TIMEOUT_NS) continue;
      each.timeOfLastActivityNs = nowNs;
      report(each.id);
    }
  }
}

/** A receiver may stand behind an address translation: its id and port tell it. */
function isReceiver(destination: Destination, message: StatusMessage, from: UdpAddress): boolean {
  return (
    destination.receiverIdLow === message.receiverIdLow &&
    destination.receiverIdHigh === message.receiverIdHigh &&
    destination.address.port === from.port
  );
}
