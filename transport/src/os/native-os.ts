import type { Libc } from "./libc.js";
import { NativeMemory } from "./native-memory.js";
import { NativeDatagrams, NativePoller, NativeUdpSocket } from "./native-udp.js";
import { NativeUnavailableError, OsCallError } from "./os-error.js";
import type {
  AddressFamily,
  Datagrams,
  MapAccess,
  MappedMemory,
  Os,
  Poller,
  UdpSocket,
} from "./os.js";

const CLOCK_REALTIME = 0;
const PR_SET_TIMERSLACK = 29;
const NS_PER_S = 1_000_000_000;
/** `struct sched_attr` as of Linux 3.14: size, policy, flags, nice, priority, runtime, deadline, period. */
const SCHED_ATTR_LENGTH = 48;
const SCHED_ATTR_OFFSET = 256;
const SCHED_ATTR_POLICY_WORD = 1;
const SCHED_ATTR_RUNTIME_WORD = 6;
/** The policies under which the runtime is the slice that a thread asks for. */
const SCHED_OTHER = 0;
const SCHED_BATCH = 3;
const CPU_MASK_LENGTH = 128;
const CPU_COUNT_MAX = CPU_MASK_LENGTH * 8;

/** The operating system through koffi: Linux in full, macOS without sockets, affinity, timer slack and slices. */
export class NativeOs implements Os {
  readonly pageSize: number;
  readonly #libc: Libc;
  readonly #memory: NativeMemory;
  // One scratch page: a timespec at 0, a CPU mask at 64, a `sched_attr` at 256.
  readonly #scratch: MappedMemory;
  // What socket calls pass pointers to.
  readonly #sockets: MappedMemory;
  readonly #words: Int32Array;
  readonly time: Uint32Array;
  readonly #timespecAddress: number;

  constructor(libc: Libc) {
    this.#libc = libc;
    this.pageSize = libc.pageSize;
    this.#memory = new NativeMemory(libc);
    this.#scratch = this.#memory.mapAnonymous(libc.pageSize);
    this.#sockets = this.#memory.mapAnonymous(libc.pageSize);
    this.#words = new Int32Array(this.#scratch.buffer);
    this.time = new Uint32Array(this.#scratch.buffer);
    this.#timespecAddress = this.#scratch.address;
  }

  map(fd: number, offset: number, length: number, access: MapAccess): MappedMemory {
    return this.#memory.mapFile(fd, offset, length, access);
  }

  mapAnonymous(length: number): MappedMemory {
    return this.#memory.mapAnonymous(length);
  }

  truncate(fd: number, length: number): void {
    if (this.#libc.ftruncate(fd, length) !== 0) throw this.#libc.failure("ftruncate");
  }

  allocate(fd: number, offset: number, length: number): void {
    if (this.#libc.posixFallocate === undefined) return;
    const errno = this.#libc.posixFallocate(fd, offset, length);
    if (errno !== 0) throw new OsCallError("posix_fallocate", errno, this.#libc.errnoName(errno));
  }

  openUdp(family: AddressFamily): UdpSocket {
    return NativeUdpSocket.open(this.#libc, this.#sockets, family);
  }

  adoptUdp(fd: number, family: AddressFamily): UdpSocket {
    return new NativeUdpSocket(this.#libc, this.#sockets, family, fd);
  }

  addressOf(bytes: Uint8Array): number {
    return this.#libc.addressOf(bytes);
  }

  allocateDatagrams(slotCount: number, slotLength: number): Datagrams {
    return new NativeDatagrams(this.#memory, slotCount, slotLength);
  }

  openPoller(): Poller {
    return new NativePoller(this.#libc, this.#memory);
  }

  monoNs(): number {
    this.readMono();
    return (this.time[0] as number) * NS_PER_S + (this.time[2] as number);
  }

  readMono(): void {
    this.#libc.clockGettime(this.#libc.platform.CLOCK_MONOTONIC, this.#timespecAddress);
  }

  epochMs(): number {
    this.#libc.clockGettime(CLOCK_REALTIME, this.#timespecAddress);
    // The seconds fit 32 bits until 2106 (unsigned).
    return (this.time[0] as number) * 1000 + Math.floor((this.#words[2] as number) / 1_000_000);
  }

  sleepNs(durationNs: number): void {
    this.#words[0] = Math.floor(durationNs / NS_PER_S);
    this.#words[1] = 0;
    this.#words[2] = durationNs % NS_PER_S;
    this.#words[3] = 0;
    // An interrupted sleep is as good as a short one: whoever sleeps looks at the clock again.
    this.#libc.nanosleep(this.#timespecAddress, 0);
  }

  yield(): void {
    this.#libc.schedYield();
  }

  setTimerSlackNs(slackNs: number): void {
    if (this.#libc.prctl === undefined) return;
    if (this.#libc.prctl(PR_SET_TIMERSLACK, slackNs, 0, 0, 0) !== 0) {
      throw this.#libc.failure("prctl");
    }
  }

  setSliceNs(sliceNs: number): void {
    const { schedGetattr, schedSetattr } = this.#libc;
    if (schedGetattr === undefined || schedSetattr === undefined) return;
    const address = this.#scratch.address + SCHED_ATTR_OFFSET;
    const words = new Uint32Array(this.#scratch.buffer, SCHED_ATTR_OFFSET, SCHED_ATTR_LENGTH / 4);
    // Everything else stays as it is, niceness above all. What is refused (a sandbox, an old kernel) is done without.
    if (schedGetattr(address, SCHED_ATTR_LENGTH) !== 0) return;
    const policy = words[SCHED_ATTR_POLICY_WORD];
    if (policy !== SCHED_OTHER && policy !== SCHED_BATCH) return;
    words[SCHED_ATTR_RUNTIME_WORD] = sliceNs;
    words[SCHED_ATTR_RUNTIME_WORD + 1] = 0;
    schedSetattr(address);
  }

  setAffinity(cpus: readonly number[]): void {
    if (this.#libc.schedSetaffinity === undefined) {
      throw new NativeUnavailableError(`cpu affinity: platform=${this.#libc.platform.name}`);
    }
    const mask = new Uint8Array(this.#scratch.buffer, 64, CPU_MASK_LENGTH).fill(0);
    for (const cpu of cpus) {
      if (!Number.isInteger(cpu) || cpu < 0 || cpu >= CPU_COUNT_MAX) {
        throw new RangeError(`cpu must be in 0..${CPU_COUNT_MAX - 1}: cpu=${cpu}`);
      }
      mask[cpu >> 3] = (mask[cpu >> 3] as number) | (1 << (cpu & 7));
    }
    if (this.#libc.schedSetaffinity(0, CPU_MASK_LENGTH, this.#scratch.address + 64) !== 0) {
      throw this.#libc.failure("sched_setaffinity");
    }
  }
}
