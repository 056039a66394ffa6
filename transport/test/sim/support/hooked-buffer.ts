import { AtomicBuffer } from "@alerion/runtime/concurrent";
import type { SharedFile, SharedFiles } from "../../../src/os/shared-files.js";

/** Is asked before each access of an agent to shared memory: it lets others run, or ends the agent there. */
export interface AccessHook {
  before(): void;
}

/** A buffer whose accesses are points at which other agents may run, or at which its agent may die. */
class HookedBuffer extends AtomicBuffer {
  readonly #hook: AccessHook;

  constructor(memory: AtomicBuffer, hook: AccessHook) {
    super(memory.buffer, memory.byteOffset, memory.capacity);
    this.#hook = hook;
  }

  override slice(offset: number, length: number): AtomicBuffer {
    return new HookedBuffer(super.slice(offset, length), this.#hook);
  }

  override getInt32(offset: number): number {
    this.#hook.before();
    return super.getInt32(offset);
  }
  override putInt32(offset: number, value: number): void {
    this.#hook.before();
    super.putInt32(offset, value);
  }
  override getInt32Volatile(offset: number): number {
    this.#hook.before();
    return super.getInt32Volatile(offset);
  }
  override putInt32Release(offset: number, value: number): void {
    this.#hook.before();
    super.putInt32Release(offset, value);
  }
  override putInt32Volatile(offset: number, value: number): void {
    this.#hook.before();
    super.putInt32Volatile(offset, value);
  }
  override getAndAddInt32(offset: number, delta: number): number {
    this.#hook.before();
    return super.getAndAddInt32(offset, delta);
  }
  override compareAndSetInt32(offset: number, expected: number, update: number): boolean {
    this.#hook.before();
    return super.compareAndSetInt32(offset, expected, update);
  }
  override getInt64(offset: number): number {
    this.#hook.before();
    return super.getInt64(offset);
  }
  override putInt64(offset: number, value: number): void {
    this.#hook.before();
    super.putInt64(offset, value);
  }
  override getInt64Volatile(offset: number): number {
    this.#hook.before();
    return super.getInt64Volatile(offset);
  }
  override putInt64Release(offset: number, value: number): void {
    this.#hook.before();
    super.putInt64Release(offset, value);
  }
  override putInt64Volatile(offset: number, value: number): void {
    this.#hook.before();
    super.putInt64Volatile(offset, value);
  }
  override getAndAddInt64(offset: number, delta: number): number {
    this.#hook.before();
    return super.getAndAddInt64(offset, delta);
  }
  override getBigInt64Volatile(offset: number): bigint {
    this.#hook.before();
    return super.getBigInt64Volatile(offset);
  }
  override putBigInt64Release(offset: number, value: bigint): void {
    this.#hook.before();
    super.putBigInt64Release(offset, value);
  }
  override compareAndSetBigInt64(offset: number, expected: bigint, update: bigint): boolean {
    this.#hook.before();
    return super.compareAndSetBigInt64(offset, expected, update);
  }
  override putUint8Release(offset: number, value: number): void {
    this.#hook.before();
    super.putUint8Release(offset, value);
  }
  override copyFrom(
    offset: number,
    source: AtomicBuffer,
    sourceOffset: number,
    length: number,
  ): void {
    // In two parts, so that half a payload can be seen.
    const half = (length >> 1) & ~7;
    this.#hook.before();
    super.copyFrom(offset, source, sourceOffset, half);
    this.#hook.before();
    super.copyFrom(offset + half, source, sourceOffset + half, length - half);
  }
  override setMemory(offset: number, length: number, value: number): void {
    this.#hook.before();
    super.setMemory(offset, length, value);
  }
}

/** The same files, seen by one agent. */
export class HookedFiles implements SharedFiles {
  readonly kind = "in-process";
  readonly #files: SharedFiles;
  readonly #hook: AccessHook;

  constructor(files: SharedFiles, hook: AccessHook) {
    this.#files = files;
    this.#hook = hook;
  }

  create(path: string, length: number, isSparse: boolean): SharedFile {
    return this.#hooked(this.#files.create(path, length, isSparse));
  }

  open(path: string): SharedFile {
    return this.#hooked(this.#files.open(path));
  }

  length(path: string): number | undefined {
    return this.#files.length(path);
  }

  remove(path: string): boolean {
    return this.#files.remove(path);
  }

  makeFolder(path: string): void {
    this.#files.makeFolder(path);
  }

  removeFolder(path: string): void {
    this.#files.removeFolder(path);
  }

  freeSpace(path: string): number {
    return this.#files.freeSpace(path);
  }

  #hooked(file: SharedFile): SharedFile {
    return {
      path: file.path,
      length: file.length,
      map: (offset, length) => new HookedBuffer(file.map(offset, length), this.#hook),
      close: () => {
        file.close();
      },
    };
  }
}
