import { AlerionError } from "@alerion/runtime";
import { type Clock, ManyToOneRingBuffer } from "@alerion/runtime/concurrent";
import type { SharedFiles } from "../os/shared-files.js";
import {
  CNC_FILE_NAME,
  CNC_META_DATA_LENGTH,
  CncFileError,
  isCncReady,
  readCncLayout,
} from "../protocol/cnc-file-descriptor.js";
import type { DriverConfig } from "./driver-config.js";

const NS_PER_MS = 1_000_000;
const POLL_INTERVAL_MS = 10;

/**
 * Another driver is alive in the directory.
 *
 * Code `DRIVER_ACTIVE`.
 */
export class ActiveDriverError extends AlerionError {
  override readonly name: string = "ActiveDriverError";
  readonly dir: string;

  constructor(dir: string, pid: number, heartbeatAgeMs: number) {
    super(
      "DRIVER_ACTIVE",
      `directory must have no live driver: dir=${dir} pid=${pid} heartbeatAgeMs=${heartbeatAgeMs}`,
    );
    this.dir = dir;
  }
}

/** What was found in a driver's directory. */
export interface DirectoryState {
  readonly exists: boolean;
  /** The driver that wrote the last heartbeat; `undefined` if there is none or it closed. */
  readonly driver: { readonly pid: number; readonly heartbeatAgeMs: number } | undefined;
}

/**
 * Looks whether a driver is alive in a directory: its CnC file is finished and its heartbeat is young.
 *
 * @param wait lets other threads and processes run for some ms: a file that is being made is waited for
 * @throws {CncFileError} if the file is not finished within the driver timeout, or of another major version
 */
export function inspectDirectory(
  files: SharedFiles,
  dir: string,
  driverTimeoutMs: number,
  clock: Clock,
  wait: (durationMs: number) => void,
): DirectoryState {
  const path = `${dir}/${CNC_FILE_NAME}`;
  const length = files.length(path);
  if (length === undefined) return { exists: false, driver: undefined };
  // No driver leaves so short a file: one that is being made counts as absent.
  if (length <= CNC_META_DATA_LENGTH) return { exists: true, driver: undefined };

  const file = files.open(path, "read");
  try {
    const metadata = file.map(0, CNC_META_DATA_LENGTH);
    const deadlineMs = clock.epochMs() + driverTimeoutMs;
    while (!isCncReady(metadata.i32)) {
      if (clock.epochMs() > deadlineMs) {
        throw new CncFileError(
          `cnc file must be finished in time: path=${path} timeoutMs=${driverTimeoutMs}`,
        );
      }
      wait(POLL_INTERVAL_MS);
    }
    const layout = readCncLayout(metadata.view, length);
    const { offset, length: ringLength } = layout.toDriver;
    const ring = new ManyToOneRingBuffer(file.map(0, length).slice(offset, ringLength));
    const heartbeatMs = ring.consumerHeartbeatTimeMs();
    const heartbeatAgeMs = clock.epochMs() - heartbeatMs;
    // 0: not started yet; -1: closed.
    const isAlive = heartbeatMs > 0 && heartbeatAgeMs <= driverTimeoutMs;
    return { exists: true, driver: isAlive ? { pid: layout.pid, heartbeatAgeMs } : undefined };
  } finally {
    file.close();
  }
}

/**
 * Makes a driver's directory, empty: what a dead driver left is removed.
 *
 * @returns whether the directory had been there
 * @throws {ActiveDriverError} if a driver is alive in it, unless the settings say to take it anyway
 */
export function prepareDirectory(
  files: SharedFiles,
  config: DriverConfig,
  clock: Clock,
  wait: (durationMs: number) => void,
): boolean {
  const { dir, driverTimeoutNs, dirDeleteOnStart } = config;
  let exists = files.length(`${dir}/${CNC_FILE_NAME}`) !== undefined;
  if (!dirDeleteOnStart && exists) {
    const state = inspectDirectory(files, dir, driverTimeoutNs / NS_PER_MS, clock, wait);
    const { driver } = state;
    exists = state.exists;
    if (driver !== undefined) throw new ActiveDriverError(dir, driver.pid, driver.heartbeatAgeMs);
  }
  files.removeFolder(dir);
  for (const folder of [dir, `${dir}/publications`, `${dir}/images`]) files.makeFolder(folder);
  return exists;
}
