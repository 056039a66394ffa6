import {
  checkMtuLength,
  checkPageSize,
  checkTermLength,
  computeMaxMessageLength,
} from "@alerion/runtime/concurrent";
import type { DriverConfig, PortRange } from "./driver-config.js";
import { BOOTSTRAP_NEIGHBORS_MAX, bootstrapNames } from "./network/media/bootstrap-names.js";

const MIB = 1024 * 1024;
const COUNTERS_LENGTH_MIN = MIB;
const COUNTERS_LENGTH_MAX = 500 * MIB;
const BUFFER_LENGTH_MAX = 1024 * MIB;
const MAX_RESEND_MAX = 256;
const INT32_MAX = 0x7fff_ffff;
/** Least values of times that may be 0, or -1 for another one. */
const LEAST_TIMES: ReadonlyMap<string, number> = new Map([
  ["counterFreeToReuseTimeoutNs", 0],
  ["retransmitUnicastDelayNs", 0],
  ["untetheredLingerTimeoutNs", -1],
]);

/** Settings that are numbers. */
type NumberSetting = {
  [Setting in keyof DriverConfig]: DriverConfig[Setting] extends number ? Setting : never;
}[keyof DriverConfig];

/** Every problem of a driver's settings, in words; empty if there is none. */
export function checkDriverConfig(config: DriverConfig): string[] {
  return [...lengthProblems(config), ...timeProblems(config), ...otherProblems(config)];
}

function lengthProblems(config: DriverConfig): string[] {
  const problems: string[] = [];
  const attempt = (setting: string, check: () => void): void => {
    try {
      check();
    } catch (error) {
      problems.push(`${setting}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const range = (setting: NumberSetting, min: number, max: number, unit: number = 1): void => {
    const value = config[setting];
    if (value >= min && value <= max && value % unit === 0) return;
    const multiple = unit === 1 ? "" : ` and a multiple of ${unit}`;
    problems.push(`${setting} must be in ${min}..${max}${multiple}: ${setting}=${String(value)}`);
  };
  const powerOfTwoPlus = (setting: NumberSetting, trailer: number): void => {
    const capacity = config[setting] - trailer;
    const isPowerOfTwo = Number.isInteger(Math.log2(capacity));
    if (capacity >= 1024 && capacity <= BUFFER_LENGTH_MAX && isPowerOfTwo) return;
    problems.push(
      `${setting} must be a power of two plus ${trailer}: ${setting}=${String(config[setting])}`,
    );
  };

  attempt("filePageSize", () => checkPageSize(config.filePageSize));
  attempt("termBufferLength", () => checkTermLength(config.termBufferLength));
  attempt("ipcTermBufferLength", () => checkTermLength(config.ipcTermBufferLength));
  attempt("mtuLength", () => checkMtuLength(config.mtuLength));
  attempt("ipcMtuLength", () => checkMtuLength(config.ipcMtuLength));
  if (config.ipcMtuLength > computeMaxMessageLength(config.ipcTermBufferLength)) {
    problems.push(
      `ipcMtuLength must not exceed the longest message: ipcMtuLength=${config.ipcMtuLength} ipcTermBufferLength=${config.ipcTermBufferLength}`,
    );
  }
  powerOfTwoPlus("conductorBufferLength", 768);
  powerOfTwoPlus("toClientsBufferLength", 128);
  range("countersValuesBufferLength", COUNTERS_LENGTH_MIN, COUNTERS_LENGTH_MAX, 128);
  range("errorBufferLength", 4096, BUFFER_LENGTH_MAX, 8);
  range("lossReportBufferLength", 4096, BUFFER_LENGTH_MAX, 64);
  range("publicationTermWindowLength", 0, config.termBufferLength / 2);
  range("ipcPublicationTermWindowLength", 0, config.ipcTermBufferLength / 2);
  range("lowFileStoreWarningThreshold", 0, Number.MAX_SAFE_INTEGER);
  range("maxResend", 1, MAX_RESEND_MAX);
  if (config.mtuLength > computeMaxMessageLength(config.termBufferLength)) {
    problems.push(
      `mtuLength must not exceed the longest message: mtuLength=${config.mtuLength} termBufferLength=${config.termBufferLength}`,
    );
  }
  range("socketReceiveBufferLength", 0, INT32_MAX);
  range("socketSendBufferLength", 0, INT32_MAX);
  range("socketMulticastTtl", 0, 255);
  range("initialWindowLength", 1, INT32_MAX);
  range("nakUnicastRetryDelayRatio", 1, INT32_MAX);
  range("nakMulticastGroupSize", 1, INT32_MAX);
  range("unicastRetransmitWindowMultiple", 1, INT32_MAX);
  range("multicastRetransmitWindowMultiple", 1, INT32_MAX);
  range("flowControlGroupMinSize", 0, INT32_MAX);
  range("sendToStatusPollRatio", 1, INT32_MAX);
  range("streamSessionLimit", 1, INT32_MAX);
  return problems;
}

function timeProblems(config: DriverConfig): string[] {
  const problems: string[] = [];
  for (const [setting, value] of Object.entries(config)) {
    if (!setting.endsWith("Ns")) continue;
    const least = LEAST_TIMES.get(setting) ?? 1;
    if (!Number.isSafeInteger(value) || Number(value) < least) {
      problems.push(
        `${setting} must be a number of nanoseconds of at least ${least}: ${setting}=${String(value)}`,
      );
    }
  }
  if (config.publicationUnblockTimeoutNs <= config.clientLivenessTimeoutNs) {
    problems.push(
      `publicationUnblockTimeoutNs must exceed clientLivenessTimeoutNs: publicationUnblockTimeoutNs=${config.publicationUnblockTimeoutNs} clientLivenessTimeoutNs=${config.clientLivenessTimeoutNs}`,
    );
  }
  if (config.clientLivenessTimeoutNs <= config.timerIntervalNs) {
    problems.push(
      `clientLivenessTimeoutNs must exceed timerIntervalNs: clientLivenessTimeoutNs=${config.clientLivenessTimeoutNs} timerIntervalNs=${config.timerIntervalNs}`,
    );
  }
  return problems;
}

function otherProblems(config: DriverConfig): string[] {
  const problems: string[] = [];
  if (config.dir === "") problems.push("dir must be a path: dir=");
  const { publicationReservedSessionIdLow: low, publicationReservedSessionIdHigh: high } = config;
  if (low > high) {
    problems.push(`reserved session ids must be a range: low=${low} high=${high}`);
  }
  problems.push(...portRangeProblems("senderWildcardPortRange", config.senderWildcardPortRange));
  problems.push(
    ...portRangeProblems("receiverWildcardPortRange", config.receiverWildcardPortRange),
  );
  if (config.resolverName !== undefined && config.resolverInterface === undefined) {
    problems.push(
      `resolverName must come with resolverInterface: resolverName=${config.resolverName}`,
    );
  }
  const bootstrapCount = bootstrapNames(config.resolverBootstrapNeighbor).length;
  if (bootstrapCount > BOOTSTRAP_NEIGHBORS_MAX) {
    problems.push(
      `resolverBootstrapNeighbor must name ${BOOTSTRAP_NEIGHBORS_MAX} drivers at most: count=${bootstrapCount}`,
    );
  }
  return problems;
}

function portRangeProblems(setting: string, range: PortRange | undefined): string[] {
  if (range === undefined) return [];
  const { low, high } = range;
  // `0 0` is Java's way to leave it to the system.
  if ((low === 0 && high === 0) || (low > 0 && low <= high && high <= 65_535)) return [];
  return [`${setting} must be a range of ports: low=${low} high=${high}`];
}
