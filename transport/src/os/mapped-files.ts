import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  rmSync,
  statfsSync,
  statSync,
  unlinkSync,
} from "node:fs";
import { dirname } from "node:path";
import { AtomicBuffer } from "@alerion/runtime/concurrent";
import { OsCallError } from "./os-error.js";
import type { MapAccess, MappedMemory, Os } from "./os.js";
import {
  checkPart,
  type SharedFile,
  SharedFileError,
  type SharedFiles,
  StorageSpaceError,
} from "./shared-files.js";

/** Files of the operating system, mapped: what processes share. */
export class MappedFiles implements SharedFiles {
  readonly kind = "mapped";
  readonly #os: Os;

  constructor(os: Os) {
    this.#os = os;
  }

  create(path: string, length: number, isSparse: boolean): SharedFile {
    let fd: number;
    try {
      fd = openSync(path, "wx+", 0o660);
    } catch (error) {
      throw new SharedFileError(path, "file must not exist yet and its folder must", {
        cause: error,
      });
    }
    try {
      this.#os.truncate(fd, length);
      if (!isSparse) this.#os.allocate(fd, 0, length);
    } catch (error) {
      closeSync(fd);
      unlinkSync(path);
      if (error instanceof OsCallError && error.errnoName === "ENOSPC") {
        throw new StorageSpaceError(path, length, this.freeSpace(dirname(path)), { cause: error });
      }
      throw error;
    }
    return new MappedFile(this.#os, fd, path, length, "read-write");
  }

  open(path: string, access: MapAccess = "read-write"): SharedFile {
    let fd: number;
    try {
      fd = openSync(path, access === "read" ? "r" : "r+");
    } catch (error) {
      throw new SharedFileError(path, "file must exist and be accessible", { cause: error });
    }
    return new MappedFile(this.#os, fd, path, fstatSync(fd).size, access);
  }

  length(path: string): number | undefined {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat === undefined || !stat.isFile() ? undefined : stat.size;
  }

  remove(path: string): boolean {
    try {
      unlinkSync(path);
      return true;
    } catch {
      return false;
    }
  }

  makeFolder(path: string): void {
    mkdirSync(path, { recursive: true });
  }

  removeFolder(path: string): void {
    rmSync(path, { recursive: true, force: true });
  }

  freeSpace(path: string): number {
    const stat = statfsSync(path);
    return stat.bavail * stat.bsize;
  }
}

class MappedFile implements SharedFile {
  readonly path: string;
  readonly length: number;
  readonly #os: Os;
  readonly #access: MapAccess;
  readonly #mappings: MappedMemory[] = [];
  #fd: number;

  constructor(os: Os, fd: number, path: string, length: number, access: MapAccess) {
    this.#os = os;
    this.#fd = fd;
    this.path = path;
    this.length = length;
    this.#access = access;
  }

  map(offset: number, length: number): AtomicBuffer {
    checkPart(this.path, this.length, offset, length);
    if (this.#fd < 0) throw new SharedFileError(this.path, "file must be open to be mapped");
    // Log metadata begins at a multiple of 4096, which larger pages do not divide.
    const start = Math.floor(offset / this.#os.pageSize) * this.#os.pageSize;
    const lead = offset - start;
    let mapping: MappedMemory;
    try {
      mapping = this.#os.map(this.#fd, start, lead + length, this.#access);
    } catch (error) {
      throw new SharedFileError(this.path, "file must be mappable", { cause: error });
    }
    this.#mappings.push(mapping);
    return new AtomicBuffer(mapping.buffer, lead, length);
  }

  close(): void {
    if (this.#fd < 0) return;
    closeSync(this.#fd);
    this.#fd = -1;
    for (const mapping of this.#mappings) mapping.unmap();
    this.#mappings.length = 0;
  }
}
