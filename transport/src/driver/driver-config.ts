import { AlerionError } from "@alerion/runtime";

/** How the parts of the driver are spread over threads. */
export type ThreadingMode = "DEDICATED" | "INVOKER" | "SHARED" | "SHARED_NETWORK";

/** Ports that wildcard channels are bound to, both ends included. */
export interface PortRange {
  readonly low: number;
  readonly high: number;
}

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
  /** The same for the conductor's thread, DEDICATED and SHARED_NETWORK. */
  readonly conductorIdleStrategy: IdleMode;
  /** The same for the sender's thread, DEDICATED. */
  readonly senderIdleStrategy: IdleMode;
  /** The same for the receiver's thread, DEDICATED. */
  readonly receiverIdleStrategy: IdleMode;
  /** The same for the thread of sender and receiver, SHARED_NETWORK. */
  readonly sharedNetworkIdleStrategy: IdleMode;
  /** SO_RCVBUF of sockets; 0 is the system's. Default 128 KiB. */
  readonly socketReceiveBufferLength: number;
  /** SO_SNDBUF of sockets; 0 is the system's. Default 0. */
  readonly socketSendBufferLength: number;
  /** TTL of multicast datagrams, 0..255; 0 is the system's. Default 0. */
  readonly socketMulticastTtl: number;
  /** Receiver window of images, at most half a term. Default 128 KiB. */
  readonly initialWindowLength: number;
  /** Status messages are sent at least this often. Default 200 ms. */
  readonly statusMessageTimeoutNs: number;
  /** How long a gap is waited for before it is asked for again by NAK. Default 1 µs. */
  readonly nakUnicastDelayNs: number;
  /** Times the delay, until the NAK is repeated. Default 100. */
  readonly nakUnicastRetryDelayRatio: number;
  /** Longest backoff of a NAK in a group. Default 10 ms. */
  readonly nakMulticastMaxBackoffNs: number;
  /** How many receivers a group is taken to have. Default 10. */
  readonly nakMulticastGroupSize: number;
  /** How long a retransmit waits. Default 0. */
  readonly retransmitUnicastDelayNs: number;
  /** How long a retransmit is not repeated. Default 10 ms. */
  readonly retransmitUnicastLingerNs: number;
  /** Flow control of multicast and multi-destination publications unless the channel says. Default max. */
  readonly multicastFlowControl: FlowControlKind;
  /** A retransmit is at most so many receiver windows long, unicast. Default 16. */
  readonly unicastRetransmitWindowMultiple: number;
  /** The same for groups. Default 4. */
  readonly multicastRetransmitWindowMultiple: number;
  /** Tag of the receivers that tagged flow control follows. Default -1. */
  readonly flowControlGroupTag: bigint;
  /** Receivers that there must be. Default 0. */
  readonly flowControlGroupMinSize: number;
  /** Flow control forgets a receiver that was silent for so long. Default 5 s. */
  readonly flowControlReceiverTimeoutNs: number;
  /** Tag in status messages unless the subscription says. Default none. */
  readonly receiverGroupTag: bigint | undefined;
  /** Whether receivers behave as in a group unless the subscription says. Default infer: as the channel is. */
  readonly receiverGroupConsideration: boolean | "infer";
  /** Sender duty cycles with data per poll for status messages. Default 6. */
  readonly sendToStatusPollRatio: number;
  /** Sessions that a stream may have on one endpoint. Default 2^31 - 1. */
  readonly streamSessionLimit: number;
  /** How often silent endpoints are looked up again. Default 1 s. */
  readonly reResolutionCheckIntervalNs: number;
  /** Congestion control unless the subscription says. Default static. */
  readonly congestionControl: "cubic" | "static";
  /** Whether CUBIC measures round trips. Default false. */
  readonly cubicMeasureRtt: boolean;
  /** Round trip that CUBIC starts with. Default 100 µs. */
  readonly cubicInitialRttNs: number;
  /** Whether CUBIC never falls behind what TCP would do. Default false. */
  readonly cubicTcpMode: boolean;
  /** Ports for publications whose control address has port 0; the system chooses by default. */
  readonly senderWildcardPortRange: PortRange | undefined;
  /** Ports for subscriptions whose endpoint has port 0; the system chooses by default. */
  readonly receiverWildcardPortRange: PortRange | undefined;
  /** Name of this driver among drivers; with it, drivers tell each other their names. Default none. */
  readonly resolverName: string | undefined;
  /** Address and port that other drivers' names come in at, `host:port`. */
  readonly resolverInterface: string | undefined;
  /** Drivers to begin with: `host:port`, several with commas. */
  readonly resolverBootstrapNeighbor: string | undefined;
  /** How often bootstrap neighbours that are silent are looked up again. Default 10 s. */
  readonly resolverBootstrapResolutionIntervalNs: number;
  /** How often the driver tells its own name. Default 1 s. */
  readonly resolverSelfResolutionIntervalNs: number;
  /** How often it tells the names it knows. Default 2 s. */
  readonly resolverNeighborResolutionIntervalNs: number;
  /** Names and neighbours that were not heard of for so long are forgotten. Default 10 s. */
  readonly resolverNeighborTimeoutNs: number;
  /** Name look-ups longer than this are counted. Default 5 s. */
  readonly nameResolverThresholdNs: number;
  /** Sender cycles longer than this are counted. Default 100 ms. */
  readonly senderCycleThresholdNs: number;
  /** Receiver cycles longer than this are counted. Default 100 ms. */
  readonly receiverCycleThresholdNs: number;
  /** Who may end the driver by command. Default nobody. */
  readonly terminationValidator: "allow" | "deny";
}

/** Which receivers of a group hold a sender back. */
type FlowControlKind = "max" | "min" | "tagged";

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
  conductorIdleStrategy: "backoff",
  senderIdleStrategy: "backoff",
  receiverIdleStrategy: "backoff",
  sharedNetworkIdleStrategy: "backoff",
  socketReceiveBufferLength: 128 * KIB,
  socketSendBufferLength: 0,
  socketMulticastTtl: 0,
  initialWindowLength: 128 * KIB,
  statusMessageTimeoutNs: 200 * MS,
  nakUnicastDelayNs: 1000,
  nakUnicastRetryDelayRatio: 100,
  nakMulticastMaxBackoffNs: 10 * MS,
  nakMulticastGroupSize: 10,
  retransmitUnicastDelayNs: 0,
  retransmitUnicastLingerNs: 10 * MS,
  multicastFlowControl: "max",
  unicastRetransmitWindowMultiple: 16,
  multicastRetransmitWindowMultiple: 4,
  flowControlGroupTag: -1n,
  flowControlGroupMinSize: 0,
  flowControlReceiverTimeoutNs: 5 * S,
  receiverGroupTag: undefined,
  receiverGroupConsideration: "infer",
  sendToStatusPollRatio: 6,
  streamSessionLimit: 0x7fff_ffff,
  reResolutionCheckIntervalNs: S,
  congestionControl: "static",
  cubicMeasureRtt: false,
  cubicInitialRttNs: 100_000,
  cubicTcpMode: false,
  senderWildcardPortRange: undefined,
  receiverWildcardPortRange: undefined,
  resolverName: undefined,
  resolverInterface: undefined,
  resolverBootstrapNeighbor: undefined,
  resolverBootstrapResolutionIntervalNs: 10 * S,
  resolverSelfResolutionIntervalNs: S,
  resolverNeighborResolutionIntervalNs: 2 * S,
  resolverNeighborTimeoutNs: 10 * S,
  nameResolverThresholdNs: 5 * S,
  senderCycleThresholdNs: 100 * MS,
  receiverCycleThresholdNs: 100 * MS,
  terminationValidator: "deny",
};
