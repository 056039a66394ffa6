import { mkdtempSync, rmSync } from "node:fs";
import type { Aeron, Subscription } from "@alerion/transport";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { needsJava } from "./support/java.js";
import { Programs } from "./support/program.js";
import { startTwoDrivers } from "./support/two-drivers.js";

/*
 * A Java driver and ours are asked for the same streams, of every kind: they show the same counters.
 */

/** Type ids of the driver's counters from 10 on, without a gap. */
const TYPES_FROM_TEN = Array.from({ length: 12 }, (_, i) => 10 + i);

/** Settings of a driver's resolver; the second bootstrap neighbour is not there. */
function properties(port: number, otherPort: number): string[] {
  return [
    `aeron.driver.resolver.name=driver-${port}`,
    `aeron.driver.resolver.interface=127.0.0.1:${port}`,
    `aeron.driver.resolver.bootstrap.neighbor=127.0.0.1:${otherPort},localhost:24899`,
  ];
}

/** Adds streams of every kind that has counters of its own, and waits until all are connected. */
async function addStreams(aeron: Aeron, portBase: number): Promise<void> {
  const udp = (port: number): string => `aeron:udp?endpoint=127.0.0.1:${portBase + port}`;
  const group = (last: number): string =>
    `aeron:udp?endpoint=239.20.1.${last}:${portBase + last}|interface=127.0.0.1`;
  const control = `control=127.0.0.1:${portBase + 20}`;
  const pairs: [subscription: string, publication: string][] = [
    ["aeron:ipc", "aeron:ipc"],
    [udp(10), udp(10)],
    [`aeron-spy:${udp(10)}`, udp(10)],
    [`${udp(12)}|cc=cubic`, udp(12)],
    [group(1), `${group(1)}|fc=min`],
    [`${group(3)}|gtag=5`, `${group(3)}|fc=tagged,g:5`],
    [group(5), `${group(5)}|fc=max`],
    [`${udp(13)}|${control}`, `aeron:udp?${control}|control-mode=dynamic|fc=min`],
  ];
  const subscriptions: Subscription[] = [];
  for (const [index, [subscription, publication]] of pairs.entries()) {
    // The spy's stream is that of the one before it.
    const streamId = subscription.startsWith("aeron-spy") ? 10 + index - 1 : 10 + index;
    subscriptions.push(await aeron.addSubscription(subscription, streamId));
    await aeron.addPublication(publication, streamId);
    await aeron.addExclusivePublication(publication, streamId);
  }
  const manual = await aeron.addPublication("aeron:udp?control-mode=manual", 30);
  await manual.addDestination(udp(14));
  const several = await aeron.addSubscription("aeron:udp?control-mode=manual", 30);
  await several.addDestination(udp(14));
  subscriptions.push(several);
  await aeron.addCounter(1001, "own");
  await aeron.addStaticCounter(1002, 5n, "static");
  while (!subscriptions.every((each) => each.isConnected())) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** How many counters of each type id and name there are, system counters apart. */
function countersOf(aeron: Aeron): Record<string, number> {
  const seen: Record<string, number> = {};
  aeron.counters.forEach((id) => {
    const typeId = aeron.counters.typeId(id);
    if (typeId === 0) return;
    const [name = ""] = aeron.counters.label(id).split(":");
    seen[`${typeId} ${name}`] = (seen[`${typeId} ${name}`] ?? 0) + 1;
  });
  return seen;
}

/** The label of the counter of the resolver's first bootstrap neighbour, and its value. */
function firstBootstrap(aeron: Aeron): [label: string, value: number] {
  let found: [string, number] = ["", -1];
  aeron.counters.forEach((id) => {
    const typeId = aeron.counters.typeId(id);
    if (typeId === 21 && found[0] === "") {
      found = [aeron.counters.label(id), aeron.counters.value(id)];
    }
  });
  return found;
}

describe("the counters of a Java driver and of ours", { timeout: 120_000 }, () => {
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

  test("are the same, type by type and name by name", async () => {
    const drivers = await startTwoDrivers(programs, folder, {
      java: properties(24_890, 24_891),
      ours: properties(24_891, 24_890),
    });
    const theirs = drivers.java.aeron;
    const ours = drivers.ours.aeron;
    await addStreams(theirs, 24_820);
    await addStreams(ours, 24_850);
    const expected = countersOf(theirs);
    expect(countersOf(ours)).toEqual(expected);
    expect(new Set(Object.keys(expected).map((each) => Number.parseInt(each)))).toEqual(
      new Set([1, 2, 3, 4, 5, 6, 7, 9, ...TYPES_FROM_TEN, 1001, 1002]),
    );

    // Each driver hears the other one.
    while (firstBootstrap(theirs)[1] !== 1 || firstBootstrap(ours)[1] !== 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const label = (port: number): string =>
      `Bootstrap neighbor: name=127.0.0.1:${port} resolved=127.0.0.1:${port}`;
    expect(firstBootstrap(theirs)[0]).toBe(label(24_891));
    expect(firstBootstrap(ours)[0]).toBe(label(24_890));
    await theirs.close();
    await ours.close();
  });
});
