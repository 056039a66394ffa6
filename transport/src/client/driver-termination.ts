import type { Clock } from "@alerion/runtime/concurrent";
import type { SharedFiles } from "../os/shared-files.js";
import { DriverNotFoundError } from "./client-errors.js";
import { tryConnect } from "./driver-connection.js";
import { DriverProxy } from "./driver-proxy.js";

/** The heartbeat of a driver that has ended in good order. Source: driver-protocol §1. */
const ENDED = -1;

/** A driver that was asked to end, of any language. Its file stays mapped until `close`. */
export interface DriverTermination {
  readonly pid: number;
  /** True once the driver has closed its file in good order. One that refuses says nothing. */
  hasEnded(): boolean;
  close(): void;
}

/**
 * Asks the living driver of a directory to end. No client comes about by that: the driver sees one command.
 *
 * @param token what the driver's validator is given; without one most validators want it empty
 * @throws {DriverNotFoundError} if no driver is alive there
 * @throws {DriverBusyError} if its command ring is full
 * @throws {CncFileError} if its file is of another major version or damaged
 * Source: driver-protocol §5; Aeron `CommonContext.requestDriverTermination`
 */
export function requestTermination(
  files: SharedFiles,
  dir: string,
  clock: Clock,
  driverTimeoutMs: number,
  token: Uint8Array,
): DriverTermination {
  const attempt = tryConnect(files, dir, clock, driverTimeoutMs);
  if (attempt.kind === "waiting") throw new DriverNotFoundError(dir, attempt.problem);
  const { file, layout, toDriver } = attempt.connection;
  try {
    new DriverProxy(toDriver).terminateDriver(token);
  } catch (error) {
    file.close();
    throw error;
  }
  return {
    pid: layout.pid,
    hasEnded: () => toDriver.consumerHeartbeatTimeMs() === ENDED,
    close: () => file.close(),
  };
}
