import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Aeron } from "../../src/client/aeron.js";
import { connect, type ConnectOptions } from "../../src/connect/connect.js";
import { SMALL } from "../support/driver-harness.js";
import { message } from "../support/messages.js";

// The sources are what is tested; threads can only start from what is built.
const workerUrl = new URL("../../dist/driver/driver-worker.js", import.meta.url);
const keepaliveWorkerUrl = new URL("../../dist/connect/keepalive-worker.js", import.meta.url);

/** Driver and keepalive threads may get no turn for long on a machine with two busy cores. */
const PATIENCE_MS = 30_000;

/** Turns of the event loop, with a client that may have to be invoked. */
async function until(aeron: Aeron, isTrue: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  let isReached = isTrue();
  while (!isReached && performance.now() < deadlineMs) {
    aeron.doWork();
    await new Promise((resolve) => setImmediate(resolve));
    isReached = isTrue();
  }
  expect(isReached).toBe(true);
}

async function exchange(aeron: Aeron): Promise<void> {
  const subscription = await aeron.addSubscription("aeron:ipc", 10);
  const publication = await aeron.addExclusivePublication("aeron:ipc", 10);
  await until(aeron, () => publication.isConnected() && subscription.isConnected());
  // The limit comes with the driver's next turn: until then the offer is back pressured.
  await until(aeron, () => publication.offerBytes(message(3, 300)) > 0);
  const received: Uint8Array[] = [];
  await until(aeron, () => {
    subscription.poll((buffer, offset, length) => {
      received.push(buffer.u8.slice(offset, offset + length));
    }, 10);
    return received.length > 0;
  });
  expect(received).toEqual([message(3, 300)]);
  await publication.close();
  await subscription.close();
}

describe("connect", { timeout: 60_000 }, () => {
  let folder: string;
  const clients: Aeron[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "alerion-client-"));
  });

  afterEach(async () => {
    for (const aeron of clients.splice(0)) await aeron.close();
    rmSync(folder, { recursive: true, force: true });
    vi.unstubAllEnvs();
  });

  async function open(options: ConnectOptions): Promise<Aeron> {
    const aeron = await connect({ keepaliveWorkerUrl, ...options });
    clients.push(aeron);
    return aeron;
  }

  for (const memory of ["mapped", "in-process"] as const) {
    for (const conductor of ["worker", "event-loop", "invoker"] as const) {
      for (const threadingMode of ["SHARED", "INVOKER"] as const) {
        it(`starts an embedded ${threadingMode} driver in ${memory} memory for a client by ${conductor}`, async () => {
          if (memory === "in-process") vi.stubEnv("ALERION_NATIVE", "off");
          const dir = join(folder, "aeron");
          const driverOptions = { ...SMALL, dir, memory, threadingMode, workerUrl };
          const aeron = await open({ driver: "embedded", driverOptions, conductor });
          await exchange(aeron);
          await aeron.close();
          expect(aeron.closeReason()).toBeUndefined();
          expect(existsSync(dir)).toBe(false);
        });
      }
    }
  }

  for (const memory of ["mapped", "in-process"] as const) {
    it(`has its embedded driver in hand too, where that is invoked: a loop that never lets the event loop turn, ${memory}`, async () => {
      if (memory === "in-process") vi.stubEnv("ALERION_NATIVE", "off");
      const dir = join(folder, "aeron");
      const driverOptions = { ...SMALL, dir, memory, threadingMode: "INVOKER" as const };
      const aeron = await open({ driver: "embedded", driverOptions, conductor: "invoker" });
      const subscription = await aeron.addSubscription("aeron:ipc", 10);
      const publication = await aeron.addExclusivePublication("aeron:ipc", 10);
      const COUNT = 2000;
      const deadlineMs = performance.now() + PATIENCE_MS;
      let sent = 0;
      let received = 0;
      // More than two terms: the driver has to move the limit and to clean.
      while (received < COUNT && performance.now() < deadlineMs) {
        aeron.doWork();
        if (sent < COUNT && publication.offerBytes(message(sent, 100)) > 0) sent++;
        received += subscription.poll(() => {}, 10);
      }
      expect([sent, received]).toEqual([COUNT, COUNT]);
    });
  }

  it("keeps its client alive while the event loop is blocked, by a thread of its own", async () => {
    const dir = join(folder, "aeron");
    const driverOptions = {
      ...SMALL,
      dir,
      workerUrl,
      threadingMode: "SHARED" as const,
      clientLivenessTimeoutNs: 1_000_000_000,
      timerIntervalNs: 50_000_000,
      publicationUnblockTimeoutNs: 5_000_000_000,
    };
    const aeron = await open({ driver: "embedded", driverOptions, keepaliveIntervalMs: 50 });
    await aeron.addSubscription("aeron:ipc", 10);
    const blocked = new Int32Array(new SharedArrayBuffer(4));
    Atomics.wait(blocked, 0, 0, 2500);
    await exchange(aeron);
    expect(aeron.isClosed()).toBe(false);
  });

  it("says how to start a driver where there is none", async () => {
    const dir = join(folder, "nobody");
    const failed = connect({ dir, connectTimeoutMs: 50 });
    await expect(failed).rejects.toMatchObject({ code: "DRIVER_NOT_FOUND", dir });
    await expect(failed).rejects.toThrow(`npx alerion driver --dir ${dir}`);
  });
});
