/** The live page of a driver on loopback: the page, and server-sent events with what it shows. */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { StatReport } from "./stat-report.js";

/** Made by the build; the path holds from sources and from built modules. */
const PAGE = new URL("../../../dist/stat.html", import.meta.url);

const LOOPBACK = "127.0.0.1";
/** Pages that may look at a time. */
const WATCHERS_MAX = 32;

/** What the page is told. */
type Event = { readonly report: StatReport } | { readonly fault: string };

/** A page that is served. */
export interface StatServer {
  readonly url: string;
  /** Looks, and tells all pages that are open; costs nothing while none is. */
  tick(): void;
  close(): Promise<void>;
}

/**
 * Serves the page.
 *
 * @param look  makes the report, or throws what the page is to say instead
 */
export async function serveStat(port: number, look: () => StatReport): Promise<StatServer> {
  const watchers = new Set<ServerResponse>();
  let last: Event | undefined;
  const nextEvent = (): Event => {
    try {
      last = { report: look() };
    } catch (error) {
      last = { fault: error instanceof Error ? error.message : String(error) };
    }
    return last;
  };
  const server = createServer((request, response) => {
    if (!isOwn(request)) {
      response.writeHead(403).end();
      return;
    }
    switch (request.method === "GET" ? request.url : undefined) {
      case "/":
        response.writeHead(200, {
          "content-type": "text/html; charset=utf-8",
          "cache-control": "no-store",
          "content-security-policy":
            "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:; frame-ancestors 'none'",
        });
        response.end(readFileSync(PAGE));
        return;
      case "/events":
        if (watchers.size >= WATCHERS_MAX) {
          response.writeHead(503).end();
          return;
        }
        response.writeHead(200, {
          "content-type": "text/event-stream",
          "cache-control": "no-store",
        });
        // Rates are between looks: one out of turn would shorten the time of all.
        send(response, watchers.size > 0 && last !== undefined ? last : nextEvent());
        watchers.add(response);
        response.on("close", () => watchers.delete(response));
        return;
      default:
        response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, LOOPBACK, resolve);
  });
  return {
    url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}/`,
    tick: () => {
      if (watchers.size === 0) return;
      const event = nextEvent();
      // A page that does not read misses looks; nothing piles up for it.
      for (const watcher of watchers) if (!watcher.writableNeedDrain) send(watcher, event);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, event: Event): void {
  response.write(`data: ${JSON.stringify(event)}\n\n`);
}

/** Asked for by an address of this machine: another name may be one that a strange site gave to this address. */
function isOwn({ headers }: IncomingMessage): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(headers.host ?? "");
}
