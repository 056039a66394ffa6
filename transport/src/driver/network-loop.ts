import { loadOs } from "../os/load-os.js";
import { MappedFiles } from "../os/mapped-files.js";
import { systemClock } from "../os/system-clock.js";
import type { DriverConfig, IdleMode } from "./driver-config.js";
import {
  CONTROL_READY,
  CONTROL_STOPPING,
  type NetworkLink,
  type NetworkWorkerData,
} from "./driver-control.js";
import { tellHost } from "./driver-thread.js";
import { NativeUdpNetwork } from "./network/media/native-udp-network.js";
import { NetworkThread } from "./network/network-thread.js";
import { askForShortSlices, PARK_MAX_UNHURRIED_NS, threadIdleStrategy } from "./thread-idle.js";

/** How often a thread that waits for the driver's files looks whether it still should. */
const READY_WAIT_MS = 50;

/** The thread of the sender, of the receiver, or of both. */
export async function runNetwork({ control, config, link }: NetworkWorkerData): Promise<void> {
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
  const idle = threadIdleStrategy(networkIdleMode(config, link), {
    control,
    os,
    udp,
    // Publishers do not wake a sender; datagrams do wake a receiver.
    ...(link.roles.includes("sender") ? {} : { parkMaxNs: PARK_MAX_UNHURRIED_NS }),
  });
  tellHost({ kind: "ready" });
  while (control[CONTROL_STOPPING] === 0) idle.idle(thread.doWork());
  thread.close();
  udp.close();
  tellHost({ kind: "closed" });
}

function networkIdleMode(config: DriverConfig, { roles }: NetworkLink): IdleMode {
  if (roles.length > 1) return config.sharedNetworkIdleStrategy;
  return roles[0] === "sender" ? config.senderIdleStrategy : config.receiverIdleStrategy;
}
