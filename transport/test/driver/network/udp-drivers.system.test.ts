import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ThreadingMode } from "../../../src/driver/driver-config.js";
import { launchDriver, type RunningDriver } from "../../../src/driver/launch-driver.js";
import { SMALL } from "../../support/driver-harness.js";
import { drain, message, offer } from "../../support/messages.js";
import { RawClient } from "../../support/raw-client.js";

// The sources are what is tested; a thread can only start from what is built.
const workerUrl = new URL("../../../dist/driver/driver-worker.js", import.meta.url);

/** Two drivers that only the loopback connects, and a client of each. */
class TwoDrivers {
  readonly #drivers: RunningDriver[] = [];
  readonly #clients: RawClient[] = [];

  static async launch(
    folder: string,
    threadingMode: ThreadingMode,
    memory: "in-process" | "mapped",
  ): Promise<TwoDrivers> {
    const result = new TwoDrivers();
    for (const name of ["alpha", "beta"]) {
      const dir = join(folder, name);
      const driver = await launchDriver({ ...SMALL, dir, threadingMode, memory, workerUrl });
      result.#drivers.push(driver);
      result.#clients.push(new RawClient(driver.files, dir));
    }
    return result;
  }

  get clients(): [RawClient, RawClient] {
    return this.#clients as [RawClient, RawClient];
  }

  /** Gives everybody turns until something is there. */
  async until<T>(what: string, look: () => T | undefined): Promise<T> {
    const deadline = performance.now() + 30_000;
    while (performance.now() < deadline) {
      for (const driver of this.#drivers) driver.doWork();
      for (const client of this.#clients) client.receive();
      const found = look();
      if (found !== undefined) return found;
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    throw new Error(`never came: ${what}`);
  }

  /** Waits for an event of a client. */
  async event(client: RawClient, name: string, field: string, value: bigint): Promise<void> {
    await this.until(name, () =>
      client.events.find((each) => each.event === name && each[field] === value),
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.#drivers.map((driver) => driver.close()));
  }
}

function some(found: Uint8Array[]): Uint8Array[] | undefined {
  return found.length > 0 ? found : undefined;
}

describe
  .skipIf(process.platform !== "linux")
  .each<{ threadingMode: ThreadingMode; memory: "in-process" | "mapped" }>([
    { threadingMode: "INVOKER", memory: "mapped" },
    { threadingMode: "SHARED", memory: "mapped" },
    { threadingMode: "SHARED_NETWORK", memory: "mapped" },
    { threadingMode: "DEDICATED", memory: "mapped" },
    // Without native code: Node's sockets.
    { threadingMode: "INVOKER", memory: "in-process" },
    { threadingMode: "SHARED", memory: "in-process" },
  ])(
  "two drivers on the loopback, $threadingMode, $memory memory",
  { timeout: 60_000 },
  ({ threadingMode, memory }) => {
    let folder: string;
    let pair: TwoDrivers;

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), "alerion-udp-"));
      if (memory === "in-process") vi.stubEnv("ALERION_NATIVE", "off");
      pair = await TwoDrivers.launch(folder, threadingMode, memory);
    });

    afterEach(async () => {
      await pair.close();
      rmSync(folder, { recursive: true, force: true });
      vi.unstubAllEnvs();
    });

    /** A stream from one client to the other. */
    async function open(
      from: RawClient,
      to: RawClient,
      channel: string,
    ): Promise<{ send: (i: number) => boolean; receive: () => Uint8Array[] }> {
      const subscription = to.addSubscription(channel, 10);
      await pair.event(to, "ON_SUBSCRIPTION_READY", "correlationId", subscription);
      const publication = from.addPublication(channel, 10, true);
      await pair.event(from, "ON_EXCLUSIVE_PUBLICATION_READY", "correlationId", publication);
      await pair.event(to, "ON_AVAILABLE_IMAGE", "subscriptionRegistrationId", subscription);
      const appender = from.exclusive(from.publication(publication));
      const { reader } = to.image(subscription);
      return { send: (i) => offer(appender, i, 300) > 0, receive: () => drain(reader) };
    }

    /** Sends `count` messages from alpha to beta; what beta received. */
    async function exchange(channel: string, count: number): Promise<Uint8Array[]> {
      const stream = await open(...pair.clients, channel);
      const received: Uint8Array[] = [];
      let sent = 0;
      await pair.until("all messages", () => {
        if (sent < count && stream.send(sent)) sent++;
        received.push(...stream.receive());
        return received.length >= count ? true : undefined;
      });
      return received;
    }

    const messages = (count: number): Uint8Array[] =>
      Array.from({ length: count }, (_, i) => message(i, 300));

    it("carry a stream over several terms, IPv4", async () => {
      expect(await exchange("aeron:udp?endpoint=127.0.0.1:24601", 700)).toEqual(messages(700));
    });

    it("carry questions and answers", async () => {
      const [alpha, beta] = pair.clients;
      const questions = await open(alpha, beta, "aeron:udp?endpoint=127.0.0.1:24604");
      const answers = await open(beta, alpha, "aeron:udp?endpoint=127.0.0.1:24605");
      for (let i = 0; i < 50; i++) {
        await pair.until("question", () => questions.send(i) || undefined);
        const [asked] = await pair.until("arrival", () => some(questions.receive()));
        expect(asked).toEqual(message(i, 300));
        await pair.until("answer", () => answers.send(i + 1) || undefined);
        const [answer] = await pair.until("its arrival", () => some(answers.receive()));
        expect(answer).toEqual(message(i + 1, 300));
      }
    });

    it("carry a stream over IPv6", async () => {
      expect(await exchange("aeron:udp?endpoint=[::1]:24602", 100)).toEqual(messages(100));
    });

    it("carry a stream over a group", async () => {
      const channel = "aeron:udp?endpoint=224.20.30.39:24603|interface=localhost";
      expect(await exchange(channel, 100)).toEqual(messages(100));
    });
  },
);
