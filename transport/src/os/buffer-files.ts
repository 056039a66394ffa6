import { AtomicBuffer } from "@alerion/runtime/concurrent";
import {
  checkPart,
  type SharedFile,
  SharedFileError,
  type SharedFiles,
  StorageSpaceError,
} from "./shared-files.js";

/**
 * Shared files that are buffers of this process: `SharedArrayBuffer`s for worker threads, plain ones for the
 * simulator, which also limits their sum to play a full disk.
 */
export class BufferFiles implements SharedFiles {
  readonly kind = "in-process";
  readonly #buffers = new Map<string, ArrayBufferLike>();
  readonly #allocate: (length: number) => ArrayBufferLike;
  /** Bytes that all files together may have. */
  capacity: number;
  #used: number = 0;

  constructor(
    allocate: (length: number) => ArrayBufferLike = (length) => new SharedArrayBuffer(length),
    capacity: number = Number.POSITIVE_INFINITY,
  ) {
    this.#allocate = allocate;
    this.capacity = capacity;
  }

  create(path: string, length: number, _isSparse: boolean): SharedFile {
    if (this.#buffers.has(path)) throw new SharedFileError(path, "file must not exist yet");
    if (length > this.freeSpace(path)) {
      throw new StorageSpaceError(path, length, this.freeSpace(path));
    }
    this.put(path, this.#allocate(length));
    return this.open(path);
  }

  /** Takes a buffer in under a name; one of that name is replaced. */
  put(path: string, buffer: ArrayBufferLike): void {
    this.remove(path);
    this.#buffers.set(path, buffer);
    this.#used += buffer.byteLength;
  }

  open(path: string): SharedFile {
    const buffer = this.#buffers.get(path);
    if (buffer === undefined) throw new SharedFileError(path, "file must exist");
    return new BufferFile(path, buffer);
  }

  /** The memory of a file; `undefined` if there is none. */
  buffer(path: string): ArrayBufferLike | undefined {
    return this.#buffers.get(path);
  }

  /** Paths of all files. */
  paths(): string[] {
    return [...this.#buffers.keys()];
  }

  length(path: string): number | undefined {
    return this.#buffers.get(path)?.byteLength;
  }

  remove(path: string): boolean {
    const buffer = this.#buffers.get(path);
    if (buffer === undefined) return false;
    this.#used -= buffer.byteLength;
    return this.#buffers.delete(path);
  }

  makeFolder(_path: string): void {
    // Folders are nothing but prefixes here.
  }

  removeFolder(path: string): void {
    for (const each of this.paths()) {
      if (each.startsWith(`${path}/`)) this.remove(each);
    }
  }

  freeSpace(_path: string): number {
    return this.capacity - this.#used;
  }
}

class BufferFile implements SharedFile {
  readonly path: string;
  readonly length: number;
  readonly #buffer: ArrayBufferLike;

  constructor(path: string, buffer: ArrayBufferLike) {
    this.path = path;
    this.length = buffer.byteLength;
    this.#buffer = buffer;
  }

  map(offset: number, length: number): AtomicBuffer {
    checkPart(this.path, this.length, offset, length);
    return new AtomicBuffer(this.#buffer, offset, length);
  }

  close(): void {
    // The garbage collector takes the memory when nobody holds it.
  }
}
