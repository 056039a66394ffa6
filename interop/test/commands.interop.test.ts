import { mkdtempSync, rmSync } from "node:fs";
import { type Aeron, connect, type Counter, type Registration } from "@alerion/transport";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { needsJava } from "./support/java.js";
import { Programs } from "./support/program.js";
import { type DriverUnderTest, startTwoDrivers } from "./support/two-drivers.js";

/*
 * The rings between clients and drivers under load from both languages at once: one consumer of either language, four
 * producers, two of each, and a broadcast that all of them read. Both wrap.
 */

const opens = ["java.base/jdk.internal.misc", "java.base/sun.nio.ch"].map(
  (each) => `--add-opens=${each}=ALL-UNNAMED`,
);
const COUNT = 5000;
const UNDER_WAY_MAX = 50;
/** Room for all counters of a run is not needed: they are reused at once. */
const SETTINGS = ["aeron.counters.free.to.reuse.timeout=0"];

describe("commands of clients in both languages at once", { timeout: 120_000 }, () => {
  needsJava();

  let folder: string;
  const programs = new Programs();

  beforeEach(() => {
    folder = mkdtempSync("/dev/shm/alerion-interop-");
  });

  afterEach(async () => {
    await programs.end();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Adds counters and gives them back, some under way at any time; yields what was not as it should be. */
  async function addAndRemove(aeron: Aeron, name: string): Promise<string[]> {
    const faults: string[] = [];
    const underWay: { registration: Registration<Counter>; label: string }[] = [];
    for (let sent = 0, done = 0; done < COUNT;) {
      for (; sent < COUNT && underWay.length < UNDER_WAY_MAX; sent++) {
        const label = `${name} ${sent}`;
        underWay.push({ registration: aeron.asyncAddCounter(2003, label), label });
      }
      const [oldest] = underWay;
      if (oldest === undefined) break;
      const { registration, label } = oldest;
      const { state, resource: counter } = registration;
      if (state === "failed") return [...faults, `${label}: ${String(registration.error)}`];
      if (counter === undefined) {
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      if (counter.label() !== label) faults.push(`${label}: label ${counter.label()}`);
      if (counter.getAndAdd(1) !== 0) faults.push(`${label}: value`);
      counter.close();
      underWay.shift();
      done++;
    }
    return faults;
  }

  /** Everybody at once; yields what was not as it should be. */
  async function storm({ dir, aeron }: DriverUnderTest): Promise<string[]> {
    const classpath = process.env["ALERION_JAVA_CLASSPATH"] ?? "";
    const peers = ["java-1", "java-2"].map((name) =>
      programs.start("java", [
        ...opens,
        "-cp",
        classpath,
        "interop/java/IpcClient.java",
        dir,
        "commands",
        name,
        String(COUNT),
      ]),
    );
    await Promise.all(peers.map((each) => each.line(/^ready$/)));
    const other = await connect({ dir });
    const faults = await Promise.all([addAndRemove(aeron, "own-1"), addAndRemove(other, "own-2")]);
    for (const each of peers) expect(await each.output()).toContain(`counters ${COUNT}`);
    // Every counter was given back, and nobody was lapped or timed out.
    const remaining = (): number => {
      let count = 0;
      aeron.counters.forEach((id) => {
        if (aeron.counters.typeId(id) === 2003) count++;
      });
      return count;
    };
    while (remaining() > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect([aeron.closeReason(), other.closeReason()]).toEqual([undefined, undefined]);
    await other.close();
    return faults.flat();
  }

  test("are all answered, each with its own counter, by a Java driver and by ours", async () => {
    const settings = { java: SETTINGS, ours: SETTINGS };
    const { java, ours } = await startTwoDrivers(programs, folder, settings);
    expect(await storm(java)).toEqual([]);
    expect(await storm(ours)).toEqual([]);
    await java.aeron.close();
    await ours.aeron.close();
  });
});
