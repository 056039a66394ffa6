import type { AtomicBuffer, Clock, CountersManager } from "@alerion/runtime/concurrent";
import type { DriverConfig } from "../../driver-config.js";
import { UdpAddress } from "../udp-address.js";
import type { DatagramSource, TransportPoller, UdpNetwork, UdpTransport } from "../udp-network.js";
import { bootstrapNames } from "./bootstrap-names.js";
import { GossipCounters } from "./gossip-counters.js";
import { type NameResolver, parseHostAndPort, ResolutionPending } from "./name-resolver.js";
import {
  DRIVER_NAME_LENGTH_MAX,
  readResolutionFrame,
  type ResolutionEntry,
  writeResolutionFrames,
} from "./resolution-frame.js";
import { isAnyAddress } from "./udp-channel.js";

const NS_PER_MS = 1_000_000;
/** How often the socket is looked at. */
const POLL_INTERVAL_NS = NS_PER_MS;
/** Names and neighbours that are kept; hostile gossip cannot take more. */
const NAMES_MAX = 4096;

/** A driver that is told names, and tells its own. */
interface Neighbor {
  readonly address: UdpAddress;
  heardNs: number;
}

/** A driver's name that was heard. */
interface KnownName {
  readonly name: string;
  address: Uint8Array;
  port: number;
  heardNs: number;
}

/** A driver to begin with. */
interface Bootstrap {
  readonly name: string;
  readonly index: number;
  address: UdpAddress | undefined;
  resolveDeadlineNs: number;
}

/** What a gossip resolver works with. */
export interface GossipContext {
  readonly config: DriverConfig & { readonly resolverName: string };
  readonly udp: UdpNetwork;
  /** For names that no driver has. */
  readonly base: NameResolver;
  /** Where it listens; an address of this host. */
  readonly bind: UdpAddress;
  readonly counters: CountersManager;
  readonly onInvalidFrame: () => void;
  readonly clock: Clock;
}

/**
 * Names that drivers tell each other. Each says its own name to its neighbours, and what it has heard of others.
 *
 * Source: driver-protocol §21; Aeron `DriverNameResolver`.
 */
export class GossipResolver implements NameResolver {
  readonly #context: GossipContext;
  readonly #transport: UdpTransport;
  readonly #poller: TransportPoller;
  readonly #frame: DatagramSource;
  readonly #self: ResolutionEntry;
  readonly #names = new Map<string, KnownName>();
  readonly #neighbors: Neighbor[] = [];
  readonly #bootstraps: Bootstrap[];
  readonly #counters: GossipCounters;
  #nowNs: number;
  #pollDeadlineNs: number = 0.5;
  #selfDeadlineNs: number = 0.5;
  #neighborDeadlineNs: number;

  /** @throws {OsCallError} if its socket cannot be opened */
  constructor(context: GossipContext) {
    const { config, udp, bind, clock } = context;
    const nowNs = clock.monoNs();
    this.#context = context;
    this.#nowNs = nowNs;
    this.#neighborDeadlineNs = nowNs + config.resolverNeighborResolutionIntervalNs;
    const handle = udp.open({ family: bind.family, bind, reuseAddress: false });
    this.#transport = udp.adopt(handle);
    this.#poller = udp.createPoller();
    this.#poller.add(this.#transport, this);
    this.#frame = udp.source(udp.allocate(config.mtuLength + DRIVER_NAME_LENGTH_MAX));
    this.#self = {
      isSelf: true,
      ageMs: 0,
      name: config.resolverName,
      address: bind.address,
      port: handle.localAddress.port,
    };
    const names = bootstrapNames(config.resolverBootstrapNeighbor);
    this.#bootstraps = names.map((name, index) => ({
      name,
      index,
      address: undefined,
      resolveDeadlineNs: 0.5,
    }));
    const bound = UdpAddress.of(handle.localAddress).toString();
    this.#counters = new GossipCounters(context.counters, config.resolverName, bound, names);
  }

  resolve(hostAndPort: string, parameter: string, isReResolution: boolean): UdpAddress {
    const { host, port } = parseHostAndPort(hostAndPort, parameter);
    const known =
      this.#names.get(host)?.address ?? (host === this.#self.name ? this.#self.address : undefined);
    if (known !== undefined) return UdpAddress.of({ address: known, port });
    return this.#context.base.resolve(hostAndPort, parameter, isReResolution);
  }

  doWork(): number {
    let workCount = this.#context.base.doWork();
    const nowNs = this.#context.clock.monoNs();
    if (nowNs < this.#pollDeadlineNs) return workCount;
    this.#pollDeadlineNs = nowNs + POLL_INTERVAL_NS;
    this.#nowNs = nowNs;
    workCount += this.#poller.poll();
    if (nowNs >= this.#selfDeadlineNs) {
      this.#forgetOld(nowNs);
      this.#selfDeadlineNs = nowNs + this.#context.config.resolverSelfResolutionIntervalNs;
      this.#tellSelf(nowNs);
      workCount++;
    }
    if (nowNs >= this.#neighborDeadlineNs) {
      this.#neighborDeadlineNs = nowNs + this.#context.config.resolverNeighborResolutionIntervalNs;
      this.#tellOthers(nowNs);
      workCount++;
    }
    return workCount;
  }

  /** A datagram of another driver, or of anybody. */
  onDatagram(buffer: AtomicBuffer, offset: number, length: number, from: UdpAddress): void {
    const entries = readResolutionFrame(buffer, offset, length);
    if (entries === undefined) this.#context.onInvalidFrame();
    else for (const entry of entries) this.#take(entry, from);
  }

  close(): void {
    this.#poller.close();
    this.#transport.close();
    this.#frame.free();
    this.#context.base.close();
  }

  #take(entry: ResolutionEntry, from: UdpAddress): void {
    const { isSelf, name, port, ageMs } = entry;
    if (name === this.#self.name && port === this.#self.port) return;
    let address = UdpAddress.of({ address: entry.address, port });
    // A driver that listens everywhere does not know which of its addresses others see.
    if (isSelf && isAnyAddress(address)) {
      address = UdpAddress.of({ address: from.address, port });
    }
    const heardNs = this.#nowNs - ageMs * NS_PER_MS;
    const neighbor = this.#neighbors.find((each) => each.address.equals(address));
    if (neighbor === undefined) {
      if (this.#neighbors.length < NAMES_MAX) this.#neighbors.push({ address, heardNs });
    } else if (isSelf) {
      neighbor.heardNs = Math.max(neighbor.heardNs, heardNs);
    }
    const known = this.#names.get(name);
    if (known === undefined) {
      if (this.#names.size < NAMES_MAX) {
        this.#names.set(name, { name, address: address.address, port, heardNs });
      }
    } else if (heardNs >= known.heardNs) {
      known.address = address.address;
      known.port = port;
      known.heardNs = heardNs;
    }
    this.#count();
  }

  #forgetOld(nowNs: number): void {
    const oldestNs = nowNs - this.#context.config.resolverNeighborTimeoutNs;
    for (const [name, { heardNs }] of this.#names) {
      if (heardNs < oldestNs) this.#names.delete(name);
    }
    for (let i = this.#neighbors.length - 1; i >= 0; i--) {
      if ((this.#neighbors[i] as Neighbor).heardNs < oldestNs) this.#neighbors.splice(i, 1);
    }
    this.#count();
  }

  #tellSelf(nowNs: number): void {
    const targets = this.#neighbors.map(({ address }) => address);
    for (const bootstrap of this.#bootstraps) {
      const address = this.#bootstrapAddress(bootstrap, nowNs);
      this.#counters.bootstrapHeard(bootstrap.index, this.#isHeard(address));
      if (address !== undefined && !targets.some((each) => each.equals(address))) {
        targets.push(address);
      }
    }
    this.#tell([this.#self], targets);
  }

  #tellOthers(nowNs: number): void {
    const entries = Array.from(this.#names.values(), ({ name, address, port, heardNs }) => ({
      isSelf: false,
      ageMs: Math.max(Math.floor((nowNs - heardNs) / NS_PER_MS), 0),
      name,
      address,
      port,
    }));
    const targets = this.#neighbors.map(({ address }) => address);
    this.#tell(entries, targets);
  }

  #tell(entries: readonly ResolutionEntry[], targets: readonly UdpAddress[]): void {
    const { buffer } = this.#frame;
    writeResolutionFrames(entries, buffer, this.#context.config.mtuLength, (length) => {
      for (const target of targets) this.#transport.send(this.#frame, 0, length, target);
    });
  }

  /** Its address, looked up again from time to time while nothing is heard from it. */
  #bootstrapAddress(bootstrap: Bootstrap, nowNs: number): UdpAddress | undefined {
    const { address } = bootstrap;
    if (this.#isHeard(address) || nowNs < bootstrap.resolveDeadlineNs) return address;
    try {
      const isAgain = address !== undefined;
      bootstrap.address = this.#context.base.resolve(bootstrap.name, "resolver", isAgain);
      this.#counters.bootstrapResolved(bootstrap.index, bootstrap.address.toString());
      bootstrap.resolveDeadlineNs =
        nowNs + this.#context.config.resolverBootstrapResolutionIntervalNs;
    } catch (error) {
      // The next time it may be there; a name that nobody knows now may be known later.
      if (!(error instanceof ResolutionPending)) {
        bootstrap.resolveDeadlineNs =
          nowNs + this.#context.config.resolverBootstrapResolutionIntervalNs;
      }
    }
    return bootstrap.address;
  }

  #isHeard(address: UdpAddress | undefined): boolean {
    return address !== undefined && this.#neighbors.some((each) => each.address.equals(address));
  }

  #count(): void {
    this.#counters.count(this.#neighbors.length, this.#names.size);
  }
}
