import { setImmediate as nextTurn, setTimeout as startTimer } from "node:timers";
import { AtomicBuffer } from "@alerion/runtime/concurrent";
import type {
  DatagramHandler,
  DatagramSource,
  LocalInterface,
  TransportHandle,
  TransportPoller,
  TransportRequest,
  UdpNetwork,
  UdpTransport,
} from "../udp-network.js";
import { DgramTransport } from "./dgram-transport.js";
import { hostInterfaces } from "./host-interfaces.js";

/** Datagrams that a poll takes from one socket. */
const BATCH_MAX = 16;
const DATAGRAM_LENGTH_MAX = 65_536;
/** Turns of the event loop without work before the thread waits for a datagram. */
const IDLE_TURNS = 100;

/**
 * UDP by `node:dgram`: for platforms and settings without native code.
 *
 * Datagrams come in through the event loop: whoever drives the agents gives it turns (`turn`). Sockets belong to
 * the thread that opens them. A member of one group also hears others that the machine has joined on its port.
 */
export class DgramUdpNetwork implements UdpNetwork {
  readonly #transports = new Map<number, DgramTransport>();
  #nextId: number = 1;
  #idleTurns: number = 0;
  #wake: (() => void) | undefined;

  /** Whether there are sockets, that is, whether the event loop is needed. */
  get hasSockets(): boolean {
    return this.#transports.size > 0;
  }

  open(request: TransportRequest): TransportHandle {
    const transport = new DgramTransport(request, this.#nextId++, {
      onArrival: () => this.#wake?.(),
      onClose: (id) => this.#transports.delete(id),
    });
    this.#transports.set(transport.handle.id, transport);
    return transport.handle;
  }

  adopt(handle: TransportHandle): UdpTransport {
    const transport = this.#transports.get(handle.id);
    if (transport === undefined) {
      throw new TypeError(`socket must have been opened in this thread: id=${handle.id}`);
    }
    return transport;
  }

  createPoller(): TransportPoller {
    return new DgramPoller();
  }

  source(buffer: AtomicBuffer): DatagramSource {
    return { buffer, free: () => {} };
  }

  allocate(length: number): AtomicBuffer {
    return new AtomicBuffer(new ArrayBuffer(length));
  }

  interfaces(): readonly LocalInterface[] {
    return hostInterfaces();
  }

  /** Cannot wait: a blocked thread hears nothing. See `turn`. */
  park(): boolean {
    return false;
  }

  /**
   * Gives the event loop a turn, after a duty cycle; without work for a while, until a datagram comes.
   *
   * @param timeoutMs longest wait
   */
  turn(workCount: number, timeoutMs: number): Promise<void> {
    if (workCount > 0) this.#idleTurns = 0;
    else this.#idleTurns++;
    return new Promise((resolve) => {
      if (this.#idleTurns <= IDLE_TURNS) {
        nextTurn(resolve);
        return;
      }
      const timer = startTimer(() => this.#wake?.(), timeoutMs);
      this.#wake = () => {
        this.#wake = undefined;
        this.#idleTurns = 0;
        timer.close();
        resolve();
      };
    });
  }

  close(): void {
    for (const transport of this.#transports.values()) transport.close();
  }
}

/** Hands out what sockets have taken in. */
class DgramPoller implements TransportPoller {
  readonly #buffer = new AtomicBuffer(new ArrayBuffer(DATAGRAM_LENGTH_MAX));
  /** Replaced, never changed: a handler may add and remove transports while it is walked through. */
  #entries: readonly { readonly transport: DgramTransport; readonly handler: DatagramHandler }[] =
    [];

  add(transport: UdpTransport, handler: DatagramHandler): void {
    this.#entries = [...this.#entries, { transport: transport as DgramTransport, handler }];
  }

  remove(transport: UdpTransport): void {
    this.#entries = this.#entries.filter((entry) => entry.transport !== transport);
  }

  poll(): number {
    let byteCount = 0;
    const buffer = this.#buffer;
    for (const { transport, handler } of this.#entries) {
      for (let i = 0; i < BATCH_MAX; i++) {
        const arrival = transport.take();
        if (arrival === undefined) break;
        const { bytes, from } = arrival;
        // Copied to where words are aligned: Node hands out slices of a pool.
        buffer.u8.set(bytes);
        handler.onDatagram(buffer, 0, bytes.length, from);
        byteCount += bytes.length;
      }
    }
    return byteCount;
  }

  close(): void {
    this.#entries = [];
  }
}
