import {
  parentPort,
  receiveMessageOnPort,
  workerData,
  type MessagePort,
} from "node:worker_threads";
import { AlerionError } from "@alerion/runtime";
import { loadOs } from "../os/load-os.js";
import { MappedFiles } from "../os/mapped-files.js";
import { systemClock } from "../os/system-clock.js";
import { ThreadFilesOwner } from "../os/thread-files.js";
import type { DriverConfig, IdleMode } from "./driver-config.js";
import {
  type ConductorWorkerData,
  CONTROL_READY,
  CONTROL_REQUESTS,
  CONTROL_STOPPING,
  type DriverWorkerData,
  type DriverWorkerMessage,
  type NetworkLink,
  type NetworkWorkerData,
} from "./driver-control.js";
import { MediaDriver } from "./media-driver.js";
import { DriverNetwork } from "./network/driver-network.js";
import { NativeUdpNetwork } from "./network/media/native-udp-network.js";
import { NetworkThread } from "./network/network-thread.js";
import { SystemRandom } from "./system-random.js";
import { askForShortSlices, threadIdleStrategy } from "./thread-idle.js";

/** Longest wait for a datagram of Node's sockets: clients are not heard meanwhile. */
const TURN_MS = 2;
/** How often a thread that waits for the driver's files looks whether it still should. */
const READY_WAIT_MS = 50;

/*
 * The threads of a driver: the conductor's, which has everything in SHARED mode, and those of sender and receiver.
 * Each makes its agents, then works and idles until it is told to stop. It blocks its event loop, hence nothing
 * here may wait for one; but for sockets of Node's, which get theirs turn by turn.
 */

function tell(message: DriverWorkerMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  parentPort?.postMessage(message);
}

async function runConductor(data: ConductorWorkerData): Promise<void> {
  const { control, config, links } = data;
  const os = data.memory === "mapped" ? await loadOs() : undefined;
  askForShortSlices(os);
  const owner = new ThreadFilesOwner();
  const network = new DriverNetwork(os, links);
  const driver = new MediaDriver({
    config,
    network,
    files: os === undefined ? owner : new MappedFiles(os),
    clock: systemClock(os),
    random: new SystemRandom(),
    pid: data.pid,
    conductorWaits: true,
    wait: (durationMs) => {
      Atomics.wait(control, CONTROL_STOPPING, 0, durationMs);
    },
    onTerminate: () => {
      Atomics.store(control, CONTROL_STOPPING, 1);
    },
  });
  const isShared = links.length === 0;
  const mode = isShared ? config.sharedIdleStrategy : config.conductorIdleStrategy;
  // Beside threads of its own for the network the conductor has no sockets: their events wake it.
  const idle = threadIdleStrategy(mode, { control, os, udp: isShared ? network.udp : undefined });
  let servedRequests = 0;
  Atomics.store(control, CONTROL_READY, 1);
  Atomics.notify(control, CONTROL_READY);
  tell({ kind: "ready" });
  const { dgram } = network;
  while (control[CONTROL_STOPPING] === 0) {
    const workCount = driver.doWork();
    // Node's sockets hear nothing while the thread is blocked.
    if (dgram?.hasSockets === true) await dgram.turn(workCount, TURN_MS);
    else idle.idle(workCount);
    if (control[CONTROL_REQUESTS] !== servedRequests) {
      const received = receiveMessageOnPort(data.requests);
      if (received === undefined) continue;
      servedRequests++;
      owner.shareThrough(received.message as MessagePort);
    }
  }
  driver.close();
  network.close();
  owner.close();
  data.requests.close();
  tell({ kind: "closed" });
}

async function runNetwork({ control, config, link }: NetworkWorkerData): Promise<void> {
  const os = await loadOs();
  askForShortSlices(os);
  while (control[CONTROL_READY] === 0) {
    if (control[CONTROL_STOPPING] !== 0) return;
    Atomics.wait(control, CONTROL_READY, 0, READY_WAIT_MS);
  }
  const udp = new NativeUdpNetwork(os);
  const thread = new NetworkThread({
    config,
    clock: systemClock(os),
    files: new MappedFiles(os),
    udp,
    link,
    wakeConductor: () => Atomics.notify(control, CONTROL_STOPPING),
  });
  const idle = threadIdleStrategy(networkIdleMode(config, link), { control, os, udp });
  tell({ kind: "ready" });
  while (control[CONTROL_STOPPING] === 0) idle.idle(thread.doWork());
  thread.close();
  udp.close();
  tell({ kind: "closed" });
}

function networkIdleMode(config: DriverConfig, { roles }: NetworkLink): IdleMode {
  if (roles.length > 1) return config.sharedNetworkIdleStrategy;
  return roles[0] === "sender" ? config.senderIdleStrategy : config.receiverIdleStrategy;
}

async function run(): Promise<void> {
  const data = workerData as DriverWorkerData;
  try {
    if (data.kind === "conductor") await runConductor(data);
    else await runNetwork(data);
  } catch (error) {
    // A driver that lacks one of its threads is none.
    Atomics.store(data.control, CONTROL_STOPPING, 1);
    Atomics.notify(data.control, CONTROL_STOPPING);
    const code = error instanceof AlerionError ? error.code : "DRIVER_FAILED";
    tell({ kind: "failed", code, text: error instanceof Error ? error.message : String(error) });
  }
}

// No await at the top: as one text this is CommonJS.
void run();
