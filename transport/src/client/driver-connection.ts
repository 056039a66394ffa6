import {
  BroadcastReceiver,
  type Clock,
  CountersReader,
  ManyToOneRingBuffer,
} from "@alerion/runtime/concurrent";
import type { AtomicBuffer } from "@alerion/runtime/concurrent";
import type { SharedFile, SharedFiles } from "../os/shared-files.js";
import {
  CNC_FILE_NAME,
  CNC_META_DATA_LENGTH,
  type CncLayout,
  isCncReady,
  readCncLayout,
  type Section,
} from "../protocol/cnc-file-descriptor.js";

/** A driver's CnC file, open: how a client and its driver talk. */
export interface DriverConnection {
  readonly dir: string;
  readonly file: SharedFile;
  /** The memory of the whole file. */
  readonly memory: AtomicBuffer;
  readonly layout: CncLayout;
  readonly toDriver: ManyToOneRingBuffer;
  readonly toClients: BroadcastReceiver;
  readonly counters: CountersReader;
}

/** What a look at a directory yields: a connection, or why there is none yet. */
export type ConnectionAttempt =
  | { readonly kind: "connected"; readonly connection: DriverConnection }
  | { readonly kind: "waiting"; readonly problem: string };

/**
 * Looks once for a living driver. Whoever connects tries again until it waits no longer.
 *
 * @throws {CncFileError} if the file is of another major version or damaged
 * Source: driver-protocol §2; Aeron `Aeron.Context.connectToDriver`
 */
export function tryConnect(
  files: SharedFiles,
  dir: string,
  clock: Clock,
  driverTimeoutMs: number,
): ConnectionAttempt {
  const path = `${dir}/${CNC_FILE_NAME}`;
  const length = files.length(path);
  if (length === undefined) return { kind: "waiting", problem: "there is no cnc file" };
  // A shorter file is one that a starting driver has not sized yet.
  if (length <= CNC_META_DATA_LENGTH) return { kind: "waiting", problem: "its cnc file is empty" };

  const file = files.open(path);
  let isKept = false;
  try {
    const memory = file.map(0, file.length);
    if (!isCncReady(memory.i32))
      return { kind: "waiting", problem: "its cnc file is not finished" };
    const layout = readCncLayout(memory.view, file.length);
    const section = ({ offset, length: bytes }: Section): AtomicBuffer =>
      memory.slice(offset, bytes);
    const toDriver = new ManyToOneRingBuffer(section(layout.toDriver));
    const heartbeatMs = toDriver.consumerHeartbeatTimeMs();
    if (heartbeatMs === 0) return { kind: "waiting", problem: "it has not begun to work" };
    if (heartbeatMs === -1) return { kind: "waiting", problem: "it has ended" };
    const ageMs = clock.epochMs() - heartbeatMs;
    if (ageMs > driverTimeoutMs) {
      return { kind: "waiting", problem: `its last sign of life is ${ageMs} ms old` };
    }
    isKept = true;
    return {
      kind: "connected",
      connection: {
        dir,
        file,
        memory,
        layout,
        toDriver,
        toClients: new BroadcastReceiver(section(layout.toClients)),
        counters: new CountersReader(
          section(layout.countersMetadata),
          section(layout.countersValues),
        ),
      },
    };
  } finally {
    if (!isKept) file.close();
  }
}
