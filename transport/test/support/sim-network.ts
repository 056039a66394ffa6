import { AtomicBuffer } from "@alerion/runtime/concurrent";
import { UdpAddress } from "../../src/driver/network/udp-address.js";
import type {
  DatagramHandler,
  DatagramSource,
  LocalInterface,
  TransportHandle,
  TransportPoller,
  TransportRequest,
  UdpNetwork,
  UdpTransport,
} from "../../src/driver/network/udp-network.js";
import { isAnyAddress, isMulticastAddress } from "../../src/driver/network/media/udp-channel.js";
import { parseIpAddress } from "../../src/driver/network/media/name-resolver.js";
import type { SocketAddress } from "../../src/os/os.js";
import { OsCallError } from "../../src/os/os-error.js";
import { SeededRandom } from "./manual-clock.js";

/** What goes wrong between hosts. Probabilities are in 0..1; nothing goes wrong on the loopback. */
export interface SimFaults {
  /** Every datagram takes so long, */
  readonly delayNs: number;
  /** and up to so much longer. */
  readonly jitterNs: number;
  readonly loss: number;
  readonly duplicate: number;
  /** Held back by up to `reorderNs`, so that later ones overtake. */
  readonly reorder: number;
  readonly reorderNs: number;
  /** One bit is flipped. */
  readonly corrupt: number;
  /** The sender's system does not take it: `send` yields 0. */
  readonly refuse: number;
}

const NO_FAULTS: SimFaults = {
  delayNs: 0,
  jitterNs: 0,
  loss: 0,
  duplicate: 0,
  reorder: 0,
  reorderNs: 1_000_000,
  corrupt: 0,
  refuse: 0,
};

const RECEIVE_BUFFER_LENGTH = 212_992;
const BATCH_MAX = 16;
const DATAGRAM_LENGTH_MAX = 65_536;
const EPHEMERAL_PORT_MIN = 32_768;

interface Arrival {
  readonly atNs: number;
  readonly bytes: Uint8Array;
  readonly from: UdpAddress;
}

/**
 * A network in memory: hosts with addresses, sockets, groups, and faults from a seed. Time is the caller's.
 *
 *   const network = new SimNetwork(clock, 7);
 *   const alpha = network.host("10.0.0.1");     // a UdpNetwork for one driver
 *   network.faults = { ...network.faults, loss: 0.1 };
 */
export class SimNetwork {
  faults: SimFaults = NO_FAULTS;
  /** Looks at every datagram before anything can happen to it; false drops it. */
  filter: ((bytes: Uint8Array, from: UdpAddress, to: UdpAddress) => boolean) | undefined;
  /** Datagrams that a full receive buffer dropped. */
  overflowCount = 0;
  readonly clock: { monoNs(): number };
  readonly #random: SeededRandom;
  readonly #hosts: SimHost[] = [];
  readonly #partitions = new Set<string>();
  #nextId = 1;

  constructor(clock: { monoNs(): number }, seed: number = 1) {
    this.clock = clock;
    this.#random = new SeededRandom(seed);
  }

  /** A new host with these addresses; it has 127.0.0.1 and ::1 besides. */
  host(...addresses: string[]): SimHost {
    const host = new SimHost(this, this.#hosts.length, addresses);
    this.#hosts.push(host);
    return host;
  }

  /** Nothing passes between two hosts, until `heal`. */
  partition(a: SimHost, b: SimHost): void {
    this.#partitions.add(pairKey(a, b));
  }

  heal(): void {
    this.#partitions.clear();
  }

  nextId(): number {
    return this.#nextId++;
  }

  /** Takes a datagram from a socket. Returns false if the sender's system refuses it. */
  send(socket: SimSocket, bytes: Uint8Array, to: UdpAddress): boolean {
    const { faults } = this;
    if (this.#happens(faults.refuse)) return false;
    const from = socket.sourceFor(to);
    if (this.filter?.(bytes, from, to) === false) return true;
    if (isMulticastAddress(to)) {
      for (const host of this.#hosts) {
        for (const member of host.members(to)) this.#carry(socket.host, member, bytes, from);
      }
      return true;
    }
    const target = isLoopback(to) ? socket.host : this.#hosts.find((host) => host.has(to));
    const receiver = target?.receiver(to, from);
    if (receiver !== undefined) this.#carry(socket.host, receiver, bytes, from);
    return true;
  }

  #carry(from: SimHost, to: SimSocket, bytes: Uint8Array, source: UdpAddress): void {
    const nowNs = this.clock.monoNs();
    if (to.host === from) {
      to.arrive({ atNs: nowNs, bytes: bytes.slice(), from: source });
      return;
    }
    const { faults } = this;
    if (this.#partitions.has(pairKey(from, to.host)) || this.#happens(faults.loss)) return;
    const copies = this.#happens(faults.duplicate) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      let atNs = nowNs + faults.delayNs;
      if (faults.jitterNs > 0) atNs += this.#random.below(faults.jitterNs + 1);
      if (this.#happens(faults.reorder)) atNs += 1 + this.#random.below(faults.reorderNs);
      const carried = bytes.slice();
      if (carried.length > 0 && this.#happens(faults.corrupt)) {
        const at = this.#random.below(carried.length);
        carried[at] = (carried[at] ?? 0) ^ (1 << this.#random.below(8));
      }
      to.arrive({ atNs, bytes: carried, from: source });
    }
  }

  #happens(probability: number): boolean {
    // Draws only where something can happen: adding a fault does not change the others' sequence of zeros.
    return probability > 0 && this.#random.below(1_000_000) < probability * 1_000_000;
  }
}

/** One host: what a driver takes for its network. */
export class SimHost implements UdpNetwork {
  readonly fabric: SimNetwork;
  readonly index: number;
  /** `TransportPoller.idleIntervalNs` of pollers that are made from now on. */
  idlePollIntervalNs: number = 0;
  readonly #sockets = new Map<number, SimSocket>();
  #addresses: UdpAddress[] = [];
  #nextPort = EPHEMERAL_PORT_MIN;

  constructor(fabric: SimNetwork, index: number, addresses: readonly string[]) {
    this.fabric = fabric;
    this.index = index;
    this.setAddresses(...addresses);
  }

  /** The host moves: sockets bound to any address go on with the new ones. */
  setAddresses(...addresses: string[]): void {
    this.#addresses = addresses.map((text) => UdpAddress.of({ address: ipAddress(text), port: 0 }));
  }

  /** Sockets that are open. */
  get socketCount(): number {
    return this.#sockets.size;
  }

  open(request: TransportRequest): TransportHandle {
    const bind = UdpAddress.of(request.bind);
    if (!isAnyAddress(bind) && !isLoopback(bind) && !this.has(bind)) {
      throw new OsCallError("bind", 99, "EADDRNOTAVAIL");
    }
    if (bind.port === 0) this.#choosePort(bind);
    else if (!this.#isFree(bind, request.reuseAddress)) {
      throw new OsCallError("bind", 98, "EADDRINUSE");
    }
    const socket = new SimSocket(this, request, bind, this.fabric.nextId());
    this.#sockets.set(socket.handle.id, socket);
    return socket.handle;
  }

  adopt(handle: TransportHandle): UdpTransport {
    const socket = this.#sockets.get(handle.id);
    if (socket === undefined) throw new Error(`no socket with id ${handle.id}`);
    return socket;
  }

  createPoller(): TransportPoller {
    return new SimPoller(this.fabric.clock, this.idlePollIntervalNs);
  }

  source(buffer: AtomicBuffer): DatagramSource {
    return { buffer, free: () => {} };
  }

  allocate(length: number): AtomicBuffer {
    return new AtomicBuffer(new ArrayBuffer(length));
  }

  interfaces(): readonly LocalInterface[] {
    const [v4, v6] = [ipAddress("127.0.0.1"), ipAddress("::1")];
    return [
      {
        name: "lo",
        index: 1,
        isLoopback: true,
        isMulticast: false,
        addresses: [
          { address: v4, prefixLength: 8 },
          { address: v6, prefixLength: 128 },
        ],
      },
      {
        name: "eth0",
        index: 2,
        isLoopback: false,
        isMulticast: true,
        addresses: this.#addresses.map(({ address, family }) => ({
          address,
          prefixLength: family === 4 ? 24 : 64,
        })),
      },
    ];
  }

  park(): boolean {
    return false;
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.close();
  }

  has(address: UdpAddress): boolean {
    return this.#addresses.some((own) => sameIp(own, address));
  }

  /** The address that datagrams of a socket bound to any address leave with. */
  primary(family: 4 | 6): UdpAddress {
    return (
      this.#addresses.find((own) => own.family === family) ??
      UdpAddress.of({ address: ipAddress(family === 4 ? "127.0.0.1" : "::1"), port: 0 })
    );
  }

  /** The socket that takes a datagram: a connected one first. */
  receiver(to: UdpAddress, from: UdpAddress): SimSocket | undefined {
    let unconnected: SimSocket | undefined;
    for (const socket of this.#sockets.values()) {
      const { bound, peer } = socket;
      if (bound.port !== to.port || bound.family !== to.family) continue;
      if (!isAnyAddress(bound) && !sameIp(bound, to)) continue;
      if (peer === undefined) unconnected = socket;
      else if (peer.equals(from)) return socket;
    }
    return unconnected;
  }

  /** Sockets that have joined a group and listen on its port. */
  members(group: UdpAddress): SimSocket[] {
    return [...this.#sockets.values()].filter(
      ({ group: joined, bound }) =>
        joined !== undefined && sameIp(joined, group) && bound.port === group.port,
    );
  }

  /** One of the open sockets, whichever `choice` hits. */
  anySocket(choice: number): SimSocket | undefined {
    return [...this.#sockets.values()][choice % Math.max(1, this.#sockets.size)];
  }

  /** The process that had them is gone. */
  closeAll(): void {
    // A map may lose entries while it is walked over.
    for (const socket of this.#sockets.values()) socket.close();
  }

  closed(socket: SimSocket): void {
    this.#sockets.delete(socket.handle.id);
  }

  #choosePort(bind: UdpAddress): void {
    const { address } = bind;
    do {
      this.#nextPort = this.#nextPort >= 65_535 ? EPHEMERAL_PORT_MIN : this.#nextPort + 1;
      bind.set(address, this.#nextPort);
    } while (!this.#isFree(bind, false));
  }

  #isFree(bind: UdpAddress, isShared: boolean): boolean {
    for (const { bound, isShared: isOtherShared } of this.#sockets.values()) {
      if (bound.port !== bind.port || bound.family !== bind.family) continue;
      if (isShared && isOtherShared) continue;
      if (isAnyAddress(bound) || isAnyAddress(bind) || sameIp(bound, bind)) return false;
    }
    return true;
  }
}

/** An open socket of a host. */
class SimSocket implements UdpTransport {
  readonly host: SimHost;
  readonly handle: TransportHandle;
  readonly bound: UdpAddress;
  peer: UdpAddress | undefined;
  readonly group: UdpAddress | undefined;
  readonly isShared: boolean;
  readonly #inbox: Arrival[] = [];
  #queuedLength = 0;
  #isOpen = true;

  constructor(host: SimHost, request: TransportRequest, bound: UdpAddress, id: number) {
    this.host = host;
    this.bound = bound;
    this.peer = request.connect === undefined ? undefined : UdpAddress.of(request.connect);
    this.group =
      request.group === undefined
        ? undefined
        : UdpAddress.of({ address: request.group.address, port: bound.port });
    this.isShared = request.reuseAddress;
    this.handle = {
      id,
      family: request.family,
      localAddress: {
        address: (this.peer === undefined ? bound : this.sourceFor(this.peer)).address,
        port: bound.port,
      },
      isConnected: this.peer !== undefined,
      receiveBufferLength: request.receiveBufferLength ?? RECEIVE_BUFFER_LENGTH,
      sendBufferLength: request.sendBufferLength ?? RECEIVE_BUFFER_LENGTH,
    };
  }

  send(source: DatagramSource, offset: number, length: number, to: UdpAddress | undefined): number {
    const target = to ?? this.peer;
    if (!this.#isOpen || target === undefined) return 0;
    const bytes = source.buffer.u8.subarray(offset, offset + length);
    return this.host.fabric.send(this, bytes, target) ? length : 0;
  }

  sendMany(
    source: DatagramSource,
    offsets: Int32Array,
    lengths: Int32Array,
    count: number,
    to: UdpAddress | undefined,
  ): number {
    for (let i = 0; i < count; i++) {
      const length = lengths[i] as number;
      if (this.send(source, offsets[i] as number, length, to) < length) return i;
    }
    return count;
  }

  sourceFor(to: UdpAddress): UdpAddress {
    if (!isAnyAddress(this.bound)) return this.bound;
    const loopback = to.family === 4 ? "127.0.0.1" : "::1";
    const { address } = isLoopback(to)
      ? { address: ipAddress(loopback) }
      : this.host.primary(to.family);
    return UdpAddress.of({ address, port: this.bound.port });
  }

  arrive(arrival: Arrival): void {
    if (this.peer !== undefined && !this.peer.equals(arrival.from)) return;
    if (this.#queuedLength + arrival.bytes.length > this.handle.receiveBufferLength) {
      this.host.fabric.overflowCount++;
      return;
    }
    this.#queuedLength += arrival.bytes.length;
    let at = this.#inbox.length;
    while (at > 0 && (this.#inbox[at - 1] as Arrival).atNs > arrival.atNs) at--;
    this.#inbox.splice(at, 0, arrival);
  }

  reconnect(to: SocketAddress): void {
    this.peer = UdpAddress.of(to);
  }

  take(nowNs: number): Arrival | undefined {
    const [first] = this.#inbox;
    if (first === undefined || first.atNs > nowNs) return undefined;
    this.#inbox.shift();
    this.#queuedLength -= first.bytes.length;
    return first;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#inbox.length = 0;
    this.host.closed(this);
  }
}

class SimPoller implements TransportPoller {
  readonly idleIntervalNs: number;
  readonly #clock: { monoNs(): number };
  readonly #entries: { readonly socket: SimSocket; readonly handler: DatagramHandler }[] = [];
  readonly #buffer = new AtomicBuffer(new ArrayBuffer(DATAGRAM_LENGTH_MAX));

  constructor(clock: { monoNs(): number }, idleIntervalNs: number) {
    this.#clock = clock;
    this.idleIntervalNs = idleIntervalNs;
  }

  add(transport: UdpTransport, handler: DatagramHandler): void {
    this.#entries.push({ socket: transport as SimSocket, handler });
  }

  remove(transport: UdpTransport): void {
    const index = this.#entries.findIndex(({ socket }) => socket === transport);
    if (index >= 0) this.#entries.splice(index, 1);
  }

  poll(): number {
    const nowNs = this.#clock.monoNs();
    let byteCount = 0;
    // A handler may add and remove transports.
    for (const { socket, handler } of this.#entries.slice()) {
      for (let i = 0; i < BATCH_MAX; i++) {
        const arrival = socket.take(nowNs);
        if (arrival === undefined) break;
        const { bytes, from } = arrival;
        this.#buffer.u8.set(bytes);
        handler.onDatagram(this.#buffer, 0, bytes.length, from);
        byteCount += bytes.length;
      }
    }
    return byteCount;
  }

  close(): void {
    this.#entries.length = 0;
  }
}

function ipAddress(text: string): Uint8Array {
  const address = parseIpAddress(text);
  if (address === undefined) throw new Error(`no ip address: ${text}`);
  return address;
}

function isLoopback(address: UdpAddress): boolean {
  const { words, family } = address;
  if (family === 4) return ((words[0] as number) & 0xff) === 127;
  return words[0] === 0 && words[1] === 0 && words[2] === 0 && words[3] === 0x0100_0000;
}

function sameIp(a: UdpAddress, b: UdpAddress): boolean {
  for (let i = 0; i < 4; i++) if (a.words[i] !== b.words[i]) return false;
  return a.family === b.family;
}

function pairKey(a: SimHost, b: SimHost): string {
  return a.index < b.index ? `${a.index} ${b.index}` : `${b.index} ${a.index}`;
}
