import { AtomicBuffer, CountersReader, type LogBuffers } from "@alerion/runtime/concurrent";
import type { DriverConfig } from "../../../src/driver/driver-config.js";
import { resolveDriverConfig } from "../../../src/driver/driver-properties.js";
import { MediaDriver } from "../../../src/driver/media-driver.js";
import { BufferFiles } from "../../../src/os/buffer-files.js";
import { readCncLayout } from "../../../src/protocol/cnc-file-descriptor.js";
import { CounterTypeId } from "../../../src/protocol/counters/counter-type-id.js";
import { SystemCounter } from "../../../src/protocol/counters/system-counter.js";
import { SMALL } from "../../support/driver-harness.js";
import { mapLog } from "../../support/raw-client.js";
import { SeededRandom } from "../../support/manual-clock.js";
import { claimedPosition } from "./claimed-position.js";
import type { Image } from "../../../src/client/image.js";
import { AeronSimClient, type StreamSource } from "./aeron-sim-client.js";
import { HookedFiles } from "./hooked-buffer.js";
import { InvariantError, Ledger } from "./ledger.js";
import { Scheduler, type SimAgent } from "./scheduler.js";
import { SimClient } from "./sim-client.js";
import { checkZeroAhead } from "./zero-ahead.js";
import type { ClientHabits, WorldClient } from "./world-client.js";

const MS = 1_000_000;
const DIR = "/sim";
const LIVENESS_MS = 40;

/** Timeouts a thousandth of the real ones, so that a run meets them often. */
const CONFIG: Partial<DriverConfig> = {
  ...SMALL,
  dir: DIR,
  clientLivenessTimeoutNs: LIVENESS_MS * MS,
  publicationUnblockTimeoutNs: 60 * MS,
  imageLivenessTimeoutNs: 30 * MS,
  timerIntervalNs: MS / 5,
  counterFreeToReuseTimeoutNs: MS,
  untetheredWindowLimitTimeoutNs: 10 * MS,
  untetheredRestingTimeoutNs: 10 * MS,
  driverTimeoutNs: 1000 * MS,
  // A driver that takes over from a dead one need not wait until that is known to be dead.
  dirDeleteOnStart: true,
};

const HABITS: ClientHabits = {
  streamIds: [1, 2],
  // Term ids next to their wrap, small windows, sizes that differ.
  publicationChannels: [
    "aeron:ipc",
    "aeron:ipc",
    "aeron:ipc?pub-wnd=8k",
    "aeron:ipc?init-term-id=2147483647|term-id=2147483647|term-offset=64000",
    "aeron:ipc?init-term-id=-2147483648|term-id=-2147483647|term-offset=0",
    "aeron:ipc?session-id=5000",
  ],
  subscriptionChannels: ["aeron:ipc", "aeron:ipc", "aeron:ipc", "aeron:ipc?tether=false"],
  livenessMs: LIVENESS_MS,
  resourcesMax: 3,
};

/** A client that connects anew has seen its driver's end by then: driver timeout, keepalive and a long pause. */
const RESTART_NOTICED_MS = 100 + 2 * LIVENESS_MS + 60;

/** What a run is to be like. */
export interface WorldOptions {
  readonly seed: number;
  readonly stepCount: number;
  /** How many clients there are at a time, of which kind: protocol by hand, real. */
  readonly rawClientCount: number;
  readonly aeronClientCount: number;
  /** Steps from one crash of a client to the next, on average; 0 for none. */
  readonly crashInterval: number;
  /** Steps from one end of the driver to the next, on average; 0 for none. */
  readonly driverRestartInterval: number;
}

/** A driver and clients in one simulated machine. */
export class IpcWorld {
  readonly scheduler: Scheduler;
  /** Of the driver that runs now. */
  ledger: Ledger = new Ledger();
  readonly files = new BufferFiles((length) => new ArrayBuffer(length));
  readonly #options: WorldOptions;
  #driver: MediaDriver | undefined;
  #driverAgent: SimAgent | undefined;
  #clients: WorldClient[] = [];
  #counters: CountersReader | undefined;
  readonly #logs = new Map<number, LogBuffers>();
  #clientNumber = 0;
  #checkCount = 0;
  #noticedByNs: number = Number.POSITIVE_INFINITY;
  /** Of all drivers. */
  receivedCount = 0;
  driverRestartCount = 0;
  reconnectCount = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.scheduler = new Scheduler(options.seed, {
      stepMeanNs: 20_000,
      preemptionInterval: 60,
      pauseInterval: 3000,
      pauseMaxNs: 2 * LIVENESS_MS * MS,
    });
    this.#startDriver();
  }

  /** The hostile part, then the quiet end. */
  run(): void {
    const { stepCount, crashInterval, driverRestartInterval } = this.#options;
    const { scheduler } = this;
    while (scheduler.stepCount < stepCount) {
      this.#keepClients();
      scheduler.runUntil(
        Math.min(stepCount, scheduler.stepCount + 1 + scheduler.random.below(2 * 200)),
      );
      if (this.#isDue(crashInterval)) {
        const victim = this.#clients[scheduler.random.below(this.#clients.length)];
        if (victim !== undefined) scheduler.crash(victim, 400);
      }
      if (this.#isDue(driverRestartInterval)) this.#restartDriver();
      this.#checkRestartNoticed();
    }
    this.#quieten();
  }

  /** Once in so many steps; asked about every 200. */
  #isDue(interval: number): boolean {
    return interval > 0 && this.scheduler.random.below(Math.ceil(interval / 200)) === 0;
  }

  #startDriver(): void {
    this.scheduler.add((hook) => {
      const driver = new MediaDriver({
        config: resolveDriverConfig({ options: CONFIG, defaultDir: DIR }),
        files: new HookedFiles(this.files, hook),
        clock: this.scheduler,
        random: new SeededRandom(this.#options.seed + this.driverRestartCount),
        pid: 1,
        wait: () => {},
      });
      const agent = {
        name: "driver",
        step: () => {
          driver.doWork();
          this.#checkAfterDriver();
        },
      };
      this.#driver = driver;
      this.#driverAgent = agent;
      return agent;
    });
    this.ledger = new Ledger();
    this.#logs.clear();
    this.#counters = this.#openCounters();
  }

  /** The driver ends in good order or dies at any access; after a while another takes over its directory. */
  #restartDriver(): void {
    const { scheduler } = this;
    const agent = this.#driverAgent;
    if (agent === undefined) return;
    if (scheduler.random.below(2) === 0) {
      this.#driver?.close();
      scheduler.remove(agent);
    } else {
      scheduler.crash(agent, 2000);
      for (let i = 0; i < 1000 && !scheduler.isDead(agent); i++)
        scheduler.runUntil(scheduler.stepCount + 10);
      scheduler.remove(agent);
    }
    // Who speaks the protocol by hand looks at no heartbeat: it goes with its driver.
    for (const client of this.#clients) {
      if (client instanceof AeronSimClient) continue;
      client.leave();
      scheduler.remove(client);
    }
    this.receivedCount += this.ledger.receivedCount;
    this.driverRestartCount++;
    this.#counters = undefined;
    scheduler.runUntil(scheduler.stepCount + 1 + scheduler.random.below(2000));
    this.#startDriver();
    this.#noticedByNs = scheduler.monoNs() + RESTART_NOTICED_MS * MS;
  }

  /** Whoever had connected to a driver that is no more must have found out, and be with the new one. */
  #checkRestartNoticed(): void {
    if (this.scheduler.monoNs() < this.#noticedByNs) return;
    this.#noticedByNs = Number.POSITIVE_INFINITY;
    const behind = this.#clients.filter(
      (each) => each instanceof AeronSimClient && each.isBehind() && !this.scheduler.isDead(each),
    );
    if (behind.length === 0) return;
    throw new InvariantError(
      "restart",
      `clients must notice that their driver is gone: ${behind.map(({ name }) => name).join(" ")}`,
    );
  }

  systemCounter(id: SystemCounter): number {
    return this.#counters?.value(id) ?? 0;
  }

  /** Clients that are gone are replaced by new ones. */
  #keepClients(): void {
    this.#forgetGone();
    const { rawClientCount, aeronClientCount } = this.#options;
    const isReal = (client: WorldClient): boolean => client instanceof AeronSimClient;
    const realCount = this.#clients.filter(isReal).length;
    for (let i = realCount; i < aeronClientCount; i++) this.#addAeronClient();
    for (let i = this.#clients.length - aeronClientCount; i < rawClientCount; i++) {
      this.#addRawClient();
    }
  }

  #forgetGone(): void {
    this.#clients = this.#clients.filter((client) => {
      if (!client.isClosed && !this.scheduler.isDead(client)) return true;
      client.leave();
      if (client instanceof AeronSimClient) this.reconnectCount += client.reconnectCount;
      return false;
    });
  }

  #addRawClient(): void {
    this.scheduler.add((hook) => {
      const client = new SimClient(
        `client-${++this.#clientNumber}`,
        new HookedFiles(this.files, hook),
        DIR,
        this.scheduler,
        this.ledger,
        HABITS,
      );
      this.#clients.push(client);
      return client;
    });
  }

  #addAeronClient(): void {
    this.scheduler.add((hook) => {
      const client = new AeronSimClient(`aeron-${++this.#clientNumber}`, {
        scheduler: this.scheduler,
        files: new HookedFiles(this.files, hook),
        dir: DIR,
        habits: HABITS,
        ledgerOf: (cnc) => (cnc === this.files.buffer(`${DIR}/cnc.dat`) ? this.ledger : undefined),
        publicationPath: ({ originalRegistrationId }) => logPath(originalRegistrationId),
        sourceOf: (image, _channel, ledger) => this.#sourceOf(image, ledger),
      });
      this.#clients.push(client);
      return client;
    });
  }

  /** In one machine an image is the publication's own log. */
  #sourceOf(image: Image, ledger: Ledger): StreamSource {
    const path = logPath(image.correlationId);
    const memory = this.files.length(path) === undefined ? undefined : mapLog(this.files, path);
    return {
      log: ledger.open(path, image.sessionId, image.streamId),
      isReliable: true,
      producerPosition: () => memory?.metadata.producerPosition(),
    };
  }

  /** Faults end: what is alive must go on, read everything and leave nothing behind. */
  #quieten(): void {
    const { scheduler } = this;
    scheduler.isHostile = false;
    // Whoever has yet to notice that the driver is another one does so now.
    if (this.#noticedByNs < Number.POSITIVE_INFINITY) {
      scheduler.runFor(this.#noticedByNs - scheduler.monoNs());
      this.#checkRestartNoticed();
    }
    this.#forgetGone();
    // Two last deaths, at the worst moment: the others must go on.
    if (this.#options.crashInterval > 0) {
      for (const client of this.#clients.slice(0, 2)) client.dieInClaims();
    }
    for (const client of this.#clients) client.isQuiet = true;
    // Longer than every timeout in a row: the dead are found, their claims overridden, rests are over.
    scheduler.runFor(200 * MS);
    this.#forgetGone();
    // No more publishing: what is published is read, and then there is room again.
    for (const client of this.#clients) client.isDraining = true;
    for (let i = 0; i < 100 && this.#clients.some((each) => each.unread() > 0); i++) {
      scheduler.runFor(5 * MS);
    }
    this.#checkProgress();
    for (const [index, client] of this.#clients.entries()) client.close(index % 2 === 0);
    scheduler.runFor(200 * MS);
    this.#checkAllFreed();
    this.receivedCount += this.ledger.receivedCount;
    this.#driver?.close();
  }

  #checkProgress(): void {
    const unread = this.#clients.reduce((sum, each) => sum + each.unread(), 0);
    if (unread > 0) throw new InvariantError("progress", `images must be read: unread=${unread}`);
    this.scheduler.runFor(5 * MS);
    const stuck = this.#clients.flatMap((each) => each.stuck());
    if (stuck.length > 0) {
      throw new InvariantError("progress", `publications must go on: paths=${stuck.join(" ")}`);
    }
  }

  /** D4: counters and logs are freed once all clients are gone and every timeout has passed. */
  #checkAllFreed(): void {
    const logs = this.files.paths().filter((path) => path.endsWith(".logbuffer"));
    if (logs.length > 0) throw new InvariantError("D4", `logs must be freed: ${logs.join(" ")}`);
    const labels: string[] = [];
    const counters = this.#openCounters();
    counters.forEach((id) => {
      if (counters.typeId(id) !== CounterTypeId.SYSTEM) labels.push(counters.label(id));
    });
    if (labels.length > 0) {
      throw new InvariantError("D4", `counters must be freed: ${labels.join("; ")}`);
    }
    if (
      this.#options.crashInterval === 0 &&
      this.systemCounter(SystemCounter.UNBLOCKED_COMMANDS) > 0
    ) {
      throw new InvariantError("D4", "no command may be unblocked when nobody died");
    }
  }

  /**
   * D2: no position of the driver's lies beyond what was claimed, the limit leads the slowest reader by a window
   * at most, and the log ahead of the tail is zero.
   */
  #checkAfterDriver(): void {
    // Every eighth time: the recount costs more than the step that it checks.
    if (++this.#checkCount % 8 !== 0) return;
    const counters = this.#counters;
    if (counters === undefined) return;
    const limitIds: number[] = [];
    counters.forEach((id) => {
      if (counters.typeId(id) === CounterTypeId.PUBLISHER_LIMIT) limitIds.push(id);
    });
    const limitId = limitIds[Math.floor(this.#checkCount / 8) % Math.max(1, limitIds.length)];
    if (limitId === undefined) return;
    const registrationId = counters.registrationId(limitId);
    const path = logPath(registrationId);
    if (this.files.length(path) === undefined) return;
    let log = this.#logs.get(registrationId);
    if (log === undefined) {
      log = mapLog(this.files, path);
      this.#logs.set(registrationId, log);
    }
    const tail = claimedPosition(log);
    this.#checkPositions(counters, registrationId, log, tail);
    const limit = counters.value(limitId);
    const isEnded = log.metadata.endOfStreamPosition() < 2 ** 62;
    if (!isEnded && this.#checkCount % 16 === 0) checkZeroAhead(log, path, tail, limit);
  }

  #checkPositions(
    counters: CountersReader,
    registrationId: number,
    log: LogBuffers,
    tail: number,
  ): void {
    const fail = (what: string, position: number): void => {
      throw new InvariantError(
        "D2",
        `${what} must not lie beyond what was claimed: log=${registrationId} position=${position} tail=${tail}`,
      );
    };
    const endOfStream = log.metadata.endOfStreamPosition();
    if (endOfStream < 2 ** 62 && endOfStream > tail) fail("end of stream", endOfStream);
    counters.forEach((id) => {
      const value = counters.value(id);
      switch (counters.typeId(id)) {
        case CounterTypeId.PUBLISHER_POSITION:
          if (counters.registrationId(id) === registrationId && value > tail)
            fail("pub-pos", value);
          break;
        case CounterTypeId.SUBSCRIBER_POSITION:
          if (counters.referenceId(id) === registrationId && value > tail) fail("sub-pos", value);
          break;
        default:
          break;
      }
    });
  }

  #openCounters(): CountersReader {
    const buffer = this.files.buffer(`${DIR}/cnc.dat`);
    if (buffer === undefined) throw new Error("cnc file must exist");
    const layout = readCncLayout(new DataView(buffer), buffer.byteLength);
    return new CountersReader(
      new AtomicBuffer(buffer, layout.countersMetadata.offset, layout.countersMetadata.length),
      new AtomicBuffer(buffer, layout.countersValues.offset, layout.countersValues.length),
    );
  }
}

function logPath(registrationId: bigint | number): string {
  return `${DIR}/publications/${registrationId}.logbuffer`;
}
