import { receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import { loadOs } from "../os/load-os.js";
import { MappedFiles } from "../os/mapped-files.js";
import { systemClock } from "../os/system-clock.js";
import { ThreadFilesOwner } from "../os/thread-files.js";
import {
  type ConductorWorkerData,
  CONTROL_READY,
  CONTROL_REQUESTS,
  CONTROL_STOPPING,
} from "./driver-control.js";
import { runThread, tellHost } from "./driver-thread.js";
import { MediaDriver } from "./media-driver.js";
import { DriverNetwork } from "./network/driver-network.js";
import { runNetwork } from "./network-loop.js";
import { SystemRandom } from "./system-random.js";
import { askForShortSlices, PARK_MAX_UNHURRIED_NS, threadIdleStrategy } from "./thread-idle.js";

/** Longest wait for a datagram of Node's sockets: clients are not heard meanwhile. */
const TURN_MS = 2;
/** The conductor's thread, which has everything in SHARED mode. */
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
  const idle = threadIdleStrategy(
    mode,
    isShared
      ? { control, os, udp: network.udp }
      : { control, os, udp: undefined, parkMaxNs: PARK_MAX_UNHURRIED_NS },
  );
  let servedRequests = 0;
  Atomics.store(control, CONTROL_READY, 1);
  Atomics.notify(control, CONTROL_READY);
  tellHost({ kind: "ready" });
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
  tellHost({ kind: "closed" });
}

// No await at the top: as one text this is CommonJS.
void runThread((data) => (data.kind === "conductor" ? runConductor(data) : runNetwork(data)));
