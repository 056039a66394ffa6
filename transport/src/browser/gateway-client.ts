import {
  GatewayProtocolError,
  GatewayReader,
  type ReadStream,
  type StreamHandler,
  type StreamObserver,
} from "./gateway-reader.js";

/** What is needed of a WebSocket; those of browsers and of `ws` have it. */
export interface WebSocketLike {
  binaryType: string;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(
    type: "close",
    listener: (event: { readonly code: number; readonly reason: string }) => void,
  ): void;
  addEventListener(type: "error" | "open", listener: () => void): void;
  send(text: string): void;
  close(code?: number): void;
}

/** A stream to be read: who takes its messages, and who is told of gaps and the rest. */
export interface StreamRequest extends StreamObserver {
  /** A generated dispatcher, or anything with its `onMessage`. */
  readonly handler: StreamHandler;
}

/** How a client connects. */
export interface GatewayClientOptions {
  /** By the names that the gateway gives its streams. */
  readonly streams: Readonly<Record<string, StreamRequest>>;
  /** Is told when the connection stands, and when it is lost or given up, with the reason. */
  readonly onState?: (state: GatewayState, reason: string) => void;
  /** Gets what handlers throw, and what is not a gateway's. Default: it is thrown. */
  readonly onError?: (error: unknown) => void;
  /** Makes a WebSocket. Default: the platform's. */
  readonly openSocket?: (url: string) => WebSocketLike;
  /** Calls back later, for another try. Default: `setTimeout`. */
  readonly later?: (act: () => void, delayMs: number) => void;
}

/** Where a client stands. */
export type GatewayState = "connecting" | "open" | "closed";

const RETRY_MIN_MS = 250;
const RETRY_MAX_MS = 10_000;

interface Platform {
  readonly WebSocket: new (url: string) => WebSocketLike;
  readonly setTimeout: (act: () => void, delayMs: number) => unknown;
}

/** Reads streams of a gateway, and goes on after each loss of the connection until it is closed. */
export class GatewayClient {
  readonly #url: string;
  readonly #options: GatewayClientOptions;
  #socket: WebSocketLike | undefined;
  #reader: GatewayReader | undefined;
  #retryMs: number = RETRY_MIN_MS;
  #state: GatewayState = "connecting";
  /** Bytes of this connection that handlers have seen. */
  #takenLength: number = 0;

  /** @param url  `ws://host:port/`, or wss */
  constructor(url: string, options: GatewayClientOptions) {
    this.#options = options;
    const parsed = new URL(url);
    for (const name of Object.keys(options.streams)) parsed.searchParams.append("stream", name);
    this.#url = parsed.href;
    this.#open();
  }

  state(): GatewayState {
    return this.#state;
  }

  /** Ends it. Idempotent. */
  close(): void {
    this.#become("closed", "closed by its user");
    this.#socket?.close(1000);
    this.#socket = undefined;
  }

  #open(): void {
    if (this.#state === "closed") return;
    const platform = globalThis as unknown as Platform;
    const open = this.#options.openSocket ?? ((url: string) => new platform.WebSocket(url));
    const socket = open(this.#url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#reader = undefined;
    this.#takenLength = 0;
    socket.addEventListener("message", ({ data }) => {
      if (socket === this.#socket) this.#guarded(() => this.#onMessage(data));
    });
    socket.addEventListener("close", ({ code, reason }) => {
      if (socket === this.#socket) this.#onClose(code, reason);
    });
    socket.addEventListener("error", () => {
      // `close` follows and says more.
    });
  }

  #onMessage(data: unknown): void {
    if (typeof data === "string") {
      this.#reader = new GatewayReader(this.#streamsOf(data));
      this.#retryMs = RETRY_MIN_MS;
      this.#become("open", "");
    } else if (data instanceof ArrayBuffer && this.#reader !== undefined) {
      try {
        this.#reader.onBytes(data);
      } finally {
        // Not when it came but when it was worked on: what the gateway sends ahead is bounded by that.
        this.#takenLength += data.byteLength;
        this.#socket?.send(String(this.#takenLength));
      }
    } else throw new GatewayProtocolError("gateway must say its streams first");
  }

  /** The gateway's list, e.g. `{"streams":["book"]}`, with what is to be done with each. */
  #streamsOf(text: string): readonly (ReadStream | undefined)[] {
    const hello = JSON.parse(text) as { readonly streams?: unknown };
    const names = hello.streams;
    if (!Array.isArray(names)) throw new GatewayProtocolError("gateway must say its streams");
    const { streams } = this.#options;
    return names.map((name: unknown) => {
      const request = typeof name === "string" ? streams[name] : undefined;
      return request === undefined ? undefined : { handler: request.handler, observer: request };
    });
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (this.#options.onError === undefined) throw error;
      this.#options.onError(error);
    }
  }

  #onClose(code: number, reason: string): void {
    if (this.#state === "closed") return;
    // 1008: the gateway does not want this client, and will not want it later.
    if (code === 1008) {
      this.#become("closed", reason);
      return;
    }
    this.#become("connecting", `${code} ${reason}`.trim());
    const platform = globalThis as unknown as Platform;
    const later = this.#options.later ?? ((act, delayMs) => void platform.setTimeout(act, delayMs));
    later(() => this.#open(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MAX_MS);
  }

  #become(state: GatewayState, reason: string): void {
    if (state === this.#state && state === "closed") return;
    this.#state = state;
    this.#options.onState?.(state, reason);
  }
}
