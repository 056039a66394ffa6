import { type LogBuffers, PARTITION_COUNT } from "@alerion/runtime/concurrent";
import type { SharedFile, SharedFiles } from "../os/shared-files.js";
import { mapLog } from "../protocol/map-log.js";

/** Smallest page of the systems that are served: larger ones are touched more than once. */
const PAGE_LENGTH = 4096;

interface Entry {
  readonly registrationId: bigint;
  readonly file: SharedFile;
  readonly buffers: LogBuffers;
  referenceCount: number;
  /** When it may be unmapped, monotonic ns; meaningful without references. */
  deadlineNs: number;
}

/**
 * The log buffers that a client has mapped: once per log, however many of its resources use it, and for a while
 * after the last one.
 *
 * Source: driver-protocol §10 (log buffers); Aeron `ClientConductor`
 */
export class LogRegistry {
  readonly #files: SharedFiles;
  readonly #isPreTouched: boolean;
  readonly #entries = new Map<bigint, Entry>();
  readonly #lingering: Entry[] = [];

  /** @param isPreTouched whether every page is touched when a log is mapped */
  constructor(files: SharedFiles, isPreTouched: boolean = false) {
    this.#files = files;
    this.#isPreTouched = isPreTouched;
  }

  /** Logs that are mapped. */
  size(): number {
    return this.#entries.size + this.#lingering.length;
  }

  /**
   * Maps a log, or takes the mapping that is there.
   *
   * @param registrationId of the publication or image whose log it is
   * @throws {SharedFileError} if it cannot be mapped
   * @throws {LogLengthError | BufferLayoutError} if its metadata cannot be
   */
  acquire(registrationId: bigint, path: string): LogBuffers {
    const known = this.#entries.get(registrationId);
    if (known !== undefined) {
      known.referenceCount++;
      return known.buffers;
    }
    const file = this.#files.open(path);
    try {
      const buffers = mapLog(file);
      if (this.#isPreTouched) touchPages(buffers);
      const entry: Entry = {
        registrationId,
        file,
        buffers,
        referenceCount: 1,
        deadlineNs: 0,
      };
      this.#entries.set(registrationId, entry);
      return entry.buffers;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Gives one reference back; the log stays mapped until `deadlineNs` for whoever still looks at it. */
  release(registrationId: bigint, deadlineNs: number): void {
    const entry = this.#entries.get(registrationId);
    if (entry === undefined || --entry.referenceCount > 0) return;
    // From here on the same id means a new mapping.
    this.#entries.delete(registrationId);
    entry.deadlineNs = deadlineNs;
    this.#lingering.push(entry);
  }

  /** Unmaps what has lingered long enough and yields how many those were. */
  expire(nowNs: number): number {
    let count = 0;
    for (let i = this.#lingering.length - 1; i >= 0; i--) {
      const entry = this.#lingering[i] as Entry;
      if (nowNs < entry.deadlineNs) continue;
      this.#lingering.splice(i, 1);
      entry.file.close();
      count++;
    }
    return count;
  }

  /** Unmaps everything. */
  close(): void {
    for (const entry of this.#entries.values()) entry.file.close();
    for (const entry of this.#lingering) entry.file.close();
    this.#entries.clear();
    this.#lingering.length = 0;
  }
}

/** Makes the system bring every page in now. An exchange of 0 for 0 writes nothing that was not there. */
function touchPages(log: LogBuffers): void {
  for (let index = 0; index < PARTITION_COUNT; index++) {
    const { i32 } = log.term(index);
    for (let offset = 0; offset < log.termLength; offset += PAGE_LENGTH) {
      Atomics.compareExchange(i32, offset >> 2, 0, 0);
    }
  }
}
