import { describeDriver, readDirectory } from "../directory-snapshot.js";
import { followInterval, INTERVAL_OPTION, INTERVAL_USAGE } from "../follow.js";
import { type Io, toJson } from "../io.js";
import { type ImageReport, reportImages, reportStreams, type StreamReport } from "../streams.js";
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
      const isMeant = (each: { readonly streamId: number }): boolean =>
        streamId === undefined || each.streamId === streamId;
      const streams = reportStreams(snapshot.counters()).filter(isMeant);
      const images = reportImages(snapshot.counters()).filter(isMeant);
      if (flag(given, "json")) {
        io.out(toJson({ dir: snapshot.dir, isAlive: snapshot.isAlive(), streams, images }));
        return 0;
      }
      io.out(`${describeDriver(snapshot)}\n`);
      for (const each of streams) showStream(each, io);
      for (const each of images) showImage(each, io);
      io.out(`\n${streams.length} streams, ${images.length} images from the network\n`);
      return 0;
    }),
};

function showStream(stream: StreamReport, io: Io): void {
  const { streamId, sessionId, channel, kind, registrationId, clientId } = stream;
  io.out(
    `\nstream ${streamId} session ${sessionId} ${channel} (${kind} publication ${registrationId} of client ${clientId})\n` +
      `  ${stream.state}: position ${stream.position}, limit ${stream.limit}\n`,
  );
  if (stream.senderPosition !== undefined) {
    io.out(`  sender at ${stream.senderPosition}, limit ${stream.senderLimit ?? "unknown"}\n`);
  }
  showSubscribers(stream, io);
}

function showImage(image: ImageReport, io: Io): void {
  const { streamId, sessionId, channel, registrationId, position, highWaterMark } = image;
  io.out(
    `\nstream ${streamId} session ${sessionId} ${channel} (image ${registrationId} from the network)\n` +
      `  received up to ${position}, highest ${highWaterMark}\n`,
  );
  showSubscribers(image, io);
}

function showSubscribers({ subscribers }: ImageReport | StreamReport, io: Io): void {
  for (const each of subscribers) {
    io.out(
      `  subscriber ${each.registrationId} of client ${each.clientId}: position ${each.position}, ${each.behind} bytes behind\n`,
    );
  }
}
