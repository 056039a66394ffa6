import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { exchange, type StreamCase } from "./support/exchange.js";
import { needsJava } from "./support/java.js";
import { Programs } from "./support/program.js";
import { freePorts, type Language, startDriver, startPeer } from "./support/stream-peers.js";

const TERM_LENGTH = 1024 * 1024;
const COUNT = Math.ceil(200_000 * Number(process.env["ALERION_INTEROP_SCALE"] ?? 1));
const CLIENT_COUNT = 2;
const REQUEST_COUNT = 500;
const CASE_TIMEOUT_MS = 120_000;
const SETTINGS = {
  "term.buffer.length": TERM_LENGTH,
  "ipc.term.buffer.length": TERM_LENGTH,
  // What is over is over soon, so that it can be seen to be freed.
  "publication.linger.timeout": "500ms",
  "image.liveness.timeout": "2s",
  "timer.interval": "100ms",
};
const FREED_WITHIN_MS = 15_000;

type Channels = Pick<StreamCase, "publication" | "subscriptions">;

/** Every way that a stream can take from one driver to another; ports are free ones. */
const modes: Readonly<Record<string, (ports: readonly number[]) => Channels>> = {
  unicast: ([port]) => {
    const channel = `aeron:udp?endpoint=localhost:${port}`;
    return { publication: { channel, kind: "exclusive" }, subscriptions: [{ channel }] };
  },
  "unicast, shared publication, jumbo frames": ([port]) => {
    const channel = `aeron:udp?endpoint=127.0.0.1:${port}`;
    return {
      publication: { channel: `${channel}|mtu=8k`, kind: "shared" },
      subscriptions: [{ channel }],
    };
  },
  "unicast over IPv6": ([port]) => {
    const channel = `aeron:udp?endpoint=[::1]:${port}`;
    return { publication: { channel, kind: "exclusive" }, subscriptions: [{ channel }] };
  },
  "unicast, congestion control cubic": ([port]) => {
    const channel = `aeron:udp?endpoint=localhost:${port}`;
    return {
      publication: { channel, kind: "exclusive" },
      subscriptions: [{ channel: `${channel}|cc=cubic` }],
    };
  },
  "unicast, a term id that wraps": ([port]) => {
    const channel = `aeron:udp?endpoint=localhost:${port}`;
    const wrap = "term-length=64k|init-term-id=2147483646|term-id=2147483647|term-offset=1024";
    return {
      publication: { channel: `${channel}|${wrap}`, kind: "exclusive" },
      subscriptions: [{ channel, lengthMax: 8192 }],
    };
  },
  multicast: ([port]) => {
    const channel = `aeron:udp?endpoint=224.20.30.39:${port}|interface=localhost`;
    return {
      publication: { channel: `${channel}|fc=min,g:/1`, kind: "exclusive" },
      subscriptions: [{ channel }],
    };
  },
  "destinations that add themselves": ([control, port]) => ({
    publication: {
      channel: `aeron:udp?control=localhost:${control}|control-mode=dynamic`,
      kind: "exclusive",
    },
    subscriptions: [
      { channel: `aeron:udp?endpoint=localhost:${port}|control=localhost:${control}` },
    ],
  }),
  "destinations that add themselves at any port": ([control]) => ({
    publication: {
      channel: `aeron:udp?control=localhost:${control}|control-mode=dynamic|fc=min`,
      kind: "exclusive",
    },
    subscriptions: [{ channel: `aeron:udp?endpoint=localhost:0|control=localhost:${control}` }],
  }),
  "receivers with a tag": ([control, port]) => ({
    publication: {
      channel: `aeron:udp?control=localhost:${control}|control-mode=dynamic|fc=tagged,g:77/1`,
      kind: "exclusive",
    },
    subscriptions: [
      { channel: `aeron:udp?endpoint=localhost:${port}|control=localhost:${control}|gtag=77` },
    ],
  }),
  "destinations added by hand": ([port]) => {
    const channel = `aeron:udp?endpoint=localhost:${port}`;
    return {
      publication: {
        channel: "aeron:udp?control-mode=manual",
        kind: "exclusive",
        destinations: channel,
      },
      subscriptions: [{ channel }],
    };
  },
  "two ways into one subscription": ([a, b]) => {
    const ways = [a, b].map((port) => `aeron:udp?endpoint=localhost:${port}`).join(" ");
    return {
      publication: {
        channel: "aeron:udp?control-mode=manual",
        kind: "exclusive",
        destinations: ways,
      },
      subscriptions: [{ channel: "aeron:udp?control-mode=manual", destinations: ways }],
    };
  },
};

describe("streams between our driver and Java's", { timeout: CASE_TIMEOUT_MS }, () => {
  needsJava();

  const ways: readonly (readonly [Language, Language])[] = [
    ["ts", "java"],
    ["java", "ts"],
  ];
  for (const [from, to] of ways) {
    describe(`from ${from} to ${to}`, () => {
      const drivers = new Programs();
      const peers = new Programs();
      let root: string;
      let source: string;
      let target: string;

      beforeAll(async () => {
        if (process.env["ALERION_JAVA_CLASSPATH"] === undefined) return;
        root = mkdtempSync("/dev/shm/alerion-interop-");
        source = join(root, "source");
        target = join(root, "target");
        await startDriver(drivers, from, source, SETTINGS);
        await startDriver(drivers, to, target, SETTINGS);
      });

      afterEach(async () => {
        await peers.end();
      });

      afterAll(async () => {
        await drivers.end();
        if (root !== undefined) rmSync(root, { recursive: true, force: true });
      });

      test.each(Object.entries(modes))("%s", async (_name, channelsOf) => {
        const { publication, subscriptions } = channelsOf(await freePorts(3));
        const lengthMax = Number(subscriptions[0]?.["lengthMax"] ?? TERM_LENGTH / 8);
        const { verdict } = await exchange(
          peers,
          { dir: source },
          { dir: target },
          {
            publishers: [from],
            consumers: [to],
            count: COUNT,
            publication,
            subscriptions,
            longEvery: 5000,
            lengthMax,
          },
        );
        expect(verdict).toBe("complete");
        for (const dir of [source, target]) await expectFreed(dir);
      });

      test("requests and their responses", async () => {
        const [port, control] = await freePorts(2);
        const settings = {
          channel: `aeron:udp?endpoint=localhost:${port}`,
          control: `localhost:${control}`,
          publishers: CLIENT_COUNT,
          count: REQUEST_COUNT,
        };
        const serving = startPeer(peers, to, target, "serve", settings);
        await serving.line(/^ready$/);
        const clients = Array.from({ length: CLIENT_COUNT }, (_, id) =>
          startPeer(peers, from, source, "request", { ...settings, id }),
        );
        for (const each of clients) {
          expect(await each.output()).toContain(`received=${REQUEST_COUNT}`);
        }
        expect(await serving.output()).toContain("served");
        for (const dir of [source, target]) await expectFreed(dir);
      });
    });
  }
});

/** No log is left once all is over. */
async function expectFreed(dir: string): Promise<void> {
  const logs = (): string[] =>
    ["publications", "images"].flatMap((folder) => {
      try {
        return readdirSync(join(dir, folder));
      } catch {
        return [];
      }
    });
  const deadline = Date.now() + FREED_WITHIN_MS;
  while (logs().length > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(logs(), `logs of ${dir}`).toEqual([]);
}
