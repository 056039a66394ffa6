import { AtomicBuffer } from "@alerion/runtime/concurrent";
import type { Datagrams, Os } from "../../../os/os.js";
import type {
  DatagramSource,
  LocalInterface,
  TransportHandle,
  TransportPoller,
  TransportRequest,
  UdpNetwork,
  UdpTransport,
} from "../udp-network.js";
import { hostInterfaces } from "./host-interfaces.js";
import { SocketParking } from "./socket-parking.js";
import { NativeTransportPoller } from "./native-transport-poller.js";
import { NativeSource, NativeUdpTransport } from "./native-udp-transport.js";

/** Datagrams that one call receives or sends at most. */
const BATCH_LENGTH = 16;
/**
 * Room for the longest datagram, and a little more: at a distance of 64 KiB all slots would meet in the same few
 * lines of the caches.
 */
const SLOT_LENGTH = 65_536 + 1472;

/** UDP sockets of the kernel, in batches. One object for each thread. */
export class NativeUdpNetwork implements UdpNetwork {
  readonly #os: Os;
  readonly #received: Datagrams;
  readonly #sent: Datagrams;
  /** All sockets of all pollers of the thread. */
  readonly #parking: SocketParking;

  /** @throws {NativeUnavailableError} where the platform's sockets are not served */
  constructor(os: Os) {
    this.#os = os;
    this.#parking = new SocketParking(() => os.openPoller());
    this.#received = os.allocateDatagrams(BATCH_LENGTH, SLOT_LENGTH);
    this.#sent = os.allocateDatagrams(BATCH_LENGTH, 64);
  }

  open(request: TransportRequest): TransportHandle {
    const socket = this.#os.openUdp(request.family);
    try {
      if (request.reuseAddress) socket.setOption({ kind: "reuse-address", value: 1 });
      const { receiveBufferLength, sendBufferLength, group, multicastTtl } = request;
      if (receiveBufferLength !== undefined) {
        socket.setOption({ kind: "receive-buffer", value: receiveBufferLength });
      }
      if (sendBufferLength !== undefined) {
        socket.setOption({ kind: "send-buffer", value: sendBufferLength });
      }
      socket.receiveSegments();
      socket.bind(request.bind);
      if (group !== undefined) {
        // Else the socket hears every group that any process of the machine has joined.
        socket.setOption({ kind: "multicast-all", value: 0 });
        socket.join(group.address, group.iface);
      }
      if (request.multicastInterface !== undefined) {
        socket.setMulticastInterface(request.multicastInterface);
      }
      if (multicastTtl !== undefined) {
        socket.setOption({ kind: "multicast-ttl", value: multicastTtl });
      }
      if (request.connect !== undefined) socket.connect(request.connect);
      return {
        id: socket.fd,
        family: request.family,
        localAddress: socket.localAddress(),
        isConnected: request.connect !== undefined,
        // The kernel doubles both for its own bookkeeping.
        receiveBufferLength: socket.getOption("receive-buffer") / 2,
        sendBufferLength: socket.getOption("send-buffer") / 2,
      };
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  adopt(handle: TransportHandle): UdpTransport {
    return new NativeUdpTransport(
      handle,
      this.#os.adoptUdp(handle.id, handle.family),
      this.#sent,
      this.#parking,
    );
  }

  createPoller(): TransportPoller {
    return new NativeTransportPoller(this.#os, this.#received);
  }

  source(buffer: AtomicBuffer): DatagramSource {
    return new NativeSource(buffer, this.#os.addressOf(buffer.u8));
  }

  allocate(length: number): AtomicBuffer {
    return new AtomicBuffer(new ArrayBuffer(length));
  }

  interfaces(): readonly LocalInterface[] {
    return hostInterfaces();
  }

  park(timeoutNs: number): boolean {
    this.#parking.park(timeoutNs);
    return true;
  }

  close(): void {
    this.#parking.close();
    this.#received.free();
    this.#sent.free();
  }
}
