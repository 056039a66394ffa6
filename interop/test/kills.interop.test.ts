import { mkdtempSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type Aeron, connect } from "@alerion/transport";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { needsJava } from "./support/java.js";
import { drawRounds, goesOn, resourcesOf, type Round, until } from "./support/kill-rounds.js";
import { Programs } from "./support/program.js";
import { startDriver, startPeer } from "./support/stream-peers.js";

const SEED = Number(process.env["ALERION_INTEROP_SEED"] ?? 1);
/** Processes of a batch that are killed while others of it start. */
const AT_ONCE = 5;
const BATCH_SIZE = 35;
const STREAM_ID = 30;
/** Long enough for those who stay on a busy machine, short enough to wait for the end of those who do not. */
const TIMEOUTS = {
  "client.liveness.timeout": "4s",
  "publication.unblock.timeout": "5s",
  "publication.linger.timeout": "500ms",
  "image.liveness.timeout": "1s",
  "counters.free.to.reuse.timeout": "100ms",
  "timer.interval": "100ms",
  "ipc.term.buffer.length": "64k",
};
describe("processes that are killed", { timeout: 300_000 }, () => {
  needsJava();

  const programs = new Programs();
  let dir: string;
  let monitor: Aeron | undefined;

  beforeEach(() => {
    dir = mkdtempSync("/dev/shm/alerion-interop-");
  });

  afterEach(async () => {
    await monitor?.close();
    monitor = undefined;
    await programs.end();
    rmSync(dir, { recursive: true, force: true });
  });

  async function kill(round: Round, id: number): Promise<void> {
    const { language, does, kind, delayMs } = round;
    const victim = startPeer(programs, language, dir, "live", {
      stream: STREAM_ID,
      does,
      kind,
      id,
    });
    await victim.line(/^connected 0$/);
    await sleep(delayMs);
    victim.kill("SIGKILL");
    await victim.ended;
  }

  async function killAll(rounds: readonly Round[]): Promise<void> {
    let next = 0;
    const killing = Array.from({ length: AT_ONCE }, async () => {
      for (let i = next++; i < rounds.length; i = next++) await kill(rounds[i] as Round, i);
    });
    await Promise.all(killing);
  }

  test.each([
    ["ts", 120, 15],
    ["java", 60, 15],
  ] as const)(
    "leave nothing behind under the %s driver: %i rounds of ours, %i of Java's",
    async (driver, tsCount, javaCount) => {
      await startDriver(programs, driver, dir, TIMEOUTS);
      const survivors = (["ts", "java"] as const).map((language, index) =>
        startPeer(programs, language, dir, "live", {
          stream: STREAM_ID,
          kind: "shared",
          id: 1000 + index,
          sleepMs: 1,
        }),
      );
      await Promise.all(survivors.map((each) => each.line(/^connected 0$/)));
      await goesOn(...survivors);
      monitor = await connect({ dir, driverTimeoutMs: 60_000 });
      const resources = (): string => resourcesOf(monitor, dir);
      const before = resources();

      const rounds = drawRounds(SEED, tsCount, javaCount);
      for (let i = 0; i < rounds.length; i += BATCH_SIZE) {
        await killAll(rounds.slice(i, i + BATCH_SIZE));
        // The dead are found, their claims overridden, and everything of theirs is freed.
        await until(
          () => resources() === before,
          () => `${resources()} before: ${before}`,
        );
        await goesOn(...survivors);
      }
      expect(survivors.map((each) => each.hasEnded())).toEqual([false, false]);
      expect(resources()).toBe(before);
    },
  );

  test.each(["ts", "java"] as const)(
    "are drivers: clients of both languages are told and go on with the next %s driver",
    async (driver) => {
      const first = await startDriver(programs, driver, dir, TIMEOUTS);
      const peers = (["ts", "java"] as const).map((language, index) =>
        startPeer(programs, language, dir, "live", {
          stream: STREAM_ID,
          kind: "shared",
          id: index,
          sleepMs: 1,
          driverTimeoutMs: 4000,
        }),
      );
      await Promise.all(peers.map((each) => each.line(/^connected 0$/)));
      await goesOn(...peers);
      first.kill("SIGKILL");
      await first.ended;
      await startDriver(programs, driver, dir, TIMEOUTS);
      await Promise.all(peers.map((each) => each.line(/^connected 1$/)));
      await goesOn(...peers);
      const [ours, theirs] = peers.map((each) =>
        each.lines.find((line) => line.startsWith("lost")),
      );
      expect([ours, theirs]).toEqual(["lost DRIVER_TIMEOUT", "lost DriverTimeoutException"]);
    },
  );
});
