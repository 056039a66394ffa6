/**
 * Everything that Alerion asks of the operating system and Node has no door of its own for.
 *
 * One small interface, so that what stands behind it (koffi today) can change. Opening, closing and naming of
 * files go through `node:fs`. Calls marked hot allocate nothing.
 */
export interface Os {
  /** Maps part of a file. `offset` must be a multiple of `pageSize`. */
  map(fd: number, offset: number, length: number, access: MapAccess): MappedMemory;
  /** Maps memory that belongs to no file; zero at first. */
  mapAnonymous(length: number): MappedMemory;
  /** Makes a file `length` bytes long; what is added reads as zero and takes no room yet. */
  truncate(fd: number, length: number): void;
  /**
   * Takes the room for part of a file now, so that writing to it cannot fail later.
   *
   * @throws {OsCallError} ENOSPC if there is none
   */
  allocate(fd: number, offset: number, length: number): void;
  /** Smallest unit of mapping, in bytes. */
  readonly pageSize: number;

  /** Opens a non-blocking UDP socket, neither bound nor connected. */
  openUdp(family: AddressFamily): UdpSocket;
  /** The socket behind a descriptor that another thread has opened and does not use any more. */
  adoptUdp(fd: number, family: AddressFamily): UdpSocket;
  /** Where bytes lie, for calls that take pointers. Valid while somebody holds their buffer. */
  addressOf(bytes: Uint8Array): number;
  /** Memory for `slotCount` datagrams of at most `slotLength` bytes each, to be received or sent in one call. */
  allocateDatagrams(slotCount: number, slotLength: number): Datagrams;
  /** Waits for sockets. */
  openPoller(): Poller;

  /** Hot. Nanoseconds of the monotonic clock; exact below 2^53 (104 days of uptime), 2 ns steps beyond. */
  monoNs(): number;
  /** Hot. As `monoNs`, written to `time`: a double that a function returns is garbage where it is not inlined. */
  readMono(): void;
  /** Seconds (word 0) and nanoseconds (word 2) of the last `readMono`, until another clock is read. */
  readonly time: Uint32Array;
  /** Hot. Milliseconds since 1970. */
  epochMs(): number;
  /** Hot. Sleeps for at least `durationNs`; the kernel adds the thread's timer slack. */
  sleepNs(durationNs: number): void;
  /** Hot. Lets another thread run. */
  yield(): void;
  /** How late the kernel may wake this thread. 50 µs by default. Linux only; else nothing happens. */
  setTimerSlackNs(slackNs: number): void;
  /**
   * How long this thread wants to run at a time: one that asks for less is let in sooner when it wakes, also where
   * others spin. Its share of the CPU stays the same. Linux from 6.12 on; else, or if the system forbids it, nothing happens.
   */
  setSliceNs(sliceNs: number): void;
  /** Binds this thread to CPUs. Linux only. */
  setAffinity(cpus: readonly number[]): void;
}

/** What a mapping is for. */
export type MapAccess = "read" | "read-write";

/** IPv4 or IPv6. */
export type AddressFamily = 4 | 6;

/** Memory outside the JavaScript heap. */
export interface MappedMemory {
  /** The memory. Its views stay usable after `unmap`: they then read zero. */
  readonly buffer: ArrayBuffer;
  /** Where it lies, for calls that take pointers. */
  readonly address: number;
  readonly length: number;
  /** Writes changes of this range to the file's storage and waits for it. */
  sync(offset: number, length: number): void;
  /**
   * Lets go of the file's memory. Idempotent. A view that somebody still holds reads zero from now on and
   * what is written to it is lost; it never faults.
   */
  unmap(): void;
}

/** An address and a port. */
export interface SocketAddress {
  /** 4 bytes (IPv4) or 16 (IPv6), in network order. */
  readonly address: Uint8Array;
  readonly port: number;
}

/** Settings of a UDP socket. */
export interface UdpOption {
  readonly kind:
    | "multicast-all"
    | "multicast-loop"
    | "multicast-ttl"
    | "receive-buffer"
    | "reuse-address"
    | "send-buffer";
  readonly value: number;
}

/** A non-blocking UDP socket. Closing is idempotent; every other call on a closed one throws. */
export interface UdpSocket {
  readonly family: AddressFamily;
  readonly fd: number;
  bind(address: SocketAddress): void;
  /**
   * From then on the kernel may hand over datagrams of one sender and one length as one, where it has them so: what
   * `sendSegments` sent on the same machine, and what network cards put together (UDP_GRO). See
   * `Datagrams.segmentLength`. False where it does not do this.
   */
  receiveSegments(): boolean;
  /** From then on `send` needs no addresses and only datagrams of this peer arrive. */
  connect(address: SocketAddress): void;
  setOption(option: UdpOption): void;
  /** What the kernel made of the option: it doubles or limits buffers. */
  getOption(kind: UdpOption["kind"]): number;
  /** Joins a multicast group on a local interface (an address for IPv4, a number for both). */
  join(group: Uint8Array, iface: MulticastInterface): void;
  leave(group: Uint8Array, iface: MulticastInterface): void;
  /** Interface that multicast datagrams leave through. */
  setMulticastInterface(iface: MulticastInterface): void;
  /** Address that the socket is bound to. */
  localAddress(): SocketAddress;
  /**
   * Hot. Receives datagrams into the slots from 0 on.
   *
   * @returns how many; 0 if none is there, or after an ICMP error of an earlier datagram
   */
  receive(into: Datagrams): number;
  /**
   * Hot. Sends `count` slots beginning with `first`.
   *
   * @param isConnected false sends each to the address in its slot
   * @returns how many the kernel took: fewer when its buffer is full
   */
  send(from: Datagrams, first: number, count: number, isConnected: boolean): number;
  /** Hot. As `receive` for one datagram, into slot 0: the faster call where one at a time comes. */
  receiveOne(into: Datagrams): number;
  /**
   * Hot. Sends the memory of slot 0 as datagrams of `segmentLength` bytes each, the last of what is left: the kernel
   * cuts it, at a third of what as many datagrams cost (UDP_SEGMENT).
   *
   * @returns 1; 0 if the kernel did not take it now; -1 if it does not do this, here or with this length
   */
  sendSegments(from: Datagrams, segmentLength: number, isConnected: boolean): number;
  /** Hot. As `send` for slot 0 alone: the faster call. Returns 1, or 0 if the kernel did not take it. */
  sendOne(from: Datagrams, isConnected: boolean): number;
  close(): void;
}

/** Interface for multicast: by index, or by one of its IPv4 addresses. */
export interface MulticastInterface {
  readonly index?: number;
  readonly address?: Uint8Array;
}

/** Room for a number of datagrams and their addresses, outside the JavaScript heap. */
export interface Datagrams {
  readonly slotCount: number;
  readonly slotLength: number;
  /** The payloads, `slotLength` bytes a slot. */
  readonly buffer: ArrayBuffer;
  /** Native addresses, `ADDRESS_WORDS` words a slot: comparing words compares senders. */
  readonly addressWords: Int32Array;
  /** Hot. Bytes of the datagram in a slot. */
  length(slot: number): number;
  /** Hot. Bytes of each datagram in a slot but the last, which may be shorter; 0 where there is one only. */
  segmentLength(slot: number): number;
  /** Hot. Sets how many bytes of a slot `send` sends. */
  setLength(slot: number, length: number): void;
  /** Hot. Lets a slot send from other native memory, at an address of a mapping, instead of its own bytes. */
  setSource(slot: number, address: number, length: number): void;
  /** Address of a slot, copied. */
  address(slot: number): SocketAddress;
  /** Sets the address that a slot is sent to. */
  setAddress(slot: number, address: SocketAddress): void;
  /** Hot. Copies an address from a slot of another set: answers go where a datagram came from. */
  copyAddress(slot: number, from: Datagrams, fromSlot: number): void;
  free(): void;
}

/** Words per slot in `Datagrams.addressWords`. */
export const ADDRESS_WORDS = 8;

/** Waits until one of several sockets can be read. */
export interface Poller {
  /** `token` is what `wait` reports for this socket. */
  add(socket: UdpSocket, token: number): void;
  remove(socket: UdpSocket): void;
  /**
   * Hot. Waits at most `timeoutMs` (0: not at all).
   *
   * @param ready receives the tokens of the sockets that can be read
   * @returns how many
   */
  wait(ready: Int32Array, timeoutMs: number): number;
  /** Hot. Waits until a socket can be read, to the nanosecond as far as the thread's timer slack lets it. */
  park(timeoutNs: number): void;
  close(): void;
}
