/**
 * A bad cable between two network interfaces, from a seed: `node relay.mjs '{"a":…,"b":…,"seed":…,"impairments":…}'`.
 *
 * Carries every packet from one interface to the other. UDP suffers; ARP, ICMP and the rest pass untouched. Prints
 * `ready`, and on SIGTERM its counts as JSON.
 */
import { Impairer } from "./impairments.mjs";
import { PacketSocket } from "./packet-socket.mjs";

/** @typedef {{ a: string, b: string, seed: number, impairments: import("./impairments.mjs").Impairments }} Settings */
/** @typedef {{ dueMs: number, order: number, packet: Uint8Array, to: PacketSocket }} Waiting */

const IPV4_PROTOCOL_OFFSET = 23;
const UDP = 17;
/** Behind the Ethernet, IPv4 and UDP headers: what the UDP checksum guards and a flipped bit leaves deliverable. */
const UDP_PAYLOAD_OFFSET = 42;
const BURST_MAX = 64;

/** Packets by the time they are due: a binary heap. */
class DelayLine {
  /** @type {Waiting[]} */
  #heap = [];
  #order = 0;

  get length() {
    return this.#heap.length;
  }

  get dueMs() {
    return this.#heap[0]?.dueMs ?? Infinity;
  }

  push(
    /** @type {number} */ dueMs,
    /** @type {Uint8Array} */ packet,
    /** @type {PacketSocket} */ to,
  ) {
    const entry = { dueMs, order: this.#order++, packet, to };
    let i = this.#heap.push(entry) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!isBefore(entry, this.#at(parent))) break;
      this.#heap[i] = this.#at(parent);
      i = parent;
    }
    this.#heap[i] = entry;
  }

  pop() {
    const first = this.#at(0);
    const last = /** @type {Waiting} */ (this.#heap.pop());
    const { length } = this.#heap;
    if (length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= length) break;
      if (child + 1 < length && isBefore(this.#at(child + 1), this.#at(child))) child++;
      if (!isBefore(this.#at(child), last)) break;
      this.#heap[i] = this.#at(child);
      i = child;
    }
    this.#heap[i] = last;
    return first;
  }

  #at(/** @type {number} */ index) {
    return /** @type {Waiting} */ (this.#heap[index]);
  }
}

function isBefore(/** @type {Waiting} */ a, /** @type {Waiting} */ b) {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}

function isUdp(/** @type {Uint8Array} */ packet) {
  return (
    packet.length > UDP_PAYLOAD_OFFSET &&
    packet[12] === 0x08 &&
    packet[13] === 0x00 &&
    packet[IPV4_PROTOCOL_OFFSET] === UDP
  );
}

const settings = /** @type {Settings} */ (JSON.parse(process.argv[2] ?? "{}"));
const a = new PacketSocket(settings.a);
const b = new PacketSocket(settings.b);
const directions = [
  { from: a, to: b, impairer: new Impairer(settings.seed, settings.impairments) },
  { from: b, to: a, impairer: new Impairer(settings.seed + 1, settings.impairments) },
];
const line = new DelayLine();
let isStopping = false;

function turn() {
  const nowMs = performance.now();
  let workCount = 0;
  for (const { from, to, impairer } of directions) {
    for (let i = 0; i < BURST_MAX; i++) {
      const borrowed = from.receive();
      if (borrowed === undefined) break;
      workCount++;
      const packet = Uint8Array.from(borrowed);
      const delays = isUdp(packet) ? impairer.decide(packet, UDP_PAYLOAD_OFFSET) : [0];
      for (const delay of delays) line.push(nowMs + delay, packet, to);
    }
  }
  while (line.dueMs <= nowMs) {
    const { packet, to } = line.pop();
    to.send(packet);
    workCount++;
  }
  if (isStopping) {
    a.close();
    b.close();
    console.log(JSON.stringify(directions.map(({ impairer }) => impairer.counts)));
    return;
  }
  if (workCount > 0) setImmediate(turn);
  else setTimeout(turn, 1);
}

process.once("SIGTERM", () => {
  isStopping = true;
});
console.log("ready");
turn();
