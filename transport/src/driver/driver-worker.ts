import {
  parentPort,
  receiveMessageOnPort,
  workerData,
  type MessagePort,
} from "node:worker_threads";
import { AlerionError } from "@alerion/runtime";
import {
  BackoffIdleStrategy,
  BusySpinIdleStrategy,
  type IdleStrategy,
  SleepingIdleStrategy,
  YieldingIdleStrategy,
} from "@alerion/runtime/concurrent";
import { loadOs } from "../os/load-os.js";
import { MappedFiles } from "../os/mapped-files.js";
import type { Os } from "../os/os.js";
import { systemClock } from "../os/system-clock.js";
import { ThreadFilesOwner } from "../os/thread-files.js";
import {
  CONTROL_REQUESTS,
  CONTROL_STOPPING,
  type DriverWorkerData,
  type DriverWorkerMessage,
} from "./driver-control.js";
import { DriverNetwork } from "./network/driver-network.js";
import { MediaDriver } from "./media-driver.js";
import { SystemRandom } from "./system-random.js";

/*
 * The thread of a SHARED driver: makes it, then works and idles until it is told to stop. It blocks its event
 * loop, hence nothing here may wait for one.
 */

const NS_PER_MS = 1_000_000;
const SLEEP_NS = 1_000_000;
/**
 * Longest park. Aeron's is 1 ms; each wake-up costs about 25 µs of a core here, so that 1 ms is 2.7 % and 2 ms
 * half of it, while a command that finds the driver parked still waits 1 ms on average.
 */
const PARK_MAX_NS = 2_000_000;

function tell(message: DriverWorkerMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  parentPort?.postMessage(message);
}

/** Waits for a datagram, so that one wakes the thread at once; without sockets on the control word. */
function sleeper(
  control: Int32Array,
  network: DriverNetwork | undefined,
): (durationNs: number) => void {
  return (durationNs) => {
    if (network?.udp.park(durationNs) === true) return;
    Atomics.wait(control, CONTROL_STOPPING, 0, durationNs / NS_PER_MS);
  };
}

function idleStrategy(
  data: DriverWorkerData,
  os: Os | undefined,
  network: DriverNetwork | undefined,
): IdleStrategy {
  const sleep = sleeper(data.control, network);
  // Without the native door there is nothing to yield with but a wait that is over at once.
  const yieldThread = (): void => {
    if (os === undefined) Atomics.wait(data.control, CONTROL_STOPPING, 0, 0);
    else os.yield();
  };
  switch (data.config.sharedIdleStrategy) {
    case "spin":
      return new BusySpinIdleStrategy();
    case "yield":
      return new YieldingIdleStrategy(yieldThread);
    case "sleep":
      return new SleepingIdleStrategy(sleep, SLEEP_NS);
    case "backoff":
      return new BackoffIdleStrategy(yieldThread, sleep, { parkMaxNs: PARK_MAX_NS });
  }
}

async function main(data: DriverWorkerData): Promise<void> {
  const { control, config } = data;
  const os = data.memory === "mapped" ? await loadOs() : undefined;
  const owner = new ThreadFilesOwner();
  const network = os === undefined ? undefined : new DriverNetwork(os);
  const driver = new MediaDriver({
    config,
    ...(network === undefined ? {} : { network }),
    files: os === undefined ? owner : new MappedFiles(os),
    clock: systemClock(os),
    random: new SystemRandom(),
    pid: data.pid,
    wait: (durationMs) => {
      Atomics.wait(control, CONTROL_STOPPING, 0, durationMs);
    },
    onTerminate: () => {
      Atomics.store(control, CONTROL_STOPPING, 1);
    },
  });
  const idle = idleStrategy(data, os, network);
  let servedRequests = 0;
  tell({ kind: "ready" });
  while (control[CONTROL_STOPPING] === 0) {
    idle.idle(driver.doWork());
    if (control[CONTROL_REQUESTS] !== servedRequests) {
      const received = receiveMessageOnPort(data.requests);
      if (received === undefined) continue;
      servedRequests++;
      owner.shareThrough(received.message as MessagePort);
    }
  }
  driver.close();
  network?.close();
  owner.close();
  data.requests.close();
  tell({ kind: "closed" });
}

async function run(): Promise<void> {
  try {
    await main(workerData as DriverWorkerData);
  } catch (error) {
    const code = error instanceof AlerionError ? error.code : "DRIVER_FAILED";
    tell({ kind: "failed", code, text: error instanceof Error ? error.message : String(error) });
  }
}

// No await at the top: as one text this is CommonJS.
void run();
