import { AlerionError } from "../errors.js";
import type { AtomicBuffer } from "./atomic-buffer.js";
import type { Clock } from "./clock.js";
import {
  COUNTER_KEY_LENGTH_MAX,
  COUNTER_KEY_OFFSET,
  COUNTER_LABEL_LENGTH_MAX,
  COUNTER_LABEL_OFFSET,
  COUNTER_OWNER_ID_OFFSET,
  COUNTER_REFERENCE_ID_OFFSET,
  COUNTER_REGISTRATION_ID_OFFSET,
  COUNTER_REUSE_DEADLINE_OFFSET,
  COUNTER_TYPE_ID_OFFSET,
  counterMetadataOffset,
  counterOffset,
  CounterState,
} from "./counters-descriptor.js";
import { CountersReader } from "./counters-reader.js";

const NOT_FREE_TO_REUSE = 0x7fffffffffffffffn;

/** There is no room for another counter until one that was freed may be used again. */
export class CounterSpaceError extends AlerionError {
  override readonly name: string = "CounterSpaceError";

  constructor(maxCounterId: number) {
    super(
      "COUNTER_SPACE",
      `a counter must be free in the counters buffers: maxCounterId=${maxCounterId}`,
    );
  }
}

/** What a new counter is. Numbers are 0 and the key empty unless given. */
export interface CounterDescription {
  readonly typeId?: number;
  /** ASCII; cut at 380 characters. */
  readonly label: string;
  /** Cut at 112 bytes. */
  readonly key?: Uint8Array;
  readonly registrationId?: number;
  readonly ownerId?: number;
  readonly referenceId?: number;
  readonly value?: number;
}

/**
 * Allocates and frees counters. One manager, in one thread, owns a pair of buffers.
 *
 * Source: driver-protocol §7.1; Agrona CountersManager.
 */
export class CountersManager extends CountersReader {
  readonly #clock: Clock;
  readonly #reuseTimeoutMs: number;
  readonly #freeIds: number[] = [];
  #nextId: number = 0;

  /** @param reuseTimeoutMs how long a freed counter stays readable as reclaimed, in ms */
  constructor(
    metadata: AtomicBuffer,
    values: AtomicBuffer,
    clock: Clock,
    reuseTimeoutMs: number = 0,
  ) {
    super(metadata, values);
    this.#clock = clock;
    this.#reuseTimeoutMs = reuseTimeoutMs;
  }

  /** Counters that can be allocated without waiting for any to become free. */
  available(): number {
    return this.maxCounterId + 1 - this.#nextId + this.#freeIds.length;
  }

  /**
   * Makes a counter and yields its id. Readers see it with everything set.
   *
   * @throws {CounterSpaceError} if none is free
   */
  allocate(description: CounterDescription): number {
    const id = this.#takeId();
    const value = counterOffset(id);
    this.values.putInt64Release(
      value + COUNTER_REGISTRATION_ID_OFFSET,
      description.registrationId ?? 0,
    );
    this.values.putInt64(value + COUNTER_OWNER_ID_OFFSET, description.ownerId ?? 0);
    this.values.putInt64(value + COUNTER_REFERENCE_ID_OFFSET, description.referenceId ?? 0);
    this.values.putInt64Release(value, description.value ?? 0);

    const record = counterMetadataOffset(id);
    this.metadata.putInt32(record + COUNTER_TYPE_ID_OFFSET, description.typeId ?? 0);
    this.metadata.putBigInt64(record + COUNTER_REUSE_DEADLINE_OFFSET, NOT_FREE_TO_REUSE);
    const key = description.key;
    if (key !== undefined) {
      const length = Math.min(key.length, COUNTER_KEY_LENGTH_MAX);
      this.metadata.putBytes(record + COUNTER_KEY_OFFSET, key, 0, length);
    }
    this.#putLabel(record, description.label);
    // The store that publishes.
    this.metadata.putInt32Release(record, CounterState.ALLOCATED);
    return id;
  }

  /**
   * Gives a counter back. Its id is used again after the reuse timeout.
   *
   * @throws {BufferRangeError} if there is no room for such a counter
   * @throws {AlerionError} COUNTER_NOT_ALLOCATED if it is not in use
   */
  free(counterId: number): void {
    if (this.state(counterId) !== CounterState.ALLOCATED) {
      throw new AlerionError(
        "COUNTER_NOT_ALLOCATED",
        `counter must be allocated: counterId=${counterId}`,
      );
    }
    const record = counterMetadataOffset(counterId);
    this.metadata.putInt32Release(record, CounterState.RECLAIMED);
    this.metadata.setMemory(record + COUNTER_KEY_OFFSET, COUNTER_KEY_LENGTH_MAX, 0);
    this.metadata.putInt64Release(
      record + COUNTER_REUSE_DEADLINE_OFFSET,
      this.#clock.epochMs() + this.#reuseTimeoutMs,
    );
    this.#freeIds.push(counterId);
  }

  /** @throws {BufferRangeError} if there is no room for such a counter */
  setValue(counterId: number, value: number): void {
    this.checkCounterId(counterId);
    this.values.putInt64Release(counterOffset(counterId), value);
  }

  /** @throws {BufferRangeError} if there is no room for such a counter */
  setRegistrationId(counterId: number, registrationId: number): void {
    this.checkCounterId(counterId);
    this.values.putInt64Release(
      counterOffset(counterId) + COUNTER_REGISTRATION_ID_OFFSET,
      registrationId,
    );
  }

  /** @throws {BufferRangeError} if there is no room for such a counter */
  setOwnerId(counterId: number, ownerId: number): void {
    this.checkCounterId(counterId);
    this.values.putInt64Release(counterOffset(counterId) + COUNTER_OWNER_ID_OFFSET, ownerId);
  }

  /** @throws {BufferRangeError} if there is no room for such a counter */
  setReferenceId(counterId: number, referenceId: number): void {
    this.checkCounterId(counterId);
    this.values.putInt64Release(
      counterOffset(counterId) + COUNTER_REFERENCE_ID_OFFSET,
      referenceId,
    );
  }

  /**
   * Replaces the key; the rest of the 112 bytes stays.
   *
   * @throws {BufferRangeError} if there is no room for such a counter
   */
  setKey(counterId: number, key: Uint8Array): void {
    const length = Math.min(key.length, COUNTER_KEY_LENGTH_MAX);
    this.metadata.putBytes(this.keyOffset(counterId), key, 0, length);
  }

  /** @throws {BufferRangeError} if there is no room for such a counter */
  setLabel(counterId: number, label: string): void {
    this.checkCounterId(counterId);
    this.#putLabel(counterMetadataOffset(counterId), label);
  }

  /** @throws {BufferRangeError} if there is no room for such a counter */
  appendToLabel(counterId: number, suffix: string): void {
    appendToCounterLabel(this, counterId, suffix);
  }

  #takeId(): number {
    if (this.#freeIds.length > 0) {
      const nowMs = this.#clock.epochMs();
      for (let i = 0; i < this.#freeIds.length; i++) {
        const id = this.#freeIds[i] as number;
        if (nowMs >= this.reuseDeadlineMs(id)) {
          this.#freeIds.splice(i, 1);
          return id;
        }
      }
    }
    if (this.#nextId > this.maxCounterId) throw new CounterSpaceError(this.maxCounterId);
    return this.#nextId++;
  }

  #putLabel(record: number, label: string): void {
    const offset = record + COUNTER_LABEL_OFFSET;
    const length = this.metadata.putStringWithoutLengthAscii(
      offset + 4,
      label,
      Math.min(label.length, COUNTER_LABEL_LENGTH_MAX),
    );
    this.metadata.putInt32Release(offset, length);
  }
}

/**
 * Adds `suffix` to a counter's label, cut at 380 characters in all. A client may do so to its own counters.
 *
 * @throws {BufferRangeError} if there is no room for such a counter
 */
export function appendToCounterLabel(
  counters: CountersReader,
  counterId: number,
  suffix: string,
): void {
  counters.checkCounterId(counterId);
  const offset = counterMetadataOffset(counterId) + COUNTER_LABEL_OFFSET;
  const length = Math.max(
    0,
    Math.min(counters.metadata.getInt32(offset), COUNTER_LABEL_LENGTH_MAX),
  );
  const added = counters.metadata.putStringWithoutLengthAscii(
    offset + 4 + length,
    suffix,
    Math.min(suffix.length, COUNTER_LABEL_LENGTH_MAX - length),
  );
  counters.metadata.putInt32Release(offset, length + added);
}
