import type { MessagePort } from "node:worker_threads";
import { Aeron } from "../client/aeron.js";
import { ClientConductor } from "../client/client-conductor.js";
import { DriverNotFoundError } from "../client/client-errors.js";
import {
  CLIENT_DEFAULTS,
  CLIENT_NAME_LENGTH_MAX,
  type ClientOptions,
} from "../client/client-options.js";
import { type DriverConnection, tryConnect } from "../client/driver-connection.js";
import { defaultAeronDir } from "../driver/default-dir.js";
import type { DriverOptions, RunningDriver } from "../driver/launch-driver.js";
import { loadOs } from "../os/load-os.js";
import { MappedFiles } from "../os/mapped-files.js";
import type { Os } from "../os/os.js";
import type { SharedFiles } from "../os/shared-files.js";
import { systemClock } from "../os/system-clock.js";
import { ThreadFilesGuest } from "../os/thread-files.js";
import { CNC_FILE_NAME } from "../protocol/cnc-file-descriptor.js";
import { VERSION } from "../version.js";
import { launchEmbeddedDriver } from "./embedded-driver.js";
import { EventLoopHost } from "./event-loop-host.js";
import {
  findKeepaliveWorker,
  type KeepaliveThread,
  startKeepaliveThread,
} from "./keepalive-thread.js";

/** Who gives a client its turns. */
export type ConductorMode = "event-loop" | "invoker" | "worker";

/** How to connect. Every setting has a default. */
export interface ConnectOptions extends ClientOptions {
  /** Directory of the driver; Aeron's default, which `AERON_DIR` overrides. */
  readonly dir?: string;
  /**
   * A driver of this process: `embedded` starts a private one that ends with this client, a running one is used
   * as it is. Absent, the client joins the driver of the directory: ours, Java's or C's.
   */
  readonly driver?: "embedded" | RunningDriver;
  /** Settings of an embedded driver. */
  readonly driverOptions?: DriverOptions;
  /** The other end of `driver.share()`, in a thread that shares an in-process driver. */
  readonly port?: MessagePort;
  /**
   * `worker` (default): a thread shows that the client lives, however long the event loop is blocked, and the
   * event loop does the rest. `event-loop`: it does everything; 10 s without a turn end the client. `invoker`:
   * the program calls `doWork` itself, at least every few seconds; awaited calls take turns by themselves.
   */
  readonly conductor?: ConductorMode;
  /** How long to wait for a driver that is not there or not ready, in ms; as driverTimeoutMs. */
  readonly connectTimeoutMs?: number;
  /** How often a client with nothing under way looks for events, in ms; 16. */
  readonly idleIntervalMs?: number;
  /** Where the file of the keepalive thread is, if it is not to be the one that is found. */
  readonly keepaliveWorkerUrl?: URL;
}

const RETRY_INTERVAL_MS = 20;

/**
 * Connects to a media driver.
 *
 * @throws {DriverNotFoundError} if none is there in time; the text says how to start one
 * @throws {CncFileError} if its version is another
 * @throws {NativeUnavailableError} if its memory cannot be mapped here
 */
export function connect(options: ConnectOptions = {}): Promise<Aeron> {
  return begin(options, undefined);
}

/** @param known the files of the client that this one follows: a port to another thread's can be read once only */
async function begin(options: ConnectOptions, known: OpenFiles | undefined): Promise<Aeron> {
  const embedded =
    options.driver === "embedded"
      ? await launchEmbeddedDriver(options.driverOptions ?? {})
      : undefined;
  try {
    return await connectTo(options, embedded, known);
  } catch (error) {
    await embedded?.close();
    throw error;
  }
}

async function connectTo(
  options: ConnectOptions,
  embedded: RunningDriver | undefined,
  known: OpenFiles | undefined,
): Promise<Aeron> {
  const driver = embedded ?? (options.driver === "embedded" ? undefined : options.driver);
  const dir = driver?.dir ?? options.dir ?? defaultAeronDir();
  const opened =
    options.port !== undefined && known !== undefined ? known : await openFiles(options, driver);
  const { files, os } = opened;
  const clock = systemClock(os);
  const invokeDriver = (): void => {
    driver?.doWork();
  };
  const connection = await findDriver(options, files, dir, os, invokeDriver);

  const onError = options.onError ?? warn;
  const mode = options.conductor ?? "worker";
  const labelSuffix = describeClient(options.clientName ?? "");
  const startWorker =
    mode === "worker" ? await findKeepaliveWorker(options.keepaliveWorkerUrl) : undefined;
  let thread: KeepaliveThread | undefined;
  // An embedded driver that is invoked takes its turns from its client.
  const host = new EventLoopHost(invokeDriver, options.idleIntervalMs);
  const conductor = new ClientConductor({
    connection,
    files,
    clock,
    options,
    onError,
    onCommand: () => host.wake(),
    labelSuffix,
    ...(startWorker === undefined
      ? {}
      : {
          startKeepalive: (clientId: bigint) => {
            const started = startKeepaliveThread(
              startWorker,
              {
                clientId,
                driverTimeoutMs: options.driverTimeoutMs ?? CLIENT_DEFAULTS.driverTimeoutMs,
                intervalMs: options.keepaliveIntervalMs ?? CLIENT_DEFAULTS.keepaliveIntervalMs,
                labelSuffix,
                cnc: cncOf(connection, dir),
              },
              onError,
            );
            thread = started;
            return () => started.state();
          },
        }),
  });
  host.drive(conductor, mode !== "invoker");
  return new Aeron({
    conductor,
    host,
    clock,
    counters: connection.counters,
    dir,
    onClosed: async () => {
      await thread?.close();
      await embedded?.close();
    },
    connectAnew: () => begin(options, opened),
    ...(driver?.config.threadingMode === "INVOKER" ? { invokeDriver: () => driver.doWork() } : {}),
  });
}

/** Where a client finds shared memory. */
interface OpenFiles {
  readonly files: SharedFiles;
  readonly os: Os | undefined;
}

async function openFiles(
  options: ConnectOptions,
  driver: RunningDriver | undefined,
): Promise<OpenFiles> {
  if (options.port !== undefined) {
    return { files: new ThreadFilesGuest(options.port), os: undefined };
  }
  if (driver?.memory === "in-process") return { files: driver.files, os: undefined };
  const os = await loadOs();
  return { files: new MappedFiles(os), os };
}

async function findDriver(
  options: ConnectOptions,
  files: SharedFiles,
  dir: string,
  os: Os | undefined,
  invokeDriver: () => void,
): Promise<DriverConnection> {
  const clock = systemClock(os);
  const driverTimeoutMs = options.driverTimeoutMs ?? CLIENT_DEFAULTS.driverTimeoutMs;
  const deadlineNs = clock.monoNs() + (options.connectTimeoutMs ?? driverTimeoutMs) * 1_000_000;
  for (;;) {
    invokeDriver();
    const attempt = tryConnect(files, dir, clock, driverTimeoutMs);
    if (attempt.kind === "connected") return attempt.connection;
    if (clock.monoNs() >= deadlineNs) throw new DriverNotFoundError(dir, attempt.problem);
    await new Promise((resolve) => setTimeout(resolve, RETRY_INTERVAL_MS));
  }
}

function cncOf(
  { memory }: DriverConnection,
  dir: string,
): { path: string } | { memory: SharedArrayBuffer } {
  return memory.buffer instanceof SharedArrayBuffer
    ? { memory: memory.buffer }
    : { path: `${dir}/${CNC_FILE_NAME}` };
}

/** What a client says of itself in the label of its heartbeat counter. */
function describeClient(clientName: string): string {
  const name = clientName.slice(0, CLIENT_NAME_LENGTH_MAX).replaceAll(/[^\x21-\x7e]/g, "_");
  return ` name=${name} pid=${process.pid} version=alerion-${VERSION}`;
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
