import { connect } from "../../connect/connect.js";
import type { ServedStream } from "../../gateway/gateway-server.js";
import type { KeyRange } from "../../gateway/key-of-bytes.js";
import { directoryOf } from "../directory-snapshot.js";
import { toJson } from "../io.js";
import {
  type Arguments,
  directoryOptions,
  directoryUsage,
  flag,
  integerOption,
  positionals,
  type Subcommand,
  textOption,
  UsageError,
} from "../subcommand.js";

const PORT_DEFAULT = 9470;
const HISTORY_MAX = 1 << 30;

/** `alerion gateway`: streams of a driver for browsers, by WebSocket. */
export const gatewayCommand: Subcommand = {
  name: "gateway",
  summary: "serve streams to browsers by WebSocket",
  usage: `gateway --stream NAME=ID@CHANNEL … [OPTION …]

${directoryUsage}
      --stream NAME=ID@CHANNEL
                       serve this stream under that name, e.g. book=10@aeron:ipc
      --conflate NAME=OFFSET:LENGTH,…
                       bytes of a message that say what it is about: of messages alike in them a slow
                       browser gets the last, and a late one gets it at once
      --history BYTES  latest messages kept for late browsers, of streams that are not conflated
      --host ADDRESS   default 127.0.0.1
      --port PORT      default ${PORT_DEFAULT}, 0 takes a free one
      --origin URL     pages of this site may connect; default: those of the gateway's own host`,
  options: {
    ...directoryOptions,
    stream: { type: "string", multiple: true },
    conflate: { type: "string", multiple: true },
    history: { type: "string" },
    host: { type: "string" },
    port: { type: "string" },
    origin: { type: "string", multiple: true },
  },
  run: async (given, io) => {
    positionals(given);
    const port = integerOption(given, "port", 0, 65535) ?? PORT_DEFAULT;
    const historyLength = integerOption(given, "history", 0, HISTORY_MAX) ?? 0;
    // Only now: nobody else needs WebSockets.
    const { keyOfBytes, startGateway } = await import("../../gateway/index.js");
    const streams = streamsOf(given).map(({ ranges, ...stream }) => ({
      ...stream,
      historyLength,
      ...(ranges === undefined ? {} : { keyOf: keyOfBytes(...ranges) }),
    }));
    await using aeron = await connect({ dir: directoryOf(given, io), clientName: "gateway" });
    const host = textOption(given, "host");
    const origins = listOption(given, "origin");
    const server = await startGateway({
      aeron,
      streams,
      port,
      ...(host === undefined ? {} : { host }),
      ...(origins.length === 0 ? {} : { origins }),
    });
    const { url } = server;
    const names = streams.map(({ name }) => name);
    io.out(
      flag(given, "json")
        ? toJson({ url, streams: names })
        : `serving ${url} with ${names.join(", ")}\n`,
    );
    await io.interrupted;
    await server.close();
    return 0;
  },
};

interface GivenStream extends ServedStream {
  readonly ranges: readonly KeyRange[] | undefined;
}

function streamsOf(given: Arguments): GivenStream[] {
  const conflated = new Map(listOption(given, "conflate").map(rangesOf));
  const streams = listOption(given, "stream").map((text) => {
    const match = /^([\w.-]+)=(-?\d+)@(aeron:.+)$/.exec(text);
    const [, name = "", id = "", channel = ""] = match ?? [];
    const streamId = Number(id);
    if (match === null || streamId !== (streamId | 0)) {
      throw new UsageError(`--stream must be NAME=ID@CHANNEL: stream=${text}`);
    }
    return { name, streamId, channel, ranges: conflated.get(name) };
  });
  const names = streams.map(({ name }) => name);
  if (names.length === 0) throw new UsageError("a stream must be given: --stream NAME=ID@CHANNEL");
  if (new Set(names).size < names.length) throw new UsageError("streams must have different names");
  const unknown = [...conflated.keys()].find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UsageError(`--conflate must name a stream: name=${unknown}`);
  return streams;
}

function rangesOf(text: string): [string, readonly KeyRange[]] {
  const [, name = "", list = ""] = /^([\w.-]+)=(\d+:\d+(?:,\d+:\d+)*)$/.exec(text) ?? [];
  if (list === "")
    throw new UsageError(`--conflate must be NAME=OFFSET:LENGTH,…: conflate=${text}`);
  const ranges = list.split(",").map((range) => {
    const [offset = 0, length = 0] = range.split(":").map(Number);
    return { offset, length };
  });
  return [name, ranges];
}

function listOption({ values }: Arguments, name: string): readonly string[] {
  const value = values[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
