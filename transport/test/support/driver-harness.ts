import { AtomicBuffer, type ErrorObservation, readErrorLog } from "@alerion/runtime/concurrent";
import type { DriverConfig } from "../../src/driver/driver-config.js";
import { resolveDriverConfig } from "../../src/driver/driver-properties.js";
import { MediaDriver } from "../../src/driver/media-driver.js";
import { BufferFiles } from "../../src/os/buffer-files.js";
import { readCncLayout } from "../../src/protocol/cnc-file-descriptor.js";
import type { NetworkHost } from "../../src/driver/network/network-agent-context.js";
import { ManualClock, SeededRandom } from "./manual-clock.js";
import { RawClient } from "./raw-client.js";

export const TERM_LENGTH = 64 * 1024;

/** Small files, so that a test that makes a driver per case stays quick. */
export const SMALL: Partial<DriverConfig> = {
  conductorBufferLength: 64 * 1024 + 768,
  toClientsBufferLength: 64 * 1024 + 128,
  countersValuesBufferLength: 1024 * 1024,
  errorBufferLength: 64 * 1024,
  lossReportBufferLength: 4096,
  ipcTermBufferLength: TERM_LENGTH,
  termBufferLength: TERM_LENGTH,
  threadingMode: "INVOKER",
};

export const DIR = "/aeron-test";

/** What several drivers of a test share. */
export interface DriverWorld {
  readonly files?: BufferFiles;
  readonly clock?: ManualClock;
  readonly network?: () => NetworkHost;
  /** Of its random numbers: drivers with the same one have receivers with the same ids. */
  readonly seed?: number;
}

/** A driver over plain buffers with time that a test moves. */
export class DriverHarness {
  readonly files: BufferFiles;
  readonly clock: ManualClock;
  readonly config: DriverConfig;
  readonly driver: MediaDriver;
  hasTerminated = false;

  readonly #seed: number;
  readonly #network: (() => NetworkHost) | undefined;

  /** @param world what it shares with others; a driver alone in its own world when absent */
  constructor(options: Partial<DriverConfig> = {}, world: DriverWorld = {}) {
    this.files = world.files ?? new BufferFiles((length) => new ArrayBuffer(length));
    this.clock = world.clock ?? new ManualClock();
    this.#network = world.network;
    this.#seed = world.seed ?? 42;
    this.config = resolveDriverConfig({ options: { ...SMALL, ...options }, defaultDir: DIR });
    this.driver = this.startAnother();
  }

  startAnother(): MediaDriver {
    return new MediaDriver({
      config: this.config,
      files: this.files,
      clock: this.clock,
      random: new SeededRandom(this.#seed),
      pid: 4321,
      ...(this.#network === undefined ? {} : { network: this.#network() }),
      wait: (ms) => {
        this.clock.advanceMs(ms);
      },
      onTerminate: () => {
        this.hasTerminated = true;
      },
    });
  }

  client(): RawClient {
    return new RawClient(this.files, this.config.dir);
  }

  /** Lets the driver work until there is nothing more to do now. */
  run(): void {
    for (let i = 0; i < 1000; i++) if (this.driver.doWork() === 0) return;
    throw new Error("driver does not come to rest");
  }

  /** Lets time pass in steps of the timer interval, with the clients alive. */
  pass(durationMs: number, ...alive: RawClient[]): void {
    for (let done = 0; done < durationMs; done += 1000) {
      this.clock.advanceMs(1000);
      for (const client of alive) client.heartbeat().set(this.clock.epochMs());
      this.run();
    }
  }

  systemCounter(id: number): number {
    return this.client().counters.value(id);
  }

  errors(): ErrorObservation[] {
    const buffer = this.files.buffer(`${this.config.dir}/cnc.dat`);
    if (buffer === undefined) throw new Error("no cnc file");
    const { errorLog } = readCncLayout(new DataView(buffer), buffer.byteLength);
    const errors: ErrorObservation[] = [];
    readErrorLog(new AtomicBuffer(buffer, errorLog.offset, errorLog.length), (error) => {
      errors.push(error);
    });
    return errors;
  }

  logPaths(): string[] {
    return this.files.paths().filter((path) => path.endsWith(".logbuffer"));
  }
}
