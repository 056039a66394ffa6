import { mkdtempSync, rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { needsJava } from "./support/java.js";
import { Programs } from "./support/program.js";
import { exchange as exchangeBetween, type StreamCase } from "./support/exchange.js";
import { freePorts, type Language, startDriver } from "./support/stream-peers.js";

/** Messages that all cases together send and check at least. */
const MESSAGE_COUNT_MIN = 50_000_000;
const SCALE = Number(process.env["ALERION_INTEROP_SCALE"] ?? 1);
/** Every so many messages one takes fragments, every fourth of those as many as it can have. */
const LONG_EVERY = 10_000;
const TERM_LENGTH = 1024 * 1024;
const LENGTH_MAX = TERM_LENGTH / 8;
const PAIRS = [
  ["ts", "java"],
  ["java", "ts"],
] as const;
const CASE_TIMEOUT_MS = 240_000;

let publishedCount = 0;
let checkedCount = 0;

/** What a case leaves to the others. */
type Case = Omit<StreamCase, "lengthMax" | "longEvery"> & Partial<StreamCase>;

/** Yields "complete" once every consumer has checked every message, or what was said instead. */
async function exchange(programs: Programs, dir: string, stream: Case): Promise<string> {
  const result = await exchangeBetween(
    programs,
    { dir },
    { dir },
    {
      longEvery: LONG_EVERY,
      lengthMax: LENGTH_MAX,
      ...stream,
      count: Math.ceil(stream.count * SCALE),
    },
  );
  publishedCount += result.published;
  checkedCount += result.checked;
  return result.verdict;
}

describe("streams between both languages", { timeout: CASE_TIMEOUT_MS }, () => {
  needsJava();

  const programs = new Programs();
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync("/dev/shm/alerion-interop-");
  });

  afterEach(async () => {
    await programs.end();
    rmSync(dir, { recursive: true, force: true });
  });

  const terms = {
    "ipc.term.buffer.length": TERM_LENGTH,
    "term.buffer.length": TERM_LENGTH,
  };
  const drivers = ["java", "ts"] as const;

  for (const driver of drivers) {
    describe(`over IPC under the ${driver} driver`, () => {
      beforeEach(async () => {
        await startDriver(programs, driver, dir, terms);
      });

      test.each(
        PAIRS.flatMap(([from, to]) =>
          (["exclusive", "shared"] as const).map((kind) => [from, to, kind] as const),
        ),
      )("%s to %s, %s publication", async (from, to, kind) => {
        expect(
          await exchange(programs, dir, {
            publishers: [from],
            consumers: [to],
            count: 4_500_000,
            publication: { kind },
            subscriptions: [{}],
          }),
        ).toBe("complete");
      });

      test("one publication written by two processes of each language at once, read by both", async () => {
        expect(
          await exchange(programs, dir, {
            publishers: ["ts", "java", "ts", "java"],
            consumers: ["ts", "java"],
            count: 1_500_000,
            publication: { kind: "shared" },
            subscriptions: [{}],
          }),
        ).toBe("complete");
      });

      test.each(PAIRS)("%s to %s, messages of 16 MiB", async (from, to) => {
        expect(
          await exchange(programs, dir, {
            publishers: [from],
            consumers: [to],
            count: 24,
            longEvery: 2,
            lengthMax: 16 * 1024 * 1024,
            publication: { channel: "aeron:ipc?term-length=128m" },
            subscriptions: [{ channel: "aeron:ipc" }],
          }),
        ).toBe("complete");
      });
    });
  }

  describe("over UDP under the java driver", () => {
    beforeEach(async () => {
      await startDriver(programs, "java", dir, terms);
    });

    const both: readonly Language[] = ["ts", "java"];
    const count = 300_000;

    test.each(PAIRS)("%s to %s, unicast", async (from, to) => {
      const [port] = await freePorts(1);
      const channel = `aeron:udp?endpoint=localhost:${port}`;
      expect(
        await exchange(programs, dir, {
          publishers: [from],
          consumers: [to],
          count,
          publication: { channel, kind: "exclusive" },
          subscriptions: [{ channel }],
        }),
      ).toBe("complete");
    });

    test.each(both)("%s to both, multicast", async (from) => {
      const [port] = await freePorts(1);
      const channel = `aeron:udp?endpoint=224.20.30.39:${port}|interface=localhost`;
      expect(
        await exchange(programs, dir, {
          publishers: [from],
          consumers: both,
          count,
          publication: { channel: `${channel}|fc=min`, kind: "shared" },
          subscriptions: [{ channel }],
        }),
      ).toBe("complete");
    });

    test.each(both)("%s to both, destinations that add themselves", async (from) => {
      const [control, ...ports] = await freePorts(3);
      expect(
        await exchange(programs, dir, {
          publishers: [from],
          consumers: both,
          count,
          publication: {
            channel: `aeron:udp?control=localhost:${control}|control-mode=dynamic|fc=min`,
            kind: "exclusive",
          },
          subscriptions: ports.map((port) => ({
            channel: `aeron:udp?endpoint=localhost:${port}|control=localhost:${control}|control-mode=dynamic`,
          })),
        }),
      ).toBe("complete");
    });

    test.each(both)("%s to both, destinations added by hand", async (from) => {
      const ports = await freePorts(2);
      const endpoints = ports.map((port) => `aeron:udp?endpoint=localhost:${port}`);
      expect(
        await exchange(programs, dir, {
          publishers: [from],
          consumers: both,
          count,
          publication: {
            channel: "aeron:udp?control-mode=manual|fc=min",
            kind: "exclusive",
            destinations: endpoints.join(" "),
          },
          subscriptions: endpoints.map((channel) => ({ channel })),
        }),
      ).toBe("complete");
    });

    test.each(both)("%s to both, spies", async (from) => {
      const [port] = await freePorts(1);
      const channel = `aeron:udp?endpoint=localhost:${port}`;
      expect(
        await exchange(programs, dir, {
          publishers: [from],
          consumers: both,
          count,
          publication: { channel: `${channel}|ssc=true`, kind: "exclusive" },
          subscriptions: [{ channel: `aeron-spy:${channel}` }],
        }),
      ).toBe("complete");
    });
  });

  test("have carried fifty million messages in all", ({ skip }) => {
    console.log(`${publishedCount} messages sent, ${checkedCount} received and checked`);
    skip(SCALE !== 1, "fewer were asked for");
    expect(publishedCount).toBeGreaterThanOrEqual(MESSAGE_COUNT_MIN);
  });
});
