import { parentPort, workerData } from "node:worker_threads";
import { AlerionError } from "@alerion/runtime";
import {
  CONTROL_STOPPING,
  type DriverWorkerData,
  type DriverWorkerMessage,
} from "./driver-control.js";

/*
 * What the threads of a driver have in common. Each makes its agents, then works and idles until it is told to stop.
 * It blocks its event loop, hence nothing may wait for one; but for sockets of Node's, which get theirs turn by turn.
 */

/** Tells the host of the thread. */
export function tellHost(message: DriverWorkerMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  parentPort?.postMessage(message);
}

/** Runs the thread to its end; if it fails the whole driver ends. */
export async function runThread(body: (data: DriverWorkerData) => Promise<void>): Promise<void> {
  const data = workerData as DriverWorkerData;
  try {
    await body(data);
  } catch (error) {
    // A driver that lacks one of its threads is none.
    Atomics.store(data.control, CONTROL_STOPPING, 1);
    Atomics.notify(data.control, CONTROL_STOPPING);
    const code = error instanceof AlerionError ? error.code : "DRIVER_FAILED";
    const text = error instanceof Error ? error.message : String(error);
    tellHost({ kind: "failed", code, text });
  }
}
