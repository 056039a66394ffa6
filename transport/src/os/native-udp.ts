import type { Libc } from "./libc.js";
import type { NativeMemory } from "./native-memory.js";
import { NativeUnavailableError } from "./os-error.js";
import {
  ADDRESS_WORDS,
  type AddressFamily,
  type Datagrams,
  type MappedMemory,
  type MulticastInterface,
  type Poller,
  type SocketAddress,
  type UdpOption,
  type UdpSocket,
} from "./os.js";

/*
 * Structures of the Linux kernel interface on 64-bit little-endian machines.
 *
 *   sockaddr_in   0 family u16 | 2 port u16 BE | 4 address 4 B | 8 zero            16 bytes
 *   sockaddr_in6  0 family u16 | 2 port u16 BE | 4 flow | 8 address 16 B | 24 scope 28 bytes
 *   iovec         0 base ptr | 8 length u64                                        16 bytes
 *   mmsghdr       0 name ptr | 8 name length u32 | 16 iov ptr | 24 iov count u64 |
 *                 32 control ptr | 40 control length | 48 flags i32 | 56 length u32  64 bytes
 *   cmsghdr       0 length u64 | 8 level i32 | 12 type i32 | 16 data; a header with 2 or 4 bytes takes 24 bytes
 *   epoll_event   x86-64: 0 events u32 | 4 data u64 (12 bytes); others: data at 8 (16 bytes)
 */
const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;
const SOCKADDR_IN_LENGTH = 16;
const SOCKADDR_IN6_LENGTH = 28;
const ADDRESS_SLOT_LENGTH = ADDRESS_WORDS * 4;
const IOVEC_LENGTH = 16;
const MMSGHDR_LENGTH = 64;
const MMSGHDR_DATA_LENGTH = 56;

const CMSG_LENGTH = 24;
const SOL_UDP = 17;
const UDP_SEGMENT = 103;
const UDP_GRO = 104;

const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const IPPROTO_IP = 0;
const IP_MULTICAST_IF = 32;
const IP_MULTICAST_TTL = 33;
const IP_MULTICAST_LOOP = 34;
const IP_ADD_MEMBERSHIP = 35;
const IP_DROP_MEMBERSHIP = 36;
const IP_MULTICAST_ALL = 49;
const IPPROTO_IPV6 = 41;
const IPV6_MULTICAST_IF = 17;
const IPV6_MULTICAST_HOPS = 18;
const IPV6_MULTICAST_LOOP = 19;
const IPV6_JOIN_GROUP = 20;
const IPV6_LEAVE_GROUP = 21;
const IPV6_MULTICAST_ALL = 29;

const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLLIN = 1;
const EPOLL_EVENTS_MAX = 64;
const EPOLL_IS_PACKED = process.arch === "x64";
const EPOLL_EVENT_LENGTH = EPOLL_IS_PACKED ? 12 : 16;
const EPOLL_DATA_OFFSET = EPOLL_IS_PACKED ? 4 : 8;

/** Behind the events: a pollfd (fd i32, events i16, revents i16), then a timespec (two i64). */
const PARK_OFFSET = EPOLL_EVENTS_MAX * 16;
const POLLIN = 1;
const NS_PER_S = 1_000_000_000;

const TWO_POW_32 = 2 ** 32;

function writeAddress(view: DataView, offset: number, { address, port }: SocketAddress): number {
  const isV6 = address.length === 16;
  view.setUint16(offset, isV6 ? AF_INET6 : AF_INET, true);
  view.setUint16(offset + 2, port, false);
  for (let i = 4; i < ADDRESS_SLOT_LENGTH; i++) view.setUint8(offset + i, 0);
  const start = offset + (isV6 ? 8 : 4);
  for (let i = 0; i < address.length; i++) view.setUint8(start + i, address[i] ?? 0);
  return isV6 ? SOCKADDR_IN6_LENGTH : SOCKADDR_IN_LENGTH;
}

function readAddress(view: DataView, offset: number): SocketAddress {
  const isV6 = view.getUint16(offset, true) === AF_INET6;
  const start = view.byteOffset + offset + (isV6 ? 8 : 4);
  return {
    address: new Uint8Array(view.buffer, start, isV6 ? 16 : 4).slice(),
    port: view.getUint16(offset + 2, false),
  };
}

function align8(length: number): number {
  return (length + 7) & ~7;
}

function putPointer(words: Uint32Array, offset: number, address: number): void {
  words[offset / 4] = address % TWO_POW_32;
  words[offset / 4 + 1] = Math.floor(address / TWO_POW_32);
}

/** Payloads, addresses and message headers of a batch, in one mapping. */
export class NativeDatagrams implements Datagrams {
  readonly slotCount: number;
  readonly slotLength: number;
  readonly buffer: ArrayBuffer;
  readonly addressWords: Int32Array;
  /** Address of the first message header. */
  readonly headersAddress: number;
  /** Address of the first iovec. */
  readonly iovecsAddress: number;
  readonly #memory: MappedMemory;
  readonly #headers: Int32Array;
  readonly #unsignedHeaders: Uint32Array;
  readonly #iovecs: Uint32Array;
  readonly #addresses: DataView;
  /** Address of the message header that sends slot 0 in segments. */
  readonly segmentsHeaderAddress: number;
  readonly #segmentsHeader: DataView;
  /** Address of slot 0. */
  readonly payloadAddress: number;
  /** A control header for each slot. */
  readonly #controls: Int32Array;
  /** Slots from 0 on whose headers are not as a receive needs them. */
  #usedCount: number;

  constructor(memory: NativeMemory, slotCount: number, slotLength: number) {
    this.slotCount = slotCount;
    this.slotLength = slotLength;
    const headersLength = slotCount * MMSGHDR_LENGTH;
    const iovecsOffset = headersLength;
    const addressesOffset = iovecsOffset + slotCount * IOVEC_LENGTH;
    const segmentsOffset = align8(addressesOffset + slotCount * ADDRESS_SLOT_LENGTH);
    const controlsOffset = segmentsOffset + MMSGHDR_LENGTH + CMSG_LENGTH;
    const metaLength = controlsOffset + slotCount * CMSG_LENGTH;
    // Payloads apart: their buffer is what protocol code wraps, and it begins at a page.
    this.#memory = memory.mapAnonymous(metaLength);
    const payloads = memory.mapAnonymous(slotCount * slotLength);
    this.buffer = payloads.buffer;
    this.payloadAddress = payloads.address;
    this.headersAddress = this.#memory.address;
    this.iovecsAddress = this.#memory.address + iovecsOffset;
    this.#usedCount = slotCount;
    this.#headers = new Int32Array(this.#memory.buffer, 0, headersLength / 4);
    this.#unsignedHeaders = new Uint32Array(this.#memory.buffer, 0, headersLength / 4);
    this.#iovecs = new Uint32Array(
      this.#memory.buffer,
      iovecsOffset,
      (slotCount * IOVEC_LENGTH) / 4,
    );
    this.#addresses = new DataView(this.#memory.buffer, addressesOffset);
    this.addressWords = new Int32Array(
      this.#memory.buffer,
      addressesOffset,
      slotCount * ADDRESS_WORDS,
    );
    this.#controls = new Int32Array(
      this.#memory.buffer,
      controlsOffset,
      (slotCount * CMSG_LENGTH) / 4,
    );
    for (let slot = 0; slot < slotCount; slot++) {
      const header = slot * MMSGHDR_LENGTH;
      putPointer(
        this.#unsignedHeaders,
        header,
        this.#memory.address + addressesOffset + slot * ADDRESS_SLOT_LENGTH,
      );
      putPointer(
        this.#unsignedHeaders,
        header + 16,
        this.#memory.address + iovecsOffset + slot * IOVEC_LENGTH,
      );
      this.#headers[header / 4 + 6] = 1;
      putPointer(
        this.#unsignedHeaders,
        header + 32,
        this.#memory.address + controlsOffset + slot * CMSG_LENGTH,
      );
      this.setSource(slot, this.payloadAddress + slot * slotLength, slotLength);
    }
    this.segmentsHeaderAddress = this.#memory.address + segmentsOffset;
    this.#segmentsHeader = new DataView(this.#memory.buffer, segmentsOffset);
    this.#fillSegmentsHeader(this.#memory.address + addressesOffset);
    this.free = () => {
      this.#memory.unmap();
      payloads.unmap();
    };
  }

  readonly free: () => void;

  length(slot: number): number {
    return this.#headers[(slot * MMSGHDR_LENGTH + MMSGHDR_DATA_LENGTH) / 4] as number;
  }

  segmentLength(slot: number): number {
    if (this.#headers[(slot * MMSGHDR_LENGTH) / 4 + 10] === 0) return 0;
    const control = (slot * CMSG_LENGTH) / 4;
    const controls = this.#controls;
    if (controls[control + 2] !== SOL_UDP || controls[control + 3] !== UDP_GRO) return 0;
    return controls[control + 4] as number;
  }

  setLength(slot: number, length: number): void {
    this.setSource(slot, this.payloadAddress + slot * this.slotLength, length);
  }

  setSource(slot: number, address: number, length: number): void {
    const word = (slot * IOVEC_LENGTH) / 4;
    this.#iovecs[word] = address % TWO_POW_32;
    this.#iovecs[word + 1] = Math.floor(address / TWO_POW_32);
    this.#iovecs[word + 2] = length;
    this.#iovecs[word + 3] = 0;
    if (slot >= this.#usedCount) this.#usedCount = slot + 1;
  }

  address(slot: number): SocketAddress {
    return readAddress(this.#addresses, slot * ADDRESS_SLOT_LENGTH);
  }

  setAddress(slot: number, address: SocketAddress): void {
    writeAddress(this.#addresses, slot * ADDRESS_SLOT_LENGTH, address);
  }

  copyAddress(slot: number, from: Datagrams, fromSlot: number): void {
    const source = from.addressWords;
    const target = this.addressWords;
    for (let i = 0; i < ADDRESS_WORDS; i++) {
      target[slot * ADDRESS_WORDS + i] = source[fromSlot * ADDRESS_WORDS + i] as number;
    }
  }

  /** Prepares headers for a receive: the kernel overwrites lengths and flags of those that it uses. */
  prepareReceive(): void {
    for (let slot = 0; slot < this.#usedCount; slot++) {
      const header = (slot * MMSGHDR_LENGTH) / 4;
      this.#headers[header + 2] = ADDRESS_SLOT_LENGTH;
      this.#headers[header + 10] = CMSG_LENGTH;
      this.#iovecs[(slot * IOVEC_LENGTH) / 4 + 2] = this.slotLength;
    }
    this.#usedCount = 0;
  }

  /** That many slots were used. */
  received(count: number): void {
    this.#usedCount = count;
  }

  /** Prepares the header of slot 0 for a receive. */
  prepareReceiveOne(): void {
    this.#headers[2] = ADDRESS_SLOT_LENGTH;
    this.#headers[10] = CMSG_LENGTH;
    this.#iovecs[2] = this.slotLength;
  }

  /** Slot 0 was used. */
  receivedOne(length: number): void {
    this.#headers[MMSGHDR_DATA_LENGTH / 4] = length;
    if (this.#usedCount === 0) this.#usedCount = 1;
  }

  /** Prepares the header that sends slot 0 in segments. */
  prepareSegments(segmentLength: number, nameLength: number): void {
    this.#segmentsHeader.setUint32(8, nameLength, true);
    this.#segmentsHeader.setUint16(MMSGHDR_LENGTH + 16, segmentLength, true);
  }

  #fillSegmentsHeader(firstNameAddress: number): void {
    const header = this.#segmentsHeader;
    header.setBigUint64(0, BigInt(firstNameAddress), true);
    header.setBigUint64(16, BigInt(this.iovecsAddress), true);
    header.setBigUint64(24, 1n, true);
    header.setBigUint64(32, BigInt(this.segmentsHeaderAddress + MMSGHDR_LENGTH), true);
    header.setBigUint64(40, BigInt(CMSG_LENGTH), true);
    header.setBigUint64(MMSGHDR_LENGTH, 18n, true);
    header.setInt32(MMSGHDR_LENGTH + 8, SOL_UDP, true);
    header.setInt32(MMSGHDR_LENGTH + 12, UDP_SEGMENT, true);
  }

  /** Prepares headers for a send: with each slot's own address, or none on a connected socket. */
  prepareSend(first: number, count: number, nameLength: number): void {
    for (let slot = first; slot < first + count; slot++) {
      const header = (slot * MMSGHDR_LENGTH) / 4;
      this.#headers[header + 2] = nameLength;
      this.#headers[header + 10] = 0;
    }
    this.#usedCount = Math.max(this.#usedCount, first + count);
  }
}

/** A UDP socket of the Linux kernel. */
export class NativeUdpSocket implements UdpSocket {
  readonly family: AddressFamily;
  readonly fd: number;
  readonly #libc: Libc;
  readonly #receiveMany: NonNullable<Libc["recvmmsg"]>;
  readonly #sendMany: NonNullable<Libc["sendmmsg"]>;
  readonly #scratch: MappedMemory;
  readonly #view: DataView;
  readonly #nameLength: number;
  #isOpen: boolean = true;
  #failureCount: number = 0;

  /** @param scratch a page that all sockets of the thread use, during a call */
  constructor(libc: Libc, scratch: MappedMemory, family: AddressFamily, fd: number) {
    const { recvmmsg, sendmmsg } = libc;
    if (recvmmsg === undefined || sendmmsg === undefined) {
      throw new NativeUnavailableError(`udp sockets: platform=${libc.platform.name}`);
    }
    this.#libc = libc;
    this.#receiveMany = recvmmsg;
    this.#sendMany = sendmmsg;
    this.family = family;
    this.fd = fd;
    this.#nameLength = family === 4 ? SOCKADDR_IN_LENGTH : SOCKADDR_IN6_LENGTH;
    this.#scratch = scratch;
    this.#view = new DataView(scratch.buffer);
  }

  /** @throws {OsCallError} if the kernel has no socket to give */
  static open(libc: Libc, scratch: MappedMemory, family: AddressFamily): NativeUdpSocket {
    const domain = family === 4 ? AF_INET : AF_INET6;
    // The platform is checked first: the numbers of others differ.
    const fd =
      libc.recvmmsg === undefined ? -1 : libc.socket(domain, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0);
    if (fd < 0 && libc.recvmmsg !== undefined) throw libc.failure("socket");
    return new NativeUdpSocket(libc, scratch, family, fd);
  }

  bind(address: SocketAddress): void {
    const length = writeAddress(this.#view, 0, address);
    this.#check(this.#libc.bind(this.fd, this.#scratch.address, length), "bind");
  }

  connect(address: SocketAddress): void {
    const length = writeAddress(this.#view, 0, address);
    this.#check(this.#libc.connect(this.fd, this.#scratch.address, length), "connect");
  }

  setOption({ kind, value }: UdpOption): void {
    const [level, name] = this.#option(kind);
    this.#setInt(level, name, value);
  }

  getOption(kind: UdpOption["kind"]): number {
    const [level, name] = this.#option(kind);
    this.#view.setUint32(64, 4, true);
    const { address } = this.#scratch;
    this.#check(this.#libc.getsockopt(this.fd, level, name, address, address + 64), "getsockopt");
    return this.#view.getInt32(0, true);
  }

  receiveSegments(): boolean {
    this.#view.setInt32(0, 1, true);
    return this.#libc.setsockopt(this.fd, SOL_UDP, UDP_GRO, this.#scratch.address, 4) === 0;
  }

  join(group: Uint8Array, iface: MulticastInterface): void {
    this.#membership(group, iface, this.family === 4 ? IP_ADD_MEMBERSHIP : IPV6_JOIN_GROUP);
  }

  leave(group: Uint8Array, iface: MulticastInterface): void {
    this.#membership(group, iface, this.family === 4 ? IP_DROP_MEMBERSHIP : IPV6_LEAVE_GROUP);
  }

  setMulticastInterface(iface: MulticastInterface): void {
    if (this.family === 6) {
      this.#setInt(IPPROTO_IPV6, IPV6_MULTICAST_IF, iface.index ?? 0);
      return;
    }
    const length = this.#writeMreqn(new Uint8Array(4), iface);
    this.#set(IPPROTO_IP, IP_MULTICAST_IF, length);
  }

  localAddress(): SocketAddress {
    this.#view.setUint32(64, ADDRESS_SLOT_LENGTH, true);
    const { address } = this.#scratch;
    this.#check(this.#libc.getsockname(this.fd, address, address + 64), "getsockname");
    return readAddress(this.#view, 0);
  }

  receive(into: Datagrams): number {
    const batch = into as NativeDatagrams;
    batch.prepareReceive();
    const count = this.#receiveMany(this.fd, batch.headersAddress, batch.slotCount, 0, 0);
    if (count < 0) return this.#nothingReceived("recvmmsg");
    batch.received(count);
    return count;
  }

  receiveOne(into: Datagrams): number {
    const batch = into as NativeDatagrams;
    batch.prepareReceiveOne();
    const length = this.#libc.recvmsg(this.fd, batch.headersAddress, 0);
    if (length < 0) return this.#nothingReceived("recvmsg");
    batch.receivedOne(length);
    return 1;
  }

  send(from: Datagrams, first: number, count: number, isConnected: boolean): number {
    const batch = from as NativeDatagrams;
    batch.prepareSend(first, count, isConnected ? 0 : this.#nameLength);
    // The field itself where it will do: a sum is a new number, 16 bytes of garbage.
    const headers =
      first === 0 ? batch.headersAddress : batch.headersAddress + first * MMSGHDR_LENGTH;
    const sent = this.#sendMany(this.fd, headers, count, 0);
    return sent < 0 ? this.#nothing("sendmmsg") : sent;
  }

  sendSegments(from: Datagrams, segmentLength: number, isConnected: boolean): number {
    const batch = from as NativeDatagrams;
    batch.prepareSegments(segmentLength, isConnected ? 0 : this.#nameLength);
    if (this.#libc.sendmsg(this.fd, batch.segmentsHeaderAddress, 0) >= 0) return 1;
    if (this.#libc.errno() === this.#libc.platform.EAGAIN) return 0;
    return PASSING_ERRORS.has(this.#libc.failure("sendmsg").errnoName) ? 0 : -1;
  }

  sendOne(from: Datagrams, isConnected: boolean): number {
    const batch = from as NativeDatagrams;
    let result: number;
    if (isConnected) {
      // Not `send`: the address would be a number that is computed anew, 16 bytes of garbage for each datagram.
      result = this.#libc.writev(this.fd, batch.iovecsAddress, 1);
    } else {
      batch.prepareSend(0, 1, this.#nameLength);
      result = this.#libc.sendmsg(this.fd, batch.headersAddress, 0);
    }
    return result < 0 ? this.#nothing("sendmsg") : 1;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#libc.close(this.fd);
  }

  /** As `#nothing`, but asks why only now and then: it costs 30 ns, and what is wrong with a socket stays so. */
  #nothingReceived(call: string): number {
    this.#failureCount = (this.#failureCount + 1) & FAILURES_UNASKED;
    return this.#failureCount === 0 ? this.#nothing(call) : 0;
  }

  /** 0 for what passes by itself: an empty or full buffer, a signal, a peer that has no socket. */
  #nothing(call: string): number {
    // The common case first: it allocates nothing.
    if (this.#libc.errno() === this.#libc.platform.EAGAIN) return 0;
    const error = this.#libc.failure(call);
    if (PASSING_ERRORS.has(error.errnoName)) return 0;
    throw error;
  }

  #option(kind: UdpOption["kind"]): readonly [level: number, name: number] {
    const isV4 = this.family === 4;
    switch (kind) {
      case "receive-buffer":
        return [SOL_SOCKET, SO_RCVBUF];
      case "send-buffer":
        return [SOL_SOCKET, SO_SNDBUF];
      case "reuse-address":
        return [SOL_SOCKET, SO_REUSEADDR];
      case "multicast-ttl":
        return isV4 ? [IPPROTO_IP, IP_MULTICAST_TTL] : [IPPROTO_IPV6, IPV6_MULTICAST_HOPS];
      case "multicast-all":
        return isV4 ? [IPPROTO_IP, IP_MULTICAST_ALL] : [IPPROTO_IPV6, IPV6_MULTICAST_ALL];
      case "multicast-loop":
        return isV4 ? [IPPROTO_IP, IP_MULTICAST_LOOP] : [IPPROTO_IPV6, IPV6_MULTICAST_LOOP];
    }
  }

  #membership(group: Uint8Array, iface: MulticastInterface, name: number): void {
    if (this.family === 4) {
      this.#set(IPPROTO_IP, name, this.#writeMreqn(group, iface));
      return;
    }
    // ipv6_mreq: 0 group 16 B | 16 interface index u32
    for (let i = 0; i < 16; i++) this.#view.setUint8(i, group[i] ?? 0);
    this.#view.setUint32(16, iface.index ?? 0, true);
    this.#set(IPPROTO_IPV6, name, 20);
  }

  /** ip_mreqn: 0 group 4 B | 4 interface address 4 B | 8 interface index i32. */
  #writeMreqn(group: Uint8Array, iface: MulticastInterface): number {
    for (let i = 0; i < 4; i++) {
      this.#view.setUint8(i, group[i] ?? 0);
      this.#view.setUint8(4 + i, iface.address?.[i] ?? 0);
    }
    this.#view.setInt32(8, iface.index ?? 0, true);
    return 12;
  }

  #setInt(level: number, name: number, value: number): void {
    this.#view.setInt32(0, value, true);
    this.#set(level, name, 4);
  }

  #set(level: number, name: number, length: number): void {
    this.#check(
      this.#libc.setsockopt(this.fd, level, name, this.#scratch.address, length),
      "setsockopt",
    );
  }

  #check(result: number, call: string): void {
    if (result < 0) throw this.#libc.failure(call);
  }
}

const FAILURES_UNASKED = 63;
const PASSING_ERRORS: ReadonlySet<string> = new Set([
  "EINTR",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOBUFS",
]);

/** Waits by epoll. */
export class NativePoller implements Poller {
  readonly #libc: Libc;
  readonly #control: NonNullable<Libc["epollCtl"]>;
  readonly #wait: NonNullable<Libc["epollWait"]>;
  readonly #fd: number;
  readonly #park: NonNullable<Libc["ppoll"]>;
  readonly #events: MappedMemory;
  readonly #view: DataView;
  // Sums that are made anew at each call would be 16 bytes each.
  readonly #parkAddress: number;
  readonly #timeoutAddress: number;
  #isOpen: boolean = true;

  constructor(libc: Libc, memory: NativeMemory) {
    const { epollCreate1, epollCtl, epollWait, ppoll } = libc;
    if (
      epollCreate1 === undefined ||
      epollCtl === undefined ||
      epollWait === undefined ||
      ppoll === undefined
    ) {
      throw new NativeUnavailableError(`polling: platform=${libc.platform.name}`);
    }
    this.#libc = libc;
    this.#control = epollCtl;
    this.#wait = epollWait;
    this.#park = ppoll;
    this.#fd = epollCreate1(0x80000);
    if (this.#fd < 0) throw libc.failure("epoll_create1");
    this.#events = memory.mapAnonymous(PARK_OFFSET + 24);
    this.#view = new DataView(this.#events.buffer);
    this.#parkAddress = this.#events.address + PARK_OFFSET;
    this.#timeoutAddress = this.#parkAddress + 8;
    this.#view.setInt32(PARK_OFFSET, this.#fd, true);
    this.#view.setInt16(PARK_OFFSET + 4, POLLIN, true);
  }

  add(socket: UdpSocket, token: number): void {
    this.#view.setUint32(0, EPOLLIN, true);
    this.#view.setInt32(EPOLL_DATA_OFFSET, token, true);
    if (this.#control(this.#fd, EPOLL_CTL_ADD, socket.fd, this.#events.address) < 0) {
      throw this.#libc.failure("epoll_ctl");
    }
  }

  remove(socket: UdpSocket): void {
    if (this.#control(this.#fd, EPOLL_CTL_DEL, socket.fd, this.#events.address) < 0) {
      throw this.#libc.failure("epoll_ctl");
    }
  }

  wait(ready: Int32Array, timeoutMs: number): number {
    const limit = Math.min(ready.length, EPOLL_EVENTS_MAX);
    const count = this.#wait(this.#fd, this.#events.address, limit, timeoutMs);
    for (let i = 0; i < count; i++) {
      ready[i] = this.#view.getInt32(i * EPOLL_EVENT_LENGTH + EPOLL_DATA_OFFSET, true);
    }
    // A signal ends the wait: nothing is ready.
    return Math.max(count, 0);
  }

  park(timeoutNs: number): void {
    // epoll_wait counts in milliseconds; ppoll on the epoll descriptor in nanoseconds.
    const view = this.#view;
    const seconds = Math.floor(timeoutNs / NS_PER_S);
    view.setInt32(PARK_OFFSET + 8, seconds, true);
    view.setInt32(PARK_OFFSET + 16, timeoutNs - seconds * NS_PER_S, true);
    this.#park(this.#parkAddress, 1, this.#timeoutAddress, 0);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#libc.close(this.#fd);
    this.#events.unmap();
  }
}
