import type { Random } from "./random.js";

/**
 * Session ids in use, by stream and channel, and the next free one.
 *
 * Ids come from a counter with a random start, past the reserved range. Source: driver-protocol §20.
 */
export class SessionIds {
  readonly #reservedLow: number;
  readonly #reservedHigh: number;
  readonly #active = new Set<string>();
  #next: number;

  constructor(random: Random, reservedLow: number, reservedHigh: number) {
    this.#reservedLow = reservedLow;
    this.#reservedHigh = reservedHigh;
    this.#next = random.int32();
  }

  /** @param channel canonical form: publications of the same channel share a stream */
  isActive(sessionId: number, streamId: number, channel: string): boolean {
    return this.#active.has(key(sessionId, streamId, channel));
  }

  add(sessionId: number, streamId: number, channel: string): void {
    this.#active.add(key(sessionId, streamId, channel));
  }

  remove(sessionId: number, streamId: number, channel: string): void {
    this.#active.delete(key(sessionId, streamId, channel));
  }

  /** A session id that the stream does not use. */
  next(streamId: number, channel: string): number {
    // Ends: there are fewer active ids than int32 values.
    for (;;) {
      let sessionId = this.#next;
      if (sessionId >= this.#reservedLow && sessionId <= this.#reservedHigh) {
        sessionId = (this.#reservedHigh + 1) | 0;
      }
      this.#next = (sessionId + 1) | 0;
      if (!this.isActive(sessionId, streamId, channel)) return sessionId;
    }
  }

  /** As `next`; for a client that only wants to know, whichever channel it has in mind. */
  nextForAnyChannel(streamId: number): number {
    for (;;) {
      const sessionId = this.next(streamId, "");
      const prefix = `${sessionId} ${streamId} `;
      const isTaken = [...this.#active].some((each) => each.startsWith(prefix));
      if (!isTaken) return sessionId;
    }
  }
}

function key(sessionId: number, streamId: number, channel: string): string {
  return `${sessionId} ${streamId} ${channel}`;
}
