import {
  checkMtuLength,
  checkPageSize,
  checkTermLength,
  computeMaxMessageLength,
} from "@alerion/runtime/concurrent";
import type { DriverConfig } from "./driver-config.js";

const MIB = 1024 * 1024;
const COUNTERS_LENGTH_MIN = MIB;
const COUNTERS_LENGTH_MAX = 500 * MIB;
const BUFFER_LENGTH_MAX = 1024 * MIB;
const MAX_RESEND_MAX = 256;

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
  const range = (setting: keyof DriverConfig, min: number, max: number, unit: number = 1): void => {
    const value = config[setting];
    if (typeof value === "number" && value >= min && value <= max && value % unit === 0) return;
    const multiple = unit === 1 ? "" : ` and a multiple of ${unit}`;
    problems.push(`${setting} must be in ${min}..${max}${multiple}: ${setting}=${String(value)}`);
  };
  const powerOfTwoPlus = (setting: keyof DriverConfig, trailer: number): void => {
    const capacity = Number(config[setting]) - trailer;
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
  return problems;
}

function timeProblems(config: DriverConfig): string[] {
  const problems: string[] = [];
  for (const [setting, value] of Object.entries(config)) {
    if (!setting.endsWith("Ns") || setting === "untetheredLingerTimeoutNs") continue;
    if (!Number.isSafeInteger(value) || Number(value) <= 0) {
      problems.push(
        `${setting} must be a positive number of nanoseconds: ${setting}=${String(value)}`,
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
  // The other two split the network work, which has one thread here.
  if (config.threadingMode === "DEDICATED" || config.threadingMode === "SHARED_NETWORK") {
    problems.push(`threadingMode must be INVOKER or SHARED: threadingMode=${config.threadingMode}`);
  }
  return problems;
}
