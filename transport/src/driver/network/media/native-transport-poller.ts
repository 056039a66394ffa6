import { AtomicBuffer } from "@alerion/runtime/concurrent";
import { ADDRESS_WORDS, type Datagrams, type Os, type Poller } from "../../../os/os.js";
import { UdpAddress } from "../udp-address.js";
import type { DatagramHandler, TransportPoller, UdpTransport } from "../udp-network.js";
import { type NativeUdpTransport, readAddress } from "./native-udp-transport.js";

/** Up to so many sockets are read one after the other; with more, the kernel is asked which have something. */
const DIRECT_SOCKETS_MAX = 4;
const READY_MAX = 64;
/** A look at one socket is 330 ns: two thirds of an idle duty cycle with a stream in each direction. */
const IDLE_INTERVAL_NS = 10_000;

/** A transport with its handler, and how it is read. */
class Entry {
  readonly transport: NativeUdpTransport;
  readonly handler: DatagramHandler;
  /** Datagrams come faster than they are read: they are read in batches. */
  isBusy: boolean = false;
  /** The last look found something. */
  wasReady: boolean = false;

  constructor(transport: NativeUdpTransport, handler: DatagramHandler) {
    this.transport = transport;
    this.handler = handler;
  }
}

/** Receives for a set of sockets. */
export class NativeTransportPoller implements TransportPoller {
  readonly idleIntervalNs: number = IDLE_INTERVAL_NS;
  readonly #received: Datagrams;
  readonly #buffer: AtomicBuffer;
  readonly #from: UdpAddress = new UdpAddress();
  readonly #os: Os;
  readonly #ready: Int32Array = new Int32Array(READY_MAX);
  readonly #byFd = new Map<number, Entry>();
  /** Replaced, never changed: a handler may add and remove transports while it is walked through. */
  #entries: readonly Entry[] = [];
  /** Only while there are many sockets: each datagram costs more when the kernel keeps account of it here. */
  #selector: Poller | undefined = undefined;

  /** @param received slots that all pollers of the thread receive into */
  constructor(os: Os, received: Datagrams) {
    this.#received = received;
    this.#buffer = new AtomicBuffer(received.buffer);
    this.#os = os;
  }

  add(transport: UdpTransport, handler: DatagramHandler): void {
    const native = transport as NativeUdpTransport;
    if (!native.isOpen) return;
    const entry = new Entry(native, handler);
    this.#entries = [...this.#entries, entry];
    this.#byFd.set(native.socket.fd, entry);
    this.#selector?.add(native.socket, native.socket.fd);
    this.#chooseSelector();
    native.setParking(true);
  }

  remove(transport: UdpTransport): void {
    const native = transport as NativeUdpTransport;
    const { fd } = native.socket;
    if (!this.#entries.some((entry) => entry.transport === native)) return;
    this.#entries = this.#entries.filter((entry) => entry.transport !== native);
    // A socket that is closed has left by itself, and its descriptor may be another's.
    if (this.#byFd.get(fd)?.transport === native) this.#byFd.delete(fd);
    if (native.isOpen) {
      this.#selector?.remove(native.socket);
      native.setParking(false);
    }
    this.#chooseSelector();
  }

  #chooseSelector(): void {
    const entries = this.#entries;
    if (entries.length > DIRECT_SOCKETS_MAX) {
      if (this.#selector !== undefined) return;
      const selector = this.#os.openPoller();
      for (const { transport } of entries) {
        if (transport.isOpen) selector.add(transport.socket, transport.socket.fd);
      }
      this.#selector = selector;
    } else {
      this.#selector?.close();
      this.#selector = undefined;
    }
  }

  poll(): number {
    const entries = this.#entries;
    let byteCount = 0;
    const selector = this.#selector;
    if (selector === undefined) {
      for (let i = 0; i < entries.length; i++) byteCount += this.#read(entries[i] as Entry);
      return byteCount;
    }
    const ready = this.#ready;
    const readyCount = selector.wait(ready, 0);
    for (let i = 0; i < readyCount; i++) {
      const entry = this.#byFd.get(ready[i] as number);
      if (entry !== undefined) byteCount += this.#read(entry);
    }
    return byteCount;
  }

  close(): void {
    for (const { transport } of this.#entries) this.remove(transport);
    this.#selector?.close();
  }

  #read(entry: Entry): number {
    const { transport, handler } = entry;
    if (!transport.isOpen) return 0;
    const received = this.#received;
    // One datagram costs less by the plain call; two looks in a row that find something ask for a batch.
    const count = entry.isBusy
      ? transport.socket.receive(received)
      : transport.socket.receiveOne(received);
    entry.isBusy = entry.isBusy ? count > 1 : count === 1 && entry.wasReady;
    entry.wasReady = count > 0;
    let byteCount = 0;
    for (let slot = 0; slot < count; slot++) {
      const length = received.length(slot);
      readAddress(received.addressWords, slot * ADDRESS_WORDS, this.#from);
      byteCount += length;
      const segmentLength = received.segmentLength(slot);
      const offset = slot * received.slotLength;
      if (segmentLength === 0 || segmentLength >= length) {
        handler.onDatagram(this.#buffer, offset, length, this.#from);
      } else {
        this.#readSegments(handler, offset, length, segmentLength);
      }
    }
    return byteCount;
  }

  /** Datagrams that the kernel has put together, one after the other. */
  #readSegments(
    handler: DatagramHandler,
    offset: number,
    length: number,
    segmentLength: number,
  ): void {
    // Handlers read words: what would not lie at a multiple of 8 is moved to where the first one lay.
    const isAligned = (segmentLength & 7) === 0;
    for (let at = 0; at < length; at += segmentLength) {
      const left = length - at;
      const each = left < segmentLength ? left : segmentLength;
      if (!isAligned && at > 0) this.#buffer.u8.copyWithin(offset, offset + at, offset + at + each);
      handler.onDatagram(this.#buffer, isAligned ? offset + at : offset, each, this.#from);
    }
  }
}
