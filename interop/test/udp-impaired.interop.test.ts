import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exchange } from "./support/exchange.js";
import { needsJava } from "./support/java.js";
import { LossyLink, namespacesSkipReason } from "./support/net/lossy-link.js";
import { Programs } from "./support/program.js";
import { startDriver } from "./support/stream-peers.js";

const SEED = Number(process.env["ALERION_INTEROP_SEED"] ?? 1);
const COUNT = Math.ceil(40_000 * Number(process.env["ALERION_INTEROP_SCALE"] ?? 1));
const TERM_LENGTH = 1024 * 1024;
const PORT = 24_325;
const CONTROL_PORT = 24_326;
const SETTINGS = { "term.buffer.length": TERM_LENGTH };
/** A bad day on a long way: 10 ms there and back, and everything that can happen to a packet does. */
const WEATHER = { delayMs: 5, jitterMs: 2, duplicate: 0.01, reorder: 0.05, corrupt: 0.001 };
const CASE_TIMEOUT_MS = 180_000;

describe("streams over a bad network", { timeout: CASE_TIMEOUT_MS }, () => {
  needsJava();

  const programs = new Programs();
  let link: LossyLink | undefined;
  let root: string;

  beforeEach((context) => {
    const reason = namespacesSkipReason();
    if (reason !== undefined) context.skip(reason);
    root = mkdtempSync("/dev/shm/alerion-interop-");
  });

  afterEach(async () => {
    await programs.end();
    await link?.close();
    link = undefined;
    if (root !== undefined) rmSync(root, { recursive: true, force: true });
  });

  const cases = (["unicast", "multicast", "mdc"] as const).flatMap((mode) =>
    (
      [
        ["ts", "java"],
        ["java", "ts"],
        ["ts", "ts"],
      ] as const
    ).flatMap(([from, to]) =>
      [0.02, 0.1]
        // Between our own drivers the worse of the two is enough.
        .filter((loss) => (from === to ? loss > 0.05 : mode === "unicast" || loss < 0.05))
        .map((loss) => [mode, from, to, loss] as const),
    ),
  );

  test.each(cases)(
    "%s from %s to %s, loss %d: all of it, in order",
    async (mode, from, to, loss) => {
      link = await LossyLink.open(SEED, { ...WEATHER, loss });
      const { left, right } = link;
      const place = (name: string, host: typeof left) => ({
        dir: join(root, name),
        at: (command: string, ...args: string[]) => (link as LossyLink).at(host, command, ...args),
      });
      const [source, target] = [place("source", left), place("target", right)];
      await startDriver(programs, from, source.dir, SETTINGS, source.at);
      await startDriver(programs, to, target.dir, SETTINGS, target.at);
      const group = `aeron:udp?endpoint=224.20.30.39:${PORT}`;
      const channels = {
        unicast: {
          publication: `aeron:udp?endpoint=${right.address}:${PORT}`,
          subscription: `aeron:udp?endpoint=${right.address}:${PORT}`,
        },
        multicast: {
          publication: `${group}|interface=${left.address}|fc=min`,
          subscription: `${group}|interface=${right.address}`,
        },
        mdc: {
          publication: `aeron:udp?control=${left.address}:${CONTROL_PORT}|control-mode=dynamic`,
          subscription: `aeron:udp?endpoint=${right.address}:${PORT}|control=${left.address}:${CONTROL_PORT}`,
        },
      }[mode];
      const { verdict } = await exchange(programs, source, target, {
        publishers: [from],
        consumers: [to],
        count: COUNT,
        publication: { channel: channels.publication, kind: "exclusive" },
        subscriptions: [{ channel: channels.subscription }],
        longEvery: 1000,
        lengthMax: TERM_LENGTH / 8,
      });
      expect(verdict).toBe("complete");
      const [forth] = await link.close();
      link = undefined;
      // It was a bad network.
      expect(forth.lost).toBeGreaterThan(0);
      expect(forth.duplicated + forth.reordered).toBeGreaterThan(0);
    },
  );
});
