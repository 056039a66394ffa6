import { FrameType } from "@alerion/runtime/concurrent";
import { UdpAddress } from "../../../../src/driver/network/udp-address.js";
import { SeededRandom } from "../../../support/manual-clock.js";
import type { SimHost } from "../../../support/sim-network.js";
import { WirePeer } from "./wire-peer.js";

const FRAME_TYPES = Object.values(FrameType);

/** Lengths of frames that carry no payload, by type. */
const CONTROL_LENGTHS: Readonly<Record<number, number>> = {
  [FrameType.NAK]: 28,
  [FrameType.SM]: 36,
  [FrameType.ERR]: 60,
  [FrameType.SETUP]: 40,
  [FrameType.RTTM]: 40,
  [FrameType.RSP_SETUP]: 20,
};

/** Values that are at the edge of something. */
const EDGES = [0, 1, -1, 31, 32, 33, 64 * 1024, 0x7fffffff, -0x80000000, 0x40000000, 1408];

/** Sends from a host of its own whatever a driver must survive, from a seed. */
export class Attacker {
  sentCount = 0;
  readonly #random: SeededRandom;
  readonly #peer: WirePeer;
  readonly #recorded: Uint8Array[] = [];

  constructor(host: SimHost, ip: string, port: number, seed: number) {
    this.#random = new SeededRandom(seed);
    this.#peer = new WirePeer(host, ip, port);
  }

  /** Keeps a datagram of others for replays. */
  record(bytes: Uint8Array): void {
    if (this.#recorded.length < 500) this.#recorded.push(bytes.slice());
    else this.#recorded[this.#random.below(500)] = bytes.slice();
  }

  /** Sends `count` datagrams of all kinds. `victimSession` is only ever replayed, never made up. */
  attack(to: UdpAddress, count: number, streamId: number, victimSession: number): void {
    for (let i = 0; i < count; i++) {
      this.#peer.send(this.#datagram(streamId, victimSession), to);
      this.sentCount++;
    }
    this.#peer.take();
  }

  #datagram(streamId: number, victimSession: number): Uint8Array {
    switch (this.#random.below(5)) {
      case 0:
        return this.#noise();
      case 1: {
        const replay = this.#recorded[this.#random.below(Math.max(1, this.#recorded.length))];
        return replay ?? this.#noise();
      }
      case 2:
        return this.#mutated(this.#frame(streamId, victimSession), victimSession);
      default:
        return this.#frame(streamId, victimSession);
    }
  }

  #noise(): Uint8Array {
    return Uint8Array.from({ length: this.#random.below(1500) }, () => this.#random.below(256));
  }

  /** A frame that might be one, of a session that nobody has. */
  #frame(streamId: number, victimSession: number): Uint8Array {
    const type = FRAME_TYPES[this.#random.below(FRAME_TYPES.length)] ?? FrameType.DATA;
    const isData = type === FrameType.DATA || type === FrameType.PAD;
    const length = isData ? 32 * (1 + this.#random.below(40)) : (CONTROL_LENGTHS[type] ?? 40);
    const view = new DataView(new ArrayBuffer(length));
    let sessionId = this.#random.int32();
    if (sessionId === victimSession) sessionId++;
    view.setInt32(0, isData && this.#random.below(4) === 0 ? 0 : length, true);
    view.setUint8(5, this.#random.below(2) === 0 ? 0 : this.#random.below(256));
    view.setUint16(6, type, true);
    const sessionAt = isData || type === FrameType.SETUP ? 12 : 8;
    view.setInt32(sessionAt, sessionId, true);
    view.setInt32(sessionAt + 4, streamId, true);
    for (let at = sessionAt + 8; at + 4 <= Math.min(length, 40); at += 4) {
      view.setInt32(at, this.#number(), true);
    }
    if (type === FrameType.SETUP) this.#plausibleSetup(view);
    return new Uint8Array(view.buffer);
  }

  /** Every second SETUP is one that can be: small terms, so that what it makes is small too. */
  #plausibleSetup(view: DataView): void {
    if (this.#random.below(2) === 0) return;
    view.setInt32(8, 32 * this.#random.below(2000), true);
    view.setInt32(20, 5, true);
    view.setInt32(24, 5 + this.#random.below(3), true);
    view.setInt32(28, 64 * 1024, true);
    view.setInt32(32, 1408, true);
  }

  /** Some of its bytes changed, but not into a frame of the victim or a log of gigabytes. */
  #mutated(frame: Uint8Array, victimSession: number): Uint8Array {
    const view = new DataView(frame.buffer);
    for (let n = 1 + this.#random.below(3); n > 0; n--) {
      const at = this.#random.below(Math.min(frame.length, 48) - 3) & ~3;
      view.setInt32(at, this.#number(), true);
    }
    const isSetup = view.getUint16(6, true) === FrameType.SETUP;
    if (isSetup && frame.length >= 32 && view.getInt32(28, true) > 1024 * 1024) {
      view.setInt32(28, 1, true);
    }
    for (const at of [8, 12]) {
      if (frame.length >= at + 4 && view.getInt32(at, true) === victimSession) view.setInt32(at, 1);
    }
    return frame.slice(
      0,
      this.#random.below(4) === 0 ? this.#random.below(frame.length) : undefined,
    );
  }

  #number(): number {
    if (this.#random.below(2) === 0) return this.#random.int32();
    return EDGES[this.#random.below(EDGES.length)] ?? 0;
  }
}

export function udpAddress(a: number, b: number, c: number, d: number, port: number): UdpAddress {
  return UdpAddress.of({ address: Uint8Array.of(a, b, c, d), port });
}
