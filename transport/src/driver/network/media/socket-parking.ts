import type { Poller, UdpSocket } from "../../../os/os.js";

/**
 * Waits for any of a thread's sockets. The kernel is told of them when a thread first waits: one that never does, as
 * that of an INVOKER driver, then does not pay for it with every datagram that comes.
 */
export class SocketParking {
  readonly #open: () => Poller;
  readonly #sockets = new Set<UdpSocket>();
  #poller: Poller | undefined = undefined;

  /** @param open makes what waits, when it is needed */
  constructor(open: () => Poller) {
    this.#open = open;
  }

  add(socket: UdpSocket): void {
    this.#sockets.add(socket);
    this.#poller?.add(socket, socket.fd);
  }

  /** To be called while the socket is open. */
  remove(socket: UdpSocket): void {
    if (this.#sockets.delete(socket)) this.#poller?.remove(socket);
  }

  /** Waits until a socket can be read, `timeoutNs` at most. */
  park(timeoutNs: number): void {
    this.#poller ??= this.#openWithAll();
    this.#poller.park(timeoutNs);
  }

  close(): void {
    this.#poller?.close();
    this.#sockets.clear();
  }

  #openWithAll(): Poller {
    const poller = this.#open();
    for (const socket of this.#sockets) poller.add(socket, socket.fd);
    return poller;
  }
}
