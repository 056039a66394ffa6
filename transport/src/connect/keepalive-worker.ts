import { workerData } from "node:worker_threads";
import { AtomicBuffer, CountersReader, ManyToOneRingBuffer } from "@alerion/runtime/concurrent";
import { Keepalive, KeepaliveState } from "../client/keepalive.js";
import { loadOs } from "../os/load-os.js";
import { MappedFiles } from "../os/mapped-files.js";
import { systemClock } from "../os/system-clock.js";
import { readCncLayout } from "../protocol/cnc-file-descriptor.js";
import {
  CONTROL_BEATS,
  CONTROL_STATE,
  CONTROL_STOPPING,
  type KeepaliveWorkerData,
} from "./keepalive-thread.js";

/*
 * The thread behind KeepaliveThread: beats, and waits on the stop word. It blocks its event loop, hence nothing
 * here may wait for one.
 */

async function main(data: KeepaliveWorkerData): Promise<void> {
  const { control, cnc } = data;
  const os = "path" in cnc ? await loadOs() : undefined;
  const file = os !== undefined && "path" in cnc ? new MappedFiles(os).open(cnc.path) : undefined;
  const memory = "memory" in cnc ? new AtomicBuffer(cnc.memory) : file?.map(0, file.length);
  if (memory === undefined) return;
  const layout = readCncLayout(memory.view, memory.capacity);
  const keepalive = new Keepalive(
    new ManyToOneRingBuffer(memory.slice(layout.toDriver.offset, layout.toDriver.length)),
    new CountersReader(
      memory.slice(layout.countersMetadata.offset, layout.countersMetadata.length),
      memory.slice(layout.countersValues.offset, layout.countersValues.length),
    ),
    systemClock(os),
    data,
  );
  while (Atomics.load(control, CONTROL_STOPPING) === 0) {
    const state = keepalive.beat();
    Atomics.store(control, CONTROL_STATE, state);
    Atomics.add(control, CONTROL_BEATS, 1);
    if (state !== KeepaliveState.ALIVE) break;
    Atomics.wait(control, CONTROL_STOPPING, 0, data.intervalMs);
  }
  file?.close();
}

// No await at the top: as one text this is CommonJS. What fails becomes the thread's error.
void main(workerData as KeepaliveWorkerData);
