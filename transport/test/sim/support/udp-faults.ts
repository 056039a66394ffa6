import type { SeededRandom } from "../../support/manual-clock.js";
import type { SimFaults, SimHost, SimNetwork } from "../../support/sim-network.js";

const MS = 1_000_000;

/** What the weather can be. Loss at 30 % takes the tail of whatever is sent too. */
const WEATHER: readonly Partial<SimFaults>[] = [
  {},
  { loss: 0.02 },
  { loss: 0.1, delayNs: MS / 2, jitterNs: MS },
  { loss: 0.3 },
  { duplicate: 0.2, jitterNs: MS },
  { reorder: 0.2, reorderNs: 5 * MS },
  { loss: 0.05, duplicate: 0.05, reorder: 0.1, reorderNs: 3 * MS, delayNs: MS, jitterNs: 2 * MS },
  { refuse: 0.2 },
];

/** Changes the weather of a network, cuts hosts off from each other, and sends them garbage; from a seed. */
export class UdpFaults {
  readonly #network: SimNetwork;
  readonly #random: SeededRandom;
  readonly #calm: SimFaults;
  /** Of late, for whoever garbles one. */
  #lastDatagram: Uint8Array | undefined;
  #datagramCount = 0;
  partitionCount = 0;
  garbageCount = 0;

  constructor(network: SimNetwork, random: SeededRandom) {
    this.#network = network;
    this.#random = random;
    this.#calm = network.faults;
    network.filter = (bytes, from, to) => this.#pass(bytes, from, to);
  }

  /** Garbage goes on beside the real datagram, as what a bad checksum would have let through. */
  #pass: NonNullable<SimNetwork["filter"]> = (bytes, _from, _to) => {
    this.#datagramCount++;
    if (this.#datagramCount % 16 === 0) this.#lastDatagram = bytes.slice();
    return true;
  };

  change(hosts: readonly SimHost[]): void {
    const random = this.#random;
    const weather = WEATHER[random.below(WEATHER.length)] ?? {};
    this.#network.faults = { ...this.#calm, ...weather };
    this.#network.heal();
    if (random.below(4) === 0 && hosts.length > 1) {
      const a = hosts[random.below(hosts.length)];
      const b = hosts[random.below(hosts.length)];
      if (a === undefined || b === undefined || a === b) return;
      this.#network.partition(a, b);
      this.partitionCount++;
    }
  }

  /** A datagram that no driver may take for anything: cut short, or of another version, or of impossible lengths. */
  garbage(): Uint8Array {
    this.garbageCount++;
    const random = this.#random;
    const bytes = this.#lastDatagram?.slice() ?? new Uint8Array(32);
    switch (random.below(4)) {
      case 0:
        return bytes.subarray(0, random.below(8));
      case 1:
        bytes[4] = 1 + random.below(255);
        return bytes;
      case 2:
        // A negative length.
        bytes[3] = 0x80 | random.below(128);
        return bytes;
      default: {
        // One of the types that nobody sends.
        bytes[6] = 0x40 + random.below(64);
        bytes[7] = random.below(256);
        return bytes;
      }
    }
  }

  end(): void {
    this.#network.faults = this.#calm;
    this.#network.heal();
  }
}
