import type { AtomicBuffer } from "@alerion/runtime/concurrent";
import type { AddressFamily, MulticastInterface, SocketAddress } from "../../os/os.js";
import type { UdpAddress } from "./udp-address.js";

/**
 * Where datagrams come from and go to: the kernel (native batches), `node:dgram`, or a simulated network.
 *
 * The conductor opens sockets, because their failure answers a command; the agent that sends and receives
 * adopts them by their handle, which may cross threads.
 */
export interface UdpNetwork {
  /**
   * Opens and binds a socket, connects it, joins a group.
   *
   * @throws {OsCallError} with the system's error name, `EADDRINUSE` for one
   */
  open(request: TransportRequest): TransportHandle;
  /** The transport behind a handle, in the thread of the agent that works with it. Called once a handle. */
  adopt(handle: TransportHandle): UdpTransport;
  /** A set of transports that one agent receives from. */
  createPoller(): TransportPoller;
  /** Memory that datagrams are sent from; made once a buffer, kept with it. */
  source(buffer: AtomicBuffer): DatagramSource;
  /** Memory for control frames; 8-aligned. Give it back by `free` of the source that was made of it. */
  allocate(length: number): AtomicBuffer;
  /** The interfaces of this host that are up, as they are now. */
  interfaces(): readonly LocalInterface[];
  /**
   * Waits until a datagram has come for any poller of this thread, at most so long.
   *
   * @returns false if nothing was waited for, because the network cannot: the caller idles by other means
   */
  park(timeoutNs: number): boolean;
  /** Lets go of what the network itself holds in this thread; transports are closed by those who have them. */
  close(): void;
}

/** A network interface of the host. */
export interface LocalInterface {
  readonly name: string;
  readonly index: number;
  readonly isLoopback: boolean;
  readonly isMulticast: boolean;
  readonly addresses: readonly InterfaceAddress[];
}

/** An address of an interface and how many of its leading bits are the network's. */
interface InterfaceAddress {
  readonly address: Uint8Array;
  readonly prefixLength: number;
}

/** What a socket shall be. */
export interface TransportRequest {
  readonly family: AddressFamily;
  readonly bind: SocketAddress;
  /** Peer of a connected socket: only its datagrams come in, and `send` needs no address. */
  readonly connect?: SocketAddress;
  /** Multicast group to join, and where. */
  readonly group?: { readonly address: Uint8Array; readonly iface: MulticastInterface };
  /** Interface that multicast datagrams leave through. */
  readonly multicastInterface?: MulticastInterface;
  readonly multicastTtl?: number;
  readonly reuseAddress: boolean;
  /** SO_RCVBUF in bytes; the system's default when absent. */
  readonly receiveBufferLength?: number;
  /** SO_SNDBUF in bytes; the system's default when absent. */
  readonly sendBufferLength?: number;
}

/** An open socket, as plain data: it can be posted to another thread. */
export interface TransportHandle {
  /** Unique in the process while the socket is open. */
  readonly id: number;
  readonly family: AddressFamily;
  readonly localAddress: SocketAddress;
  readonly isConnected: boolean;
  /** What the system made of the buffer lengths. */
  readonly receiveBufferLength: number;
  readonly sendBufferLength: number;
}

/** Memory that datagrams are sent from. Opaque: each network has its own. */
export interface DatagramSource {
  readonly buffer: AtomicBuffer;
  free(): void;
}

/** A socket in the hands of its agent. Closing is idempotent; other calls on a closed one do nothing. */
export interface UdpTransport {
  readonly handle: TransportHandle;
  /**
   * Hot. Sends one datagram.
   *
   * @param to `undefined` on a connected socket. May be a borrowed address
   * @returns bytes sent: `length`, or 0 if the system did not take it (its buffer is full, or nobody listens)
   */
  send(source: DatagramSource, offset: number, length: number, to: UdpAddress | undefined): number;
  /**
   * Hot. Sends `count` datagrams from one source to one address, in one call where the system can.
   *
   * @returns how many were taken, from the first on
   */
  sendMany(
    source: DatagramSource,
    offsets: Int32Array,
    lengths: Int32Array,
    count: number,
    to: UdpAddress | undefined,
  ): number;
  /** A connected socket gets another peer; its own port stays. */
  reconnect(to: SocketAddress): void;
  close(): void;
}

/** Takes the datagrams of a transport. */
export interface DatagramHandler {
  /**
   * One datagram. Nothing of it has been checked.
   *
   * @param buffer borrowed: valid until the call returns
   * @param from borrowed, see `UdpAddress`
   */
  onDatagram(buffer: AtomicBuffer, offset: number, length: number, from: UdpAddress): void;
}

/** Receives for a set of transports. */
export interface TransportPoller {
  /** How often one looks who is not kept waiting, ns: to look costs a call of the system. Absent: always. */
  readonly idleIntervalNs?: number;
  add(transport: UdpTransport, handler: DatagramHandler): void;
  remove(transport: UdpTransport): void;
  /** Hot. Hands out what has arrived, a bounded batch a transport. Returns the number of bytes. */
  poll(): number;
  close(): void;
}
