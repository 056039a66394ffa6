import type { AtomicBuffer } from "./atomic-buffer.js";
import {
  COUNTER_KEY_LENGTH_MAX,
  COUNTER_KEY_OFFSET,
  COUNTER_LABEL_LENGTH_MAX,
  COUNTER_LABEL_OFFSET,
  COUNTER_LENGTH,
  COUNTER_METADATA_LENGTH,
  COUNTER_OWNER_ID_OFFSET,
  COUNTER_REFERENCE_ID_OFFSET,
  COUNTER_REGISTRATION_ID_OFFSET,
  COUNTER_REUSE_DEADLINE_OFFSET,
  COUNTER_TYPE_ID_OFFSET,
  counterMetadataOffset,
  counterOffset,
  CounterState,
  NULL_COUNTER_ID,
} from "./counters-descriptor.js";
import { BufferRangeError } from "./errors.js";

/**
 * Reads the counters that a media driver and its clients keep.
 *
 * Everything read here may change at once: a counter that is reclaimed and used again has another
 * registration id, so check that after what depends on it.
 *
 * Source: driver-protocol §7.1; Agrona CountersReader.
 */
export class CountersReader {
  readonly metadata: AtomicBuffer;
  readonly values: AtomicBuffer;
  /** The highest id that both buffers have room for. */
  readonly maxCounterId: number;

  constructor(metadata: AtomicBuffer, values: AtomicBuffer) {
    this.metadata = metadata;
    this.values = values;
    const count = Math.min(
      Math.floor(metadata.capacity / COUNTER_METADATA_LENGTH),
      Math.floor(values.capacity / COUNTER_LENGTH),
    );
    this.maxCounterId = count - 1;
  }

  /** Calls `visit` with the id of each allocated counter, in order. */
  forEach(visit: (counterId: number) => void): void {
    for (let id = 0; id <= this.maxCounterId; id++) {
      const state = this.metadata.getInt32Volatile(counterMetadataOffset(id));
      if (state === CounterState.UNUSED) return;
      if (state === CounterState.ALLOCATED) visit(id);
    }
  }

  /** Id of the first allocated counter for which `test` is true, or NULL_COUNTER_ID. */
  find(test: (counterId: number) => boolean): number {
    for (let id = 0; id <= this.maxCounterId; id++) {
      const state = this.metadata.getInt32Volatile(counterMetadataOffset(id));
      if (state === CounterState.UNUSED) break;
      if (state === CounterState.ALLOCATED && test(id)) return id;
    }
    return NULL_COUNTER_ID;
  }

  /** Id of the allocated counter of this type and registration, or NULL_COUNTER_ID. */
  findByTypeIdAndRegistrationId(typeId: number, registrationId: number): number {
    return this.find(
      (id) => this.typeId(id) === typeId && this.registrationId(id) === registrationId,
    );
  }

  /** @throws {BufferRangeError} if there is no room for such a counter */
  state(counterId: number): number {
    this.checkCounterId(counterId);
    return this.metadata.getInt32Volatile(counterMetadataOffset(counterId));
  }

  /** @throws {BufferRangeError} if there is no room for such a counter */
  typeId(counterId: number): number {
    this.checkCounterId(counterId);
    return this.metadata.getInt32(counterMetadataOffset(counterId) + COUNTER_TYPE_ID_OFFSET);
  }

  /**
   * Time from which a reclaimed counter may be used again, epoch ms; 2^63 while it is allocated.
   *
   * @throws {BufferRangeError} if there is no room for such a counter
   */
  reuseDeadlineMs(counterId: number): number {
    this.checkCounterId(counterId);
    return this.metadata.getInt64Volatile(
      counterMetadataOffset(counterId) + COUNTER_REUSE_DEADLINE_OFFSET,
    );
  }

  /**
   * A copy of the 112 bytes of key; what the type does not use is zero or stale.
   *
   * @throws {BufferRangeError} if there is no room for such a counter
   */
  key(counterId: number): Uint8Array {
    const start = this.keyOffset(counterId);
    return this.metadata.u8.slice(start, start + COUNTER_KEY_LENGTH_MAX);
  }

  /**
   * Where in `metadata` the key lies.
   *
   * @throws {BufferRangeError} if there is no room for such a counter
   */
  keyOffset(counterId: number): number {
    this.checkCounterId(counterId);
    return counterMetadataOffset(counterId) + COUNTER_KEY_OFFSET;
  }

  /** @throws {BufferRangeError} if there is no room for such a counter */
  label(counterId: number): string {
    this.checkCounterId(counterId);
    const offset = counterMetadataOffset(counterId) + COUNTER_LABEL_OFFSET;
    const length = this.metadata.getInt32Volatile(offset);
    const bounded = Math.max(0, Math.min(length, COUNTER_LABEL_LENGTH_MAX));
    return this.metadata.getStringWithoutLengthAscii(offset + 4, bounded);
  }

  /** @throws {BufferRangeError} if there is no room for such a counter */
  value(counterId: number): number {
    this.checkCounterId(counterId);
    return this.values.getInt64Volatile(counterOffset(counterId));
  }

  /** @throws {BufferRangeError} if there is no room for such a counter */
  valueExact(counterId: number): bigint {
    this.checkCounterId(counterId);
    return this.values.getBigInt64Volatile(counterOffset(counterId));
  }

  /** @throws {BufferRangeError} if there is no room for such a counter */
  registrationId(counterId: number): number {
    this.checkCounterId(counterId);
    return this.values.getInt64Volatile(counterOffset(counterId) + COUNTER_REGISTRATION_ID_OFFSET);
  }

  /** @throws {BufferRangeError} if there is no room for such a counter */
  ownerId(counterId: number): number {
    this.checkCounterId(counterId);
    return this.values.getInt64Volatile(counterOffset(counterId) + COUNTER_OWNER_ID_OFFSET);
  }

  /** @throws {BufferRangeError} if there is no room for such a counter */
  referenceId(counterId: number): number {
    this.checkCounterId(counterId);
    return this.values.getInt64Volatile(counterOffset(counterId) + COUNTER_REFERENCE_ID_OFFSET);
  }

  /** @throws {BufferRangeError} if there is no room for such a counter */
  checkCounterId(counterId: number): void {
    if (!Number.isInteger(counterId) || counterId < 0 || counterId > this.maxCounterId) {
      throw new BufferRangeError(
        `counter id must be in 0..${this.maxCounterId}: counterId=${counterId}`,
      );
    }
  }
}
