import { Aeron } from "../../../src/client/aeron.js";
import { ClientConductor } from "../../../src/client/client-conductor.js";
import type { ClientHost } from "../../../src/client/client-host.js";
import type { ClientOptions } from "../../../src/client/client-options.js";
import { tryConnect } from "../../../src/client/driver-connection.js";
import type { DriverConfig } from "../../../src/driver/driver-config.js";
import { DriverHarness, type DriverWorld } from "../../support/driver-harness.js";

/** Steps that a call may take until it is answered. */
const STEPS_MAX = 2000;

/**
 * Our driver and any number of clients in one thread, over plain buffers, with time that a test moves. Awaited
 * calls take their turns from microtasks, so that no test waits.
 */
export class ClientHarness {
  readonly driver: DriverHarness;
  readonly errors: unknown[] = [];
  readonly clients: TestClient[] = [];

  /** @param world what the driver shares with others, see `DriverHarness` */
  constructor(options: Partial<DriverConfig> = {}, world: DriverWorld = {}) {
    this.driver = new DriverHarness(options, world);
  }

  connect(options: ClientOptions = {}): Aeron {
    const client = new TestClient(this, options);
    this.clients.push(client);
    return client.aeron;
  }

  /** One turn of the driver and of each client. Returns work done. */
  turn(): number {
    let work = this.driver.driver.doWork();
    for (const { aeron } of this.clients) work += aeron.doWork();
    return work;
  }

  /** Lets everybody work until there is nothing more to do now. */
  run(): void {
    for (let i = 0; i < 1000; i++) if (this.turn() === 0) return;
    throw new Error("driver and clients do not come to rest");
  }

  /** Lets time pass in small steps with everybody at work. */
  pass(durationMs: number, stepMs = 100): void {
    for (let done = 0; done < durationMs; done += stepMs) {
      this.driver.clock.advanceMs(stepMs);
      this.run();
    }
  }
}

class TestClient {
  readonly aeron: Aeron;

  constructor(harness: ClientHarness, options: ClientOptions) {
    const { files, clock, config } = harness.driver;
    const attempt = tryConnect(files, config.dir, clock, 10_000);
    if (attempt.kind !== "connected") throw new Error(attempt.problem);
    const { connection } = attempt;
    // Turns begin after the caller has gone on, as those of an event loop.
    const wake = (): void => {
      void Promise.resolve()
        .then(async () => {
          while (conductor.pendingCount() > 0) await step();
          steps = 0;
        })
        .catch((error: unknown) => harness.errors.push(error));
    };
    const conductor = new ClientConductor({
      connection,
      files,
      clock,
      options,
      onCommand: wake,
      onError: options.onError ?? ((error) => harness.errors.push(error)),
      labelSuffix: ` name=${options.clientName ?? ""} pid=4121`,
    });
    let steps = 0;
    const step = async (): Promise<void> => {
      if (++steps > STEPS_MAX) throw new Error("an answer that does not come");
      harness.driver.driver.doWork();
      conductor.doWork();
      await Promise.resolve();
    };
    const host: ClientHost = {
      idle: async () => {
        harness.driver.clock.advanceMs(1);
        await step();
        steps = 0;
      },
      close: () => {
        // Nothing goes on by itself.
      },
    };
    this.aeron = new Aeron({
      conductor,
      host,
      clock,
      counters: connection.counters,
      dir: config.dir,
      onClosed: () => Promise.resolve(),
      connectAnew: () => Promise.resolve(harness.connect(options)),
    });
  }
}
