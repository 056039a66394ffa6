import { directoryOf, readLossReportOf } from "../directory-snapshot.js";
import { toJson } from "../io.js";
import {
  directoryOptions,
  directoryUsage,
  flag,
  positionals,
  type Subcommand,
} from "../subcommand.js";
import { isoTime } from "./errors.js";

/** `alerion loss`: what was lost on the network, by stream and source, as LossStat shows it. */
export const lossCommand: Subcommand = {
  name: "loss",
  summary: "what was lost on the network, by stream and source",
  usage: `loss [OPTION …]

${directoryUsage}`,
  options: directoryOptions,
  run: async (given, io) => {
    positionals(given);
    const dir = directoryOf(given, io);
    const report = readLossReportOf(dir);
    if (flag(given, "json")) {
      io.out(toJson({ dir, ...report }));
    } else {
      for (const each of report.entries) {
        io.out(
          `${each.observationCount} losses, ${each.totalBytesLost} bytes, ${isoTime(each.firstObservationMs)} to ${isoTime(each.lastObservationMs)}: session ${each.sessionId} stream ${each.streamId} ${each.channel} from ${each.source}\n`,
        );
      }
      io.out(`${report.entries.length} streams with loss\n`);
    }
    if (!report.isDamaged) return 0;
    io.err(
      "error: loss report must be whole: the entries after the last one shown cannot be read\n",
    );
    return 1;
  },
};
