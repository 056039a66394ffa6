import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Aeron, connect } from "@alerion/transport";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { needsJava } from "./support/java.js";
import {
  drawRounds,
  goesOn,
  randomOf,
  resourcesOf,
  type Round,
  until,
} from "./support/kill-rounds.js";
import { type Program, Programs } from "./support/program.js";
import { freePorts, type Language, startDriver, startPeer } from "./support/stream-peers.js";

const SEED = Number(process.env["ALERION_INTEROP_SEED"] ?? 1);
const AT_ONCE = 5;
const BATCH_SIZE = 35;
const STREAM_ID = 31;
const STOP_MAX_MS = 600;
const TIMEOUTS = {
  "client.liveness.timeout": "4s",
  "publication.unblock.timeout": "5s",
  "publication.linger.timeout": "500ms",
  "publication.connection.timeout": "1s",
  "image.liveness.timeout": "2s",
  "counters.free.to.reuse.timeout": "100ms",
  "timer.interval": "100ms",
  "term.buffer.length": "64k",
};

describe("streams over UDP whose ends are killed and stopped", { timeout: 400_000 }, () => {
  needsJava();

  const programs = new Programs();
  const monitors: Aeron[] = [];
  let root: string;
  let source: string;
  let target: string;

  beforeEach(() => {
    root = mkdtempSync("/dev/shm/alerion-interop-");
    source = join(root, "source");
    target = join(root, "target");
  });

  afterEach(async () => {
    for (const each of monitors.splice(0)) await each.close();
    await programs.end();
    rmSync(root, { recursive: true, force: true });
  });

  /** Starts one end of the stream at its driver. */
  function startEnd(
    round: Pick<Round, "does" | "kind" | "language">,
    channel: string,
    id: number,
  ): Program {
    const dir = round.does === "publish" ? source : target;
    return startPeer(programs, round.language, dir, "live", {
      channel,
      stream: STREAM_ID,
      does: round.does,
      kind: round.kind,
      id,
      sleepMs: 1,
      driverTimeoutMs: 4000,
    });
  }

  /** Every other victim is stopped for a while before it is killed. */
  async function kill(round: Round, from: Language, channel: string, id: number): Promise<void> {
    // Java's driver keeps the publication of one that died between moving the tail and its first store for as long as
    // it has receivers; a shared one is held by the living publisher.
    const kind = from === "java" ? "shared" : round.kind;
    const victim = startEnd({ ...round, kind }, channel, id);
    await victim.line(/^connected 0$/);
    await sleep(round.delayMs);
    if (id % 2 === 1) {
      victim.kill("SIGSTOP");
      await sleep((round.delayMs * STOP_MAX_MS) / 80);
      victim.kill("SIGCONT");
    }
    victim.kill("SIGKILL");
    await victim.ended;
  }

  async function killAll(rounds: readonly Round[], from: Language, channel: string): Promise<void> {
    let next = 0;
    const killing = Array.from({ length: AT_ONCE }, async () => {
      for (let i = next++; i < rounds.length; i = next++) {
        await kill(rounds[i] as Round, from, channel, i);
      }
    });
    await Promise.all(killing);
  }

  test.each([
    ["ts", "java", 93, 12],
    ["java", "ts", 93, 12],
  ] as const)(
    "go on from %s to %s, and leave nothing behind: %i rounds of ours, %i of Java's",
    async (from, to, tsCount, javaCount) => {
      const drivers = [
        await startDriver(programs, from, source, TIMEOUTS),
        await startDriver(programs, to, target, TIMEOUTS),
      ];
      const [port] = await freePorts(1);
      const channel = `aeron:udp?endpoint=localhost:${port}`;
      const consumer = startEnd({ does: "consume", kind: "shared", language: to }, channel, 1000);
      const publisher = startEnd(
        { does: "publish", kind: "shared", language: from },
        channel,
        1001,
      );
      await Promise.all([consumer.line(/^connected 0$/), publisher.line(/^connected 0$/)]);
      await goesOn(consumer);
      for (const dir of [source, target]) {
        monitors.push(await connect({ dir, driverTimeoutMs: 60_000 }));
      }
      const resources = (): string =>
        [source, target].map((dir, i) => resourcesOf(monitors[i], dir)).join(" | ");
      const before = resources();

      const random = randomOf(SEED + 7);
      const rounds = drawRounds(SEED, tsCount, javaCount);
      for (let i = 0; i < rounds.length; i += BATCH_SIZE) {
        await killAll(rounds.slice(i, i + BATCH_SIZE), from, channel);
        // A driver that stands still for a while is no dead driver.
        const driver = drivers[random(2)];
        driver?.kill("SIGSTOP");
        await sleep(100 + random(STOP_MAX_MS));
        driver?.kill("SIGCONT");
        await until(
          () => resources() === before,
          () => `${resources()} before: ${before}`,
        );
        await goesOn(consumer);
      }
      expect([consumer.hasEnded(), publisher.hasEnded()]).toEqual([false, false]);
    },
  );

  test.each([
    ["ts", "java", "ts"],
    ["java", "ts", "ts"],
  ] as const)(
    "go on from %s to %s once the %s driver was killed and started anew",
    async (from, to, victim) => {
      const dirs = { [from]: source, [to]: target };
      const start = (driver: Language): Promise<Program> =>
        startDriver(programs, driver, dirs[driver] ?? "", TIMEOUTS);
      const running = { [from]: await start(from), [to]: await start(to) };
      const [port] = await freePorts(1);
      const channel = `aeron:udp?endpoint=localhost:${port}`;
      const consumer = startEnd({ does: "consume", kind: "shared", language: "ts" }, channel, 1);
      const publisher = startEnd({ does: "publish", kind: "shared", language: "ts" }, channel, 2);
      await Promise.all([consumer.line(/^connected 0$/), publisher.line(/^connected 0$/)]);
      await goesOn(consumer);
      for (let generation = 1; generation <= 2; generation++) {
        running[victim]?.kill("SIGKILL");
        await running[victim]?.ended;
        running[victim] = await start(victim);
        const client = dirs[victim] === source ? publisher : consumer;
        await client.line(new RegExp(`^connected ${generation}$`));
        await goesOn(consumer);
      }
      expect([consumer.hasEnded(), publisher.hasEnded()]).toEqual([false, false]);
    },
  );
});
