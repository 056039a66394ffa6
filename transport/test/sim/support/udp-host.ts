import type { Image } from "../../../src/client/image.js";
import type { DriverConfig } from "../../../src/driver/driver-config.js";
import { resolveDriverConfig } from "../../../src/driver/driver-properties.js";
import type { MediaDriver } from "../../../src/driver/media-driver.js";
import { TableNameResolver } from "../../../src/driver/network/media/name-resolver.js";
import { BufferFiles } from "../../../src/os/buffer-files.js";
import { ChannelUri } from "../../../src/protocol/channel-uri.js";
import type { SystemCounter } from "../../../src/protocol/counters/system-counter.js";
import { startNetworkDriver } from "../../support/network-driver.js";
import type { SimHost, SimNetwork } from "../../support/sim-network.js";
import { AeronSimClient, type StreamSource } from "./aeron-sim-client.js";
import type { Ledger } from "./ledger.js";
import type { Scheduler, SimAgent } from "./scheduler.js";
import { UdpInvariants } from "./udp-invariants.js";
import type { ClientHabits } from "./world-client.js";

const INVARIANTS_EVERY = 4;
/** Some steps of the scheduler: a sender that is not kept waiting does not hear its receivers at once. */
const IDLE_POLL_INTERVAL_NS = 5_000_000;

/** What all hosts of a simulated network have in common. */
export interface HostWorld {
  readonly seed: number;
  readonly scheduler: Scheduler;
  readonly network: SimNetwork;
  readonly ledger: Ledger;
  /** Addresses of the hosts by name: what DNS says. */
  readonly names: Map<string, Uint8Array>;
  /** Of the drivers that run: they are told when a name moves. */
  readonly resolvers: Set<TableNameResolver>;
  readonly settings: Partial<DriverConfig>;
}

/** One machine of a simulated network: a driver, and the clients that share its memory. */
export class UdpHost {
  readonly name: string;
  readonly sim: SimHost;
  readonly clients: AeronSimClient[] = [];
  readonly #world: HostWorld;
  readonly #habits: ClientHabits;
  readonly #dir: string;
  #files: BufferFiles = new BufferFiles((length) => new ArrayBuffer(length));
  #driver: MediaDriver | undefined;
  #agent: SimAgent | undefined;
  #invariants: UdpInvariants | undefined;
  #driverCount = 0;
  #clientCount = 0;
  #stepCount = 0;
  reconnectCount = 0;

  constructor(world: HostWorld, name: string, address: string, habits: ClientHabits) {
    this.#world = world;
    this.name = name;
    this.#habits = habits;
    this.#dir = `/${name}`;
    this.sim = world.network.host(address);
    world.names.set(name, bytesOf(address));
    this.startDriver();
  }

  startDriver(): void {
    const { scheduler, settings, names, resolvers, seed } = this.#world;
    this.#driverCount++;
    const resolver = new TableNameResolver(names);
    resolvers.add(resolver);
    // Every other run as a driver of a real machine does it: not everybody has a turn in every cycle.
    const isFrugal = seed % 2 === 1;
    this.sim.idlePollIntervalNs = isFrugal ? IDLE_POLL_INTERVAL_NS : 0;
    const driver = startNetworkDriver({
      config: resolveDriverConfig({
        options: { ...settings, dir: this.#dir, dirDeleteOnStart: true },
        defaultDir: this.#dir,
      }),
      files: this.#files,
      clock: scheduler,
      udp: this.sim,
      resolver,
      seed: seed * 1000 + this.sim.index * 100 + this.#driverCount,
      conductorWaits: isFrugal,
    });
    this.#driver = driver;
    const invariants = new UdpInvariants(this.#files, this.#dir, settings.termBufferLength ?? 0);
    this.#invariants = invariants;
    scheduler.add(() => {
      const agent = {
        name: `driver of ${this.name}`,
        step: () => {
          driver.doWork();
          if (++this.#stepCount % INVARIANTS_EVERY === 0) invariants.check();
        },
      };
      this.#agent = agent;
      return agent;
    });
  }

  /** The driver is gone from one step to the next, its sockets with it. The clients find out by themselves. */
  killDriver(): void {
    if (this.#agent === undefined) return;
    this.#world.scheduler.remove(this.#agent);
    this.sim.closeAll();
    this.#agent = undefined;
    this.#driver = undefined;
    // Another start of the same machine: the old files are only the old clients'.
    this.#files = new BufferFiles((length) => new ArrayBuffer(length));
  }

  isRunning(): boolean {
    return this.#driver !== undefined;
  }

  /** The machine comes back with another address, as a pod does. */
  move(address: string): void {
    this.sim.setAddresses(address);
    this.#world.names.set(this.name, bytesOf(address));
    for (const each of this.#world.resolvers) each.set(this.name, bytesOf(address));
  }

  addClient(): void {
    const { scheduler, ledger } = this.#world;
    const files = (): BufferFiles => this.#files;
    scheduler.add(() => {
      const client = new AeronSimClient(`${this.name}/${++this.#clientCount}`, {
        scheduler,
        // Those of the driver that runs now: a client that connects anew asks for them again.
        get files() {
          return files();
        },
        dir: this.#dir,
        habits: this.#habits,
        ledgerOf: (cnc) =>
          cnc === this.#files.buffer(`${this.#dir}/cnc.dat`) ? ledger : undefined,
        publicationPath: ({ sessionId, streamId }) => streamName(sessionId, streamId),
        sourceOf: (image, channel) => this.#sourceOf(image, channel),
      });
      this.clients.push(client);
      return client;
    });
  }

  /** Clients that are gone, out of the list. */
  forgetGone(): void {
    for (let i = this.clients.length - 1; i >= 0; i--) {
      const client = this.clients[i];
      if (client === undefined) continue;
      if (!client.isClosed && !this.#world.scheduler.isDead(client)) continue;
      client.leave();
      this.reconnectCount += client.reconnectCount;
      this.clients.splice(i, 1);
    }
  }

  /** Sessions differ all over the network, so that session and stream name a publication. */
  #sourceOf({ sessionId, streamId }: Image, channel: string): StreamSource {
    const log = this.#world.ledger.open(streamName(sessionId, streamId), sessionId, streamId);
    const isReliable =
      channel === "" || ChannelUri.parse(channel).values.get("reliable") !== "false";
    return {
      log,
      isReliable,
      producerPosition: () => (log.publisherCount > 0 ? log.endPosition : undefined),
    };
  }

  systemCounter(id: SystemCounter): number {
    return this.#invariants?.counters.value(id) ?? 0;
  }

  checkAllFreed(): void {
    this.#invariants?.checkAllFreed(this.sim.socketCount);
  }

  close(): void {
    this.#driver?.close();
  }
}

function bytesOf(address: string): Uint8Array {
  return Uint8Array.from(address.split("."), Number);
}

function streamName(sessionId: number, streamId: number): string {
  return `session ${sessionId} stream ${streamId}`;
}
