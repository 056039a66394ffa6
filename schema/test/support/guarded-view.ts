/** A view that catches every read outside the bytes that a decoder may see. */

/** Thrown by a {@link GuardedView}; no library code catches it. */
class OutsideReadError extends Error {
  override readonly name = "OutsideReadError";
}

/**
 * The bytes stand in the middle of a larger buffer of noise; reading the noise throws. The guard sees
 * reads through the view; for those through a typed array the noise differs from view to view, so a
 * result that depends on it shows.
 */
export class GuardedView extends DataView<ArrayBuffer> {
  /** Where the bytes start in the view. */
  readonly start: number;
  /** Where they end. */
  readonly limit: number;

  constructor(bytes: Uint8Array, noise: number) {
    const margin = 64;
    const buffer = new ArrayBuffer(bytes.length + 2 * margin);
    const all = new Uint8Array(buffer);
    all.fill(noise);
    all.set(bytes, margin);
    super(buffer);
    this.start = margin;
    this.limit = margin + bytes.length;
  }

  #check(at: number, length: number): void {
    if (!(at >= this.start && at + length <= this.limit)) {
      throw new OutsideReadError(
        `read must stay inside: at=${at} length=${length} start=${this.start} limit=${this.limit}`,
      );
    }
  }

  override getInt8(at: number): number {
    this.#check(at, 1);
    return super.getInt8(at);
  }

  override getUint8(at: number): number {
    this.#check(at, 1);
    return super.getUint8(at);
  }

  override getInt16(at: number, littleEndian?: boolean): number {
    this.#check(at, 2);
    return super.getInt16(at, littleEndian);
  }

  override getUint16(at: number, littleEndian?: boolean): number {
    this.#check(at, 2);
    return super.getUint16(at, littleEndian);
  }

  override getInt32(at: number, littleEndian?: boolean): number {
    this.#check(at, 4);
    return super.getInt32(at, littleEndian);
  }

  override getUint32(at: number, littleEndian?: boolean): number {
    this.#check(at, 4);
    return super.getUint32(at, littleEndian);
  }

  override getFloat32(at: number, littleEndian?: boolean): number {
    this.#check(at, 4);
    return super.getFloat32(at, littleEndian);
  }

  override getFloat64(at: number, littleEndian?: boolean): number {
    this.#check(at, 8);
    return super.getFloat64(at, littleEndian);
  }

  override getBigInt64(at: number, littleEndian?: boolean): bigint {
    this.#check(at, 8);
    return super.getBigInt64(at, littleEndian);
  }

  override getBigUint64(at: number, littleEndian?: boolean): bigint {
    this.#check(at, 8);
    return super.getBigUint64(at, littleEndian);
  }
}
