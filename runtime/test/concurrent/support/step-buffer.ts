import { AtomicBuffer } from "@alerion/runtime/concurrent";
import type { StepThread } from "./schedule-explorer.js";

const DIGIT_NINE = 57;

/**
 * A buffer in which each access is one step of the thread that makes it: 64 bits at most, so that copying and
 * clearing take many steps, between any two of which another thread may run.
 */
export class StepBuffer extends AtomicBuffer {
  readonly #plain: AtomicBuffer;
  readonly #thread: StepThread;

  constructor(memory: AtomicBuffer, thread: StepThread) {
    super(memory.buffer, memory.byteOffset, memory.capacity);
    this.#plain = memory;
    this.#thread = thread;
    const arrays = this as { -readonly [K in "u8" | "i32" | "u32" | "i64"]: AtomicBuffer[K] };
    arrays.u8 = this.#stepped(memory.u8);
    arrays.i32 = this.#stepped(memory.i32);
    arrays.u32 = this.#stepped(memory.u32);
    arrays.i64 = this.#stepped(memory.i64);
  }

  /** Elements are reached in steps; methods of the whole array would not be, so there are none. */
  #stepped<T extends Uint8Array | Int32Array | Uint32Array | BigInt64Array>(array: T): T {
    return new Proxy(array, {
      get: (_array, key) => {
        if (typeof key === "string" && key.charCodeAt(0) <= DIGIT_NINE) {
          return this.#step(() => Reflect.get(array, key) as unknown);
        }
        const value = Reflect.get(array, key) as unknown;
        if (typeof value === "function") throw new Error(`${String(key)} would not be stepped`);
        return value;
      },
      set: (_array, key, value) => this.#step(() => Reflect.set(array, key, value)),
    });
  }

  #step<T>(access: () => T): T {
    return this.#thread.step(access);
  }

  override slice(): AtomicBuffer {
    throw new Error("a slice would not be stepped");
  }

  override getUint8(offset: number): number {
    return this.#step(() => this.#plain.getUint8(offset));
  }
  override putUint8(offset: number, value: number): void {
    this.#step(() => this.#plain.putUint8(offset, value));
  }
  override getUint8Volatile(offset: number): number {
    return this.#step(() => this.#plain.getUint8Volatile(offset));
  }
  override putUint8Release(offset: number, value: number): void {
    this.#step(() => this.#plain.putUint8Release(offset, value));
  }
  override getUint16(offset: number): number {
    return this.#step(() => this.#plain.getUint16(offset));
  }
  override putUint16(offset: number, value: number): void {
    this.#step(() => this.#plain.putUint16(offset, value));
  }
  override getInt32(offset: number): number {
    return this.#step(() => this.#plain.getInt32(offset));
  }
  override putInt32(offset: number, value: number): void {
    this.#step(() => this.#plain.putInt32(offset, value));
  }
  override getInt32Volatile(offset: number): number {
    return this.#step(() => this.#plain.getInt32Volatile(offset));
  }
  override putInt32Release(offset: number, value: number): void {
    this.#step(() => this.#plain.putInt32Release(offset, value));
  }
  override putInt32Volatile(offset: number, value: number): void {
    this.#step(() => this.#plain.putInt32Volatile(offset, value));
  }
  override getAndAddInt32(offset: number, delta: number): number {
    return this.#step(() => this.#plain.getAndAddInt32(offset, delta));
  }
  override compareAndSetInt32(offset: number, expected: number, update: number): boolean {
    return this.#step(() => this.#plain.compareAndSetInt32(offset, expected, update));
  }
  override getInt64(offset: number): number {
    return this.#step(() => this.#plain.getInt64(offset));
  }
  override putInt64(offset: number, value: number): void {
    this.#step(() => this.#plain.putInt64(offset, value));
  }
  override getInt64Volatile(offset: number): number {
    return this.#step(() => this.#plain.getInt64Volatile(offset));
  }
  override putInt64Release(offset: number, value: number): void {
    this.#step(() => this.#plain.putInt64Release(offset, value));
  }
  override putInt64Volatile(offset: number, value: number): void {
    this.#step(() => this.#plain.putInt64Volatile(offset, value));
  }
  override getAndAddInt64(offset: number, delta: number): number {
    return this.#step(() => this.#plain.getAndAddInt64(offset, delta));
  }
  override getBigInt64(offset: number): bigint {
    return this.#step(() => this.#plain.getBigInt64(offset));
  }
  override putBigInt64(offset: number, value: bigint): void {
    this.#step(() => this.#plain.putBigInt64(offset, value));
  }
  override getBigInt64Volatile(offset: number): bigint {
    return this.#step(() => this.#plain.getBigInt64Volatile(offset));
  }
  override putBigInt64Release(offset: number, value: bigint): void {
    this.#step(() => this.#plain.putBigInt64Release(offset, value));
  }
  override compareAndSetBigInt64(offset: number, expected: bigint, update: bigint): boolean {
    return this.#step(() => this.#plain.compareAndSetBigInt64(offset, expected, update));
  }

  override copyFrom(offset: number, source: AtomicBuffer, from: number, length: number): void {
    for (let done = 0; done < length; done += 8) {
      const count = Math.min(8, length - done);
      // The source is private to the thread.
      this.#step(() => this.#plain.copyFrom(offset + done, source, from + done, count));
    }
  }
  override copyTo(offset: number, target: AtomicBuffer, to: number, length: number): void {
    for (let done = 0; done < length; done += 8) {
      const count = Math.min(8, length - done);
      const bytes = this.#step(() => this.#plain.u8.slice(offset + done, offset + done + count));
      // The target is private: a program that is run again fills it again, with what it saw the first time.
      target.putBytes(to + done, bytes, 0, count);
    }
  }
  override putBytes(offset: number, source: Uint8Array, from: number, length: number): void {
    for (let done = 0; done < length; done += 8) {
      const count = Math.min(8, length - done);
      this.#step(() => this.#plain.putBytes(offset + done, source, from + done, count));
    }
  }
  override setMemory(offset: number, length: number, value: number): void {
    for (let done = 0; done < length; done += 8) {
      const count = Math.min(8, length - done);
      this.#step(() => this.#plain.setMemory(offset + done, count, value));
    }
  }
}
