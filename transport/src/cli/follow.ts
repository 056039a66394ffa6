import { setTimeout as wait } from "node:timers/promises";
import type { Io } from "./io.js";
import { type Arguments, integerOption } from "./subcommand.js";

/** The option to look again and again. */
export const INTERVAL_OPTION = { watch: { type: "string", short: "w" } } as const;

/** Its help. */
export const INTERVAL_USAGE = `  -w, --watch MS       look again each MS milliseconds until interrupted`;

const INTERVAL_MIN_MS = 100;
const INTERVAL_MAX_MS = 3_600_000;

/** Looks once, or again and again until interrupted or until a look fails. */
export async function followInterval(
  given: Arguments,
  io: Io,
  look: () => number,
): Promise<number> {
  const intervalMs = integerOption(given, "watch", INTERVAL_MIN_MS, INTERVAL_MAX_MS);
  let status = look();
  if (intervalMs === undefined) return status;
  const stop = new AbortController();
  void io.interrupted.then(() => {
    stop.abort();
  });
  while (status === 0 && !stop.signal.aborted) {
    try {
      await wait(intervalMs, undefined, { signal: stop.signal });
    } catch {
      break;
    }
    status = look();
  }
  return status;
}
