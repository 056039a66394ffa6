import type { DriverConfig } from "../../../src/driver/driver-config.js";
import type { SystemCounter } from "../../../src/protocol/counters/system-counter.js";
import { SMALL, TERM_LENGTH } from "../../support/driver-harness.js";
import { UdpAddress } from "../../../src/driver/network/udp-address.js";
import { SimNetwork } from "../../support/sim-network.js";
import { InvariantError, Ledger } from "./ledger.js";
import { Scheduler } from "./scheduler.js";
import { UdpFaults } from "./udp-faults.js";
import { type HostWorld, UdpHost } from "./udp-host.js";
import type { ClientHabits } from "./world-client.js";

const MS = 1_000_000;
const LIVENESS_MS = 800;

/** A tenth of the real timeouts where they can be set; setups and heartbeats come every 100 ms all the same. */
const SETTINGS: Partial<DriverConfig> = {
  ...SMALL,
  termBufferLength: TERM_LENGTH,
  ipcTermBufferLength: TERM_LENGTH,
  clientLivenessTimeoutNs: LIVENESS_MS * MS,
  publicationUnblockTimeoutNs: 1000 * MS,
  publicationConnectionTimeoutNs: 500 * MS,
  publicationLingerTimeoutNs: 500 * MS,
  imageLivenessTimeoutNs: 1000 * MS,
  statusMessageTimeoutNs: 50 * MS,
  timerIntervalNs: 20 * MS,
  counterFreeToReuseTimeoutNs: 20 * MS,
  untetheredWindowLimitTimeoutNs: 300 * MS,
  untetheredRestingTimeoutNs: 300 * MS,
  flowControlReceiverTimeoutNs: 500 * MS,
  driverTimeoutNs: 5000 * MS,
  reResolutionCheckIntervalNs: 100 * MS,
  performStorageChecks: false,
};

/** Longer than every timeout in a row. */
const QUIET_MS = 4000;

/** What a run is to be like. */
export interface UdpWorldOptions {
  readonly seed: number;
  readonly stepCount: number;
  readonly hostCount: number;
  readonly clientsPerHost: number;
  /** Steps from one death of a client to the next, on average; 0 for none. */
  readonly crashInterval: number;
  /** Steps from one death of a driver to the next, on average; 0 for none. */
  readonly driverCrashInterval: number;
  /** Steps from one change of the weather to the next; 0 for fair weather. */
  readonly weatherInterval: number;
}

/** Hosts with drivers and clients on a simulated network. */
export class UdpWorld {
  readonly scheduler: Scheduler;
  readonly network: SimNetwork;
  readonly ledger = new Ledger();
  readonly faults: UdpFaults;
  readonly hosts: UdpHost[] = [];
  readonly #options: UdpWorldOptions;
  #moveCount = 0;
  driverCrashCount = 0;
  clientCrashCount = 0;

  constructor(options: UdpWorldOptions) {
    this.#options = options;
    const { seed } = options;
    this.scheduler = new Scheduler(seed, {
      stepMeanNs: 2 * MS,
      preemptionInterval: 0,
      pauseInterval: 2000,
      pauseMaxNs: LIVENESS_MS * MS,
    });
    this.network = new SimNetwork(this.scheduler, seed);
    this.faults = new UdpFaults(this.network, this.scheduler.random);
    const world: HostWorld = {
      seed,
      scheduler: this.scheduler,
      network: this.network,
      ledger: this.ledger,
      names: new Map(),
      resolvers: new Set(),
      settings: SETTINGS,
    };
    for (let index = 0; index < options.hostCount; index++) {
      const habits = habitsOf(index, options.hostCount);
      this.hosts.push(new UdpHost(world, `host-${index}`, `10.0.0.${index + 1}`, habits));
    }
  }

  /** The hostile part, then the quiet end. */
  run(): void {
    const { stepCount, crashInterval, driverCrashInterval, weatherInterval } = this.#options;
    const { scheduler } = this;
    while (scheduler.stepCount < stepCount) {
      this.#keepClients();
      const burst = 1 + scheduler.random.below(100);
      scheduler.runUntil(Math.min(stepCount, scheduler.stepCount + burst));
      if (this.#isDue(weatherInterval)) this.faults.change(this.hosts.map(({ sim }) => sim));
      if (weatherInterval > 0) this.#sendGarbage();
      if (this.#isDue(crashInterval)) this.#killClient();
      if (this.#isDue(driverCrashInterval)) this.#killDriver();
    }
    this.#quieten();
  }

  /** Once in so many steps; asked about every 50. */
  #isDue(interval: number): boolean {
    return interval > 0 && this.scheduler.random.below(Math.max(1, Math.ceil(interval / 50))) === 0;
  }

  #keepClients(): void {
    for (const host of this.hosts) {
      host.forgetGone();
      if (!host.isRunning()) {
        if (this.scheduler.random.below(8) > 0) continue;
        // It comes back, every other time with another address.
        if (++this.#moveCount % 2 === 0) {
          host.move(`10.0.${this.#moveCount}.${this.hosts.indexOf(host) + 1}`);
        }
        host.startDriver();
      }
      while (host.clients.length < this.#options.clientsPerHost) host.addClient();
    }
  }

  #killClient(): void {
    const { random } = this.scheduler;
    const clients = this.hosts.flatMap((host) => host.clients);
    const victim = clients[random.below(Math.max(1, clients.length))];
    if (victim === undefined) return;
    victim.dieInClaims();
    this.clientCrashCount++;
  }

  #killDriver(): void {
    const host = this.hosts[this.scheduler.random.below(this.hosts.length)];
    if (host === undefined || !host.isRunning()) return;
    host.killDriver();
    this.driverCrashCount++;
  }

  #sendGarbage(): void {
    const { random } = this.scheduler;
    const host = this.hosts[random.below(this.hosts.length)];
    if (host === undefined || random.below(3) > 0) return;
    const socket = host.sim.anySocket(random.below(16));
    if (socket === undefined) return;
    const from = UdpAddress.of({ address: Uint8Array.of(10, 9, 9, 9), port: 9999 });
    socket.arrive({ atNs: this.scheduler.monoNs(), bytes: this.faults.garbage(), from });
  }

  systemCounter(id: SystemCounter): number {
    return this.hosts.reduce((sum, host) => sum + host.systemCounter(id), 0);
  }

  /** Faults end: what is alive must go on, read everything and leave nothing behind. */
  #quieten(): void {
    const { scheduler, hosts } = this;
    scheduler.isHostile = false;
    this.faults.end();
    for (const host of hosts) if (!host.isRunning()) host.startDriver();
    const clients = (): UdpHost["clients"] => hosts.flatMap((host) => host.clients);
    for (const client of clients()) client.isQuiet = true;
    scheduler.runFor(QUIET_MS * MS);
    for (const host of hosts) host.forgetGone();
    // No more publishing: what is published is read.
    for (const client of clients()) client.isDraining = true;
    for (let i = 0; i < 60 && clients().some((each) => each.unread() > 0); i++) {
      scheduler.runFor(100 * MS);
    }
    const unread = clients().filter((each) => each.unread() > 0);
    if (unread.length > 0) {
      throw new InvariantError(
        "progress",
        `images must be read to the end: ${unread.map(({ name }) => name).join(" ")}`,
      );
    }
    for (const [index, client] of clients().entries()) client.close(index % 2 === 0);
    scheduler.runFor(QUIET_MS * MS);
    for (const host of hosts) host.checkAllFreed();
    for (const host of hosts) host.close();
  }
}

/** Each host listens where the others send to; small windows, term ids next to their wrap. */
function habitsOf(index: number, hostCount: number): ClientHabits {
  const others = Array.from({ length: hostCount }, (_, i) => i).filter((i) => i !== index);
  const anyOther = others.map((i) => `host-${i}`);
  const [first = "", second = first] = anyOther;
  const wrap = "init-term-id=2147483647|term-id=2147483647|term-offset=64000";
  return {
    streamIds: [1, 2],
    publicationChannels: [
      `aeron:udp?endpoint=${first}:4000`,
      `aeron:udp?endpoint=${second}:4000`,
      `aeron:udp?endpoint=${second}:4000|${wrap}`,
      `aeron:udp?endpoint=${first}:4000|pub-wnd=8k`,
      "aeron:udp?endpoint=224.20.30.39:5000|interface=0.0.0.0/0",
      "aeron:udp?endpoint=224.20.30.39:5000|interface=0.0.0.0/0|fc=min,t:300ms",
      `aeron:udp?control=host-${index}:6000|control-mode=dynamic`,
      `aeron:udp?control=host-${index}:6000|control-mode=dynamic|fc=min,t:300ms`,
      "aeron:ipc",
    ],
    subscriptionChannels: [
      `aeron:udp?endpoint=host-${index}:4000`,
      `aeron:udp?endpoint=host-${index}:4000`,
      `aeron:udp?endpoint=host-${index}:4000|tether=false`,
      `aeron:udp?endpoint=host-${index}:4000|reliable=false`,
      "aeron:udp?endpoint=224.20.30.39:5000|interface=0.0.0.0/0",
      `aeron:udp?endpoint=host-${index}:0|control=${first}:6000`,
      `aeron:udp?endpoint=host-${index}:0|control=${second}:6000`,
      `aeron-spy:aeron:udp?endpoint=${first}:4000`,
      "aeron:ipc",
    ],
    livenessMs: LIVENESS_MS,
    resourcesMax: 3,
  };
}
