import { createRequire } from "node:module";
import { isAbsolute, join } from "node:path";
import type * as Koffi from "koffi";
import { NativeUnavailableError, OsCallError } from "./os-error.js";

/**
 * The functions of the C library that the boundary calls, bound once.
 *
 * Pointers are numbers: addresses of user space lie below 2^48, and a number that lives in a field costs no
 * allocation per call, as a bigint would. Only 64-bit little-endian platforms are served.
 */
export interface Libc {
  readonly mmap: (
    address: number,
    length: number,
    protection: number,
    flags: number,
    fd: number,
    offset: number,
  ) => number | bigint;
  readonly munmap: (address: number, length: number) => number;
  readonly msync: (address: number, length: number, flags: number) => number;
  readonly ftruncate: (fd: number, length: number) => number;
  /** Returns the error number itself; absent on macOS. */
  readonly posixFallocate: ((fd: number, offset: number, length: number) => number) | undefined;
  readonly pageSize: number;
  readonly clockGettime: (clock: number, timespec: number) => number;
  readonly nanosleep: (request: number, remainder: number) => number;
  readonly schedYield: () => number;
  readonly prctl:
    ((option: number, a: number, b: number, c: number, d: number) => number) | undefined;
  readonly schedSetaffinity: ((pid: number, length: number, mask: number) => number) | undefined;
  /** Both of the calling thread. */
  readonly schedGetattr: ((attr: number, length: number) => number) | undefined;
  readonly schedSetattr: ((attr: number) => number) | undefined;
  readonly socket: (domain: number, type: number, protocol: number) => number;
  readonly bind: (fd: number, address: number, length: number) => number;
  readonly connect: (fd: number, address: number, length: number) => number;
  readonly setsockopt: (
    fd: number,
    level: number,
    name: number,
    value: number,
    length: number,
  ) => number;
  readonly getsockopt: (
    fd: number,
    level: number,
    name: number,
    value: number,
    length: number,
  ) => number;
  readonly getsockname: (fd: number, address: number, length: number) => number;
  readonly recvmmsg:
    | ((fd: number, messages: number, count: number, flags: number, timeout: number) => number)
    | undefined;
  readonly sendmmsg:
    ((fd: number, messages: number, count: number, flags: number) => number) | undefined;
  readonly sendmsg: (fd: number, message: number, flags: number) => number;
  readonly writev: (fd: number, vectors: number, count: number) => number;
  readonly recvmsg: (fd: number, message: number, flags: number) => number;
  readonly ppoll:
    ((fds: number, count: number, timeout: number, signals: number) => number) | undefined;
  readonly close: (fd: number) => number;
  readonly epollCreate1: ((flags: number) => number) | undefined;
  readonly epollCtl:
    ((epoll: number, operation: number, fd: number, event: number) => number) | undefined;
  readonly epollWait:
    ((epoll: number, events: number, count: number, timeoutMs: number) => number) | undefined;
  /** Where the bytes of a typed array lie. */
  readonly addressOf: (bytes: Uint8Array) => number;
  /** A view of native memory. */
  readonly view: (address: number, length: number) => ArrayBuffer;
  /** Error number of the last failed call of this thread. */
  readonly errno: () => number;
  readonly platform: NativePlatform;
  /** The error of the last call, for throwing. */
  readonly failure: (call: string) => OsCallError;
  /** Name of an error number, or `errno <number>`. */
  readonly errnoName: (errno: number) => string;
}

/** Constants that differ between platforms. */
export interface NativePlatform {
  readonly name: "darwin" | "linux";
  readonly MAP_ANONYMOUS: number;
  readonly MAP_NORESERVE: number;
  readonly MS_SYNC: number;
  readonly CLOCK_MONOTONIC: number;
  readonly EAGAIN: number;
  readonly SC_PAGESIZE: number;
}

const LINUX: NativePlatform = {
  name: "linux",
  MAP_ANONYMOUS: 0x20,
  MAP_NORESERVE: 0x4000,
  MS_SYNC: 4,
  CLOCK_MONOTONIC: 1,
  EAGAIN: 11,
  SC_PAGESIZE: 30,
};

const DARWIN: NativePlatform = {
  name: "darwin",
  MAP_ANONYMOUS: 0x1000,
  MAP_NORESERVE: 0x40,
  MS_SYNC: 0x10,
  CLOCK_MONOTONIC: 6,
  EAGAIN: 35,
  SC_PAGESIZE: 29,
};

const ARCHITECTURES: readonly string[] = ["x64", "arm64", "riscv64", "loong64"];

/** The constants of this platform. @throws {NativeUnavailableError} if it is not served */
export function nativePlatform(platform: string, architecture: string): NativePlatform {
  if (!ARCHITECTURES.includes(architecture)) {
    throw new NativeUnavailableError(`architecture=${architecture}`);
  }
  if (platform === "linux") return LINUX;
  if (platform === "darwin") return DARWIN;
  throw new NativeUnavailableError(`platform=${platform}`);
}

/**
 * Loads koffi, only now, and binds the functions.
 *
 * @throws {NativeUnavailableError} if koffi is missing or the platform is not served
 */
export async function loadLibc(): Promise<Libc> {
  const platform = nativePlatform(process.platform, process.arch);
  const koffi = await loadKoffi();
  const library = koffi.load(null);
  const bind = binder(library);
  const errnoNames = new Map(Object.entries(koffi.os.errno).map(([name, value]) => [value, name]));
  const errnoName = (errno: number): string => errnoNames.get(errno) ?? `errno ${errno}`;
  const isLinux = platform.name === "linux";
  const pointer = "uintptr_t";
  return {
    mmap: bind("mmap", pointer, [pointer, "size_t", "int", "int", "int", "int64_t"]),
    munmap: bind("munmap", "int", [pointer, "size_t"]),
    msync: bind("msync", "int", [pointer, "size_t", "int"]),
    ftruncate: bind("ftruncate", "int", ["int", "int64_t"]),
    posixFallocate: isLinux
      ? bind("posix_fallocate", "int", ["int", "int64_t", "int64_t"])
      : undefined,
    pageSize: bind<(name: number) => number>("sysconf", "long", ["int"])(platform.SC_PAGESIZE),
    clockGettime: bind("clock_gettime", "int", ["int", pointer]),
    nanosleep: bind("nanosleep", "int", [pointer, pointer]),
    schedYield: bind("sched_yield", "int", []),
    prctl: isLinux
      ? bind("prctl", "int", ["int", "size_t", "size_t", "size_t", "size_t"])
      : undefined,
    schedSetaffinity: isLinux
      ? bind("sched_setaffinity", "int", ["int", "size_t", pointer])
      : undefined,
    ...schedulerCalls(bind, isLinux),
    socket: bind("socket", "int", ["int", "int", "int"]),
    bind: bind("bind", "int", ["int", pointer, "uint"]),
    connect: bind("connect", "int", ["int", pointer, "uint"]),
    setsockopt: bind("setsockopt", "int", ["int", "int", "int", pointer, "uint"]),
    getsockopt: bind("getsockopt", "int", ["int", "int", "int", pointer, pointer]),
    getsockname: bind("getsockname", "int", ["int", pointer, pointer]),
    recvmmsg: isLinux
      ? bind("recvmmsg", "int", ["int", pointer, "uint", "int", pointer])
      : undefined,
    sendmmsg: isLinux ? bind("sendmmsg", "int", ["int", pointer, "uint", "int"]) : undefined,
    sendmsg: bind("sendmsg", "int", ["int", pointer, "int"]),
    writev: bind("writev", "int", ["int", pointer, "int"]),
    recvmsg: bind("recvmsg", "int", ["int", pointer, "int"]),
    ppoll: isLinux ? bind("ppoll", "int", [pointer, "size_t", pointer, pointer]) : undefined,
    close: bind("close", "int", ["int"]),
    epollCreate1: isLinux ? bind("epoll_create1", "int", ["int"]) : undefined,
    epollCtl: isLinux ? bind("epoll_ctl", "int", ["int", "int", "int", pointer]) : undefined,
    epollWait: isLinux ? bind("epoll_wait", "int", ["int", pointer, "int", "int"]) : undefined,
    addressOf: (bytes) => Number(koffi.address(bytes)),
    view: (address, length) => koffi.view(BigInt(address), length),
    errno: () => koffi.errno(),
    platform,
    failure: (call) => {
      const errno = koffi.errno();
      return new OsCallError(call, errno, errnoName(errno));
    },
    errnoName,
  };
}

/**
 * A thread that starts from a text has no folder of its own to find koffi from: the program's, or the one it is run
 * in, have to do.
 */
async function loadKoffi(): Promise<typeof Koffi> {
  let cause: unknown;
  try {
    return await import("koffi");
  } catch (error) {
    cause = error;
  }
  for (const base of [process.argv[1], join(process.cwd(), "index.js")]) {
    if (base === undefined || !isAbsolute(base)) continue;
    try {
      return createRequire(base)("koffi") as typeof Koffi;
    } catch {
      // Not there either.
    }
  }
  throw new NativeUnavailableError("koffi cannot be loaded", { cause });
}

/** Numbers of sched_setattr; that of sched_getattr follows. glibc has no function for either before 2.41. */
const SCHED_SETATTR: Readonly<Record<string, number>> = {
  x64: 314,
  arm64: 274,
  riscv64: 274,
  loong64: 274,
};

function schedulerCalls(
  bind: Binder,
  isLinux: boolean,
): Pick<Libc, "schedGetattr" | "schedSetattr"> {
  const number = isLinux ? SCHED_SETATTR[process.arch] : undefined;
  if (number === undefined) return { schedGetattr: undefined, schedSetattr: undefined };
  const syscall = bind<
    (number: number, thread: number, attr: number, lengthOrFlags: number, flags: number) => number
  >("syscall", "long", ["long", "long", "uintptr_t", "long", "long"]);
  return {
    schedGetattr: (attr, length) => syscall(number + 1, 0, attr, length, 0),
    schedSetattr: (attr) => syscall(number, 0, attr, 0, 0),
  };
}

type Binder = <F>(name: string, result: string, parameters: string[]) => F;

// koffi types a bound function loosely; the interface above says what each one takes and gives.
function binder(library: Koffi.LibraryHandle): Binder {
  return <F>(name: string, result: string, parameters: string[]) =>
    library.func(name, result, parameters) as unknown as F;
}
