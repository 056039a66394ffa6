import { BufferRangeError } from "./errors.js";
import { PLAIN_ACCESS_IS_ORDERED } from "./memory-order.js";

// Own copy: a binding of another module is loaded and checked at every use, a module's own constant is folded
// (23 ns a message instead of 17, measured on Node 20).
const IS_ORDERED = PLAIN_ACCESS_IS_ORDERED;

const TWO_POW_32 = 4294967296;

// One int64 taken apart or put together without a bigint: a BigInt64Array copy into this scratch stays a
// 64-bit register move in optimised code (0.9 ns, 0 bytes; `Number(bigint)` is 37 ns and 40 bytes).
const scratch = new ArrayBuffer(8);
const scratchI64 = new BigInt64Array(scratch);
const scratchI32 = new Int32Array(scratch);
const scratchU32 = new Uint32Array(scratch);

const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * Up to this many bytes a loop of 64-bit copies beats `set` with its throw-away view: 1 KiB takes 75 ns and
 * 0 bytes against 80 ns and 104 bytes; 4 KiB takes 292 ns against 197 ns. 32-bit words take twice as long.
 */
const COPY_BY_WORDS_MAX = 2048;
/** The same for bytes that lie anywhere. */
const COPY_BY_BYTES_MAX = 64;

/**
 * A range of an ArrayBuffer or SharedArrayBuffer that other threads and processes may write to.
 *
 * Words are little-endian. 32-bit accessors take offsets that are multiples of 4, 64-bit ones multiples of 8,
 * 16-bit ones any (`view` serves what is not aligned). Offsets are not checked in the plain accessors: typed
 * arrays cannot reach outside their range, whoever computes an offset from outside bytes checks it first.
 *
 * An int64 is a `number` here, exact within ±2^53; the `BigInt64` accessors are exact beyond and allocate.
 * `Volatile` loads acquire and `Release` stores publish on every CPU; plain ones are ordered on x86-64 only.
 */
export class AtomicBuffer {
  /** Bytes in the range. */
  readonly capacity: number;
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
  readonly u8: Uint8Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly i64: BigInt64Array;
  readonly view: DataView;

  /**
   * @param byteOffset start of the range, a multiple of 8
   * @param length bytes; the rest of `buffer` when absent. Words that do not lie wholly inside are not reachable
   * @throws {BufferRangeError} if the range is not inside `buffer` or not aligned
   */
  constructor(
    buffer: ArrayBufferLike,
    byteOffset: number = 0,
    length: number = buffer.byteLength - byteOffset,
  ) {
    if (!IS_LITTLE_ENDIAN) {
      throw new BufferRangeError("atomic buffers need a little-endian CPU: littleEndian=false");
    }
    if (!Number.isInteger(byteOffset) || byteOffset < 0 || byteOffset % 8 !== 0) {
      throw new BufferRangeError(
        `buffer must start at a multiple of 8 bytes: byteOffset=${byteOffset}`,
      );
    }
    if (!Number.isInteger(length) || length < 0 || byteOffset + length > buffer.byteLength) {
      throw new BufferRangeError(
        `range must lie inside the buffer: byteOffset=${byteOffset} length=${length} byteLength=${buffer.byteLength}`,
      );
    }
    this.capacity = length;
    this.buffer = buffer;
    this.byteOffset = byteOffset;
    this.u8 = new Uint8Array(buffer, byteOffset, length);
    this.i32 = new Int32Array(buffer, byteOffset, Math.floor(length / 4));
    this.u32 = new Uint32Array(buffer, byteOffset, Math.floor(length / 4));
    this.i64 = new BigInt64Array(buffer, byteOffset, Math.floor(length / 8));
    this.view = new DataView(buffer, byteOffset, length);
  }

  /** A buffer over `length` bytes from `offset` (a multiple of 8) of this one; the memory is shared. */
  slice(offset: number, length: number): AtomicBuffer {
    this.checkRange(offset, length);
    return new AtomicBuffer(this.buffer, this.byteOffset + offset, length);
  }

  /** @throws {BufferRangeError} unless offset and length are integers and describe bytes inside this buffer */
  checkRange(offset: number, length: number): void {
    if (
      !Number.isInteger(offset) ||
      !Number.isInteger(length) ||
      offset < 0 ||
      length < 0 ||
      offset + length > this.capacity
    ) {
      throw new BufferRangeError(
        `range must lie inside the buffer: offset=${offset} length=${length} capacity=${this.capacity}`,
      );
    }
  }

  // -- 8 and 16 bits ----------------------------------------------------------------------------------------

  getUint8(offset: number): number {
    return this.u8[offset] as number;
  }

  putUint8(offset: number, value: number): void {
    this.u8[offset] = value;
  }

  getUint8Volatile(offset: number): number {
    return IS_ORDERED ? (this.u8[offset] as number) : Atomics.load(this.u8, offset);
  }

  putUint8Release(offset: number, value: number): void {
    if (IS_ORDERED) this.u8[offset] = value;
    else Atomics.store(this.u8, offset, value);
  }

  getUint16(offset: number): number {
    return this.view.getUint16(offset, true);
  }

  putUint16(offset: number, value: number): void {
    this.view.setUint16(offset, value, true);
  }

  getInt16(offset: number): number {
    return this.view.getInt16(offset, true);
  }

  putInt16(offset: number, value: number): void {
    this.view.setInt16(offset, value, true);
  }

  // -- 32 bits ----------------------------------------------------------------------------------------------

  getInt32(offset: number): number {
    return this.i32[offset >> 2] as number;
  }

  putInt32(offset: number, value: number): void {
    this.i32[offset >> 2] = value;
  }

  /** Loads so that later accesses see what was written before the value was released. */
  getInt32Volatile(offset: number): number {
    return PLAIN_ACCESS_IS_ORDERED
      ? (this.i32[offset >> 2] as number)
      : Atomics.load(this.i32, offset >> 2);
  }

  /** Stores so that whoever loads the value also sees everything written before it. */
  putInt32Release(offset: number, value: number): void {
    if (IS_ORDERED) this.i32[offset >> 2] = value;
    else Atomics.store(this.i32, offset >> 2, value);
  }

  /** Stores with a full fence: later loads are ordered after it too. */
  putInt32Volatile(offset: number, value: number): void {
    Atomics.store(this.i32, offset >> 2, value);
  }

  /** Adds and yields the value before. */
  getAndAddInt32(offset: number, delta: number): number {
    return Atomics.add(this.i32, offset >> 2, delta);
  }

  /** Replaces `expected` by `update` and says whether it was there to be replaced. */
  compareAndSetInt32(offset: number, expected: number, update: number): boolean {
    return Atomics.compareExchange(this.i32, offset >> 2, expected, update) === (expected | 0);
  }

  // -- 64 bits as a number ----------------------------------------------------------------------------------

  /** Exact within ±2^53, never torn by another writer's single 64-bit store. */
  getInt64(offset: number): number {
    scratchI64[0] = this.i64[offset >> 3] as bigint;
    return (scratchI32[1] as number) * TWO_POW_32 + (scratchU32[0] as number);
  }

  /** One 64-bit store. 2^63 and above (what `getInt64` yields for it) is stored as the largest int64. */
  putInt64(offset: number, value: number): void {
    splitToScratch(value);
    this.i64[offset >> 3] = scratchI64[0] as bigint;
  }

  /** As `getInt64`; later accesses see what was written before the value was released. */
  getInt64Volatile(offset: number): number {
    if (IS_ORDERED) scratchI64[0] = this.i64[offset >> 3] as bigint;
    else acquireToScratch(this, offset);
    return (scratchI32[1] as number) * TWO_POW_32 + (scratchU32[0] as number);
  }

  /** As `putInt64`; whoever loads the value also sees everything written before it. */
  putInt64Release(offset: number, value: number): void {
    splitToScratch(value);
    if (IS_ORDERED) this.i64[offset >> 3] = scratchI64[0] as bigint;
    else Atomics.store(this.i64, offset >> 3, scratchI64[0] as bigint);
  }

  /** As `putInt64` with a full fence: later loads are ordered after it too. */
  putInt64Volatile(offset: number, value: number): void {
    splitToScratch(value);
    Atomics.store(this.i64, offset >> 3, scratchI64[0] as bigint);
  }

  /** Adds and yields the value before. Allocates bigints: for counters, not for message paths. */
  getAndAddInt64(offset: number, delta: number): number {
    return Number(Atomics.add(this.i64, offset >> 3, BigInt(delta)));
  }

  /** Replaces `expected` by `update` and says whether it was there to be replaced. Allocates bigints. */
  compareAndSetInt64(offset: number, expected: number, update: number): boolean {
    return this.compareAndSetBigInt64(offset, BigInt(expected), BigInt(update));
  }

  // -- 64 bits exact ----------------------------------------------------------------------------------------

  getBigInt64(offset: number): bigint {
    return this.i64[offset >> 3] as bigint;
  }

  putBigInt64(offset: number, value: bigint): void {
    this.i64[offset >> 3] = value;
  }

  getBigInt64Volatile(offset: number): bigint {
    return Atomics.load(this.i64, offset >> 3);
  }

  putBigInt64Release(offset: number, value: bigint): void {
    if (IS_ORDERED) this.i64[offset >> 3] = value;
    else Atomics.store(this.i64, offset >> 3, value);
  }

  compareAndSetBigInt64(offset: number, expected: bigint, update: bigint): boolean {
    return Atomics.compareExchange(this.i64, offset >> 3, expected, update) === expected;
  }

  // -- bytes ------------------------------------------------------------------------------------------------

  /** Copies `length` bytes of `source` from `sourceOffset` to `offset`. Ranges are the caller's to check. */
  copyFrom(offset: number, source: AtomicBuffer, sourceOffset: number, length: number): void {
    if (((offset | sourceOffset) & 7) !== 0 || length > COPY_BY_WORDS_MAX) {
      copyOtherwise(this, offset, source, sourceOffset, length);
      return;
    }
    // Load and store of one bigint element stay a register move in optimised code: nothing is allocated.
    const target64 = this.i64;
    const source64 = source.i64;
    const end = (sourceOffset + length) >> 3;
    let to = offset >> 3;
    let from = sourceOffset >> 3;
    // Four at a time: the turns of the loop cost more than the moves (25 instead of 29 ns for an offer of 32 bytes).
    for (; from + 4 <= end; from += 4, to += 4) {
      target64[to] = source64[from] as bigint;
      target64[to + 1] = source64[from + 1] as bigint;
      target64[to + 2] = source64[from + 2] as bigint;
      target64[to + 3] = source64[from + 3] as bigint;
    }
    for (; from < end; from++, to++) target64[to] = source64[from] as bigint;
    if ((length & 7) !== 0) {
      const done = length & ~7;
      copyBy32(this, offset + done, source, sourceOffset + done, length - done);
    }
  }

  /** Copies `length` bytes from `offset` into `target` at `targetOffset`. Ranges are the caller's to check. */
  copyTo(offset: number, target: AtomicBuffer, targetOffset: number, length: number): void {
    target.copyFrom(targetOffset, this, offset, length);
  }

  /** Copies `length` bytes of `source` from `sourceOffset` to `offset`. Ranges are the caller's to check. */
  putBytes(offset: number, source: Uint8Array, sourceOffset: number, length: number): void {
    if (length <= COPY_BY_BYTES_MAX) {
      const target = this.u8;
      for (let i = 0; i < length; i++) target[offset + i] = source[sourceOffset + i] as number;
      return;
    }
    const isWhole = sourceOffset === 0 && length === source.length;
    this.u8.set(isWhole ? source : source.subarray(sourceOffset, sourceOffset + length), offset);
  }

  /** Copies `length` bytes from `offset` into `target` at `targetOffset`. Ranges are the caller's to check. */
  getBytes(offset: number, target: Uint8Array, targetOffset: number, length: number): void {
    if (length <= COPY_BY_BYTES_MAX) {
      const source = this.u8;
      for (let i = 0; i < length; i++) target[targetOffset + i] = source[offset + i] as number;
      return;
    }
    target.set(this.u8.subarray(offset, offset + length), targetOffset);
  }

  /** Sets `length` bytes from `offset` to `value`. */
  setMemory(offset: number, length: number, value: number): void {
    this.u8.fill(value, offset, offset + length);
  }

  /**
   * Writes an int32 length and the ASCII bytes of `text`; characters above 127 become `?`, as in Aeron.
   *
   * @returns bytes written: 4 and one per character
   */
  putStringAscii(offset: number, text: string): number {
    this.view.setInt32(offset, text.length, true);
    return 4 + this.putStringWithoutLengthAscii(offset + 4, text);
  }

  /** Writes the ASCII bytes of `text`, at most `lengthMax`, and yields how many. */
  putStringWithoutLengthAscii(
    offset: number,
    text: string,
    lengthMax: number = text.length,
  ): number {
    const length = Math.min(text.length, lengthMax);
    this.checkRange(offset, length);
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      this.putUint8(offset + i, code > 127 ? 63 : code);
    }
    return length;
  }

  /**
   * Reads an int32 length and that many ASCII bytes.
   *
   * @throws {BufferRangeError} if the length is negative or leaves the buffer
   */
  getStringAscii(offset: number): string {
    this.checkRange(offset, 4);
    return this.getStringWithoutLengthAscii(offset + 4, this.view.getInt32(offset, true));
  }

  /** @throws {BufferRangeError} if the bytes are not inside the buffer */
  getStringWithoutLengthAscii(offset: number, length: number): string {
    this.checkRange(offset, length);
    let text = "";
    for (let i = 0; i < length; i++) text += String.fromCharCode(this.getUint8(offset + i));
    return text;
  }
}

/**
 * The acquiring load is 32 bits wide because a 64-bit `Atomics.load` allocates its bigint; the whole word follows,
 * untorn, and is taken once its low half is the one acquired. Each retry means that the writer moved on.
 *
 * A function of its own, as all that x86-64 does not run: what a hot method inlines is limited by size.
 */
function acquireToScratch(buffer: AtomicBuffer, offset: number): void {
  let low: number;
  do {
    low = Atomics.load(buffer.u32, offset >> 2);
    scratchI64[0] = buffer.i64[offset >> 3] as bigint;
  } while (scratchU32[0] !== low);
}

function copyOtherwise(
  target: AtomicBuffer,
  offset: number,
  source: AtomicBuffer,
  sourceOffset: number,
  length: number,
): void {
  if (length > COPY_BY_WORDS_MAX) target.putBytes(offset, source.u8, sourceOffset, length);
  else copyBy32(target, offset, source, sourceOffset, length);
}

/** A DataView reaches words off the alignment as fast as aligned ones. */
function copyBy32(
  target: AtomicBuffer,
  offset: number,
  source: AtomicBuffer,
  sourceOffset: number,
  length: number,
): void {
  const words = length & ~3;
  for (let i = 0; i < words; i += 4) {
    target.view.setInt32(offset + i, source.view.getInt32(sourceOffset + i, true), true);
  }
  for (let i = words; i < length; i++) {
    target.u8[offset + i] = source.u8[sourceOffset + i] as number;
  }
}

function splitToScratch(value: number): void {
  const high = Math.floor(value / TWO_POW_32);
  scratchI32[1] = high;
  scratchU32[0] = value - high * TWO_POW_32;
  // 2^63 is what the largest int64 rounds to as a double.
  if (high > 0x7fffffff) {
    scratchI32[1] = 0x7fffffff;
    scratchU32[0] = 0xffffffff;
  }
}
