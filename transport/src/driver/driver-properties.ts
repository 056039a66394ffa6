import { parseDurationNs, parseSize } from "../protocol/channel-param-kinds.js";
import {
  type DriverConfig,
  DriverConfigError,
  driverDefaults,
  type DriverSetting,
} from "./driver-config.js";
import { checkDriverConfig } from "./check-driver-config.js";

/** Where settings come from; an earlier source wins. */
export interface DriverSettingSources {
  /** Typed settings. */
  readonly options?: Partial<DriverConfig>;
  /** `aeron.*` properties given with the options or on the command line. */
  readonly properties?: Readonly<Record<string, string>>;
  /** The environment: `AERON_IPC_TERM_BUFFER_LENGTH` for `aeron.ipc.term.buffer.length`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Text of a properties file. */
  readonly file?: string;
  /** Directory when no source names one. */
  readonly defaultDir: string;
}

type Parser = (text: string) => unknown;

const IDLE_MODES: ReadonlyMap<string, DriverConfig["sharedIdleStrategy"]> = new Map([
  ["backoff", "backoff"],
  ["spin", "spin"],
  ["noop", "spin"],
  ["yield", "yield"],
  ["sleep-ns", "sleep"],
  ["sleep-ms", "sleep"],
  ["org.agrona.concurrent.BackoffIdleStrategy", "backoff"],
  ["org.agrona.concurrent.BusySpinIdleStrategy", "spin"],
  ["org.agrona.concurrent.NoOpIdleStrategy", "spin"],
  ["org.agrona.concurrent.YieldingIdleStrategy", "yield"],
  ["org.agrona.concurrent.SleepingIdleStrategy", "sleep"],
  ["org.agrona.concurrent.SleepingMillisIdleStrategy", "sleep"],
]);

const VALIDATORS: ReadonlyMap<string, DriverConfig["terminationValidator"]> = new Map([
  ["allow", "allow"],
  ["deny", "deny"],
  ["io.aeron.driver.DefaultAllowTerminationValidator", "allow"],
  ["io.aeron.driver.DefaultDenyTerminationValidator", "deny"],
]);

const MODES: ReadonlyMap<string, DriverConfig["threadingMode"]> = new Map([
  ["DEDICATED", "DEDICATED"],
  ["SHARED_NETWORK", "SHARED_NETWORK"],
  ["SHARED", "SHARED"],
  ["INVOKER", "INVOKER"],
]);

const FLOW_CONTROLS: ReadonlyMap<string, DriverConfig["multicastFlowControl"]> = new Map([
  ["max", "max"],
  ["min", "min"],
  ["tagged", "tagged"],
  ["io.aeron.driver.DefaultMulticastFlowControlSupplier", "max"],
  ["io.aeron.driver.MaxMulticastFlowControlSupplier", "max"],
  ["io.aeron.driver.MinMulticastFlowControlSupplier", "min"],
  ["io.aeron.driver.TaggedMulticastFlowControlSupplier", "tagged"],
]);

const CONGESTION_CONTROLS: ReadonlyMap<string, DriverConfig["congestionControl"]> = new Map([
  ["static", "static"],
  ["cubic", "cubic"],
  ["io.aeron.driver.DefaultCongestionControlSupplier", "static"],
  ["io.aeron.driver.ext.CubicCongestionControlSupplier", "cubic"],
]);

const GROUPS: ReadonlyMap<string, DriverConfig["receiverGroupConsideration"]> = new Map<
  string,
  boolean | "infer"
>([
  ["FORCE_TRUE", true],
  ["true", true],
  ["FORCE_FALSE", false],
  ["false", false],
  ["INFER", "infer"],
  ["infer", "infer"],
]);

const boolean: Parser = (text) => (text === "true" ? true : text === "false" ? false : undefined);
const integer: Parser = (text) => (/^-?\d{1,15}$/.test(text) ? Number(text) : undefined);
const int64: Parser = (text) => (/^-?\d{1,19}$/.test(text) ? BigInt(text) : undefined);
const anyText: Parser = (value) => value;
const portRange: Parser = (text) => {
  const match = /^(\d{1,5}) +(\d{1,5})$/.exec(text);
  return match === null ? undefined : { low: Number(match[1]), high: Number(match[2]) };
};
const oneOf =
  (choices: ReadonlyMap<string, unknown>): Parser =>
  (value) =>
    choices.get(value);

/** The Aeron property of each setting, and how its text is read. */
export const driverProperties: {
  readonly [Setting in DriverSetting]: readonly [property: string, parse: Parser];
} = {
  dir: ["aeron.dir", anyText],
  dirDeleteOnStart: ["aeron.dir.delete.on.start", boolean],
  dirDeleteOnShutdown: ["aeron.dir.delete.on.shutdown", boolean],
  dirWarnIfExists: ["aeron.dir.warn.if.exists", boolean],
  filePageSize: ["aeron.file.page.size", parseSize],
  performStorageChecks: ["aeron.perform.storage.checks", boolean],
  lowFileStoreWarningThreshold: ["aeron.low.file.store.warning.threshold", parseSize],
  termBufferSparseFile: ["aeron.term.buffer.sparse.file", boolean],
  termBufferLength: ["aeron.term.buffer.length", parseSize],
  ipcTermBufferLength: ["aeron.ipc.term.buffer.length", parseSize],
  publicationTermWindowLength: ["aeron.publication.term.window.length", parseSize],
  ipcPublicationTermWindowLength: ["aeron.ipc.publication.term.window.length", parseSize],
  conductorBufferLength: ["aeron.conductor.buffer.length", parseSize],
  toClientsBufferLength: ["aeron.clients.buffer.length", parseSize],
  countersValuesBufferLength: ["aeron.counters.buffer.length", parseSize],
  errorBufferLength: ["aeron.error.buffer.length", parseSize],
  lossReportBufferLength: ["aeron.loss.report.buffer.length", parseSize],
  mtuLength: ["aeron.mtu.length", parseSize],
  ipcMtuLength: ["aeron.ipc.mtu.length", parseSize],
  clientLivenessTimeoutNs: ["aeron.client.liveness.timeout", parseDurationNs],
  imageLivenessTimeoutNs: ["aeron.image.liveness.timeout", parseDurationNs],
  publicationUnblockTimeoutNs: ["aeron.publication.unblock.timeout", parseDurationNs],
  publicationConnectionTimeoutNs: ["aeron.publication.connection.timeout", parseDurationNs],
  publicationLingerTimeoutNs: ["aeron.publication.linger.timeout", parseDurationNs],
  timerIntervalNs: ["aeron.timer.interval", parseDurationNs],
  counterFreeToReuseTimeoutNs: ["aeron.counters.free.to.reuse.timeout", parseDurationNs],
  untetheredWindowLimitTimeoutNs: ["aeron.untethered.window.limit.timeout", parseDurationNs],
  untetheredLingerTimeoutNs: ["aeron.untethered.linger.timeout", parseDurationNs],
  untetheredRestingTimeoutNs: ["aeron.untethered.resting.timeout", parseDurationNs],
  tetherSubscriptions: ["aeron.tether.subscriptions", boolean],
  rejoinStream: ["aeron.rejoin.stream", boolean],
  reliableStream: ["aeron.reliable.stream", boolean],
  spiesSimulateConnection: ["aeron.spies.simulate.connection", boolean],
  publicationReservedSessionIdLow: ["aeron.publication.reserved.session.id.low", integer],
  publicationReservedSessionIdHigh: ["aeron.publication.reserved.session.id.high", integer],
  maxResend: ["aeron.max.resend", integer],
  driverTimeoutNs: ["aeron.driver.timeout", parseDriverTimeout],
  conductorCycleThresholdNs: ["aeron.driver.conductor.cycle.threshold", parseDurationNs],
  threadingMode: ["aeron.threading.mode", oneOf(MODES)],
  sharedIdleStrategy: ["aeron.shared.idle.strategy", oneOf(IDLE_MODES)],
  conductorIdleStrategy: ["aeron.conductor.idle.strategy", oneOf(IDLE_MODES)],
  senderIdleStrategy: ["aeron.sender.idle.strategy", oneOf(IDLE_MODES)],
  receiverIdleStrategy: ["aeron.receiver.idle.strategy", oneOf(IDLE_MODES)],
  sharedNetworkIdleStrategy: ["aeron.sharednetwork.idle.strategy", oneOf(IDLE_MODES)],
  socketReceiveBufferLength: ["aeron.socket.so_rcvbuf", parseSize],
  socketSendBufferLength: ["aeron.socket.so_sndbuf", parseSize],
  socketMulticastTtl: ["aeron.socket.multicast.ttl", integer],
  initialWindowLength: ["aeron.rcv.initial.window.length", parseSize],
  statusMessageTimeoutNs: ["aeron.rcv.status.message.timeout", parseDurationNs],
  nakUnicastDelayNs: ["aeron.nak.unicast.delay", parseDurationNs],
  nakUnicastRetryDelayRatio: ["aeron.nak.unicast.retry.delay.ratio", integer],
  nakMulticastMaxBackoffNs: ["aeron.nak.multicast.max.backoff", parseDurationNs],
  nakMulticastGroupSize: ["aeron.nak.multicast.group.size", integer],
  retransmitUnicastDelayNs: ["aeron.retransmit.unicast.delay", parseDurationNs],
  retransmitUnicastLingerNs: ["aeron.retransmit.unicast.linger", parseDurationNs],
  multicastFlowControl: ["aeron.multicast.FlowControl.supplier", oneOf(FLOW_CONTROLS)],
  unicastRetransmitWindowMultiple: ["aeron.unicast.flow.control.rrwm", integer],
  multicastRetransmitWindowMultiple: ["aeron.multicast.flow.control.rrwm", integer],
  flowControlGroupTag: ["aeron.flow.control.group.tag", int64],
  flowControlGroupMinSize: ["aeron.flow.control.group.min.size", integer],
  flowControlReceiverTimeoutNs: ["aeron.flow.control.receiver.timeout", parseDurationNs],
  receiverGroupTag: ["aeron.receiver.group.tag", int64],
  receiverGroupConsideration: ["aeron.receiver.group.consideration", oneOf(GROUPS)],
  sendToStatusPollRatio: ["aeron.send.to.status.poll.ratio", integer],
  streamSessionLimit: ["aeron.driver.stream.session.limit", integer],
  reResolutionCheckIntervalNs: ["aeron.driver.reresolution.check.interval", parseDurationNs],
  congestionControl: ["aeron.CongestionControl.supplier", oneOf(CONGESTION_CONTROLS)],
  cubicMeasureRtt: ["aeron.CubicCongestionControl.measureRtt", boolean],
  cubicInitialRttNs: ["aeron.CubicCongestionControl.initialRtt", parseDurationNs],
  cubicTcpMode: ["aeron.CubicCongestionControl.tcpMode", boolean],
  senderWildcardPortRange: ["aeron.sender.wildcard.port.range", portRange],
  receiverWildcardPortRange: ["aeron.receiver.wildcard.port.range", portRange],
  resolverName: ["aeron.driver.resolver.name", anyText],
  resolverInterface: ["aeron.driver.resolver.interface", anyText],
  resolverBootstrapNeighbor: ["aeron.driver.resolver.bootstrap.neighbor", anyText],
  resolverBootstrapResolutionIntervalNs: [
    "aeron.driver.resolver.bootstrap.neighbor.resolution.interval",
    parseDurationNs,
  ],
  resolverSelfResolutionIntervalNs: [
    "aeron.driver.resolver.self.resolution.interval",
    parseDurationNs,
  ],
  resolverNeighborResolutionIntervalNs: [
    "aeron.driver.resolver.neighbor.resolution.interval",
    parseDurationNs,
  ],
  resolverNeighborTimeoutNs: ["aeron.driver.resolver.neighbor.timeout", parseDurationNs],
  nameResolverThresholdNs: ["aeron.name.resolver.threshold", parseDurationNs],
  senderCycleThresholdNs: ["aeron.driver.sender.cycle.threshold", parseDurationNs],
  receiverCycleThresholdNs: ["aeron.driver.receiver.cycle.threshold", parseDurationNs],
  terminationValidator: ["aeron.driver.termination.validator", oneOf(VALIDATORS)],
};

/** Aeron's one property in milliseconds; with a suffix it is a time like the others. */
function parseDriverTimeout(value: string): number | undefined {
  return /^\d+$/.test(value) ? parseDurationNs(`${value}ms`) : parseDurationNs(value);
}

/** Name of a property's environment variable. */
function environmentName(property: string): string {
  return property.replaceAll(".", "_").toUpperCase();
}

/**
 * Completes the settings of a driver from its sources and the defaults, and checks them together.
 *
 * Properties that are not the driver's are ignored: one file may serve driver, archive and cluster.
 *
 * @throws {DriverConfigError} with all problems
 */
export function resolveDriverConfig(sources: DriverSettingSources): DriverConfig {
  const problems: string[] = [];
  const file =
    sources.file === undefined
      ? new Map<string, string>()
      : parsePropertiesFile(sources.file, problems);
  const resolved: Record<string, unknown> = { ...driverDefaults, dir: sources.defaultDir };
  for (const [setting, [property, parse]] of Object.entries(driverProperties)) {
    const variable = environmentName(property);
    const textual =
      textOf(property, sources.properties?.[property]) ??
      textOf(variable, sources.environment?.[variable]) ??
      textOf(`${property} (file)`, file.get(property));
    const option: unknown = sources.options?.[setting as DriverSetting];
    if (option !== undefined) {
      resolved[setting] = option;
    } else if (textual !== undefined) {
      const value = parse(textual.value);
      if (value === undefined) problems.push(`${textual.from}=${textual.value} cannot be read`);
      else resolved[setting] = value;
    }
  }
  for (const setting of Object.keys(sources.options ?? {})) {
    if (!Object.hasOwn(driverProperties, setting)) problems.push(`${setting} is not a setting`);
  }
  const config = resolved as unknown as DriverConfig;
  problems.push(...checkDriverConfig(config));
  if (problems.length > 0) throw new DriverConfigError(problems);
  return config;
}

function textOf(
  from: string,
  value: string | undefined,
): { from: string; value: string } | undefined {
  return value === undefined ? undefined : { from, value: value.trim() };
}

/** Reads `key=value` or `key: value` lines; `#` and `!` begin comments, a backslash continues a line. */
function parsePropertiesFile(text: string, problems: string[]): Map<string, string> {
  const properties = new Map<string, string>();
  const lines = text.replaceAll(/\\\r?\n\s*/g, "").split(/\r?\n/);
  for (const [index, raw] of lines.entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#") || line.startsWith("!")) continue;
    const match = /^([^=:\s]+)\s*[=:\s]\s*(.*)$/.exec(line);
    if (match === null) problems.push(`line ${index + 1} of the properties file must be key=value`);
    else properties.set(match[1] ?? "", match[2] ?? "");
  }
  return properties;
}
