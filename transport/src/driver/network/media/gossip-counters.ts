import { AtomicCounter, type CountersManager } from "@alerion/runtime/concurrent";
import { CounterTypeId } from "../../../protocol/counters/counter-type-id.js";

/** A driver to begin with, as its counter shows it. */
interface BootstrapCounter {
  readonly name: string;
  readonly counter: AtomicCounter;
}

/**
 * What a gossip resolver shows of itself: how many drivers and names it knows, and for each bootstrap neighbour its
 * address and whether it is heard (1) or not (0).
 *
 *   key of a bootstrap neighbour's counter: its index, int32
 *
 * Source: driver-protocol §7.2; counters of a Java driver 1.51.
 */
export class GossipCounters {
  readonly #counters: CountersManager;
  readonly #neighbors: AtomicCounter;
  readonly #cacheEntries: AtomicCounter;
  readonly #bootstraps: readonly BootstrapCounter[];

  constructor(
    counters: CountersManager,
    driverName: string,
    boundAddress: string,
    bootstrapNames: readonly string[],
  ) {
    this.#counters = counters;
    const allocate = (typeId: CounterTypeId, label: string, key?: Uint8Array): AtomicCounter =>
      new AtomicCounter(
        counters,
        counters.allocate({ typeId, label, ...(key === undefined ? {} : { key }) }),
      );
    this.#neighbors = allocate(
      CounterTypeId.NAME_RESOLVER_NEIGHBORS,
      `Resolver neighbors: bound ${boundAddress}`,
    );
    this.#cacheEntries = allocate(
      CounterTypeId.NAME_RESOLVER_CACHE_ENTRIES,
      `Resolver cache entries: name=${driverName}`,
    );
    this.#bootstraps = bootstrapNames.map((name, index) => {
      const key = new Uint8Array(4);
      new DataView(key.buffer).setInt32(0, index, true);
      const typeId = CounterTypeId.NAME_RESOLVER_BOOTSTRAP_NEIGHBOR;
      return { name, counter: allocate(typeId, bootstrapLabel(name, ""), key) };
    });
  }

  count(neighborCount: number, nameCount: number): void {
    this.#neighbors.set(neighborCount);
    this.#cacheEntries.set(nameCount);
  }

  /** A bootstrap neighbour's name has been looked up. */
  bootstrapResolved(index: number, address: string): void {
    const bootstrap = this.#bootstraps[index];
    if (bootstrap === undefined) return;
    this.#counters.setLabel(bootstrap.counter.id, bootstrapLabel(bootstrap.name, address));
  }

  /** Whether a bootstrap neighbour is among those that are heard. */
  bootstrapHeard(index: number, isHeard: boolean): void {
    this.#bootstraps[index]?.counter.set(isHeard ? 1 : 0);
  }
}

function bootstrapLabel(name: string, address: string): string {
  return `Bootstrap neighbor: name=${name} resolved=${address}`;
}
