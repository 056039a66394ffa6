import { describeDriver, readDirectory } from "../directory-snapshot.js";
import { toJson } from "../io.js";
import {
  directoryOptions,
  directoryUsage,
  flag,
  positionals,
  type Subcommand,
} from "../subcommand.js";

/** `alerion errors`: the distinct errors of a driver, as ErrorStat shows them. */
export const errorsCommand: Subcommand = {
  name: "errors",
  summary: "distinct errors of a driver, with counts and times",
  usage: `errors [OPTION …]

${directoryUsage}`,
  options: directoryOptions,
  run: async (given, io) => {
    positionals(given);
    const snapshot = readDirectory(given, io);
    const errors = snapshot.errors();
    if (flag(given, "json")) {
      const plain = errors.map(({ count, firstObservationMs, lastObservationMs, text }) => ({
        count,
        firstObservationMs,
        lastObservationMs,
        text,
      }));
      io.out(toJson({ dir: snapshot.dir, errors: plain }));
      return 0;
    }
    io.out(`${describeDriver(snapshot)}\n`);
    for (const each of errors) {
      io.out(
        `\n${each.count} from ${isoTime(each.firstObservationMs)} to ${isoTime(each.lastObservationMs)}\n${each.text}\n`,
      );
    }
    io.out(`\n${errors.length} distinct errors\n`);
    return 0;
  },
};

/** A time for people; what no clock can have said stays a number. */
export function isoTime(epochMs: number): string {
  const date = new Date(epochMs);
  return Number.isNaN(date.getTime()) ? String(epochMs) : date.toISOString();
}
