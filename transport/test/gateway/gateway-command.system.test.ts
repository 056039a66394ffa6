/** `alerion gateway` beside a driver process: what a user types, from channel to message. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { AtomicBuffer } from "@alerion/runtime/concurrent";
import { GatewayClient } from "../../src/browser/index.js";
import { connect } from "../../src/index.js";

const command = fileURLToPath(new URL("../../bin/alerion.js", import.meta.url));

describe("alerion gateway", { timeout: 60_000 }, () => {
  let folder: string;
  const processes: ChildProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "alerion-gateway-"));
  });

  afterEach(() => {
    for (const each of processes.splice(0)) each.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts a verb and waits for what it says when it is ready. */
  async function start(
    ready: RegExp,
    ...args: string[]
  ): Promise<{ text: string; process: ChildProcess }> {
    const child = spawn(process.execPath, [command, ...args]);
    processes.push(child);
    return new Promise((resolve, reject) => {
      let text = "";
      const onText = (chunk: Buffer): void => {
        text += chunk.toString();
        if (ready.test(text)) resolve({ text, process: child });
      };
      child.stdout.on("data", onText);
      child.stderr.on("data", onText);
      child.once("exit", (code) => reject(new Error(`exit ${code}: ${text}`)));
    });
  }

  it.each(["aeron:ipc", "aeron:udp?endpoint=127.0.0.1:0"])(
    "serves %s to a client that comes late",
    async (channel) => {
      const dir = join(folder, "aeron");
      await start(/driver ready/, "driver", "--dir", dir, "-D", "aeron.counters.buffer.length=1m");
      const { text, process: gateway } = await start(
        /serving (\S+)/,
        "gateway",
        "--dir",
        dir,
        "--port",
        "0",
        "--stream",
        `prices=7@${channel}`,
        "--conflate",
        "prices=0:1",
      );
      const url = /serving (\S+) with prices/.exec(text)?.[1] ?? "";
      await using aeron = await connect({ dir, conductor: "event-loop" });
      const out = await aeron.addPublication(await endpointOf(channel, dir), 7);
      const buffer = new AtomicBuffer(new ArrayBuffer(8));
      for (const [thing, value] of [
        [1, 10],
        [2, 20],
        [1, 11],
      ] as const) {
        buffer.u8.set([thing, value]);
        while (out.offer(buffer, 0, 2) < 0) await new Promise((resolve) => setTimeout(resolve, 5));
      }
      const values = new Map<number, number>();
      await new Promise<void>((resolve) => {
        const client = new GatewayClient(url, {
          openSocket: (address) => new WebSocket(address),
          streams: {
            prices: {
              handler: {
                onMessage: (view, offset) => {
                  values.set(view.getUint8(offset), view.getUint8(offset + 1));
                  if (values.get(1) !== 11 || values.get(2) !== 20) return;
                  client.close();
                  resolve();
                },
              },
            },
          },
        });
      });
      expect(values).toEqual(
        new Map([
          [1, 11],
          [2, 20],
        ]),
      );
      const ended = new Promise<number | null>((resolve) => gateway.once("exit", resolve));
      gateway.kill("SIGTERM");
      expect(await ended).toBe(0);
    },
  );
});

/** The channel with the port that the driver chose for the gateway's subscription. */
async function endpointOf(channel: string, dir: string): Promise<string> {
  if (!channel.endsWith(":0")) return channel;
  const { DirectorySnapshot } = await import("../../src/cli/directory-snapshot.js");
  const { CounterTypeId } = await import("../../src/protocol/counters/counter-type-id.js");
  for (;;) {
    const counters = new DirectorySnapshot(dir, Date.now()).counters();
    const address = counters.find(({ typeId }) => typeId === CounterTypeId.LOCAL_SOCKET_ADDRESS);
    const port = /:(\d+)$/.exec(address?.label ?? "")?.[1];
    if (port !== undefined) return channel.replace(/:0$/, `:${port}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
