import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { AlerionError } from "@alerion/runtime";
import {
  AtomicBuffer,
  counterMetadataOffset,
  counterOffset,
  CountersReader,
  CounterState,
  type ErrorObservation,
  ManyToOneRingBuffer,
  readErrorLog,
} from "@alerion/runtime/concurrent";
import { defaultAeronDir } from "../driver/default-dir.js";
import {
  CNC_FILE_NAME,
  CNC_META_DATA_LENGTH,
  type CncLayout,
  readCncLayout,
  type Section,
} from "../protocol/cnc-file-descriptor.js";
import { type LossReport, LOSS_REPORT_FILE_NAME, readLossReport } from "../protocol/loss-report.js";
import { type Arguments, textOption } from "./subcommand.js";
import type { Io } from "./io.js";

/** A driver whose heartbeat is older than this counts as dead. */
const DRIVER_TIMEOUT_MS = 10_000;

/** There is no driver's file in the directory, or it cannot be read. Code `AERON_DIRECTORY`. */
class DirectoryError extends AlerionError {
  override readonly name: string = "DirectoryError";

  constructor(text: string, options?: ErrorOptions) {
    super("AERON_DIRECTORY", text, options);
  }
}

/** A counter, as it was when the file was read. */
export interface CounterSnapshot {
  readonly id: number;
  readonly typeId: number;
  readonly value: bigint;
  readonly registrationId: bigint;
  readonly ownerId: bigint;
  readonly referenceId: bigint;
  readonly label: string;
  /** 112 bytes. */
  readonly key: Uint8Array;
}

/**
 * A copy of a driver's files, C, Java or ours, alive or dead: read, never mapped, so it needs nothing native.
 */
export class DirectorySnapshot {
  readonly dir: string;
  readonly layout: CncLayout;
  /** Epoch ms at which the file was read. */
  readonly readAtMs: number;
  readonly #cnc: AtomicBuffer;
  readonly #counters: CountersReader;

  /** @throws {DirectoryError | CncFileError} if there is no usable file */
  constructor(dir: string, nowMs: number) {
    this.dir = dir;
    this.readAtMs = nowMs;
    const bytes = readWhole(join(dir, CNC_FILE_NAME));
    this.#cnc = new AtomicBuffer(bytes.buffer, 0, bytes.length);
    if (bytes.length < CNC_META_DATA_LENGTH || this.#cnc.getInt32(0) === 0) {
      throw new DirectoryError(`cnc file must be finished: dir=${dir} length=${bytes.length}`);
    }
    this.layout = readCncLayout(this.#cnc.view, bytes.length);
    this.#counters = new CountersReader(
      this.#section(this.layout.countersMetadata),
      this.#section(this.layout.countersValues),
    );
  }

  /** Age of the driver's last sign of life in ms; `undefined` after a clean close. */
  heartbeatAgeMs(): number | undefined {
    const ring = new ManyToOneRingBuffer(this.#section(this.layout.toDriver));
    const heartbeatMs = ring.consumerHeartbeatTimeMs();
    return heartbeatMs < 0 ? undefined : this.readAtMs - heartbeatMs;
  }

  /** Whether the driver lives. */
  isAlive(): boolean {
    const ageMs = this.heartbeatAgeMs();
    return ageMs !== undefined && ageMs <= DRIVER_TIMEOUT_MS;
  }

  /** All counters in use, by id. */
  counters(): CounterSnapshot[] {
    const counters = this.#counters;
    const snapshots: CounterSnapshot[] = [];
    for (let id = 0; id <= counters.maxCounterId; id++) {
      const state = counters.metadata.getInt32(counterMetadataOffset(id));
      if (state === CounterState.UNUSED) break;
      if (state !== CounterState.ALLOCATED) continue;
      const offset = counterOffset(id);
      snapshots.push({
        id,
        typeId: counters.typeId(id),
        value: counters.values.getBigInt64(offset),
        registrationId: counters.values.getBigInt64(offset + 8),
        ownerId: counters.values.getBigInt64(offset + 16),
        referenceId: counters.values.getBigInt64(offset + 24),
        label: counters.label(id),
        key: counters.key(id),
      });
    }
    return snapshots;
  }

  /** All distinct errors, in the order of first appearance. */
  errors(): ErrorObservation[] {
    const observations: ErrorObservation[] = [];
    readErrorLog(this.#section(this.layout.errorLog), (each) => {
      observations.push(each);
    });
    return observations;
  }

  #section({ offset, length }: Section): AtomicBuffer {
    return this.#cnc.slice(offset, length);
  }
}

/** The directory that the user means. */
export function directoryOf(given: Arguments, io: Io): string {
  return textOption(given, "dir") ?? defaultAeronDir(io.environment);
}

/** @throws {DirectoryError | CncFileError} if there is no usable file */
export function readDirectory(given: Arguments, io: Io): DirectorySnapshot {
  return new DirectorySnapshot(directoryOf(given, io), io.now());
}

/** @throws {DirectoryError} if there is no loss report */
export function readLossReportOf(dir: string): LossReport {
  const bytes = readWhole(join(dir, LOSS_REPORT_FILE_NAME));
  return readLossReport(new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
}

/** The whole file in a buffer of its own, so that its first byte is aligned. @throws {DirectoryError} */
export function readWhole(path: string): Uint8Array {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (error) {
    throw new DirectoryError(`file must be readable: path=${path}`, { cause: error });
  }
  try {
    const { size } = fstatSync(fd);
    const bytes = new Uint8Array(size);
    let done = 0;
    while (done < size) {
      const count = readSync(fd, bytes, done, size - done, done);
      if (count === 0) break;
      done += count;
    }
    return bytes;
  } finally {
    closeSync(fd);
  }
}

/** Text of a file. @throws {DirectoryError} if it cannot be read */
export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new DirectoryError(`file must be readable: path=${path}`, { cause: error });
  }
}

/** First line of every report: which driver, and whether it lives. */
export function describeDriver(snapshot: DirectorySnapshot): string {
  const ageMs = snapshot.heartbeatAgeMs();
  const state =
    ageMs === undefined
      ? "closed"
      : `${snapshot.isAlive() ? "alive" : "dead"}, heartbeat age ${ageMs} ms`;
  return `${snapshot.dir}: pid ${snapshot.layout.pid}, ${state}`;
}
