import { describeDriver, readDirectory } from "../directory-snapshot.js";
import { followInterval, INTERVAL_OPTION, INTERVAL_USAGE } from "../follow.js";
import { toJson } from "../io.js";
import { reportStreams } from "../streams.js";
import {
  directoryOptions,
  directoryUsage,
  flag,
  integerOption,
  positionals,
  type Subcommand,
} from "../subcommand.js";

const INT32_MAX = 0x7fff_ffff;
const INT32_MIN = -0x8000_0000;

/** `alerion streams`: who publishes, who reads, who holds a stream back. */
export const streamsCommand: Subcommand = {
  name: "streams",
  summary: "publications and their readers: who holds a stream back",
  usage: `streams [OPTION …]

${directoryUsage}
      --stream ID      only this stream
${INTERVAL_USAGE}`,
  options: { ...directoryOptions, ...INTERVAL_OPTION, stream: { type: "string" } },
  run: (given, io) =>
    followInterval(given, io, () => {
      positionals(given);
      const streamId = integerOption(given, "stream", INT32_MIN, INT32_MAX);
      const snapshot = readDirectory(given, io);
      const streams = reportStreams(snapshot.counters()).filter(
        (each) => streamId === undefined || each.streamId === streamId,
      );
      if (flag(given, "json")) {
        io.out(toJson({ dir: snapshot.dir, isAlive: snapshot.isAlive(), streams }));
        return 0;
      }
      io.out(`${describeDriver(snapshot)}\n`);
      for (const each of streams) {
        io.out(
          `\nstream ${each.streamId} session ${each.sessionId} ${each.channel} (${each.kind} publication ${each.registrationId} of client ${each.clientId})\n` +
            `  ${each.state}: position ${each.position}, limit ${each.limit}\n`,
        );
        if (each.senderPosition !== undefined) {
          io.out(`  sender at ${each.senderPosition}, limit ${each.senderLimit ?? "unknown"}\n`);
        }
        for (const reader of each.subscribers) {
          io.out(
            `  subscriber ${reader.registrationId} of client ${reader.clientId}: position ${reader.position}, ${reader.behind} bytes behind\n`,
          );
        }
      }
      io.out(`\n${streams.length} streams\n`);
      return 0;
    }),
};
