import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../src/cli/run.js";
import {
  hasConformanceData,
  readConformanceGzip,
  readConformanceJson,
} from "../support/shared-data.js";

interface CncFixture {
  readonly metadata: { readonly pid: number };
  readonly toDriverRing: { readonly consumerHeartbeatMs: number };
  readonly counters: readonly Readonly<Record<string, string | number>>[];
  readonly errorLog: readonly Readonly<Record<string, string | number>>[];
}

describe.skipIf(!hasConformanceData)("the command on files of the reference drivers", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "alerion-cli-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function json(...args: string[]): Promise<Record<string, unknown>> {
    let out = "";
    await run([...args, "--json"], {
      out: (text) => (out += text),
      err: () => {},
      environment: { AERON_DIR: folder },
      now: () => 1_800_000_000_000,
      interrupted: Promise.resolve(),
    });
    return JSON.parse(out) as Record<string, unknown>;
  }

  it.each(["java", "c"])(
    "stat and errors tell of a %s driver what was captured",
    async (driver) => {
      const fixture = readConformanceJson<CncFixture>(`cnc/cnc-${driver}-driver.json`);
      writeFileSync(
        join(folder, "cnc.dat"),
        readConformanceGzip(`cnc/cnc-${driver}-driver.dat.gz`),
      );
      const stat = (await json("stat")) as {
        pid: number;
        isAlive: boolean;
        heartbeatAgeMs: number;
        counters: Record<string, unknown>[];
      };
      expect(stat.pid).toBe(fixture.metadata.pid);
      expect(stat.isAlive).toBe(false);
      expect(stat.heartbeatAgeMs).toBe(
        1_800_000_000_000 - fixture.toDriverRing.consumerHeartbeatMs,
      );
      const allocated = fixture.counters.filter((each) => each["state"] === 1);
      const facts = (each: Readonly<Record<string, unknown>>) => ({
        id: each["id"] ?? each["counterId"],
        typeId: each["typeId"],
        value: String(each["value"]),
        label: each["label"],
        registrationId: String(each["registrationId"]),
        ownerId: String(each["ownerId"]),
        referenceId: String(each["referenceId"]),
      });
      expect(stat.counters.map(facts)).toEqual(allocated.map(facts));

      const { errors } = (await json("errors")) as { errors: Record<string, unknown>[] };
      expect(
        errors.map((each) => [
          each["count"],
          each["firstObservationMs"],
          each["lastObservationMs"],
          each["text"],
        ]),
      ).toEqual(
        fixture.errorLog.map((each) => [
          each["observationCount"],
          Number(each["firstObservationTimestampMs"]),
          Number(each["lastObservationTimestampMs"]),
          each["encodedException"],
        ]),
      );
      const streams = (await json("streams")) as { streams: Record<string, unknown>[] };
      expect(
        streams.streams.map((each) => [each["streamId"], each["position"], each["state"]]),
      ).toEqual([
        [1001, 1600, "free to publish"],
        [1002, 1600, "free to publish"],
      ]);
    },
  );

  const logs = ["ipc-shared-early", "ipc-exclusive-rotated", "udp-publication", "udp-image"];
  it.each(["java", "c"].flatMap((driver) => logs.map((log) => `${driver}-driver-${log}`)))(
    "log finds in %s every frame that was captured",
    async (name) => {
      const fixture = readConformanceJson<{
        metadata: Record<string, unknown>;
        terms: { partition: number; frames: Record<string, unknown>[] }[];
      }>(`logbuffer/${name}.json`);
      const path = join(folder, "x.logbuffer");
      writeFileSync(path, readConformanceGzip(`logbuffer/${name}.logbuffer.gz`));
      const dump = (await json("log", path)) as {
        metadata: Record<string, unknown>;
        frames: Record<string, unknown>[];
        damages: string[];
      };
      expect(dump.damages).toEqual([]);
      const facts = (partition: unknown, each: Record<string, unknown>) =>
        [
          partition,
          each["offset"],
          each["frameLength"],
          each["flags"],
          each["type"],
          each["termOffset"],
          each["sessionId"],
          each["streamId"],
          each["termId"],
          String(each["reservedValue"]),
        ].join(" ");
      const captured = fixture.terms.flatMap((term) =>
        term.frames.map((frame) => facts(term.partition, frame)),
      );
      const found = dump.frames.map((frame) => facts(frame["partition"], frame));
      expect(found.toSorted()).toEqual(captured.toSorted());
      for (const field of [
        "initialTermId",
        "activeTermCount",
        "termLength",
        "mtuLength",
        "pageSize",
      ]) {
        expect(dump.metadata[field]).toBe(fixture.metadata[field]);
      }
    },
  );
});
