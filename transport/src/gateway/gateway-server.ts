/** The edge of a gateway: HTTP and WebSockets, and the turns that it takes. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Aeron } from "../client/aeron.js";
import type { Subscription } from "../client/subscription.js";
import type { BrowserReport, GatewaySocket } from "./browser-session.js";
import { Gateway, type GatewayOptions, GatewayStreamError } from "./gateway.js";
import type { GatewayStreamOptions } from "./gateway-stream.js";
import { SubscriptionSource } from "./subscription-source.js";

/** A stream to be served. */
export interface ServedStream extends Omit<GatewayStreamOptions, "source"> {
  readonly channel: string;
  readonly streamId: number;
}

/** A page or script that the gateway hands out beside the streams. */
export interface ServedFile {
  readonly contentType: string;
  readonly content: string | Uint8Array;
}

/** How a gateway is started. */
export interface GatewayServerOptions extends Omit<GatewayOptions, "streams"> {
  /** The client whose subscriptions are served. */
  readonly aeron: Aeron;
  readonly streams: readonly ServedStream[];
  /** Default 127.0.0.1: this machine alone. */
  readonly host?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** By path, e.g. `/`. */
  readonly files?: Readonly<Record<string, ServedFile>>;
  /**
   * Pages of which sites may connect, e.g. `https://desk.example`. Default: those that the gateway itself serves, by the
   * host that they were loaded from; programs that are no browser send no origin and may.
   */
  readonly origins?: readonly string[];
  /** Browsers at a time. Default 256. */
  readonly browsersMax?: number;
}

/** A gateway that runs. */
export interface GatewayServer {
  /** Where WebSockets connect to. */
  readonly url: string;
  readonly gateway: Gateway;
  /** What has become of the messages for each browser. */
  report(): readonly BrowserReport[];
  /** Ends it, with its subscriptions; the client stays. Idempotent. */
  close(): Promise<void>;
}

const LOOPBACK = "127.0.0.1";
const BROWSERS_MAX = 256;
/** Browsers have nothing to say but how many bytes they have worked on. */
const PAYLOAD_MAX = 64;
const IDLE_MS = 2;

/**
 * Serves streams to browsers by WebSocket.
 *
 * @throws {RegistrationError} if the driver refuses a subscription
 */
export async function startGateway(options: GatewayServerOptions): Promise<GatewayServer> {
  const {
    aeron,
    streams,
    host = LOOPBACK,
    port = 0,
    files,
    origins,
    browsersMax,
    ...limits
  } = options;
  const subscriptions: Subscription[] = [];
  for (const { channel, streamId } of streams) {
    subscriptions.push(await aeron.addSubscription(channel, streamId));
  }
  const gateway = new Gateway({
    ...limits,
    streams: streams.map((stream, index) => ({
      ...stream,
      source: new SubscriptionSource(subscriptions[index] as Subscription),
    })),
  });
  const turns = new Turns(gateway);
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://gateway").pathname;
    const file = request.method === "GET" ? files?.[path] : undefined;
    if (file === undefined) response.writeHead(404).end();
    else {
      response.writeHead(200, { "content-type": file.contentType, "cache-control": "no-store" });
      response.end(file.content);
    }
  });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: PAYLOAD_MAX,
    perMessageDeflate: false,
  });
  server.on("upgrade", (request, stream, head) => {
    const refusal = refusalOf(request, gateway, origins, browsersMax ?? BROWSERS_MAX);
    if (refusal !== undefined) refuse(stream, refusal);
    else
      sockets.handleUpgrade(request, stream, head, (socket) => welcome(gateway, socket, request));
  });
  await listen(server, host, port);
  turns.start();
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    turns.stop();
    gateway.close();
    for (const socket of sockets.clients) socket.terminate();
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
    await Promise.all(subscriptions.map((subscription) => subscription.close()));
  };
  const address = server.address() as AddressInfo;
  const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return {
    url: `ws://${name}:${address.port}/`,
    gateway,
    report: () => gateway.report(),
    close: () => (closing ??= close()),
  };
}

/** Gives the gateway its turns: at once while there is work, else every few milliseconds. */
class Turns {
  readonly #gateway: Gateway;
  #isStopped: boolean = false;

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  start(): void {
    if (this.#isStopped) return;
    const next = (): void => this.start();
    if (this.#gateway.doWork(Date.now()) > 0) setImmediate(next);
    else setTimeout(next, IDLE_MS);
  }

  stop(): void {
    this.#isStopped = true;
  }
}

function namesOf(request: IncomingMessage): string[] {
  return new URL(request.url ?? "/", "http://gateway").searchParams.getAll("stream");
}

/** Why a connection is refused, as an HTTP status line; undefined if it is not. */
function refusalOf(
  request: IncomingMessage,
  gateway: Gateway,
  origins: readonly string[] | undefined,
  browsersMax: number,
): string | undefined {
  const { origin, host } = request.headers;
  if (origin !== undefined) {
    // Without this any page that the user opens could read the streams.
    const isOwn = origin === `http://${host}` || origin === `https://${host}`;
    if (origins === undefined ? !isOwn : !origins.includes(origin)) return "403 Forbidden";
  }
  if (gateway.browserCount() >= browsersMax) return "503 Service Unavailable";
  const known = gateway.streamNames();
  return namesOf(request).every((name) => known.includes(name)) ? undefined : "404 Not Found";
}

function refuse(stream: Duplex, status: string): void {
  stream.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

function welcome(gateway: Gateway, socket: WebSocket, request: IncomingMessage): void {
  socket.send(JSON.stringify({ streams: gateway.streamNames() }));
  let sentLength = 0;
  let takenLength = 0;
  socket.on("message", (data, isBinary) => {
    const taken = isBinary ? Number.NaN : Number((data as Buffer).toString("latin1"));
    if (taken > takenLength) takenLength = Math.min(taken, sentLength);
  });
  const way: GatewaySocket = {
    send: (bytes) => {
      sentLength += bytes.length;
      socket.send(bytes);
    },
    bufferedLength: () => sentLength - takenLength,
    close: (code, reason) => socket.close(code, reason),
  };
  try {
    const browser = gateway.addBrowser(way, namesOf(request));
    socket.on("close", () => gateway.removeBrowser(browser));
  } catch (error) {
    if (!(error instanceof GatewayStreamError)) throw error;
    socket.close(1008, "stream unknown");
  }
  socket.on("error", () => {
    // `close` follows.
  });
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
