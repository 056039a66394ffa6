import {
  RECORD_HEADER_LENGTH,
  recordLength,
  RecordType,
  writeRecordHeader,
} from "../browser/gateway-frame.js";
import type { GatewayMessage, GatewayStream, MessageKey } from "./gateway-stream.js";

/** The way to one browser. */
export interface GatewaySocket {
  /** Takes a binary message; it is copied or sent before the next call. */
  send(bytes: Uint8Array): void;
  /** Bytes that were taken and that the browser has not worked on yet. */
  bufferedLength(): number;
  close(code: number, reason: string): void;
}

/** What one browser may cost. */
export interface BrowserLimits {
  /** Bytes of messages that wait for it; beyond them the oldest are dropped, and it is told. Default 1 MiB. */
  readonly queueLengthMax: number;
  /** Bytes that it may have before it that it has not worked on. Default 64 KiB. */
  readonly sendAheadMax: number;
  /** A browser that takes nothing for so long is let go. Default 30 s. */
  readonly stallTimeoutMs: number;
}

/** What has become of the messages for one browser. */
export interface BrowserReport {
  readonly sentCount: number;
  readonly conflatedCount: number;
  readonly droppedCount: number;
  readonly queueLength: number;
}

/** Longest binary message, but for a single record. */
const BATCH_LENGTH = 64 * 1024;

interface Waiting {
  readonly stream: GatewayStream;
  readonly type: RecordType;
  readonly message: GatewayMessage;
}

/** Of a thing with a last value: how many values were left out since one was sent. */
interface DirtyKey {
  readonly stream: GatewayStream;
  readonly key: MessageKey;
  skipped: number;
  isPast: boolean;
}

interface Loss {
  count: number;
  sessionId: number;
  position: number;
}

const NO_BYTES = new Uint8Array(0);

/**
 * What waits for one browser. Of things with a last value only the name waits, so that their number bounds it; other
 * messages wait up to a length, then the oldest are dropped with a notice. Nobody else ever waits for a browser.
 */
export class BrowserSession {
  readonly #socket: GatewaySocket;
  readonly #limits: BrowserLimits;
  readonly #streams: ReadonlySet<GatewayStream>;
  readonly #batch = new Uint8Array(BATCH_LENGTH);
  readonly #dirty = new Map<string, DirtyKey | GatewayStream>();
  #waiting: Waiting[] = [];
  #waitingStart: number = 0;
  #queueLength: number = 0;
  readonly #losses = new Map<GatewayStream, Loss>();
  #batchLength: number = 0;
  /** A record too long for a batch went out by itself: the socket is asked again. */
  #isBatchOver: boolean = false;
  #sentCount: number = 0;
  #conflatedCount: number = 0;
  #droppedCount: number = 0;
  #stalledSinceMs: number | undefined;

  constructor(socket: GatewaySocket, streams: ReadonlySet<GatewayStream>, limits: BrowserLimits) {
    this.#socket = socket;
    this.#streams = streams;
    this.#limits = limits;
    for (const stream of streams) this.#join(stream);
  }

  /** A message came; `key` is what it is about. */
  onMessage(stream: GatewayStream, message: GatewayMessage, key: MessageKey | undefined): void {
    if (!this.#streams.has(stream)) return;
    if (key === undefined) {
      this.#push({ stream, type: RecordType.DATA, message });
      return;
    }
    const name = nameOf(stream, key);
    const dirty = this.#dirty.get(name);
    if (dirty !== undefined && "key" in dirty) {
      if (dirty.isPast) dirty.isPast = false;
      dirty.skipped++;
      this.#conflatedCount++;
    } else this.#dirty.set(name, { stream, key, skipped: 0, isPast: false });
  }

  /** Something happened that has no payload. */
  onEvent(stream: GatewayStream, type: RecordType, sessionId: number, position: number): void {
    if (!this.#streams.has(stream)) return;
    this.#push({ stream, type, message: { sessionId, position, bytes: NO_BYTES } });
  }

  /** Hands over what the socket takes. @returns records handed over */
  doWork(nowMs: number): number {
    const before = this.#sentCount;
    while (this.#hasMore() && this.#socket.bufferedLength() < this.#limits.sendAheadMax) {
      this.#fillBatch();
      this.#flush();
    }
    if (!this.#hasMore()) this.#stalledSinceMs = undefined;
    else if (this.#sentCount > before || this.#stalledSinceMs === undefined) {
      this.#stalledSinceMs = nowMs;
    }
    return this.#sentCount - before;
  }

  /** Whether the browser has taken nothing for too long. */
  isStalled(nowMs: number): boolean {
    const since = this.#stalledSinceMs;
    return since !== undefined && nowMs - since > this.#limits.stallTimeoutMs;
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  report(): BrowserReport {
    return {
      sentCount: this.#sentCount,
      conflatedCount: this.#conflatedCount,
      droppedCount: this.#droppedCount,
      queueLength: this.#queueLength,
    };
  }

  /** What there is already: publishers, history, last values, and the mark that this was all. */
  #join(stream: GatewayStream): void {
    for (const [sessionId, position] of stream.sessions()) {
      this.onEvent(stream, RecordType.SESSION, sessionId, position);
    }
    for (const message of stream.history()) {
      this.#push({ stream, type: RecordType.SNAPSHOT, message });
    }
    for (const key of stream.keys()) {
      this.#dirty.set(nameOf(stream, key), { stream, key, skipped: 0, isPast: true });
    }
    this.#dirty.set(`${stream.index} end`, stream);
  }

  #push(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#queueLength += recordLength(waiting.message.bytes.length);
    while (this.#queueLength > this.#limits.queueLengthMax) this.#drop();
  }

  #shift(): Waiting | undefined {
    const waiting = this.#waiting[this.#waitingStart];
    if (waiting === undefined) return undefined;
    this.#waitingStart++;
    this.#queueLength -= recordLength(waiting.message.bytes.length);
    if (this.#waitingStart > 1024 && this.#waitingStart * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#waitingStart);
      this.#waitingStart = 0;
    }
    return waiting;
  }

  #drop(): void {
    const dropped = this.#shift();
    if (dropped === undefined) return;
    const { sessionId, position } = dropped.message;
    const loss = this.#losses.get(dropped.stream) ?? { count: 0, sessionId, position };
    loss.count++;
    loss.sessionId = sessionId;
    loss.position = position;
    this.#losses.set(dropped.stream, loss);
    this.#droppedCount++;
  }

  #hasMore(): boolean {
    return (
      this.#waitingStart < this.#waiting.length || this.#dirty.size > 0 || this.#losses.size > 0
    );
  }

  /** One of each kind in turn, so that neither starves the other. */
  #fillBatch(): void {
    while (this.#hasMore() && !this.#isBatchOver) {
      for (const [stream, { count, sessionId, position }] of this.#losses) {
        if (!this.#put(stream, RecordType.GAP, { sessionId, position, bytes: NO_BYTES }, count))
          return;
        this.#losses.delete(stream);
      }
      const waiting = this.#waiting[this.#waitingStart];
      if (waiting !== undefined) {
        if (!this.#put(waiting.stream, waiting.type, waiting.message, 0)) return;
        this.#shift();
      }
      if (!this.#putDirty()) return;
    }
  }

  /** The thing that waits longest, with its value as it is now. @returns false when the batch is full */
  #putDirty(): boolean {
    const [first] = this.#dirty;
    if (first === undefined) return true;
    const [name, dirty] = first;
    if ("key" in dirty) {
      const message = dirty.stream.lastValue(dirty.key);
      const type = dirty.isPast ? RecordType.SNAPSHOT : RecordType.DATA;
      if (message !== undefined && !this.#put(dirty.stream, type, message, dirty.skipped))
        return false;
    } else {
      const end = { sessionId: 0, position: 0, bytes: NO_BYTES };
      // The history goes first.
      const isHistoryLeft = this.#waiting
        .slice(this.#waitingStart)
        .some(({ stream, type }) => stream === dirty && type === RecordType.SNAPSHOT);
      if (isHistoryLeft) return true;
      if (!this.#put(dirty, RecordType.SNAPSHOT_END, end, 0)) return false;
    }
    this.#dirty.delete(name);
    return true;
  }

  /** @returns false if it does not fit into the batch any more */
  #put(stream: GatewayStream, type: RecordType, message: GatewayMessage, skipped: number): boolean {
    const { sessionId, position, bytes } = message;
    const length = recordLength(bytes.length);
    const start = this.#batchLength;
    if (start > 0 && start + length > BATCH_LENGTH) return false;
    const target = length > BATCH_LENGTH ? new Uint8Array(length) : this.#batch;
    const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
    writeRecordHeader(view, start, type, stream.index, sessionId, position, skipped, bytes.length);
    target.set(bytes, start + RECORD_HEADER_LENGTH);
    target.fill(0, start + RECORD_HEADER_LENGTH + bytes.length, start + length);
    this.#sentCount++;
    if (target === this.#batch) this.#batchLength = start + length;
    else {
      this.#socket.send(target);
      this.#isBatchOver = true;
    }
    return true;
  }

  #flush(): void {
    if (this.#batchLength > 0) this.#socket.send(this.#batch.slice(0, this.#batchLength));
    this.#batchLength = 0;
    this.#isBatchOver = false;
  }
}

function nameOf(stream: GatewayStream, key: MessageKey): string {
  return `${stream.index} ${typeof key} ${key}`;
}
