import { mkdtempSync, rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { needsJava } from "./support/java.js";
import { type Program, Programs } from "./support/program.js";

const opens = ["java.base/jdk.internal.misc", "java.base/sun.nio.ch"].map(
  (each) => `--add-opens=${each}=ALL-UNNAMED`,
);

describe("an unmodified Java client under our driver", { timeout: 120_000 }, () => {
  needsJava();

  let dir: string;
  const programs = new Programs();

  beforeEach(async () => {
    dir = mkdtempSync("/dev/shm/alerion-interop-");
    const driver = start(process.execPath, [
      "transport/bin/alerion.js",
      "driver",
      "--dir",
      dir,
      "--delete",
      ...[
        "client.liveness.timeout=3s",
        "publication.unblock.timeout=4s",
        "ipc.term.buffer.length=1m",
      ].flatMap((each) => ["-D", `aeron.${each}`]),
    ]);
    await driver.line(/^driver ready/);
  });

  afterEach(async () => {
    await programs.end();
    rmSync(dir, { recursive: true, force: true });
  });

  function start(command: string, args: readonly string[]): Program {
    return programs.start(command, args);
  }

  function java(...args: readonly string[]): Program {
    const classpath = process.env["ALERION_JAVA_CLASSPATH"] ?? "";
    return start("java", [...opens, "-cp", classpath, "interop/java/IpcClient.java", dir, ...args]);
  }

  function tool(...args: readonly string[]): Program {
    const classpath = process.env["ALERION_JAVA_CLASSPATH"] ?? "";
    return start("java", [...opens, `-Daeron.dir=${dir}`, "-cp", classpath, ...args]);
  }

  test.each(["exclusive", "shared"])(
    "publishes and polls fragmented messages in order, %s",
    async (kind) => {
      expect(await java("exchange", kind, "50000").output()).toContain("received 50000");
    },
  );

  test("sees publications, images and their ends as under its own driver", async () => {
    expect(await java("lifecycle").output()).toContain("unavailable 3\nok");
  });

  test("has counters, its own and static ones", async () => {
    expect(await java("counters").output()).toContain("ok");
  });

  test("is told why a channel cannot be", async () => {
    expect(await java("errors").output()).toBe(
      [
        "INVALID_CHANNEL aeron:ipc?term-length=5",
        "INVALID_CHANNEL aeron:ipc?mtu=33",
        "INVALID_CHANNEL aeron:ipc?pub-wnd=1024",
        "INVALID_CHANNEL clash",
        "ok",
      ].join("\n"),
    );
  });

  test("is told that its image was rejected", async () => {
    expect(await java("reject").output()).toContain("rejected not wanted");
  });

  test("in one process reads what another one sends", async () => {
    const consumer = java("consume", "20", "200000");
    await consumer.line(/^ready$/);
    const publisher = java("publish", "20", "200000");
    expect(await consumer.output()).toContain("received 200000");
    expect(await publisher.output()).toContain("sent 200000");
  });

  test("that is killed in the middle of a claim holds up nobody for long, and leaves nothing", async () => {
    const consumer = java("consume", "10", "5000");
    await consumer.line(/^ready$/);
    const dead = java("hang");
    await dead.line(/^claimed$/);
    dead.kill("SIGKILL");
    const publisher = java("publish", "10", "5000");
    expect(await consumer.output()).toContain("received 5000");
    await publisher.output();
    const stat = JSON.parse(
      await start(process.execPath, [
        "transport/bin/alerion.js",
        "stat",
        "-d",
        dir,
        "--json",
      ]).output(),
    ) as { counters: { id: number; value: number }[] };
    expect(stat.counters.find((each) => each.id === 19)?.value).toBe(1);
  });

  test("finds in the Java tools what our own command shows", async () => {
    await java("errors").output();
    const ours = await start(process.execPath, [
      "transport/bin/alerion.js",
      "stat",
      "-d",
      dir,
    ]).output();
    const theirs = await tool("io.aeron.samples.AeronStat", "watch=false").output();
    const lines = (text: string) =>
      text
        .split("\n")
        .filter((line) => /^ +\d+:/.test(line))
        // Cycle times and the client's own heartbeat move on.
        .filter((line) => !/cycle|heartbeat/.test(line))
        .map((line) => line.trim());
    expect(lines(theirs)).toEqual(lines(ours));
    const errors = await tool("io.aeron.samples.ErrorStat").output();
    expect(errors).toContain("4 distinct errors observed");
  });
});
