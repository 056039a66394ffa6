import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AtomicBuffer } from "@alerion/runtime/concurrent";
import { describe, expect, it } from "vitest";
import { run } from "../../src/cli/run.js";
import { DriverHarness } from "../support/driver-harness.js";

const schemaPath = fileURLToPath(
  new URL("../../../examples/schemas/order-entry.xml", import.meta.url),
);

describe("alerion log --schema", () => {
  it("decodes the messages of a log, also those in fragments", async () => {
    const { compileSchema, encodeMessage, layoutOf } = await import("@alerion/schema");
    const { ir } = compileSchema(readFileSync(schemaPath), { file: "order-entry.xml" });
    if (ir === undefined) throw new Error("schema must compile");
    const layout = layoutOf(ir);
    const harness = new DriverHarness();
    const client = harness.client();
    client.addSubscription("aeron:ipc", 10);
    const id = client.addPublication("aeron:ipc?mtu=64", 10, true);
    harness.run();
    client.receive();
    const appender = client.exclusive(client.publication(id));
    const encoded = encodeMessage(layout, "Heartbeat", { nextSequence: 7 });
    const source = new AtomicBuffer(new ArrayBuffer(4096));
    source.putBytes(0, encoded, 0, encoded.length);
    expect(appender.append(source, 0, encoded.length, undefined)).toBeGreaterThan(0);
    // No message of the schema, and longer than a frame.
    expect(
      appender.append(new AtomicBuffer(new ArrayBuffer(128)), 0, 100, undefined),
    ).toBeGreaterThan(0);

    const folder = mkdtempSync(join(tmpdir(), "alerion-log-"));
    const path = join(folder, "x.logbuffer");
    const buffer = harness.files.buffer(client.publication(id).path);
    if (buffer === undefined) throw new Error("log must exist");
    writeFileSync(path, new Uint8Array(buffer));
    let out = "";
    const status = await run(["log", path, "--schema", schemaPath, "--json"], {
      out: (text) => (out += text),
      err: () => {},
      environment: {},
      now: () => 0,
      interrupted: Promise.resolve(),
    });
    rmSync(folder, { recursive: true });
    expect(status).toBe(0);
    const { messages } = JSON.parse(out) as { messages: Record<string, unknown>[] };
    expect(messages).toHaveLength(2);
    expect(messages[0]).toMatchObject({ message: "Heartbeat", values: { nextSequence: "7" } });
    expect(messages[1]).toMatchObject({ payload: "00".repeat(100) });
    expect(messages[1]?.["error"]).toBeDefined();
  });
});
