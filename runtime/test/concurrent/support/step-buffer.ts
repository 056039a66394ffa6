import { AtomicBuffer } from "@alerion/runtime/concurrent";
import type { StepThread } from "./schedule-explorer.js";

/**
 * A buffer in which each access is one step of the thread that makes it: 64 bits at most, so that copying and
 * clearing take many steps, between any two of which another thread may run.
 */
export class StepBuffer extends AtomicBuffer {
  readonly #thread: StepThread;

  constructor(memory: AtomicBuffer, thread: StepThread) {
    super(memory.buffer, memory.byteOffset, memory.capacity);
    this.#thread = thread;
  }

  #step<T>(access: () => T): T {
    return this.#thread.step(access);
  }

  override slice(): AtomicBuffer {
    throw new Error("a slice would not be stepped");
  }

  override getUint8(offset: number): number {
    return this.#step(() => super.getUint8(offset));
  }
  override putUint8(offset: number, value: number): void {
    this.#step(() => super.putUint8(offset, value));
  }
  override getUint8Volatile(offset: number): number {
    return this.#step(() => super.getUint8Volatile(offset));
  }
  override putUint8Release(offset: number, value: number): void {
    this.#step(() => super.putUint8Release(offset, value));
  }
  override getUint16(offset: number): number {
    return this.#step(() => super.getUint16(offset));
  }
  override putUint16(offset: number, value: number): void {
    this.#step(() => super.putUint16(offset, value));
  }
  override getInt32(offset: number): number {
    return this.#step(() => super.getInt32(offset));
  }
  override putInt32(offset: number, value: number): void {
    this.#step(() => super.putInt32(offset, value));
  }
  override getInt32Volatile(offset: number): number {
    return this.#step(() => super.getInt32Volatile(offset));
  }
  override putInt32Release(offset: number, value: number): void {
    this.#step(() => super.putInt32Release(offset, value));
  }
  override putInt32Volatile(offset: number, value: number): void {
    this.#step(() => super.putInt32Volatile(offset, value));
  }
  override getAndAddInt32(offset: number, delta: number): number {
    return this.#step(() => super.getAndAddInt32(offset, delta));
  }
  override compareAndSetInt32(offset: number, expected: number, update: number): boolean {
    return this.#step(() => super.compareAndSetInt32(offset, expected, update));
  }
  override getInt64(offset: number): number {
    return this.#step(() => super.getInt64(offset));
  }
  override putInt64(offset: number, value: number): void {
    this.#step(() => super.putInt64(offset, value));
  }
  override getInt64Volatile(offset: number): number {
    return this.#step(() => super.getInt64Volatile(offset));
  }
  override putInt64Release(offset: number, value: number): void {
    this.#step(() => super.putInt64Release(offset, value));
  }
  override putInt64Volatile(offset: number, value: number): void {
    this.#step(() => super.putInt64Volatile(offset, value));
  }
  override getAndAddInt64(offset: number, delta: number): number {
    return this.#step(() => super.getAndAddInt64(offset, delta));
  }
  override getBigInt64(offset: number): bigint {
    return this.#step(() => super.getBigInt64(offset));
  }
  override putBigInt64(offset: number, value: bigint): void {
    this.#step(() => super.putBigInt64(offset, value));
  }
  override getBigInt64Volatile(offset: number): bigint {
    return this.#step(() => super.getBigInt64Volatile(offset));
  }
  override putBigInt64Release(offset: number, value: bigint): void {
    this.#step(() => super.putBigInt64Release(offset, value));
  }
  override compareAndSetBigInt64(offset: number, expected: bigint, update: bigint): boolean {
    return this.#step(() => super.compareAndSetBigInt64(offset, expected, update));
  }

  override copyFrom(offset: number, source: AtomicBuffer, from: number, length: number): void {
    for (let done = 0; done < length; done += 8) {
      const count = Math.min(8, length - done);
      // The source is private to the thread.
      this.#step(() => super.copyFrom(offset + done, source, from + done, count));
    }
  }
  override copyTo(offset: number, target: AtomicBuffer, to: number, length: number): void {
    for (let done = 0; done < length; done += 8) {
      const count = Math.min(8, length - done);
      const bytes = this.#step(() => this.u8.slice(offset + done, offset + done + count));
      // The target is private: a program that is run again fills it again, with what it saw the first time.
      target.putBytes(to + done, bytes, 0, count);
    }
  }
  override putBytes(offset: number, source: Uint8Array, from: number, length: number): void {
    for (let done = 0; done < length; done += 8) {
      const count = Math.min(8, length - done);
      this.#step(() => super.putBytes(offset + done, source, from + done, count));
    }
  }
  override setMemory(offset: number, length: number, value: number): void {
    for (let done = 0; done < length; done += 8) {
      const count = Math.min(8, length - done);
      this.#step(() => super.setMemory(offset + done, count, value));
    }
  }
}
