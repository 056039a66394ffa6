/** A broken invariant: the run stops. */
export class InvariantError extends Error {
  constructor(invariant: string, text: string) {
    super(`${invariant}: ${text}`);
  }
}

/** One subscriber's view of one log. */
export interface Reading {
  readonly joinPosition: number;
  readonly received: Map<number, number>;
  /** Position behind the last frame read. */
  position: number;
}

/** What was published to one log, and what was read from it. */
export interface LogRecord {
  readonly path: string;
  readonly sessionId: number;
  readonly streamId: number;
  /** Messages by the position behind them, of appends that returned a success. */
  readonly published: Map<number, { readonly id: number; readonly startPosition: number }>;
  /** Length of every message that anyone began to append. */
  readonly begun: Map<number, number>;
  readonly readings: Set<Reading>;
  /** Clients that may still publish. */
  publisherCount: number;
  /** Position behind the last message that was published. */
  endPosition: number;
}

/**
 * What really happened, kept apart from the memory under test.
 *
 * D1: a subscriber sees, per session, a gap-free prefix of what was published, bytes equal.
 */
export class Ledger {
  readonly #logs = new Map<string, LogRecord>();
  #nextMessageId = 1;
  messageCount = 0;
  receivedCount = 0;

  /** A publication is ready: its log, new or shared. */
  open(path: string, sessionId: number, streamId: number): LogRecord {
    const existing = this.#logs.get(path);
    if (existing !== undefined) return existing;
    for (const each of this.#logs.values()) {
      if (each.streamId === streamId && each.sessionId === sessionId && each.publisherCount > 0) {
        throw new InvariantError(
          "sessions",
          `two live publications have one session: sessionId=${sessionId} streamId=${streamId}`,
        );
      }
    }
    const record: LogRecord = {
      path,
      sessionId,
      streamId,
      published: new Map(),
      begun: new Map(),
      readings: new Set(),
      publisherCount: 0,
      endPosition: 0,
    };
    this.#logs.set(path, record);
    return record;
  }

  find(path: string): LogRecord | undefined {
    return this.#logs.get(path);
  }

  begin(log: LogRecord, length: number): number {
    const id = this.#nextMessageId++;
    log.begun.set(id, length);
    return id;
  }

  succeed(log: LogRecord, id: number, startPosition: number, endPosition: number): void {
    const other = log.published.get(endPosition)?.id;
    if (other !== undefined) {
      throw new InvariantError(
        "D1",
        `two messages end at one position: ids=${other},${id} position=${endPosition}`,
      );
    }
    log.published.set(endPosition, { id, startPosition });
    log.endPosition = Math.max(log.endPosition, endPosition);
    this.messageCount++;
  }

  read(log: LogRecord, joinPosition: number): Reading {
    const reading = { joinPosition, received: new Map<number, number>(), position: joinPosition };
    log.readings.add(reading);
    return reading;
  }

  receive(log: LogRecord, reading: Reading, id: number, length: number, endPosition: number): void {
    this.receivedCount++;
    if (log.begun.get(id) !== length) {
      throw new InvariantError(
        "D1",
        `message must be one that was published here: id=${id} length=${length} began=${log.begun.get(id)}`,
      );
    }
    const published = log.published.get(endPosition)?.id;
    if (published !== undefined && published !== id) {
      throw new InvariantError(
        "D1",
        `message must be the one published at its position: id=${id} published=${published} position=${endPosition}`,
      );
    }
    if (reading.received.has(endPosition)) {
      throw new InvariantError("D1", `position must be read once: position=${endPosition}`);
    }
    reading.received.set(endPosition, id);
  }

  /** Everything published up to where a subscriber has come must have reached it. */
  checkComplete(log: LogRecord, reading: Reading): void {
    for (const [endPosition, { id, startPosition }] of log.published) {
      // Who joins in the middle of a message gets no part of it.
      if (startPosition < reading.joinPosition || endPosition > reading.position) continue;
      if (reading.received.get(endPosition) !== id) {
        throw new InvariantError(
          "D1",
          `message must not be missing: id=${id} position=${endPosition} join=${reading.joinPosition} read=${reading.position} received=${reading.received.size} log=${log.path}`,
        );
      }
    }
  }
}
