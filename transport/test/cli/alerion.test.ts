import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../src/cli/run.js";
import { writeHeldBackDirectory, type WrittenDirectory } from "../support/written-directory.js";

describe("alerion", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "alerion-cli-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function alerion(...args: string[]) {
    let out = "";
    let err = "";
    const status = await run(args, {
      out: (text) => (out += text),
      err: (text) => (err += text),
      environment: { AERON_DIR: folder },
      now: () => 1_700_000_003_000,
      interrupted: Promise.resolve(),
    });
    return { status, out, err, json: () => JSON.parse(out) as Record<string, unknown> };
  }

  /** The files of a driver with one held-back stream, on the disk. */
  function writeDirectory(): WrittenDirectory {
    return writeHeldBackDirectory(folder);
  }

  it("explains itself, and says 2 when it is used wrongly", async () => {
    expect((await alerion("--help")).status).toBe(0);
    expect((await alerion()).status).toBe(2);
    expect((await alerion("--version")).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    const unknown = await alerion("frobnicate");
    expect(unknown.status).toBe(2);
    expect(unknown.err).toContain("verb=frobnicate");
    for (const verb of [
      "stat",
      "errors",
      "loss",
      "streams",
      "backlog",
      "log",
      "driver",
      "driver terminate",
      "gateway",
      "uri",
      "metrics",
    ]) {
      const words = verb.split(" ");
      const help = await alerion(...words, "--help");
      expect(help.status).toBe(0);
      expect(help.out).toContain("--json");
      expect((await alerion(...words, "--nonsense")).status).toBe(2);
    }
    expect((await alerion("stat", "extra")).status).toBe(2);
    expect((await alerion("stat", "--type", "x")).status).toBe(2);
    expect((await alerion("stat", "--label", "(")).status).toBe(2);
    expect((await alerion("stat", "--port", "80")).status).toBe(2);
    expect((await alerion("stat", "--web", "--port", "80000")).status).toBe(2);
    expect((await alerion("log")).status).toBe(2);
    const { out } = await alerion("driver", "terminate", "--help");
    expect(out).toContain("usage: alerion driver terminate ");
    for (const wrong of [
      ["--token", "x", "--token-file", "y"],
      ["--token-file", join(folder, "none")],
      ["--timeout", "soon"],
      ["now"],
    ]) {
      expect((await alerion("driver", "terminate", ...wrong)).status, wrong.join(" ")).toBe(2);
    }
    for (const wrong of [
      [],
      ["--stream", "book"],
      ["--stream", "book=20@udp"],
      ["--stream", "a=1@aeron:ipc", "--stream", "a=2@aeron:ipc"],
      ["--stream", "a=1@aeron:ipc", "--conflate", "b=0:1"],
      ["--stream", "a=1@aeron:ipc", "--conflate", "a=x"],
    ]) {
      expect((await alerion("gateway", ...wrong)).status, wrong.join(" ")).toBe(2);
    }
  });

  it.each(["stat", "errors", "streams", "metrics --once"])(
    "%s says 1 where there is no driver's file",
    async (verb) => {
      const { status, err } = await alerion(...verb.split(" "));
      expect(status).toBe(1);
      expect(err).toContain("AERON_DIRECTORY");
      writeFileSync(join(folder, "cnc.dat"), new Uint8Array(4096));
      expect((await alerion(...verb.split(" "))).err).toContain("must be finished");
    },
  );

  it("stat shows counters, all or some", async () => {
    writeDirectory();
    const all = await alerion("stat");
    expect(all.out).toContain("pid 4321, alive, heartbeat age 2000 ms");
    expect(all.out).toMatch(/^ {3}15: +1 - Errors: version=/m);
    expect(all.out).toContain("pub-lmt");
    const some = await alerion("stat", "--type", "4", "--label", "sub-pos", "--json");
    const { counters, isAlive } = some.json() as {
      counters: { typeId: number }[];
      isAlive: boolean;
    };
    expect(isAlive).toBe(true);
    expect(counters.map((each) => each.typeId)).toEqual([4, 4]);
  });

  it("streams says who holds a stream back", async () => {
    const { slow, publication } = writeDirectory();
    const { out } = await alerion("streams");
    expect(out).toMatch(
      new RegExp(`held back by subscriber ${slow} of client 1, \\d+ bytes behind`),
    );
    const { streams } = (await alerion("backlog", "--stream", "10", "--json")).json() as {
      streams: { registrationId: number; subscribers: { behind: number }[] }[];
    };
    expect(streams).toHaveLength(1);
    expect(streams[0]?.registrationId).toBe(Number(publication));
    expect(streams[0]?.subscribers.map((each) => each.behind > 0)).toEqual([false, true]);
    expect((await alerion("streams", "--stream", "11")).out).toContain("0 streams");
  });

  it("errors shows each distinct error with its count", async () => {
    writeDirectory();
    expect((await alerion("errors")).out).toContain("counter must be known: registrationId=99");
    const { errors } = (await alerion("errors", "--json")).json() as {
      errors: { count: number }[];
    };
    expect(errors.map((each) => each.count)).toEqual([1]);
  });

  it("loss shows what was lost, and what it could not read", async () => {
    writeDirectory();
    expect((await alerion("loss")).out).toBe("0 streams with loss\n");
    const report = new Uint8Array(4096);
    const view = new DataView(report.buffer);
    view.setBigInt64(0, 3n, true);
    view.setBigInt64(8, 4096n, true);
    view.setBigInt64(16, 1_700_000_000_000n, true);
    view.setBigInt64(24, 1_700_000_001_000n, true);
    view.setInt32(32, -5, true);
    view.setInt32(36, 10, true);
    view.setInt32(40, 9, true);
    report.set(new TextEncoder().encode("aeron:udp"), 44);
    view.setInt32(56, 14, true);
    report.set(new TextEncoder().encode("127.0.0.1:4444"), 60);
    view.setBigInt64(128, 1n, true);
    view.setInt32(128 + 40, 99_999, true);
    writeFileSync(join(folder, "loss-report.dat"), report);
    const { status, out, err } = await alerion("loss");
    expect(status).toBe(1);
    expect(out).toContain("3 losses, 4096 bytes");
    expect(out).toContain("session -5 stream 10 aeron:udp from 127.0.0.1:4444");
    expect(err).toContain("loss report must be whole");
    const { entries } = (await alerion("loss", "--json")).json() as { entries: unknown[] };
    expect(entries).toHaveLength(1);
  });

  it("log takes a log apart and refuses what is none", async () => {
    const { log } = writeDirectory();
    const { out, status } = await alerion("log", log, "--limit", "3");
    expect(status).toBe(0);
    expect(out).toContain("type=exclusive");
    expect(out).toMatch(/DATA length 1032 flags 11000000/);
    expect(out).toContain("\n3 frames\n");
    const bytes = readFileSync(log);
    bytes.writeInt32LE(12, bytes.length - 4096 + 276);
    writeFileSync(log, bytes);
    const refused = await alerion("log", log);
    expect(refused.status).toBe(1);
    expect(refused.err).toContain("LOG_FILE");
  });

  it("log shows frames that cannot be", async () => {
    const { log } = writeDirectory();
    const bytes = readFileSync(log);
    bytes.writeInt32LE(0x0fff_ffff, 2 * 65536);
    bytes.writeInt32LE(-96, 65536);
    writeFileSync(log, bytes);
    const { status, err } = await alerion("log", log);
    expect(status).toBe(1);
    expect(err).toContain("unfinished frame: partition=1 offset=0");
    expect(err).toContain("frame must have a header and end inside its term: partition=2");
  });

  it("uri explains a channel", async () => {
    const { out, status } = await alerion("uri", "aeron:ipc?term-length=64k|what=ever");
    expect(status).toBe(0);
    expect(out).toContain("term-length=64k  bytes of a term");
    expect(out).toContain("what=ever  not a parameter that Aeron knows");
    const wrong = await alerion("uri", "aeron:ipc?term-length=5", "--json");
    expect(wrong.status).toBe(1);
    expect(wrong.json()["problem"]).toMatch(/power of two/);
    expect((await alerion("uri", "nonsense")).err).toContain("CHANNEL_URI");
  });

  it("metrics prints OpenMetrics", async () => {
    writeDirectory();
    const { out } = await alerion("metrics", "--once");
    expect(out).toContain("# TYPE aeron_driver_up gauge\naeron_driver_up 1\n");
    expect(out).toContain("# TYPE aeron_errors counter\naeron_errors_total 1\n");
    expect(out).toMatch(
      /^aeron_publisher_limit_bytes\{registration="\d+",session="-?\d+",stream="10",channel="aeron:ipc\?alias=held"\} \d+$/m,
    );
    expect(out.endsWith("# EOF\n")).toBe(true);
    const families = [...out.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1]);
    expect(new Set(families).size).toBe(families.length);
    const plain = (await alerion("metrics", "--once", "--json")).json() as {
      families: Record<string, unknown>;
    };
    expect(Object.keys(plain.families)).toEqual(families);
    expect(plain.families["aeron_errors"]).toEqual({
      type: "counter",
      samples: [{ labels: {}, value: 1 }],
    });
  });
});
