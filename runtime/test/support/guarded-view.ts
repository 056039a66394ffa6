/** A view that fails the test when anything outside of a range is read or written. */
export class GuardedView extends DataView<ArrayBuffer> {
  readonly #start: number;
  readonly #limit: number;

  constructor(buffer: ArrayBuffer, start: number, limit: number) {
    super(buffer);
    this.#start = start;
    this.#limit = limit;
  }

  #check(at: number, size: number): number {
    if (at < this.#start || at + size > this.#limit) {
      throw new Error(`outside of ${this.#start}..${this.#limit}: at=${at} size=${size}`);
    }
    return at;
  }

  override getInt8(at: number): number {
    return super.getInt8(this.#check(at, 1));
  }
  override getUint8(at: number): number {
    return super.getUint8(this.#check(at, 1));
  }
  override getInt16(at: number, littleEndian?: boolean): number {
    return super.getInt16(this.#check(at, 2), littleEndian);
  }
  override getUint16(at: number, littleEndian?: boolean): number {
    return super.getUint16(this.#check(at, 2), littleEndian);
  }
  override getInt32(at: number, littleEndian?: boolean): number {
    return super.getInt32(this.#check(at, 4), littleEndian);
  }
  override getUint32(at: number, littleEndian?: boolean): number {
    return super.getUint32(this.#check(at, 4), littleEndian);
  }
  override getFloat32(at: number, littleEndian?: boolean): number {
    return super.getFloat32(this.#check(at, 4), littleEndian);
  }
  override getFloat64(at: number, littleEndian?: boolean): number {
    return super.getFloat64(this.#check(at, 8), littleEndian);
  }
  override getBigInt64(at: number, littleEndian?: boolean): bigint {
    return super.getBigInt64(this.#check(at, 8), littleEndian);
  }
  override getBigUint64(at: number, littleEndian?: boolean): bigint {
    return super.getBigUint64(this.#check(at, 8), littleEndian);
  }
}

/** The bytes in the middle of a larger buffer, of which nothing else may be touched. */
export function guardedView(
  bytes: Uint8Array,
  before = 16,
  after = 64,
): { view: GuardedView; offset: number } {
  const buffer = new ArrayBuffer(before + bytes.length + after);
  // What a reader would take for huge lengths, if it came here.
  new Uint8Array(buffer).fill(0xff);
  new Uint8Array(buffer).set(bytes, before);
  return { view: new GuardedView(buffer, before, before + bytes.length), offset: before };
}
