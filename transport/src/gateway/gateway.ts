import { AlerionError } from "@alerion/runtime";
import { RecordType } from "../browser/gateway-frame.js";
import {
  BrowserSession,
  type BrowserLimits,
  type BrowserReport,
  type GatewaySocket,
} from "./browser-session.js";
import { GatewayStream, type GatewayStreamOptions, type SourceEvents } from "./gateway-stream.js";

/** A browser asks for a stream that is not served. Code `GATEWAY_STREAM`. */
export class GatewayStreamError extends AlerionError {
  override readonly name: string = "GatewayStreamError";

  constructor(name: string) {
    super("GATEWAY_STREAM", `stream must be one of the gateway's: name=${JSON.stringify(name)}`);
  }
}

/** How a gateway is set up. */
export interface GatewayOptions extends Partial<BrowserLimits> {
  readonly streams: readonly GatewayStreamOptions[];
}

/** Messages that are taken of one stream in a turn. */
const POLL_LIMIT = 256;

const LIMITS: BrowserLimits = {
  queueLengthMax: 1024 * 1024,
  sendAheadMax: 64 * 1024,
  stallTimeoutMs: 30_000,
};

/**
 * Serves streams to any number of browsers. It reads as fast as messages come, whatever browsers do: what one of them
 * cannot take is conflated or dropped for that one, and it is told.
 *
 * No network inside: sources and sockets are given.
 */
export class Gateway {
  readonly #streams: readonly GatewayStream[];
  readonly #events: readonly SourceEvents[];
  readonly #limits: BrowserLimits;
  readonly #browsers = new Set<BrowserSession>();

  constructor({ streams, ...limits }: GatewayOptions) {
    this.#streams = streams.map((options, index) => new GatewayStream(options, index));
    this.#limits = { ...LIMITS, ...limits };
    this.#events = this.#streams.map((stream) => this.#eventsOf(stream));
  }

  /** Names of the streams; a browser finds them by their places in this list. */
  streamNames(): readonly string[] {
    return this.#streams.map(({ name }) => name);
  }

  /**
   * Takes a browser on: it gets what there is, then all that comes.
   *
   * @param names  streams that it wants
   * @throws {GatewayStreamError} if one is not served
   */
  addBrowser(socket: GatewaySocket, names: readonly string[]): BrowserSession {
    const wanted = names.map((name) => {
      const stream = this.#streams.find((each) => each.name === name);
      if (stream === undefined) throw new GatewayStreamError(name);
      return stream;
    });
    const browser = new BrowserSession(socket, new Set(wanted), this.#limits);
    this.#browsers.add(browser);
    return browser;
  }

  /** A browser went. Idempotent. */
  removeBrowser(browser: BrowserSession): void {
    this.#browsers.delete(browser);
  }

  browserCount(): number {
    return this.#browsers.size;
  }

  /** What has become of the messages for each browser. */
  report(): readonly BrowserReport[] {
    return [...this.#browsers].map((browser) => browser.report());
  }

  /** Takes what the streams have and hands on what browsers take. @returns how much there was to do */
  doWork(nowMs: number): number {
    let work = 0;
    for (const [index, stream] of this.#streams.entries()) {
      const events = this.#events[index];
      if (events !== undefined) work += stream.source.poll(events, POLL_LIMIT);
    }
    for (const browser of this.#browsers) {
      work += browser.doWork(nowMs);
      if (!browser.isStalled(nowMs)) continue;
      this.#browsers.delete(browser);
      browser.close(4008, "too slow");
    }
    return work;
  }

  /** Lets all browsers go. */
  close(): void {
    for (const browser of this.#browsers) browser.close(1001, "gateway closes");
    this.#browsers.clear();
  }

  #eventsOf(stream: GatewayStream): SourceEvents {
    const tell = (type: RecordType, sessionId: number, position: number): void => {
      for (const browser of this.#browsers) browser.onEvent(stream, type, sessionId, position);
    };
    return {
      onMessage: (message) => {
        const key = stream.remember(message);
        for (const browser of this.#browsers) browser.onMessage(stream, message, key);
      },
      onGap: (sessionId, position) => tell(RecordType.GAP, sessionId, position),
      onSession: (sessionId, position) => {
        stream.onSession(sessionId, position);
        tell(RecordType.SESSION, sessionId, position);
      },
      onSessionEnd: (sessionId, position) => {
        stream.onSessionEnd(sessionId);
        tell(RecordType.SESSION_END, sessionId, position);
      },
    };
  }
}
