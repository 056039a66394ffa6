import { UdpAddress } from "../../../../src/driver/network/udp-address.js";
import type { TransportPoller, UdpTransport } from "../../../../src/driver/network/udp-network.js";
import { parseIpAddress } from "../../../../src/driver/network/media/name-resolver.js";
import type { SimHost } from "../../../support/sim-network.js";
import {
  bufferOf,
  decodeDatagram,
  type Frame,
  statusMessage,
  type StatusFields,
} from "./frames.js";

/** Somebody at the other end who speaks frames by hand: a receiver as a sender sees it. */
export class WirePeer {
  readonly address: UdpAddress;
  readonly #host: SimHost;
  readonly #transport: UdpTransport;
  readonly #poller: TransportPoller;
  readonly #received: { frames: Frame[]; from: UdpAddress }[] = [];
  /** Where the last datagram came from. */
  from: UdpAddress | undefined;

  constructor(host: SimHost, ip: string, port: number) {
    const bytes = parseIpAddress(ip);
    if (bytes === undefined) throw new Error(`no ip address: ${ip}`);
    this.#host = host;
    this.address = UdpAddress.of({ address: bytes, port });
    const handle = host.open({ family: 4, bind: this.address, reuseAddress: false });
    this.#transport = host.adopt(handle);
    this.#poller = host.createPoller();
    this.#poller.add(this.#transport, {
      onDatagram: (buffer, offset, length, from) => {
        this.from = from.clone();
        const frames = decodeDatagram(buffer.u8.slice(offset, offset + length));
        this.#received.push({ frames, from: this.from });
      },
    });
  }

  /** All frames that have come since the last call. */
  take(): Frame[] {
    return this.takeDatagrams().flat();
  }

  /** The same, a list per datagram. */
  takeDatagrams(): Frame[][] {
    while (this.#poller.poll() > 0);
    return this.#received.splice(0).map(({ frames }) => frames);
  }

  send(bytes: Uint8Array, to: UdpAddress | undefined = this.from): void {
    if (to === undefined) throw new Error("nobody to answer yet");
    const buffer = bufferOf(bytes);
    this.#transport.send(this.#host.source(buffer), 0, bytes.length, to);
  }

  status(fields: StatusFields, to?: UdpAddress): void {
    this.send(statusMessage(fields), to ?? this.from);
  }

  close(): void {
    this.#poller.remove(this.#transport);
    this.#transport.close();
  }
}
