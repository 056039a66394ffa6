import type { AtomicBuffer } from "@alerion/runtime/concurrent";
import {
  ADDRESS_WORDS,
  type Datagrams,
  type SocketAddress,
  type UdpSocket,
} from "../../../os/os.js";
import type { UdpAddress } from "../udp-address.js";
import type { SocketParking } from "./socket-parking.js";
import type { DatagramSource, TransportHandle, UdpTransport } from "../udp-network.js";

/*
 * Socket addresses of the kernel as words: word 0 is the family and, from bit 16, the port in network order; an
 * IPv4 address is word 1, an IPv6 address words 2 to 5, behind the flow.
 */
const AF_INET = 2;
const AF_INET6 = 10;

/** Memory and where it lies. */
export class NativeSource implements DatagramSource {
  readonly buffer: AtomicBuffer;
  readonly address: number;

  constructor(buffer: AtomicBuffer, address: number) {
    this.buffer = buffer;
    this.address = address;
  }

  free(): void {
    // The memory is its owner's.
  }
}

/** A socket of the kernel in the hands of its agent. */
export class NativeUdpTransport implements UdpTransport {
  readonly handle: TransportHandle;
  readonly socket: UdpSocket;
  readonly #batch: Datagrams;
  readonly #parking: SocketParking;
  #isOpen: boolean = true;
  #isParking: boolean = false;
  #hasSegments: boolean = true;

  /**
   * @param batch slots that all transports of the thread send from
   * @param parking wakes the thread
   */
  constructor(
    handle: TransportHandle,
    socket: UdpSocket,
    batch: Datagrams,
    parking: SocketParking,
  ) {
    this.handle = handle;
    this.socket = socket;
    this.#batch = batch;
    this.#parking = parking;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  send(source: DatagramSource, offset: number, length: number, to: UdpAddress | undefined): number {
    if (!this.#isOpen) return 0;
    const batch = this.#batch;
    batch.setSource(0, (source as NativeSource).address + offset, length);
    if (to === undefined) return this.socket.sendOne(batch, true) === 0 ? 0 : length;
    writeAddress(batch.addressWords, 0, to);
    return this.socket.sendOne(batch, false) === 0 ? 0 : length;
  }

  sendMany(
    source: DatagramSource,
    offsets: Int32Array,
    lengths: Int32Array,
    count: number,
    to: UdpAddress | undefined,
  ): number {
    if (!this.#isOpen) return 0;
    const batch = this.#batch;
    const { address } = source as NativeSource;
    if (this.#hasSegments && count > 1) {
      const length = segmentedLength(offsets, lengths, count);
      if (length > 0) {
        batch.setSource(0, address + (offsets[0] as number), length);
        if (to !== undefined) writeAddress(batch.addressWords, 0, to);
        const result = this.socket.sendSegments(batch, lengths[0] as number, to === undefined);
        if (result > 0) return count;
        // An interface that cannot, or frames longer than its packets: not tried again.
        if (result < 0) this.#hasSegments = false;
        // A buffer that is full, or smaller than all of them together: one by one some may go.
      }
    }
    let sentCount = 0;
    while (sentCount < count) {
      const batchCount = Math.min(count - sentCount, batch.slotCount);
      for (let slot = 0; slot < batchCount; slot++) {
        const i = sentCount + slot;
        batch.setSource(slot, address + (offsets[i] as number), lengths[i] as number);
        if (to !== undefined) writeAddress(batch.addressWords, slot * ADDRESS_WORDS, to);
      }
      const taken = this.socket.send(batch, 0, batchCount, to === undefined);
      sentCount += taken;
      if (taken < batchCount) break;
    }
    return sentCount;
  }

  reconnect(to: SocketAddress): void {
    if (this.#isOpen) this.socket.connect(to);
  }

  /** Lets the thread be woken by this socket, or not any more. */
  setParking(isParking: boolean): void {
    if (isParking === this.#isParking || !this.#isOpen) return;
    this.#isParking = isParking;
    if (isParking) this.#parking.add(this.socket);
    else this.#parking.remove(this.socket);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.setParking(false);
    this.#isOpen = false;
    this.socket.close();
  }
}

/** Most bytes, and most segments, that the kernel cuts. */
const SEGMENTED_LENGTH_MAX = 65_000;
const SEGMENTS_MAX = 64;

/** Bytes of datagrams that lie one after the other, all of one length but a shorter last one; else 0. */
function segmentedLength(offsets: Int32Array, lengths: Int32Array, count: number): number {
  if (count > SEGMENTS_MAX) return 0;
  const segmentLength = lengths[0] as number;
  const start = offsets[0] as number;
  const last = count - 1;
  for (let i = 1; i < count; i++) {
    if ((offsets[i] as number) !== start + i * segmentLength) return 0;
    const length = lengths[i] as number;
    if (i < last ? length !== segmentLength : length > segmentLength) return 0;
  }
  const total = last * segmentLength + (lengths[last] as number);
  return total <= SEGMENTED_LENGTH_MAX ? total : 0;
}

/** Reads a socket address of the kernel. */
export function readAddress(words: Int32Array, at: number, into: UdpAddress): void {
  const first = words[at] as number;
  into.port = ((first >>> 24) & 0xff) | ((first >>> 8) & 0xff00);
  const target = into.words;
  if ((first & 0xffff) === AF_INET) {
    into.family = 4;
    target[0] = words[at + 1] as number;
    target[1] = 0;
    target[2] = 0;
    target[3] = 0;
  } else {
    into.family = 6;
    target[0] = words[at + 2] as number;
    target[1] = words[at + 3] as number;
    target[2] = words[at + 4] as number;
    target[3] = words[at + 5] as number;
  }
  target[4] = into.port;
}

function writeAddress(words: Int32Array, at: number, from: UdpAddress): void {
  const { port, family } = from;
  const source = from.words;
  const networkPort = ((port & 0xff) << 8) | (port >>> 8);
  if (family === 4) {
    words[at] = AF_INET | (networkPort << 16);
    words[at + 1] = source[0] as number;
    return;
  }
  words[at] = AF_INET6 | (networkPort << 16);
  words[at + 1] = 0;
  words[at + 2] = source[0] as number;
  words[at + 3] = source[1] as number;
  words[at + 4] = source[2] as number;
  words[at + 5] = source[3] as number;
  words[at + 6] = 0;
}
