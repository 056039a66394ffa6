import type { MessagePort } from "node:worker_threads";
import type { DriverConfig } from "./driver-config.js";

/**
 * What the host of a driver's thread and the thread say to each other. The thread never waits for its event
 * loop: it looks at these words once per duty cycle and parks on the first.
 *
 *   0          1
 *   | stopping | requests |
 *
 * stopping: 1 asks the thread to end. requests: messages posted to the request port, ever.
 */
export const CONTROL_STOPPING = 0;

/** Index of the count of requests. */
export const CONTROL_REQUESTS = 1;

/** Words of the control buffer. */
export const CONTROL_LENGTH = 2;

/** What a driver's thread is started with. */
export interface DriverWorkerData {
  readonly config: DriverConfig;
  readonly control: Int32Array;
  /** Ports that come through it are told of all files: in-process memory only. */
  readonly requests: MessagePort;
  readonly memory: "in-process" | "mapped";
  readonly pid: number;
}

/** What a driver's thread tells its host. */
export type DriverWorkerMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "closed" }
  | { readonly kind: "failed"; readonly code: string; readonly text: string };
