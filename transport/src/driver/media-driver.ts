import {
  type Agent,
  AgentInvoker,
  BroadcastTransmitter,
  type Clock,
  CompositeAgent,
  CountersManager,
  DistinctErrorLog,
  ManyToOneRingBuffer,
} from "@alerion/runtime/concurrent";
import type { SharedFile, SharedFiles } from "../os/shared-files.js";
import {
  CNC_FILE_NAME,
  computeCncFileLength,
  computeCncSections,
  fillCncMetadata,
  signalCncReady,
} from "../protocol/cnc-file-descriptor.js";
import { SystemCounter } from "../protocol/counters/system-counter.js";
import { LOSS_REPORT_FILE_NAME } from "../protocol/loss-report.js";
import { CycleClock } from "./cycle-clock.js";
import type { DriverConfig } from "./driver-config.js";
import { DriverConductor } from "./driver-conductor.js";
import { SystemCounters } from "./driver-counters.js";
import { prepareDirectory } from "./driver-directory.js";
import type { HostedNetwork, NetworkHost } from "./network/network-agent-context.js";
import { OneThreadAgent } from "./one-thread-agent.js";
import type { Random } from "./random.js";

const NS_PER_MS = 1_000_000;

/** Everything that a driver takes from outside. */
export interface MediaDriverContext {
  readonly config: DriverConfig;
  readonly files: SharedFiles;
  readonly clock: Clock;
  readonly random: Random;
  /** Process id, for those who look. */
  readonly pid: number;
  /** Lets others run for some ms: only while another driver's unfinished file is waited for. */
  readonly wait: (durationMs: number) => void;
  /** The network; without it the driver is IPC only. */
  readonly network?: NetworkHost;
  /** The conductor leaves messages the way where all run in one thread: for drivers whose clock runs by itself. */
  readonly conductorWaits?: boolean;
  /** A client ended the driver. */
  readonly onTerminate?: () => void;
}

/**
 * A media driver: its directory and the agent that serves it.
 *
 * It has no thread. Call `doWork` again and again (INVOKER), or give it to `startDriverThread`.
 */
export class MediaDriver {
  readonly dir: string;
  readonly #clock: CycleClock;
  readonly #context: MediaDriverContext;
  readonly #cncFile: SharedFile;
  readonly #invoker: AgentInvoker;
  /** The last cycle had work and read the clock: the next one follows at once. */
  #skipsClock: boolean = false;

  /**
   * Makes the directory, and is ready for clients when it returns.
   *
   * @throws {ActiveDriverError} if another driver is alive in the directory
   * @throws {StorageSpaceError | SharedFileError} if the files cannot be made
   */
  constructor(context: MediaDriverContext) {
    const { config, files } = context;
    const clock = new CycleClock(context.clock);
    this.#clock = clock;
    this.#context = context;
    this.dir = config.dir;
    const existed = prepareDirectory(files, config, context.clock, context.wait);
    const lossReportLength = align(config.lossReportBufferLength, config.filePageSize);
    const length = computeCncFileLength(cncLengths(config));
    try {
      // Not sparse: a page that finds no room when it is first written to would kill whoever writes.
      files.create(`${config.dir}/${LOSS_REPORT_FILE_NAME}`, lossReportLength, false).close();
      this.#cncFile = files.create(`${config.dir}/${CNC_FILE_NAME}`, length, false);
    } catch (error) {
      files.removeFolder(config.dir);
      throw error;
    }
    const cnc = this.#cncFile.map(0, length);
    fillCncMetadata(cnc.view, cncLengths(config), {
      clientLivenessTimeoutNs: config.clientLivenessTimeoutNs,
      startTimestampMs: clock.epochMs(),
      pid: context.pid,
    });
    const layout = computeCncSections(cncLengths(config));
    const section = ({ offset, length: sectionLength }: { offset: number; length: number }) =>
      cnc.slice(offset, sectionLength);

    const toDriver = new ManyToOneRingBuffer(section(layout.toDriver));
    // As the reference drivers do: ids begin at 1.
    toDriver.nextCorrelationId();
    const counters = new CountersManager(
      section(layout.countersMetadata),
      section(layout.countersValues),
      clock,
      config.counterFreeToReuseTimeoutNs / NS_PER_MS,
    );
    const systemCounters = new SystemCounters(counters, config);
    const errorLog = new DistinctErrorLog(section(layout.errorLog), clock);
    systemCounters.get(SystemCounter.BYTES_CURRENTLY_MAPPED).set(length + lossReportLength);
    const network = context.network?.create({
      config,
      clock,
      timestampClock: context.clock,
      files,
      counters,
      systemCounters,
      onError: (error) => {
        conductor.onError(error);
      },
    });
    const conductor: DriverConductor = new DriverConductor({
      config,
      clock,
      random: context.random,
      files,
      toDriver,
      toClients: new BroadcastTransmitter(section(layout.toClients)),
      counters,
      errorLog,
      systemCounters,
      ...(network === undefined ? {} : { network: network.media }),
      onTerminate: () => context.onTerminate?.(),
    });
    if (existed && config.dirWarnIfExists) {
      errorLog.recordText(`warning: directory existed: dir=${config.dir}`);
    }
    const agent =
      context.conductorWaits === true
        ? inTurns(network, conductor, clock)
        : inOrder(network, conductor);
    this.#invoker = new AgentInvoker(agent, (error) => {
      conductor.onError(error);
    });
    // The first heartbeat, then the version: from here on clients come.
    this.#invoker.start();
    signalCncReady(cnc.i32);
  }

  /** One duty cycle. Returns work done; 0 lets the caller idle. */
  doWork(): number {
    const skipped = this.#skipsClock;
    if (!skipped) this.#clock.update();
    const workCount = this.#invoker.invoke();
    // A message that just came in and goes on at once is not kept waiting for the clock: 85 ns.
    this.#skipsClock = !skipped && workCount > 0 && this.#context.conductorWaits === true;
    return workCount;
  }

  /** Ends the driver and lets go of all memory. Idempotent. */
  close(): void {
    if (this.#invoker.isClosed()) return;
    this.#invoker.close();
    this.#cncFile.close();
    if (this.#context.config.dirDeleteOnShutdown) this.#context.files.removeFolder(this.dir);
  }
}

/** All that runs in the conductor's thread, one after the other. */
function inOrder(network: HostedNetwork | undefined, conductor: Agent): Agent {
  return network === undefined || network.agents.length === 0
    ? conductor
    : new CompositeAgent([...network.agents, conductor]);
}

function inTurns(network: HostedNetwork | undefined, conductor: Agent, clock: Clock): Agent {
  const [sender, receiver] = network?.agents ?? [];
  return sender === undefined || receiver === undefined
    ? inOrder(network, conductor)
    : new OneThreadAgent(sender, receiver, conductor, clock);
}

function cncLengths(config: DriverConfig): Parameters<typeof computeCncFileLength>[0] {
  return {
    toDriverBufferLength: config.conductorBufferLength,
    toClientsBufferLength: config.toClientsBufferLength,
    countersValuesBufferLength: config.countersValuesBufferLength,
    errorLogBufferLength: config.errorBufferLength,
    filePageSize: config.filePageSize,
  };
}

function align(length: number, unit: number): number {
  return Math.ceil(length / unit) * unit;
}
