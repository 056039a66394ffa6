import type { UdpAddress } from "../udp-address.js";

/** One way by which packets of an image come in. */
export class ImageConnection {
  /** Where the sender takes feedback: fixed at the first packet. */
  readonly control: UdpAddress;
  // Doubles from the start: see AtomicBuffer on representation changes.
  timeOfLastPacketNs: number = 0.5;
  endOfStreamPosition: number = 0.5;
  isEndOfStream: boolean = false;

  constructor(control: UdpAddress, nowNs: number) {
    this.control = control.clone();
    this.timeOfLastPacketNs = nowNs;
    this.endOfStreamPosition = 0;
  }
}

/**
 * The connections of one image, by the index of the destination that they come through.
 *
 * Most images have one; those of a multi-destination subscription may have one for each destination.
 */
export class ImageConnections {
  readonly #connections: (ImageConnection | undefined)[] = [];

  /** Indexes that may hold a connection. */
  get length(): number {
    return this.#connections.length;
  }

  at(index: number): ImageConnection | undefined {
    return index < this.#connections.length ? this.#connections[index] : undefined;
  }

  /** Hot. Notes that a packet came; the first one of a destination makes its connection. */
  track(index: number, control: UdpAddress, nowNs: number): ImageConnection {
    const known = this.at(index);
    if (known !== undefined) {
      known.timeOfLastPacketNs = nowNs;
      return known;
    }
    return this.add(index, control, nowNs);
  }

  /** Makes a connection, in place of one that may be there. */
  add(index: number, control: UdpAddress, nowNs: number): ImageConnection {
    while (this.#connections.length <= index) this.#connections.push(undefined);
    const connection = new ImageConnection(control, nowNs);
    this.#connections[index] = connection;
    return connection;
  }

  remove(index: number): void {
    if (index < this.#connections.length) this.#connections[index] = undefined;
  }

  /** Connections that a packet came by within `timeoutNs`. */
  countActive(nowNs: number, timeoutNs: number): number {
    const connections = this.#connections;
    let count = 0;
    for (let i = 0; i < connections.length; i++) {
      const connection = connections[i];
      if (connection !== undefined && connection.timeOfLastPacketNs + timeoutNs > nowNs) count++;
    }
    return count;
  }

  /** Whether every connection has ended, and no destination is left that none has come through yet. */
  haveAllEnded(destinations: { hasDestination(index: number): boolean; length: number }): boolean {
    const count = Math.max(this.#connections.length, destinations.length);
    for (let index = 0; index < count; index++) {
      const connection = this.at(index);
      if (connection === undefined ? destinations.hasDestination(index) : !connection.isEndOfStream)
        return false;
    }
    return true;
  }

  /** The furthest end that any connection has told of. */
  endOfStreamPosition(): number {
    let position = 0;
    for (const connection of this.#connections) {
      if (connection !== undefined && connection.endOfStreamPosition > position) {
        position = connection.endOfStreamPosition;
      }
    }
    return position;
  }
}
