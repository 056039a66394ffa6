import { AlerionError } from "@alerion/runtime";

/** How the parts of the driver are spread over threads. */
export type ThreadingMode = "DEDICATED" | "INVOKER" | "SHARED" | "SHARED_NETWORK";

/** How a driver's thread waits when there is nothing to do. */
export type IdleMode = "backoff" | "sleep" | "spin" | "yield";

/**
 * Settings of a media driver, complete. Lengths are bytes, times nanoseconds unless the name says otherwise.
 *
 * Each has the name, meaning, default and range of its Aeron property (`driverProperties`).
 * Source: Aeron `MediaDriver.Context`, `Configuration`; conformance/aeron/commands/constants.json.
 */
export interface DriverConfig {
  /** Directory of the driver. Default `/dev/shm/aeron-<user>`, or in the temporary folder. */
  readonly dir: string;
  /** Take the directory even if another driver seems alive. Default false. */
  readonly dirDeleteOnStart: boolean;
  /** Remove the directory at the end. Default false. */
  readonly dirDeleteOnShutdown: boolean;
  /** Note in the error log that the directory existed. Default false. */
  readonly dirWarnIfExists: boolean;
  /** Multiple of which all files are: a power of two, 4096..1 GiB. Default 4096. */
  readonly filePageSize: number;
  /** Refuse a log that the disk has no room for. Default true. */
  readonly performStorageChecks: boolean;
  /** Note in the error log when less room than this is left. Default 160 MiB. */
  readonly lowFileStoreWarningThreshold: number;
  /** Do not take the room of a log until it is written. Default true. */
  readonly termBufferSparseFile: boolean;
  /** Term length of network publications. Default 16 MiB. */
  readonly termBufferLength: number;
  /** Term length of IPC publications. Default 64 MiB. */
  readonly ipcTermBufferLength: number;
  /** Window of network publications; 0 is half a term. Default 0. */
  readonly publicationTermWindowLength: number;
  /** Window of IPC publications; 0 is half a term. Default 0. */
  readonly ipcPublicationTermWindowLength: number;
  /** To-driver ring with its trailer: a power of two plus 768. Default 1 MiB + 768. */
  readonly conductorBufferLength: number;
  /** To-clients broadcast with its trailer: a power of two plus 128. Default 1 MiB + 128. */
  readonly toClientsBufferLength: number;
  /** Values of the counters: 1 MiB..500 MiB; the metadata takes four times as much. Default 8 MiB. */
  readonly countersValuesBufferLength: number;
  /** Error log. Default 4 MiB. */
  readonly errorBufferLength: number;
  /** Loss report file. Default 1 MiB. */
  readonly lossReportBufferLength: number;
  /** Longest frame of network publications: a multiple of 32. Default 1408. */
  readonly mtuLength: number;
  /** Longest frame of IPC publications: a multiple of 32. Default 1408. */
  readonly ipcMtuLength: number;
  /** A client without a sign of life for this long is gone. Default 10 s. */
  readonly clientLivenessTimeoutNs: number;
  /** An image without packets for this long is gone; also the cool-down of a rejected one. Default 10 s. */
  readonly imageLivenessTimeoutNs: number;
  /** A publisher that blocks others for this long is overridden; longer than the client liveness. Default 15 s. */
  readonly publicationUnblockTimeoutNs: number;
  /** A receiver without status messages for this long is gone. Default 5 s. */
  readonly publicationConnectionTimeoutNs: number;
  /** How long a closed network publication repairs loss. Default 5 s. */
  readonly publicationLingerTimeoutNs: number;
  /** How often timers are looked at. Default 1 s. */
  readonly timerIntervalNs: number;
  /** How long a freed counter is not used again. Default 1 s. */
  readonly counterFreeToReuseTimeoutNs: number;
  /** How long an untethered subscriber may stay beyond its window. Default 5 s. */
  readonly untetheredWindowLimitTimeoutNs: number;
  /** How long it lingers then; -1 is the window limit timeout. Default -1. */
  readonly untetheredLingerTimeoutNs: number;
  /** How long it rests then. Default 10 s. */
  readonly untetheredRestingTimeoutNs: number;
  /** Whether subscriptions are tethered unless they say. Default true. */
  readonly tetherSubscriptions: boolean;
  /** Whether images may come back unless the subscription says. Default true. */
  readonly rejoinStream: boolean;
  /** Whether loss is repaired unless the subscription says. Default true. */
  readonly reliableStream: boolean;
  /** Whether spies count as connection unless the publication says. Default false. */
  readonly spiesSimulateConnection: boolean;
  /** Session ids from here … Default -1. */
  readonly publicationReservedSessionIdLow: number;
  /** … to here are not given out. Default 1000. */
  readonly publicationReservedSessionIdHigh: number;
  /** Retransmits under way at most, 1..256. Default 16. */
  readonly maxResend: number;
  /** Age at which another driver's heartbeat counts as dead. Default 10 s. */
  readonly driverTimeoutNs: number;
  /** Conductor cycles longer than this are counted. Default 100 ms. */
  readonly conductorCycleThresholdNs: number;
  /** Threads: INVOKER (the caller's) or SHARED (one of its own). Default SHARED. */
  readonly threadingMode: ThreadingMode;
  /** What the driver's thread does without work. Default backoff: parked, up to 2 ms at a time. */
  readonly sharedIdleStrategy: IdleMode;
  /** Who may end the driver by command. Default nobody. */
  readonly terminationValidator: "allow" | "deny";
}

/** Name of a setting. */
export type DriverSetting = keyof DriverConfig;

/**
 * Settings that cannot be: all of them, not just the first.
 *
 * Code `DRIVER_CONFIG`; `problems` has one sentence each.
 */
export class DriverConfigError extends AlerionError {
  override readonly name: string = "DriverConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super("DRIVER_CONFIG", `driver settings must be possible: ${problems.join("; ")}`);
    this.problems = problems;
  }
}

const KIB = 1024;
const MIB = 1024 * KIB;
const MS = 1_000_000;
const S = 1000 * MS;

/** Defaults of every setting but `dir`. */
export const driverDefaults: Omit<DriverConfig, "dir"> = {
  dirDeleteOnStart: false,
  dirDeleteOnShutdown: false,
  dirWarnIfExists: false,
  filePageSize: 4 * KIB,
  performStorageChecks: true,
  lowFileStoreWarningThreshold: 160 * MIB,
  termBufferSparseFile: true,
  termBufferLength: 16 * MIB,
  ipcTermBufferLength: 64 * MIB,
  publicationTermWindowLength: 0,
  ipcPublicationTermWindowLength: 0,
  conductorBufferLength: MIB + 768,
  toClientsBufferLength: MIB + 128,
  countersValuesBufferLength: 8 * MIB,
  errorBufferLength: 4 * MIB,
  lossReportBufferLength: MIB,
  mtuLength: 1408,
  ipcMtuLength: 1408,
  clientLivenessTimeoutNs: 10 * S,
  imageLivenessTimeoutNs: 10 * S,
  publicationUnblockTimeoutNs: 15 * S,
  publicationConnectionTimeoutNs: 5 * S,
  publicationLingerTimeoutNs: 5 * S,
  timerIntervalNs: S,
  counterFreeToReuseTimeoutNs: S,
  untetheredWindowLimitTimeoutNs: 5 * S,
  untetheredLingerTimeoutNs: -1,
  untetheredRestingTimeoutNs: 10 * S,
  tetherSubscriptions: true,
  rejoinStream: true,
  reliableStream: true,
  spiesSimulateConnection: false,
  publicationReservedSessionIdLow: -1,
  publicationReservedSessionIdHigh: 1000,
  maxResend: 16,
  driverTimeoutNs: 10 * S,
  conductorCycleThresholdNs: 100 * MS,
  threadingMode: "SHARED",
  sharedIdleStrategy: "backoff",
  terminationValidator: "deny",
};
