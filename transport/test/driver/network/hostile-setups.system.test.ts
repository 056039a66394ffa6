import { createSocket } from "node:dgram";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { launchDriver } from "../../../src/driver/launch-driver.js";
import { RawClient } from "../../support/raw-client.js";
import { setupFrame, STREAM } from "../../support/wire-frames.js";

const GIB = 2 ** 30;
const MIB = 2 ** 20;
const SESSION_LIMIT = 4;
const FORGED_COUNT = 200;
const TIMEOUT_MS = 30_000;

describe.skipIf(process.platform !== "linux")("forged setups with terms of 1 GiB", () => {
  let folder = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "alerion-setups-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("get as many images as the stream may have, none of which takes room, and these go again", async () => {
    const dir = join(folder, "driver");
    const driver = await launchDriver({
      dir,
      threadingMode: "INVOKER",
      streamSessionLimit: SESSION_LIMIT,
      // The files are as long as terms say and hold nothing: a small disk is no reason to refuse them.
      performStorageChecks: false,
      imageLivenessTimeoutNs: 1_000_000_000,
      dirDeleteOnShutdown: true,
    });
    const client = new RawClient(driver.files, dir);
    const imageFiles = (): string[] =>
      existsSync(join(dir, "images")) ? readdirSync(join(dir, "images")) : [];
    const until = async (isDone: () => boolean): Promise<boolean> => {
      const deadline = performance.now() + TIMEOUT_MS;
      while (!isDone() && performance.now() < deadline) {
        driver.doWork();
        client.receive();
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
      }
      return isDone();
    };
    const port = 24_990;
    client.addSubscription(`aeron:udp?endpoint=127.0.0.1:${port}`, STREAM.streamId);
    for (let i = 0; i < 50; i++) driver.doWork();

    const socket = createSocket("udp4");
    const forge = (sessionId: number): Promise<void> =>
      new Promise((resolve) => {
        const frame = setupFrame({ ...STREAM, sessionId, termLength: GIB });
        socket.send(frame, port, "127.0.0.1", () => {
          resolve();
        });
      });
    const residentBefore = process.memoryUsage.rss();
    let imagesMax = 0;
    for (let i = 0; i < FORGED_COUNT; i++) {
      await forge(5000 + i);
      for (let turns = 0; turns < 20; turns++) driver.doWork();
      imagesMax = Math.max(imagesMax, imageFiles().length);
    }
    socket.close();
    expect(imagesMax).toBe(SESSION_LIMIT);
    const [first = ""] = imageFiles();
    const { size } = statSync(join(dir, "images", first));
    expect(size).toBeGreaterThan(3 * GIB);
    for (const name of imageFiles()) {
      expect(statSync(join(dir, "images", name)).blocks * 512).toBeLessThan(MIB);
    }
    expect(process.memoryUsage.rss() - residentBefore).toBeLessThan(64 * MIB);
    // Nobody sends to them: their time runs out.
    expect(await until(() => imageFiles().length === 0)).toBe(true);
    await driver.close();
  });
});
