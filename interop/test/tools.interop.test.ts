import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { type Aeron, connect } from "@alerion/transport";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { needsJava } from "./support/java.js";
import { Programs } from "./support/program.js";

/*
 * Our tools and the Java ones look at the same directory, whose driver was killed so that nothing moves, and see the
 * same.
 */

const opens = ["java.base/jdk.internal.misc", "java.base/sun.nio.ch"].map(
  (each) => `--add-opens=${each}=ALL-UNNAMED`,
);
const MESSAGE_COUNT = 400;
const READ_COUNT = 150;

/** Settings of both drivers: small logs, and a receiver that loses a tenth of what comes. */
const PROPERTIES = [
  "aeron.threading.mode=SHARED",
  "aeron.shared.idle.strategy=backoff",
  "aeron.ipc.term.buffer.length=1m",
  "aeron.term.buffer.length=1m",
];
const JAVA_LOSS = [
  "aeron.ReceiveChannelEndpoint.supplier=io.aeron.driver.ext.DebugReceiveChannelEndpointSupplier",
  "aeron.debug.receive.data.loss.rate=0.1",
  "aeron.debug.receive.data.loss.seed=7",
];

interface Reader {
  readonly registrationId: number;
  readonly position: number;
  readonly behind: number;
}

interface Streams {
  readonly streams: readonly {
    readonly registrationId: number;
    readonly sessionId: number;
    readonly limit: number;
    readonly senderPosition?: number;
    readonly senderLimit?: number;
    readonly subscribers: readonly Reader[];
  }[];
  readonly images: readonly {
    readonly registrationId: number;
    readonly sessionId: number;
    readonly highWaterMark: number;
    readonly position: number;
    readonly subscribers: readonly Reader[];
  }[];
}

describe("the tools", { timeout: 120_000 }, () => {
  needsJava();

  let dir: string;
  const programs = new Programs();

  beforeEach(() => {
    dir = `${mkdtempSync("/dev/shm/alerion-interop-")}/aeron`;
  });

  afterEach(async () => {
    await programs.end();
    rmSync(dir.replace(/\/aeron$/, ""), { recursive: true, force: true });
  });

  function javaArguments(properties: readonly string[], ...main: readonly string[]): string[] {
    const classpath = process.env["ALERION_JAVA_CLASSPATH"] ?? "";
    return [...opens, ...properties.map((each) => `-D${each}`), "-cp", classpath, ...main];
  }

  /** What a Java tool prints of the directory. */
  function javaTool(name: string, ...args: readonly string[]): string {
    const main = [`io.aeron.samples.${name}`, ...args];
    const { status, stdout, stderr } = spawnSync(
      "java",
      javaArguments([`aeron.dir=${dir}`], ...main),
      { encoding: "utf8" },
    );
    expect({ name, status, stderr }).toEqual({ name, status: 0, stderr: "" });
    return stdout;
  }

  function ourTool(...args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["transport/bin/alerion.js", ...args, "--dir", dir],
      { encoding: "utf8" },
    );
    expect({ args, status, stderr }).toEqual({ args, status: 0, stderr: "" });
    return stdout;
  }

  function ourJson<Shape>(verb: string): Shape {
    return JSON.parse(ourTool(verb, "--json")) as Shape;
  }

  async function until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  /** A stream of which a part is read. */
  async function stream(aeron: Aeron, channel: string): Promise<void> {
    const subscription = await aeron.addSubscription(channel, 10);
    const publication = await aeron.addExclusivePublication(channel, 10);
    await until(() => publication.isConnected() && subscription.isConnected());
    for (let i = 0; i < MESSAGE_COUNT; i++) {
      await until(() => publication.offerBytes(new Uint8Array(1000)) > 0);
    }
    let readCount = 0;
    await until(() => (readCount += subscription.poll(() => {}, 1)) === READ_COUNT);
  }

  async function fill(port: number): Promise<void> {
    const aeron = await connect({ dir, clientName: "facts", connectTimeoutMs: 30_000 });
    await stream(aeron, "aeron:ipc");
    await stream(aeron, `aeron:udp?endpoint=localhost:${port}`);
    await aeron.addCounter(1001, "a counter of ours");
    for (const channel of ["aeron:nothing", "aeron:ipc?term-length=5"]) {
      await expect(aeron.addPublication(channel, 1)).rejects.toMatchObject({
        code: "REGISTRATION",
      });
    }
    // The drivers look at publishers' positions once a second.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await programs.end();
    await aeron.close();
  }

  /** The lines of counters in what a tool prints. */
  function counterLines(text: string): string[] {
    return text.split("\n").filter((line) => /^ *\d+: +-?[\d,]+ - /.test(line));
  }

  function compareErrors(): void {
    const theirs = javaTool("ErrorStat");
    const { errors } = ourJson<{ errors: { count: number; text: string }[] }>("errors");
    expect(theirs).toContain(`${errors.length} distinct errors observed.`);
    expect(errors.length).toBeGreaterThanOrEqual(2);
    const observed = [
      ...theirs.matchAll(/^(\d+) observations from (\S+) (\S+) to .* for:\n (.*)$/gm),
    ];
    expect(observed.length === 0 || observed.length === errors.length).toBe(true);
    for (const { count, text } of errors) {
      expect(theirs).toContain(`${count} observations from `);
      expect(theirs).toContain(text.trimEnd());
    }
  }

  function compareLosses(isLossy: boolean): void {
    const { entries } = ourJson<{ entries: Record<string, number | string>[] }>("loss");
    const ours = entries.map((each) => [
      each["observationCount"],
      each["totalBytesLost"],
      each["sessionId"],
      each["streamId"],
      each["channel"],
      each["source"],
    ]);
    const theirs = javaTool("LossStat")
      .split("\n")
      .filter((line) => /^\d+,/.test(line))
      .map((line) => {
        const [count, bytes, , , session, streamId, channel, source] = line.split(",");
        return [Number(count), Number(bytes), Number(session), Number(streamId), channel, source];
      });
    expect(ours).toEqual(theirs);
    if (isLossy) expect(ours.length).toBeGreaterThan(0);
  }

  function compareStreams(): void {
    const { streams, images } = ourJson<Streams>("streams");
    // Counter by counter, as StreamStat has them: name:registrationId:value, by session.
    const theirs = new Map<string, number>();
    for (const line of javaTool("StreamStat").split("\n")) {
      const session = /^sessionId=(-?\d+) /.exec(line)?.[1];
      for (const [, name, id, value] of line.matchAll(
        /([a-z]+-[a-z]+)(?: \([^)]*\))?:(\d+):(-?\d+)/g,
      )) {
        theirs.set(`${session} ${name} ${id}`, Number(value));
      }
    }
    const ours = new Map<string, number>();
    for (const each of streams) {
      const of = (name: string): string => `${each.sessionId} ${name} ${each.registrationId}`;
      ours.set(of("pub-lmt"), each.limit);
      if (each.senderPosition !== undefined) ours.set(of("snd-pos"), each.senderPosition);
      if (each.senderLimit !== undefined) ours.set(of("snd-lmt"), each.senderLimit);
    }
    for (const each of images) {
      ours.set(`${each.sessionId} rcv-hwm ${each.registrationId}`, each.highWaterMark);
      ours.set(`${each.sessionId} rcv-pos ${each.registrationId}`, each.position);
    }
    for (const { sessionId, subscribers } of [...streams, ...images]) {
      for (const reader of subscribers) {
        ours.set(`${sessionId} sub-pos ${reader.registrationId}`, reader.position);
      }
    }
    expect(ours.size).toBeGreaterThanOrEqual(8);
    for (const [name, value] of ours) expect([name, theirs.get(name)]).toEqual([name, value]);

    const backlog = javaTool("BacklogStat");
    for (const { registrationId, position, subscribers } of images) {
      expect(backlog).toContain(`receiver ${registrationId} is at position ${position}`);
      for (const reader of subscribers) {
        expect(backlog).toContain(
          `subscriber ${reader.registrationId} has ${reader.behind} backlog bytes`,
        );
      }
    }
    expect(images).toHaveLength(1);
  }

  test("say what the Java tools say of a Java driver's directory", async () => {
    const properties = [...PROPERTIES, ...JAVA_LOSS, `aeron.dir=${dir}`];
    programs.start("java", javaArguments(properties, "io.aeron.driver.MediaDriver"));
    await fill(24_811);
    expect(counterLines(ourTool("stat"))).toEqual(
      counterLines(javaTool("AeronStat", "watch=false")),
    );
    compareErrors();
    compareLosses(true);
    compareStreams();
  });

  test("end a Java driver that may be ended, and a Java tool ends ours", async () => {
    const validator = "io.aeron.driver.DefaultAllowTerminationValidator";
    const allowed = [...PROPERTIES, `aeron.driver.termination.validator=${validator}`];
    const java = javaArguments([...allowed, `aeron.dir=${dir}`], "io.aeron.driver.MediaDriver");
    const theirs = programs.start("java", java);
    await (await connect({ dir, connectTimeoutMs: 30_000 })).close();
    expect(JSON.parse(ourTool("driver", "terminate", "--json"))).toMatchObject({ hasEnded: true });
    await theirs.output();

    const properties = allowed.slice(2).flatMap((each) => ["-D", each]);
    const driver = ["transport/bin/alerion.js", "driver", "--dir", dir, ...properties];
    const ours = programs.start(process.execPath, driver);
    await ours.line(/driver ready/);
    javaTool("DriverTool", "terminate");
    await ours.output();
  });

  test("say what the Java tools say of our driver's directory", async () => {
    const properties = PROPERTIES.slice(2).flatMap((each) => ["-D", each]);
    const driver = ["transport/bin/alerion.js", "driver", "--dir", dir, ...properties];
    programs.start(process.execPath, driver);
    await fill(24_812);
    expect(counterLines(ourTool("stat"))).toEqual(
      counterLines(javaTool("AeronStat", "watch=false")),
    );
    compareErrors();
    compareLosses(false);
    compareStreams();
  });
});
