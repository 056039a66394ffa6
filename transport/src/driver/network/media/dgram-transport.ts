import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { OsCallError } from "../../../os/os-error.js";
import type { MulticastInterface, SocketAddress } from "../../../os/os.js";
import { UdpAddress } from "../udp-address.js";
import type {
  DatagramSource,
  TransportHandle,
  TransportRequest,
  UdpTransport,
} from "../udp-network.js";
import { hostInterfaces } from "./host-interfaces.js";
import { parseIpAddress } from "./name-resolver.js";

/** Bytes that wait for a poll; more are dropped, as by the kernel. */
const QUEUED_LENGTH_MAX = 4 * 1024 * 1024;
/** Sends that Node holds back before the socket counts as full. */
const SEND_QUEUE_MAX = 64;

/** A datagram that has come. */
export interface Arrival {
  readonly bytes: Uint8Array;
  readonly from: UdpAddress;
}

/** What a socket tells its network. */
export interface DgramObserver {
  onArrival(): void;
  onClose(id: number): void;
}

/**
 * A socket of `node:dgram`, bound when its constructor returns.
 *
 * It is connected in our eyes only: what others than its peer send is dropped here. Node lets go of a connected
 * socket's port when its peer changes.
 */
export class DgramTransport implements UdpTransport {
  readonly handle: TransportHandle;
  readonly #socket: Socket;
  readonly #observer: DgramObserver;
  readonly #arrivals: Arrival[] = [];
  #queuedLength: number = 0;
  #isOpen: boolean = true;
  // The last addresses in both forms: most datagrams come from and go to the same one.
  #source: { text: string; address: UdpAddress } | undefined;
  readonly #target: UdpAddress = new UdpAddress();
  #targetText: string = "";
  #peer: UdpAddress | undefined;

  /** @throws {OsCallError} as the system names the error */
  constructor(request: TransportRequest, id: number, observer: DgramObserver) {
    this.#observer = observer;
    this.#socket = openSocket(request);
    this.#socket.on("message", (bytes, from) => this.#onMessage(bytes, from));
    // A driver that is only invoked does not keep its program alive.
    this.#socket.unref();
    this.#peer = request.connect === undefined ? undefined : UdpAddress.of(request.connect);
    const { address, port } = this.#socket.address();
    this.handle = {
      id,
      family: request.family,
      localAddress: { address: parseIpAddress(address) ?? request.bind.address, port },
      isConnected: request.connect !== undefined,
      // The kernel doubles both for its own bookkeeping.
      receiveBufferLength: this.#socket.getRecvBufferSize() / 2,
      sendBufferLength: this.#socket.getSendBufferSize() / 2,
    };
  }

  send(source: DatagramSource, offset: number, length: number, to: UdpAddress | undefined): number {
    const socket = this.#socket;
    if (!this.#isOpen || socket.getSendQueueCount() >= SEND_QUEUE_MAX) return 0;
    const target = to ?? this.#peer;
    if (target === undefined) return 0;
    if (this.#targetText === "" || !this.#target.equals(target)) {
      this.#target.copyFrom(target);
      this.#targetText = ipText(target);
    }
    // A copy: Node may send it later.
    const bytes = source.buffer.u8.slice(offset, offset + length);
    socket.send(bytes, target.port, this.#targetText, onSent);
    return length;
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

  reconnect(to: SocketAddress): void {
    this.#peer = UdpAddress.of(to);
  }

  /** The next datagram. */
  take(): Arrival | undefined {
    const arrival = this.#arrivals.shift();
    if (arrival !== undefined) this.#queuedLength -= arrival.bytes.length;
    return arrival;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#arrivals.length = 0;
    this.#socket.close();
    this.#observer.onClose(this.handle.id);
  }

  #onMessage(bytes: Uint8Array, { address, port }: RemoteInfo): void {
    if (!this.#isOpen || this.#queuedLength + bytes.length > QUEUED_LENGTH_MAX) return;
    if (this.#source?.text !== address || this.#source.address.port !== port) {
      const ip = parseIpAddress(address);
      if (ip === undefined) return;
      this.#source = { text: address, address: UdpAddress.of({ address: ip, port }) };
    }
    if (this.#peer !== undefined && !this.#peer.equals(this.#source.address)) return;
    this.#queuedLength += bytes.length;
    this.#arrivals.push({ bytes, from: this.#source.address });
    this.#observer.onArrival();
  }
}

function openSocket(request: TransportRequest): Socket {
  const { family, bind, group, multicastInterface, multicastTtl } = request;
  const socket = createSocket({
    type: family === 4 ? "udp4" : "udp6",
    reuseAddr: request.reuseAddress,
    // All addresses are literals. That this answers at once lets `bind` be done when it returns.
    lookup: (host, _options, callback) => callback(null, host, family),
  });
  let failure: NodeJS.ErrnoException | undefined;
  socket.on("error", (error: NodeJS.ErrnoException) => {
    failure ??= error;
  });
  const attempt = (call: string, action: () => void): void => {
    try {
      action();
    } catch (error) {
      failure ??= error as NodeJS.ErrnoException;
    }
    if (failure === undefined) return;
    socket.close();
    throw new OsCallError(call, -(failure.errno ?? 0), failure.code ?? failure.message);
  };
  attempt("bind", () => socket.bind(bind.port, ipText(UdpAddress.of(bind))));
  const { receiveBufferLength, sendBufferLength } = request;
  attempt("setsockopt", () => {
    if (receiveBufferLength !== undefined) socket.setRecvBufferSize(receiveBufferLength);
    if (sendBufferLength !== undefined) socket.setSendBufferSize(sendBufferLength);
    if (group !== undefined) {
      const text = ipText(UdpAddress.of({ address: group.address, port: 0 }));
      socket.addMembership(text, interfaceText(group.iface));
    }
    if (multicastInterface !== undefined) {
      socket.setMulticastInterface(interfaceText(multicastInterface));
    }
    if (multicastTtl !== undefined) socket.setMulticastTTL(multicastTtl);
  });
  return socket;
}

/** How Node names an interface: by an IPv4 address, or as the zone of the IPv6 any address. */
function interfaceText({ address, index }: MulticastInterface): string {
  if (address !== undefined) return ipText(UdpAddress.of({ address, port: 0 }));
  const name = hostInterfaces().find((each) => each.index === index)?.name ?? String(index);
  return `::%${name}`;
}

/** The address without its port. */
function ipText(address: UdpAddress): string {
  const text = address.toString();
  return text.slice(0, text.lastIndexOf(":")).replace(/[[\]]/g, "");
}

function onSent(): void {
  // What was not sent is as good as lost on the way.
}
