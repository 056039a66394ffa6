import { MessageChannel, type MessagePort, type Worker } from "node:worker_threads";
import { readFileSync } from "node:fs";
import { AlerionError } from "@alerion/runtime";
import { loadOs } from "../os/load-os.js";
import { MappedFiles } from "../os/mapped-files.js";
import type { Os } from "../os/os.js";
import type { SharedFiles } from "../os/shared-files.js";
import { systemClock } from "../os/system-clock.js";
import { ThreadFilesGuest, ThreadFilesOwner } from "../os/thread-files.js";
import { findWorker, type StartWorker } from "../threads/worker-code.js";
import { defaultAeronDir } from "./default-dir.js";
import { type DriverConfig, DriverConfigError, type ThreadingMode } from "./driver-config.js";
import {
  CONTROL_LENGTH,
  CONTROL_REQUESTS,
  CONTROL_STOPPING,
  type DriverWorkerData,
  type DriverWorkerMessage,
  type NetworkLink,
} from "./driver-control.js";
import { resolveDriverConfig } from "./driver-properties.js";
import { DriverNetwork } from "./network/driver-network.js";
import { MediaDriver } from "./media-driver.js";
import { SystemRandom } from "./system-random.js";

/** How to start a driver. Every setting of `DriverConfig` may be given; the rest comes from elsewhere. */
export interface DriverOptions extends Partial<DriverConfig> {
  /** `aeron.*` properties; a typed setting wins. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Path of a properties file; the environment wins over it. */
  readonly propertiesFile?: string;
  /**
   * Where clients and driver share memory. `mapped` (default): files, for all processes. `in-process`:
   * `SharedArrayBuffer`s, for the threads of this process; needs no native code.
   */
  readonly memory?: "in-process" | "mapped";
  /** Where the file of the driver's thread is, if it is not to be the one that is found. */
  readonly workerUrl?: URL;
}

/** A driver that runs. */
export interface RunningDriver {
  /** Directory that clients connect to. */
  readonly dir: string;
  readonly config: DriverConfig;
  readonly memory: "in-process" | "mapped";
  /** The driver's files, for clients in this thread. */
  readonly files: SharedFiles;
  /**
   * A port for a client in another thread (transfer it, and make `ThreadFilesGuest` of it): in-process memory
   * only, mapped files are found by their directory.
   */
  share(): MessagePort;
  /** One duty cycle of an INVOKER driver; 0 at once where the driver has a thread of its own. */
  doWork(): number;
  /** Resolves when the driver has ended, by `close` or by a client's command. */
  readonly closed: Promise<void>;
  /** Ends the driver. Idempotent; resolves when it has ended. */
  close(): Promise<void>;
}

/**
 * Starts a media driver: in a thread of its own (SHARED), or in the caller's hands (INVOKER).
 *
 * @throws {DriverConfigError} with all problems of the settings
 * @throws {NativeUnavailableError} if memory is to be mapped and the native door is missing
 * @throws {AlerionError} DRIVER_ACTIVE if another driver is alive in the directory
 */
export async function launchDriver(options: DriverOptions = {}): Promise<RunningDriver> {
  const { properties, propertiesFile, memory = "mapped", workerUrl, ...settings } = options;
  const config = resolveDriverConfig({
    options: settings,
    ...(properties === undefined ? {} : { properties }),
    environment: process.env,
    ...(propertiesFile === undefined ? {} : { file: readFileSync(propertiesFile, "utf8") }),
    defaultDir: defaultAeronDir(),
  });
  const { threadingMode } = config;
  if (memory === "in-process" && networkThreads(threadingMode).length > 0) {
    throw new DriverConfigError([
      `threadingMode must be INVOKER or SHARED with in-process memory: threadingMode=${threadingMode}`,
    ]);
  }
  return threadingMode === "INVOKER"
    ? launchInvoker(config, memory)
    : launchThread(config, memory, workerUrl);
}

async function launchInvoker(
  config: DriverConfig,
  memory: "in-process" | "mapped",
): Promise<RunningDriver> {
  const os = memory === "mapped" ? await loadOs() : undefined;
  const owner = new ThreadFilesOwner();
  const files = os === undefined ? owner : new MappedFiles(os);
  let onEnd = (): void => {};
  const closed = new Promise<void>((resolve) => {
    onEnd = resolve;
  });
  let isClosed = false;
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const network = new DriverNetwork(os);
  const driver = new MediaDriver({
    config,
    network,
    files,
    clock: systemClock(os),
    random: new SystemRandom(),
    pid: process.pid,
    conductorWaits: true,
    wait: (durationMs) => {
      Atomics.wait(pause, 0, 0, durationMs);
    },
    onTerminate: () => {
      void close();
    },
  });
  const close = (): Promise<void> => {
    if (!isClosed) {
      isClosed = true;
      driver.close();
      network.close();
      owner.close();
      onEnd();
    }
    return closed;
  };
  return {
    dir: config.dir,
    config,
    memory,
    files,
    share: () => owner.share(),
    doWork: () => driver.doWork(),
    closed,
    close,
  };
}

async function launchThread(
  config: DriverConfig,
  memory: "in-process" | "mapped",
  workerUrl: URL | undefined,
): Promise<RunningDriver> {
  const find = (path: string): Promise<StartWorker> =>
    findWorker({
      base: import.meta.url,
      path,
      // Where there is but one text or file it is the conductor's: it can be any of the threads.
      embedded: () => import("../threads/embedded-driver-worker.js"),
      specifier: "@alerion/transport/driver-worker",
      given: workerUrl,
      option: "workerUrl",
    });
  const startWorker = await find("./driver-worker.js");
  const startNetworkWorker = await find("./network-worker.js");
  const control = new Int32Array(new SharedArrayBuffer(4 * CONTROL_LENGTH));
  const requests = new MessageChannel();
  const threads = networkThreads(config.threadingMode);
  const data: DriverWorkerData = {
    kind: "conductor",
    config,
    control,
    requests: requests.port2,
    memory,
    pid: process.pid,
    links: threads.map(({ conductor }) => conductor),
  };
  const workers = [
    startWorker({
      workerData: data,
      transferList: [requests.port2, ...threads.map(({ conductor }) => conductor.end.port)],
      name: "alerion-driver",
    }),
    ...threads.map(({ network }) =>
      startNetworkWorker({
        workerData: { kind: "network", config, control, link: network } satisfies DriverWorkerData,
        transferList: [network.end.port],
        name: `alerion-${network.roles.join("-")}`,
      }),
    ),
  ];
  const ended = Promise.all(workers.map(untilEnded)).then(() => {});
  const ready = Promise.all(workers.map(untilReady));
  let os: Os | undefined;
  try {
    // Beside the threads: they take as long. Where the native door is missing the error is the caller's own.
    os = memory === "mapped" ? await loadOs() : undefined;
    await ready;
  } catch (error) {
    ready.catch(() => {});
    // One that cannot start takes the others with it.
    Atomics.store(control, CONTROL_STOPPING, 1);
    await ended;
    throw error;
  }
  // The driver alone does not keep the program alive.
  for (const worker of workers) worker.unref();
  requests.port1.unref();

  const share = (): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    requests.port1.postMessage(port1, [port1]);
    Atomics.add(control, CONTROL_REQUESTS, 1);
    Atomics.notify(control, CONTROL_STOPPING);
    return port2;
  };
  const close = async (): Promise<void> => {
    for (const worker of workers) worker.ref();
    Atomics.store(control, CONTROL_STOPPING, 1);
    Atomics.notify(control, CONTROL_STOPPING);
    await ended;
  };
  return {
    dir: config.dir,
    config,
    memory,
    files: os === undefined ? new ThreadFilesGuest(share()) : new MappedFiles(os),
    share,
    doWork: () => 0,
    closed: ended,
    close,
  };
}

/** Both ends of the connection to each thread of the network. */
function networkThreads(
  mode: ThreadingMode,
): { readonly conductor: NetworkLink; readonly network: NetworkLink }[] {
  const threads: readonly NetworkLink["roles"][] =
    mode === "DEDICATED"
      ? [["sender"], ["receiver"]]
      : mode === "SHARED_NETWORK"
        ? [["sender", "receiver"]]
        : [];
  return threads.map((roles) => {
    const { port1, port2 } = new MessageChannel();
    const counts = new Int32Array(new SharedArrayBuffer(8));
    return {
      conductor: { roles, end: { port: port1, counts, own: 0 } },
      network: { roles, end: { port: port2, counts, own: 1 } },
    };
  });
}

function untilReady(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", () => {
      reject(new AlerionError("DRIVER_FAILED", `thread must begin: threadId=${worker.threadId}`));
    });
    worker.once("message", (message: DriverWorkerMessage) => {
      if (message.kind === "failed") reject(new AlerionError(message.code, message.text));
      else resolve();
    });
  });
}

function untilEnded(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once("exit", () => {
      resolve();
    });
  });
}
