import type { Libc } from "./libc.js";
import type { MapAccess, MappedMemory } from "./os.js";

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;
const MAP_PRIVATE = 2;
const MAP_FIXED = 0x10;

/** What munmap is called with once nobody can reach the views any more. */
interface Range {
  readonly address: number;
  readonly length: number;
}

/**
 * Maps memory, and lets go of it without ever leaving a view that faults.
 *
 * Unmapping cannot simply give the range back: typed arrays over it may live on, and touching them would kill
 * the process. So an anonymous mapping is laid over the range (MAP_FIXED): the file's memory is freed at once
 * and stale reads give 0. The range itself is returned when the garbage collector has found the last view gone.
 * Detaching the buffer (Node 22 and later) would do it sooner, but V8 then checks for detached buffers in all
 * compiled code of the isolate, and Node 20 cannot do it at all.
 */
export class NativeMemory {
  readonly #libc: Libc;
  readonly #ranges: FinalizationRegistry<Range>;

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#ranges = new FinalizationRegistry(({ address, length }) => {
      libc.munmap(address, length);
    });
  }

  /** @throws {OsCallError} if the kernel refuses */
  mapFile(fd: number, offset: number, length: number, access: MapAccess): MappedMemory {
    const protection = access === "read" ? PROT_READ : PROT_READ | PROT_WRITE;
    return this.#map(protection, MAP_SHARED, fd, offset, length);
  }

  /** @throws {OsCallError} if the kernel refuses */
  mapAnonymous(length: number): MappedMemory {
    const flags = MAP_PRIVATE | this.#libc.platform.MAP_ANONYMOUS;
    return this.#map(PROT_READ | PROT_WRITE, flags, -1, 0, length);
  }

  #map(
    protection: number,
    flags: number,
    fd: number,
    offset: number,
    length: number,
  ): MappedMemory {
    const libc = this.#libc;
    const address = libc.mmap(0, length, protection, flags, fd, offset);
    // MAP_FAILED is all ones, which no number holds: koffi hands it over as a bigint.
    if (typeof address === "bigint") throw libc.failure("mmap");
    const buffer = libc.view(address, length);
    this.#ranges.register(buffer, { address, length });
    return new Mapping(libc, buffer, address, length);
  }
}

class Mapping implements MappedMemory {
  readonly buffer: ArrayBuffer;
  readonly address: number;
  readonly length: number;
  readonly #libc: Libc;
  #isMapped: boolean = true;

  constructor(libc: Libc, buffer: ArrayBuffer, address: number, length: number) {
    this.#libc = libc;
    this.buffer = buffer;
    this.address = address;
    this.length = length;
  }

  sync(offset: number, length: number): void {
    if (!this.#isMapped) return;
    const pageSize = this.#libc.pageSize;
    const start = Math.floor(offset / pageSize) * pageSize;
    const end = Math.min(offset + length, this.length);
    const result = this.#libc.msync(this.address + start, end - start, this.#libc.platform.MS_SYNC);
    if (result !== 0) throw this.#libc.failure("msync");
  }

  unmap(): void {
    if (!this.#isMapped) return;
    this.#isMapped = false;
    const { MAP_ANONYMOUS, MAP_NORESERVE } = this.#libc.platform;
    const flags = MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS | MAP_NORESERVE;
    const result = this.#libc.mmap(this.address, this.length, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (typeof result === "bigint") throw this.#libc.failure("mmap");
  }
}
