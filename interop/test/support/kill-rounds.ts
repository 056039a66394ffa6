import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Aeron } from "@alerion/transport";
import type { Program } from "./program.js";
import type { Language } from "./stream-peers.js";

const WITHIN_MS = 90_000;
/** Counters that are the driver's own. */
const SYSTEM_COUNTER_TYPE_ID = 0;

/** Numbers that are the same for the same seed (mulberry32). */
export function randomOf(seed: number): (limit: number) => number {
  let state = seed | 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

/** One process: what it does, and how long after it has begun it is killed. */
export interface Round {
  readonly language: Language;
  readonly does: "consume" | "publish";
  readonly kind: "exclusive" | "shared";
  readonly delayMs: number;
}

/** Who is killed, in what order, and how long after it has begun. */
export function drawRounds(seed: number, tsCount: number, javaCount: number): Round[] {
  const random = randomOf(seed);
  const languages: Language[] = [
    ...Array.from({ length: tsCount }, () => "ts" as const),
    ...Array.from({ length: javaCount }, () => "java" as const),
  ];
  for (let i = languages.length - 1; i > 0; i--) {
    const other = random(i + 1);
    [languages[i], languages[other]] = [languages[other] as Language, languages[i] as Language];
  }
  return languages.map((language) => ({
    language,
    does: random(2) === 0 ? "publish" : "consume",
    kind: random(3) === 0 ? "exclusive" : "shared",
    delayMs: random(80),
  }));
}

/** What of clients there is in a driver: type ids of counters in order, and logs. */
export function resourcesOf(monitor: Aeron | undefined, dir: string): string {
  const counters: number[] = [];
  monitor?.counters.forEach((id) => {
    const typeId = monitor.counters.typeId(id);
    if (typeId !== SYSTEM_COUNTER_TYPE_ID) counters.push(typeId);
  });
  const logs = (folder: string): number => {
    try {
      return readdirSync(`${dir}/${folder}`).length;
    } catch {
      return 0;
    }
  };
  return `counters=${counters.sort((a, b) => a - b).join(",")} publications=${logs("publications")} images=${logs("images")}`;
}

/** Waits until something holds; says what there was instead if it does not in time. */
export async function until(holds: () => boolean, what: () => string): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`must hold in time: ${what()}`);
    await sleep(20);
  }
}

/** Waits until each of them has received messages from now on. */
export async function goesOn(...peers: Program[]): Promise<void> {
  const countOf = (peer: Program): number =>
    peer.lines.filter((line) => line.startsWith("alive")).length;
  const before = peers.map(countOf);
  await until(
    () => peers.every((peer, index) => countOf(peer) > (before[index] ?? 0) + 1),
    () => peers.map((peer) => `${countOf(peer)}: ${peer.lines.slice(-5).join(" ")}`).join("; "),
  );
}
