import type { MessagePort } from "node:worker_threads";
import type { DriverConfig } from "./driver-config.js";
import type { AgentPortEnd } from "./network/agent-port.js";

/**
 * What the host of a driver's threads and the threads say to each other. A thread never waits for its event
 * loop: it looks at these words once per duty cycle and parks on the first.
 *
 *   0          1          2
 *   | stopping | requests | ready |
 *
 * stopping: 1 asks all threads to end. requests: messages posted to the request port, ever. ready: 1 once the
 * conductor has made the driver's files.
 */
export const CONTROL_STOPPING = 0;

/** Index of the count of requests. */
export const CONTROL_REQUESTS = 1;

/** Index of the word that lets the network's threads begin. */
export const CONTROL_READY = 2;

/** Words of the control buffer. */
export const CONTROL_LENGTH = 3;

/** An agent of the network. */
type NetworkRole = "receiver" | "sender";

/** One end of the connection between the conductor and a thread of the network. */
export interface NetworkLink {
  /** Who works in the thread. */
  readonly roles: readonly NetworkRole[];
  readonly end: AgentPortEnd;
}

/** What the conductor's thread is started with; in SHARED mode it is the only one. */
export interface ConductorWorkerData {
  readonly kind: "conductor";
  readonly config: DriverConfig;
  readonly control: Int32Array;
  /** Ports that come through it are told of all files: in-process memory only. */
  readonly requests: MessagePort;
  readonly memory: "in-process" | "mapped";
  readonly pid: number;
  /** To the threads of the network; none where sender and receiver work in this one. */
  readonly links: readonly NetworkLink[];
}

/** What a thread of the network is started with. */
export interface NetworkWorkerData {
  readonly kind: "network";
  readonly config: DriverConfig;
  readonly control: Int32Array;
  readonly link: NetworkLink;
}

/** What a thread of the driver is started with. */
export type DriverWorkerData = ConductorWorkerData | NetworkWorkerData;

/** What a driver's thread tells its host. */
export type DriverWorkerMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "closed" }
  | { readonly kind: "failed"; readonly code: string; readonly text: string };
