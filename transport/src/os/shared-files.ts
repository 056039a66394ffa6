import { AlerionError } from "@alerion/runtime";
import type { AtomicBuffer } from "@alerion/runtime/concurrent";

/**
 * Named memory that a driver and its clients share: files that all of them map, or buffers of one process.
 *
 * Everything above this interface is the same for real drivers, for the in-process transport and for the
 * simulator. Paths are what the control protocol carries; only `mapped` ones exist on a disk.
 */
export interface SharedFiles {
  readonly kind: "in-process" | "mapped";
  /**
   * Makes a file of zeros.
   *
   * @param isSparse false takes the room now, so that writing cannot fail later
   * @throws {SharedFileError} if the path exists already or cannot be made
   * @throws {StorageSpaceError} if there is no room
   */
  create(path: string, length: number, isSparse: boolean): SharedFile;
  /** @throws {SharedFileError} if there is no such file or it cannot be mapped */
  open(path: string, access?: "read" | "read-write"): SharedFile;
  /** Bytes of a file; `undefined` if there is none. */
  length(path: string): number | undefined;
  /** Removes a file. Whoever has it mapped keeps its memory. False if that failed. */
  remove(path: string): boolean;
  /** Makes a folder and those above it. */
  makeFolder(path: string): void;
  /** Removes a folder and everything in it, if it is there. */
  removeFolder(path: string): void;
  /** Bytes that can still be written near a path; Infinity where nobody knows. */
  freeSpace(path: string): number;
}

/** An open file. */
export interface SharedFile {
  readonly path: string;
  /** Bytes, as it was when the file was opened. */
  readonly length: number;
  /**
   * Memory of a part of the file. Mapping the same part twice gives two buffers over the same bytes.
   *
   * @param offset a multiple of 8
   * @throws {SharedFileError} if the part is not inside the file or cannot be mapped
   */
  map(offset: number, length: number): AtomicBuffer;
  /** Lets go of all its memory. Idempotent. Buffers that somebody still holds read zero or stale bytes. */
  close(): void;
}

/** A shared file is missing, exists already, or cannot be mapped. Code `SHARED_FILE`. */
export class SharedFileError extends AlerionError {
  override readonly name: string = "SharedFileError";
  readonly path: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super("SHARED_FILE", `${problem}: path=${path}`, options);
    this.path = path;
  }
}

/** There is no room for a shared file. Code `STORAGE_SPACE`. */
export class StorageSpaceError extends AlerionError {
  override readonly name: string = "StorageSpaceError";

  constructor(path: string, required: number, available: number, options?: ErrorOptions) {
    super(
      "STORAGE_SPACE",
      `storage must have room for the file: path=${path} required=${required} available=${available}`,
      options,
    );
  }
}

/** @throws {SharedFileError} unless the part lies inside the file and begins at a multiple of 8 */
export function checkPart(path: string, fileLength: number, offset: number, length: number): void {
  const isInside =
    Number.isSafeInteger(offset) &&
    Number.isSafeInteger(length) &&
    offset >= 0 &&
    length > 0 &&
    offset % 8 === 0 &&
    offset + length <= fileLength;
  if (!isInside) {
    throw new SharedFileError(
      path,
      `part must lie inside the file: offset=${offset} length=${length} fileLength=${fileLength}`,
    );
  }
}
