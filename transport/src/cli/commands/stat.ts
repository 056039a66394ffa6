import { type CounterSnapshot, describeDriver, readDirectory } from "../directory-snapshot.js";
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
import type { Io } from "../io.js";
import { followInterval, INTERVAL_OPTION, INTERVAL_USAGE } from "../follow.js";

const INT32_MAX = 0x7fff_ffff;
const INT32_MIN = -0x8000_0000;
const WEB_PORT_DEFAULT = 9471;
const WEB_INTERVAL_MS = 1000;

/** `alerion stat`: the counters, as AeronStat shows them. */
export const statCommand: Subcommand = {
  name: "stat",
  summary: "counters of a driver and its clients",
  usage: `stat [OPTION …]

${directoryUsage}
      --type ID        only counters of this type
      --label REGEX    only counters whose label matches
${INTERVAL_USAGE}
      --web            serve a live page on the loopback address: streams, rates, lags, losses, who is blocked
      --port PORT      of that page; default ${WEB_PORT_DEFAULT}, 0 takes a free one`,
  options: {
    ...directoryOptions,
    ...INTERVAL_OPTION,
    type: { type: "string" },
    label: { type: "string" },
    web: { type: "boolean" },
    port: { type: "string" },
  },
  run: async (given, io) => {
    if (flag(given, "web")) return serve(given, io);
    if (textOption(given, "port") !== undefined) {
      throw new UsageError("--port must be given with --web");
    }
    return followInterval(given, io, () => show(given, io));
  },
};

/** Serves the live page until interrupted. */
async function serve(given: Arguments, io: Io): Promise<number> {
  positionals(given);
  const port = integerOption(given, "port", 0, 65535) ?? WEB_PORT_DEFAULT;
  const intervalMs = integerOption(given, "watch", 100, 60_000) ?? WEB_INTERVAL_MS;
  // Only now: the other forms need no server.
  const { lookAt } = await import("../web/look.js");
  const { StatHistory } = await import("../web/stat-report.js");
  const { serveStat } = await import("../web/stat-server.js");
  const history = new StatHistory();
  // Read anew for each look: the driver may have been restarted.
  const look = () => history.report(lookAt(readDirectory(given, io)));
  const server = await serveStat(port, look);
  io.out(flag(given, "json") ? toJson({ url: server.url }) : `serving ${server.url}\n`);
  const timer = setInterval(() => server.tick(), intervalMs);
  await io.interrupted;
  clearInterval(timer);
  await server.close();
  return 0;
}

function show(given: Arguments, io: Io): number {
  positionals(given);
  const typeId = integerOption(given, "type", INT32_MIN, INT32_MAX);
  const label = labelPattern(given);
  const snapshot = readDirectory(given, io);
  const counters = snapshot
    .counters()
    .filter((each) => typeId === undefined || each.typeId === typeId)
    .filter((each) => label === undefined || label.test(each.label));
  if (flag(given, "json")) {
    const { layout } = snapshot;
    io.out(
      toJson({
        dir: snapshot.dir,
        pid: layout.pid,
        isAlive: snapshot.isAlive(),
        heartbeatAgeMs: snapshot.heartbeatAgeMs(),
        startTimestampMs: layout.startTimestampMs,
        clientLivenessTimeoutNs: layout.clientLivenessTimeoutNs,
        counters: counters.map(({ key, ...rest }) => ({ ...rest, keyHex: hexOf(key) })),
      }),
    );
    return 0;
  }
  io.out(`${describeDriver(snapshot)}\n`);
  for (const counter of counters) io.out(`${formatCounter(counter)}\n`);
  return 0;
}

function labelPattern(given: Arguments): RegExp | undefined {
  const source = textOption(given, "label");
  if (source === undefined) return undefined;
  try {
    return new RegExp(source);
  } catch {
    throw new UsageError(`--label must be a regular expression: label=${source}`);
  }
}

/** One line, as AeronStat prints it. */
function formatCounter(counter: CounterSnapshot): string {
  const value = counter.value.toLocaleString("en-US");
  return `${String(counter.id).padStart(5)}: ${value.padStart(26)} - ${counter.label}`;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
