/** The gateway over real sockets, with a driver of its own in this process. */
import { get } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { AtomicBuffer } from "@alerion/runtime/concurrent";
import { type Aeron, connect, type ExclusivePublication } from "../../src/index.js";
import { GatewayClient } from "../../src/browser/index.js";
import { type GatewayServer, keyOfBytes, startGateway } from "../../src/gateway/index.js";

const CHANNEL = "aeron:ipc?term-length=64k";

describe("a gateway server", () => {
  let aeron: Aeron;
  let server: GatewayServer;
  const clients: GatewayClient[] = [];

  beforeEach(async () => {
    aeron = await connect({
      driver: "embedded",
      driverOptions: { memory: "in-process" },
      conductor: "event-loop",
    });
    server = await startGateway({
      aeron,
      queueLengthMax: 64 * 1024,
      sendAheadMax: 32 * 1024,
      streams: [
        {
          name: "values",
          channel: CHANNEL,
          streamId: 1,
          keyOf: keyOfBytes({ offset: 0, length: 1 }),
        },
        { name: "all", channel: CHANNEL, streamId: 2, historyLength: 1000 },
      ],
      files: { "/": { contentType: "text/plain", content: "the page" } },
    });
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await server.close();
    await server.close();
    await aeron.close();
  });

  /** Reads streams; what it was told, in order. */
  function read(names: readonly string[], sockets: WebSocket[] = []) {
    const events: string[] = [];
    const lengths: number[] = [];
    const streams = Object.fromEntries(
      names.map((name) => [
        name,
        {
          handler: {
            onMessage: (view: DataView, offset: number, length: number) => {
              lengths.push(length);
              events.push(`${name} ${view.getUint8(offset)} ${view.getUint8(offset + 1)}`);
            },
          },
          onGap: (count: number) => events.push(`${name} gap ${count}`),
          onConflated: (count: number) => events.push(`${name} conflated ${count}`),
          onCaughtUp: () => events.push(`${name} caught up`),
          onSession: () => events.push(`${name} session`),
          onSessionEnd: () => events.push(`${name} session end`),
        },
      ]),
    );
    const client = new GatewayClient(server.url, {
      streams,
      onState: (state, reason) => events.push(`${state} ${reason}`.trim()),
      openSocket: (url) => {
        const socket = new WebSocket(url);
        sockets.push(socket);
        return socket;
      },
    });
    clients.push(client);
    return { client, events, lengths };
  }

  async function until(condition: () => boolean): Promise<void> {
    const deadline = Date.now() + 30_000;
    while (!condition()) {
      if (Date.now() > deadline) throw new Error("condition must come true in time");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async function publication(streamId: number): Promise<ExclusivePublication> {
    const out = await aeron.addExclusivePublication(CHANNEL, streamId);
    await until(() => out.isConnected());
    return out;
  }

  /** Offers until it is taken; how often it was refused. */
  async function offer(out: ExclusivePublication, bytes: Uint8Array): Promise<number> {
    const buffer = new AtomicBuffer(new ArrayBuffer((bytes.length + 7) & ~7));
    buffer.u8.set(bytes);
    for (let refused = 0; ; refused++) {
      if (out.offer(buffer, 0, bytes.length) > 0) return refused;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  it("brings messages to browsers, also to one that comes late", async () => {
    const values = await publication(1);
    const early = read(["values"]);
    await until(() => early.events.includes("values caught up"));
    for (const value of [1, 2, 3]) await offer(values, Uint8Array.of(9, value));
    await until(() => early.events.some((each) => each === "values 9 3"));
    const late = read(["values"]);
    await until(() => late.events.includes("values caught up"));
    expect(late.events).toEqual(["open", "values session", "values 9 3", "values caught up"]);
    await values.close();
    await until(() => late.events.includes("values session end"));
  });

  it("puts fragments together: messages longer than a datagram come whole", async () => {
    const all = await publication(2);
    const { events, lengths } = read(["all"]);
    await until(() => events.includes("all caught up"));
    const long = new Uint8Array(7000).fill(3);
    await offer(all, long);
    await until(() => lengths.length === 1);
    expect(lengths).toEqual([7000]);
  });

  it("a browser that does not read holds nobody back, and is told what it missed", async () => {
    const all = await publication(2);
    const sockets: WebSocket[] = [];
    const stuck = read(["all"], sockets);
    const fine = read(["all"]);
    await until(
      () => stuck.events.includes("all caught up") && fine.events.includes("all caught up"),
    );
    sockets[0]?.pause();
    const message = new Uint8Array(1000);
    const count = 20_000;
    for (let i = 0; i < count; i++) {
      message[0] = i & 0xff;
      await offer(all, message);
      if (i % 64 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    // The publisher sent twenty megabytes; what waits for the stuck browser is a bounded part of it.
    await until(() => fine.lengths.length + droppedOf(fine.events) >= count);
    const [worst] = [...server.report()].sort((a, b) => b.droppedCount - a.droppedCount);
    expect(worst?.droppedCount).toBeGreaterThan(0);
    expect(worst?.queueLength).toBeLessThanOrEqual(64 * 1024);
    sockets[0]?.resume();
    await until(() => stuck.lengths.length + droppedOf(stuck.events) >= count);
    expect(stuck.lengths.length + droppedOf(stuck.events)).toBe(count);
    expect(stuck.events.some((each) => each.startsWith("all gap"))).toBe(true);
  });

  it("goes on by itself after a lost connection", async () => {
    const values = await publication(1);
    const sockets: WebSocket[] = [];
    const { events } = read(["values"], sockets);
    await until(() => events.includes("values caught up"));
    await offer(values, Uint8Array.of(4, 4));
    await until(() => events.includes("values 4 4"));
    events.length = 0;
    sockets[0]?.terminate();
    await until(() => events.filter((each) => each === "values 4 4").length > 0);
    expect(events[0]).toMatch(/^connecting/);
    expect(sockets).toHaveLength(2);
  });

  it("serves its pages, and refuses strange pages, streams and methods", async () => {
    const http = server.url.replace(/^ws/, "http");
    const fetched = (path: string) =>
      new Promise<string>((resolve, reject) => {
        get(new URL(path, http), (response) => {
          let text = "";
          response.on("data", (piece: Buffer) => (text += piece.toString()));
          response.on("end", () => resolve(`${response.statusCode} ${text}`));
        }).on("error", reject);
      });
    expect(await fetched("/")).toBe("200 the page");
    expect(await fetched("/other")).toBe("404 ");
    const refusal = (path: string, origin?: string) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(
          new URL(path, server.url),
          origin === undefined ? {} : { origin },
        );
        socket.on("error", (error) => resolve(error.message));
        socket.on("open", () => {
          socket.close();
          resolve("open");
        });
      });
    expect(await refusal("/?stream=orders")).toContain("404");
    expect(await refusal("/?stream=all", "https://evil.example")).toContain("403");
    expect(await refusal("/?stream=all", new URL(http).origin)).toBe("open");
    expect(await refusal("/?stream=all")).toBe("open");
  });
});

function droppedOf(events: readonly string[]): number {
  return events.reduce((sum, each) => sum + Number(/gap (\d+)/.exec(each)?.[1] ?? 0), 0);
}
