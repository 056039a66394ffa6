import { describe, expect, it } from "vitest";
import type { Aeron } from "../../src/client/aeron.js";
import { Telemetry, TelemetryDispatcher } from "../generated/telemetry/index.js";
import { ClientHarness } from "./support/client-harness.js";

const IPC = "aeron:ipc";

async function open() {
  const harness = new ClientHarness();
  const aeron: Aeron = harness.connect();
  const inp = await aeron.addSubscription(IPC, 10, Telemetry);
  const out = await aeron.addExclusivePublication(IPC, 10, Telemetry);
  harness.run();
  return { harness, aeron, inp, out };
}

describe("a typed stream", () => {
  it("writes in the log itself and hands messages to a dispatcher where they lie", async () => {
    const { inp, out } = await open();
    const reading = out.reading();
    reading?.sensor(7).value(2.5);
    out.commit();
    out.alarm()?.sensor(7).level(3);
    out.abort();
    out.ping()?.sequence(9);
    out.commit();
    expect(out.result).toBe(1);
    const seen: unknown[] = [];
    const dispatch = new TelemetryDispatcher({
      partial: true,
      reading: (message) => seen.push([message.sensor(), message.value()]),
      ping: (message) => seen.push(message.sequence()),
      alarm: () => seen.push("alarm"),
    });
    expect(inp.poll(dispatch, 10)).toBe(2);
    expect(seen).toEqual([[7, 2.5], 9]);
  });

  it("gives back what was claimed and not written, as padding that readers skip", async () => {
    const { inp, out } = await open();
    out
      .note(4 + 200)
      ?.sensor(1)
      .text("short");
    out.commit();
    out.ping()?.sequence(1);
    out.commit();
    const seen: unknown[] = [];
    inp.poll(
      new TelemetryDispatcher({
        partial: true,
        note: (message) => seen.push(message.text()),
        ping: (message) => seen.push(message.sequence()),
      }),
      10,
    );
    expect(seen).toEqual(["short", 1]);
    expect(out.publication.position()).toBe(256 + 64);
  });

  it("sends plain objects and yields them by name, longer than a frame too", async () => {
    const { inp, out } = await open();
    const text = "x".repeat(5000);
    await out.send("Reading", { sensor: 1, value: 0.5 });
    await out.send("Note", { sensor: 2, text });
    await out.send("Begin", { time: 42n });
    const messages = [];
    for await (const message of inp) {
      messages.push(message);
      if (messages.length === 3) break;
    }
    expect(messages).toEqual([
      { type: "Reading", data: { sensor: 1, value: 0.5 } },
      { type: "Note", data: { sensor: 2, text } },
      { type: "Begin", data: { time: 42n } },
    ]);
  });

  it("keeps the order of messages that wait while the stream is blocked", async () => {
    const { inp, out } = await open();
    const count = 40;
    const text = "y".repeat(2000);
    const sent = Array.from({ length: count }, (_, sensor) => out.send("Note", { sensor, text }));
    const sensors: number[] = [];
    for await (const message of inp) {
      if (message.type === "Note") sensors.push(message.data.sensor);
      if (sensors.length === count) break;
    }
    expect(sensors).toEqual(Array.from({ length: count }, (_, i) => i));
    const positions = await Promise.all(sent);
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  });

  it("says why a message cannot go out, and leaves nothing of it", async () => {
    const { out } = await open();
    await expect(out.send("Reading", { sensor: 1, value: "no" as never })).rejects.toMatchObject({
      name: "CodecError",
    });
    await expect(out.send("Nothing" as "Ping", { sequence: 1 })).rejects.toMatchObject({
      code: "PUBLICATION",
    });
    await out.close();
    await expect(out.send("Ping", { sequence: 1 })).rejects.toMatchObject({ result: -4 });
    expect(out.ping()).toBeUndefined();
    expect(out.result).toBe(-4);
  });

  it("gives up in time where nobody listens", async () => {
    const aeron = new ClientHarness().connect();
    const out = await aeron.addPublication(IPC, 11, Telemetry);
    await expect(out.send("Ping", { sequence: 1 }, { timeoutMs: 20 })).rejects.toMatchObject({
      code: "PUBLICATION",
      result: -1,
    });
  });

  it("ends an iteration when the subscription is closed, and fails it when the client dies", async () => {
    const { harness, aeron, inp } = await open();
    const ended = (async () => {
      for await (const message of inp) throw new Error(message.type);
      return "ended";
    })();
    await inp.close();
    expect(await ended).toBe("ended");

    const other = await aeron.addSubscription(IPC, 12, Telemetry);
    harness.driver.driver.close();
    await expect(
      (async () => {
        for await (const message of other) throw new Error(message.type);
      })(),
    ).rejects.toMatchObject({ code: "CLIENT_CLOSED", cause: { code: "DRIVER_TIMEOUT" } });
  });
});
