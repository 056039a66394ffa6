/** A stream that a gateway serves, with what it remembers for browsers that come late. */

/** A message of a publisher, with bytes of its own. */
export interface GatewayMessage {
  readonly sessionId: number;
  /** Of the publisher's stream behind the message. */
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** Is told what a source has. */
export interface SourceEvents {
  onMessage(message: GatewayMessage): void;
  /** Bytes of a session were lost before they came here. */
  onGap(sessionId: number, position: number): void;
  onSession(sessionId: number, position: number): void;
  onSessionEnd(sessionId: number, position: number): void;
}

/** Where messages come from. */
export interface GatewaySource {
  /** Hands out what there is, up to `limit` messages. @returns how many */
  poll(events: SourceEvents, limit: number): number;
}

/** What a message is about: an instrument, an account. */
export type MessageKey = string | number;

/** A stream as it is given to a gateway. */
export interface GatewayStreamOptions {
  /** What browsers ask for. */
  readonly name: string;
  readonly source: GatewaySource;
  /**
   * What a message is about, undefined where every message counts. Of messages about the same thing a slow browser gets
   * the last, and one that comes late gets it at once.
   */
  readonly keyOf?: (view: DataView, offset: number, length: number) => MessageKey | undefined;
  /** Things of which the last value is kept; messages about more than them count each. Default 65536. */
  readonly keysMax?: number;
  /** Bytes of the latest messages without a key that are kept for browsers that come late. Default 0. */
  readonly historyLength?: number;
}

const KEYS_MAX = 65_536;

/** See {@link GatewayStreamOptions}. */
export class GatewayStream {
  readonly name: string;
  readonly index: number;
  readonly source: GatewaySource;
  readonly #keyOf: GatewayStreamOptions["keyOf"];
  readonly #keysMax: number;
  readonly #historyLength: number;
  readonly #lastValues = new Map<MessageKey, GatewayMessage>();
  readonly #history: GatewayMessage[] = [];
  #historyBytes: number = 0;
  readonly #sessions = new Map<number, number>();

  constructor(options: GatewayStreamOptions, index: number) {
    this.name = options.name;
    this.index = index;
    this.source = options.source;
    this.#keyOf = options.keyOf;
    this.#keysMax = options.keysMax ?? KEYS_MAX;
    this.#historyLength = options.historyLength ?? 0;
  }

  /** Remembers a message. @returns its key, undefined where it counts by itself */
  remember(message: GatewayMessage): MessageKey | undefined {
    const { bytes } = message;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const key = this.#keyOf?.(view, 0, bytes.length);
    const isKept =
      key !== undefined && (this.#lastValues.has(key) || this.#lastValues.size < this.#keysMax);
    if (isKept) {
      this.#lastValues.set(key, message);
      return key;
    }
    if (bytes.length > this.#historyLength) return undefined;
    this.#history.push(message);
    this.#historyBytes += bytes.length;
    while (this.#historyBytes > this.#historyLength) {
      this.#historyBytes -= this.#history.shift()?.bytes.length ?? 0;
    }
    return undefined;
  }

  lastValue(key: MessageKey): GatewayMessage | undefined {
    return this.#lastValues.get(key);
  }

  /** All things with a last value. */
  keys(): IterableIterator<MessageKey> {
    return this.#lastValues.keys();
  }

  /** The latest messages without a key, oldest first. */
  history(): readonly GatewayMessage[] {
    return this.#history;
  }

  /** Publishers that are there, and where they were first seen. */
  sessions(): ReadonlyMap<number, number> {
    return this.#sessions;
  }

  onSession(sessionId: number, position: number): void {
    this.#sessions.set(sessionId, position);
  }

  onSessionEnd(sessionId: number): void {
    this.#sessions.delete(sessionId);
  }
}
