import { AtomicBuffer } from "@alerion/runtime/concurrent";
import type { Aeron } from "../../../../src/client/aeron.js";
import type { ClientOptions } from "../../../../src/client/client-options.js";
import { FragmentAssembler } from "../../../../src/client/fragment-assembler.js";
import type { Publication } from "../../../../src/client/publication.js";
import type { Subscription } from "../../../../src/client/subscription.js";
import type { DriverConfig } from "../../../../src/driver/driver-config.js";
import { TableNameResolver } from "../../../../src/driver/network/media/name-resolver.js";
import { BufferFiles } from "../../../../src/os/buffer-files.js";
import { ClientHarness } from "../../../client/support/client-harness.js";
import { ManualClock } from "../../../support/manual-clock.js";
import { message } from "../../../support/messages.js";
import { type SimHost, SimNetwork } from "../../../support/sim-network.js";
import { OneThreadNetwork } from "../../../../src/driver/network/one-thread-network.js";

/** A host with a driver and clients. */
export class NetworkNode {
  readonly host: SimHost;
  readonly resolver = new TableNameResolver();
  readonly harness: ClientHarness;

  constructor(world: NetworkWorld, addresses: readonly string[], options: Partial<DriverConfig>) {
    const { files, clock, network } = world;
    this.host = network.host(...addresses);
    this.harness = new ClientHarness(
      { dir: `/node-${this.host.index}`, ...options },
      {
        files,
        clock,
        seed: this.host.index,
        network: () => new OneThreadNetwork(this.host, this.resolver),
      },
    );
  }

  connect(options: ClientOptions = {}): Aeron {
    return this.harness.connect(options);
  }

  systemCounter(id: number): number {
    return this.harness.driver.systemCounter(id);
  }

  /** Value of the first counter whose label begins so, allocated or not yet used again. */
  counter(label: string): number {
    const { counters } = this.harness.driver.client();
    const id = counters.find((each) => counters.label(each).startsWith(label));
    if (id < 0) throw new Error(`no counter ${label} among ${this.labels().join("\n")}`);
    return counters.value(id);
  }

  /** Labels of all allocated counters but the driver's own. */
  labels(): string[] {
    return this.harness.driver.client().labels();
  }
}

/** Several drivers on one network, in one thread, with time that a test moves. */
export class NetworkWorld {
  readonly clock = new ManualClock();
  readonly files = new BufferFiles((length) => new ArrayBuffer(length));
  readonly network: SimNetwork;
  readonly nodes: NetworkNode[] = [];

  constructor(seed: number = 7) {
    this.network = new SimNetwork(this.clock, seed);
  }

  node(addresses: string | readonly string[], options: Partial<DriverConfig> = {}): NetworkNode {
    const list = typeof addresses === "string" ? [addresses] : addresses;
    const node = new NetworkNode(this, list, options);
    this.nodes.push(node);
    return node;
  }

  /** Lets everybody work until there is nothing more to do now. */
  run(): void {
    for (let i = 0; i < 10_000; i++) {
      let work = 0;
      for (const { harness } of this.nodes) work += harness.turn();
      if (work === 0) return;
    }
    throw new Error("drivers and clients do not come to rest");
  }

  /** Lets time pass in small steps with everybody at work. */
  pass(durationMs: number, stepMs: number = 10): void {
    for (let done = 0; done < durationMs; done += stepMs) {
      this.clock.advanceMs(stepMs);
      this.run();
    }
  }

  /** Lets time pass until a condition holds, at most so long. */
  until(condition: () => boolean, limitMs: number = 20_000): void {
    this.run();
    for (let done = 0; done < limitMs && !condition(); done += 10) this.pass(10);
    if (!condition()) throw new Error(`condition must come true within ${limitMs} ms`);
  }
}

/** Times that an offer may be refused in a row, each followed by 10 ms. */
const REFUSALS_MAX = 2000;

/** Offers test messages until `count` are taken, with everybody at work. Returns the last position. */
export function offerAll(
  world: NetworkWorld,
  publication: Publication,
  count: number,
  length: number = 100,
  afterEach: () => void = () => {},
): number {
  let position = 0;
  let refusals = 0;
  for (let i = 0; i < count;) {
    const bytes = message(i, length);
    const source = new AtomicBuffer(new ArrayBuffer((length + 7) & ~7));
    source.putBytes(0, bytes, 0, length);
    const result = publication.offer(source, 0, length);
    if (result > 0) {
      position = result;
      refusals = 0;
      i++;
    } else {
      if (++refusals > REFUSALS_MAX) throw new Error(`message ${i} must be taken: last ${result}`);
      world.pass(10);
    }
    afterEach();
  }
  world.run();
  return position;
}

/** Takes whole messages from a subscription, as they come. */
export class Taker {
  readonly messages: Uint8Array[] = [];
  readonly #subscription: Subscription;
  readonly #assembler = new FragmentAssembler((buffer, offset, length) => {
    this.messages.push(buffer.u8.slice(offset, offset + length));
  });

  constructor(subscription: Subscription) {
    this.#subscription = subscription;
  }

  poll(fragmentLimit: number = 100): number {
    return this.#subscription.poll(this.#assembler.onFragment, fragmentLimit);
  }

  /** How many messages from the start are the test messages in order. */
  inOrderCount(length: number = 100): number {
    const wrong = this.messages.findIndex(
      (bytes, i) => Buffer.compare(bytes, message(i, length)) !== 0,
    );
    return wrong < 0 ? this.messages.length : wrong;
  }
}
