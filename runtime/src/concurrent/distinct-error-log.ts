import type { AtomicBuffer } from "./atomic-buffer.js";
import { align } from "./bits.js";
import type { Clock } from "./clock.js";
import {
  ERROR_COUNT_OFFSET,
  ERROR_FIRST_OBSERVATION_OFFSET,
  ERROR_LAST_OBSERVATION_OFFSET,
  ERROR_RECORD_ALIGNMENT,
  ERROR_TEXT_OFFSET,
} from "./error-log-descriptor.js";
import { readErrorLog } from "./error-log-reader.js";

const CAUSE_DEPTH_MAX = 16;

/**
 * Writes each distinct error once and counts its repetitions. One thread writes.
 *
 * Source: driver-protocol §7.3; Agrona DistinctErrorLog.
 */
export class DistinctErrorLog {
  readonly #buffer: AtomicBuffer;
  readonly #clock: Clock;
  readonly #offsetByText = new Map<string, number>();
  readonly #encoder = new TextEncoder();
  #nextOffset: number = 0;

  /** Goes on behind what the buffer already holds. */
  constructor(buffer: AtomicBuffer, clock: Clock) {
    this.#buffer = buffer;
    this.#clock = clock;
    readErrorLog(buffer, (observation) => {
      this.#offsetByText.set(observation.text, observation.offset);
      this.#nextOffset = align(observation.offset + observation.length, ERROR_RECORD_ALIGNMENT);
    });
  }

  /**
   * Records an error: the stack where there is one, and those of its causes.
   *
   * @returns false if the log is full
   */
  record(error: unknown): boolean {
    return this.recordText(describe(error));
  }

  /**
   * Records an error by its text; equal texts are one error.
   *
   * @returns false if the log is full
   */
  recordText(text: string): boolean {
    const nowMs = this.#clock.epochMs();
    const buffer = this.#buffer;
    let offset = this.#offsetByText.get(text);
    if (offset === undefined) {
      const bytes = this.#encoder.encode(text);
      const length = ERROR_TEXT_OFFSET + bytes.length;
      offset = this.#nextOffset;
      if (offset + length > buffer.capacity) return false;
      buffer.putBytes(offset + ERROR_TEXT_OFFSET, bytes, 0, bytes.length);
      buffer.putInt64(offset + ERROR_FIRST_OBSERVATION_OFFSET, nowMs);
      buffer.putInt64(offset + ERROR_LAST_OBSERVATION_OFFSET, nowMs);
      buffer.putInt32(offset + ERROR_COUNT_OFFSET, 1);
      this.#offsetByText.set(text, offset);
      this.#nextOffset = align(offset + length, ERROR_RECORD_ALIGNMENT);
      // The store that publishes.
      buffer.putInt32Release(offset, length);
      return true;
    }
    buffer.putInt32Release(
      offset + ERROR_COUNT_OFFSET,
      (buffer.getInt32(offset + ERROR_COUNT_OFFSET) + 1) | 0,
    );
    buffer.putInt64Release(offset + ERROR_LAST_OBSERVATION_OFFSET, nowMs);
    return true;
  }
}

function describe(error: unknown): string {
  const parts: string[] = [];
  let current = error;
  for (let depth = 0; depth < CAUSE_DEPTH_MAX; depth++) {
    if (!(current instanceof Error)) {
      parts.push(String(current));
      break;
    }
    parts.push(current.stack ?? `${current.name}: ${current.message}`);
    if (current.cause === undefined) break;
    current = current.cause;
  }
  return parts.join("\ncaused by: ");
}
