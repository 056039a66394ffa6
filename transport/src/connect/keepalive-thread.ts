import type { KeepaliveState } from "../client/keepalive.js";
import { findWorker, type StartWorker } from "../threads/worker-code.js";

/**
 * What a client and its keepalive thread share.
 *
 *   0          1       2
 *   | stopping | state | beats |
 *
 * stopping: 1 asks the thread to end; it waits on this word. state: a KeepaliveState. beats: how many so far.
 */
export const CONTROL_STOPPING = 0;
/** Index of what the thread has last seen. */
export const CONTROL_STATE = 1;
/** Index of the count of beats. */
export const CONTROL_BEATS = 2;
/** Words of the control buffer. */
const CONTROL_LENGTH = 3;

/** What a keepalive thread is started with. */
export interface KeepaliveWorkerData {
  readonly control: Int32Array;
  readonly clientId: bigint;
  readonly driverTimeoutMs: number;
  readonly intervalMs: number;
  readonly labelSuffix: string;
  /** The CnC file: its path where it can be mapped, its memory where it is shared in the process. */
  readonly cnc: { readonly path: string } | { readonly memory: SharedArrayBuffer };
}

/** A thread that shows a client's life however long its own event loop is blocked. */
export interface KeepaliveThread {
  /** What the thread has last seen of the driver and of the client's heartbeat. */
  state(): KeepaliveState;
  /** Ends the thread. */
  close(): Promise<void>;
}

/**
 * Finds the code of keepalive threads.
 *
 * @param given where its file is, if the user says so
 * @throws {WorkerNotFoundError} if it is nowhere
 */
export function findKeepaliveWorker(given: URL | undefined): Promise<StartWorker> {
  return findWorker({
    base: import.meta.url,
    path: "./keepalive-worker.js",
    embedded: () => import("../threads/embedded-keepalive-worker.js"),
    specifier: "@alerion/transport/keepalive-worker",
    given,
    option: "keepaliveWorkerUrl",
  });
}

/**
 * Starts the thread. Should it fail later, `onError` is told, and the client is found silent by its driver.
 */
export function startKeepaliveThread(
  startWorker: StartWorker,
  data: Omit<KeepaliveWorkerData, "control">,
  onError: (error: unknown) => void,
): KeepaliveThread {
  const control = new Int32Array(new SharedArrayBuffer(4 * CONTROL_LENGTH));
  const workerData: KeepaliveWorkerData = { ...data, control };
  const worker = startWorker({ workerData, name: "alerion-keepalive" });
  worker.on("error", onError);
  const ended = new Promise<void>((resolve) => {
    worker.once("exit", () => resolve());
  });
  // The client's own turns keep the program alive, or nothing does.
  worker.unref();
  return {
    state: () => Atomics.load(control, CONTROL_STATE) as KeepaliveState,
    close: () => {
      worker.ref();
      Atomics.store(control, CONTROL_STOPPING, 1);
      Atomics.notify(control, CONTROL_STOPPING);
      return ended;
    },
  };
}
