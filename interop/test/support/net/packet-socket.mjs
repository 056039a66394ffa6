/**
 * Raw packets of network interfaces, through the C library: what a switch sees.
 *
 * Source: packet(7), netdevice(7), the kernel's if_packet.h and ethtool.h.
 */
import koffi from "koffi";

const AF_INET = 2;
const AF_PACKET = 17;
const SOCK_DGRAM = 2;
const SOCK_RAW_NONBLOCK = 3 | 0x800;
const ETH_P_ALL_BE = 0x0300;
const PACKET_OUTGOING = 4;
const SIOCETHTOOL = 0x8946;
const ETHTOOL_STXCSUM = 0x17;
const SIOCGIFINDEX = 0x8933;
const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;

const libc = koffi.load(null);

/** koffi types a bound function loosely: all of these take numbers and buffers, and yield a number. */
function bound(/** @type {string} */ declaration) {
  return /** @type {(...args: (number | Uint8Array)[]) => number} */ (
    /** @type {unknown} */ (libc.func(declaration))
  );
}

const socket = bound("int socket(int, int, int)");
const bind = bound("int bind(int, void *, uint)");
const close = bound("int close(int)");
const ioctl = bound("int ioctl(int, ulong, void *)");
const setsockopt = bound("int setsockopt(int, int, int, void *, uint)");
const recvfrom = bound("long recvfrom(int, void *, size_t, int, void *, void *)");
const send = bound("long send(int, void *, size_t, int)");

/** ifreq: 0 name 16 B | 16 union. */
function ifreq(/** @type {string} */ name) {
  const buffer = Buffer.alloc(40);
  buffer.write(name, 0, 15, "latin1");
  return buffer;
}

function check(/** @type {number} */ result, /** @type {string} */ call) {
  if (result < 0) throw new Error(`${call} must succeed: errno=${koffi.errno()}`);
  return result;
}

/**
 * Makes the kernel compute checksums itself: between two veth ends it leaves them out, and then nothing would
 * notice a flipped bit.
 */
export function disableChecksumOffload(/** @type {string} */ name) {
  const fd = check(socket(AF_INET, SOCK_DGRAM, 0), "socket");
  const value = Buffer.alloc(8);
  value.writeUInt32LE(ETHTOOL_STXCSUM, 0);
  const request = ifreq(name);
  request.writeBigUInt64LE(koffi.address(value), 16);
  check(ioctl(fd, SIOCETHTOOL, request), `ioctl SIOCETHTOOL ${name}`);
  close(fd);
}

/** All packets of one interface. */
export class PacketSocket {
  #fd;
  // sockaddr_ll: 0 family u16 | 2 protocol u16 BE | 4 ifindex i32 | 8 hatype u16 | 10 packet type u8 | …
  #address = Buffer.alloc(20);
  #addressLength = Buffer.alloc(4);
  #packet = Buffer.alloc(65536);

  constructor(/** @type {string} */ name) {
    this.#fd = check(socket(AF_PACKET, SOCK_RAW_NONBLOCK, ETH_P_ALL_BE), "socket");
    const request = ifreq(name);
    check(ioctl(this.#fd, SIOCGIFINDEX, request), `ioctl SIOCGIFINDEX ${name}`);
    this.#address.writeUInt16LE(AF_PACKET, 0);
    this.#address.writeUInt16LE(ETH_P_ALL_BE, 2);
    this.#address.writeInt32LE(request.readInt32LE(16), 4);
    check(bind(this.#fd, this.#address, 20), `bind ${name}`);
    const length = Buffer.alloc(4);
    length.writeInt32LE(16 << 20);
    setsockopt(this.#fd, SOL_SOCKET, SO_RCVBUFFORCE, length, 4);
  }

  /** The next packet that came in, borrowed until the next call; `undefined` if there is none. */
  receive() {
    for (;;) {
      this.#addressLength.writeUInt32LE(20);
      const length = recvfrom(
        this.#fd,
        this.#packet,
        this.#packet.length,
        0,
        this.#address,
        this.#addressLength,
      );
      if (length < 0) return undefined;
      if (this.#address[10] !== PACKET_OUTGOING) return this.#packet.subarray(0, length);
    }
  }

  /** False if the kernel did not take it. */
  send(/** @type {Uint8Array} */ packet) {
    return send(this.#fd, packet, packet.length, 0) >= 0;
  }

  close() {
    close(this.#fd);
  }
}
