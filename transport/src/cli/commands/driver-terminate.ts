import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { CLIENT_DEFAULTS } from "../../client/client-options.js";
import { type DriverTermination, requestTermination } from "../../client/driver-termination.js";
import { loadOs } from "../../os/load-os.js";
import { MappedFiles } from "../../os/mapped-files.js";
import { systemClock } from "../../os/system-clock.js";
import { directoryOf } from "../directory-snapshot.js";
import { type Io, toJson } from "../io.js";
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

const TIMEOUT_DEFAULT_MS = 10_000;
const TIMEOUT_MAX_MS = 3_600_000;
const LOOK_INTERVAL_MS = 20;

/** `alerion driver terminate`: asks the driver of a directory to end, and waits until it has. */
export const driverTerminateCommand: Subcommand = {
  name: "driver terminate",
  summary: "asks the driver of a directory to end",
  usage: `driver terminate [OPTION …]

A driver of any language; it refuses, without a word, unless its aeron.driver.termination.validator lets the token pass.
Exit status 0 when it has ended, 1 when it has not in time.

${directoryUsage}
      --token TEXT     what its validator is given; nothing unless said
      --token-file F   the same from a file, bytes as they are
  -t, --timeout MS     how long to wait for its end; ${TIMEOUT_DEFAULT_MS}, 0 only asks`,
  options: {
    ...directoryOptions,
    token: { type: "string" },
    "token-file": { type: "string" },
    timeout: { type: "string", short: "t" },
  },
  run: async (given, io) => {
    positionals(given);
    const timeoutMs = integerOption(given, "timeout", 0, TIMEOUT_MAX_MS) ?? TIMEOUT_DEFAULT_MS;
    const token = tokenOf(given);
    const dir = directoryOf(given, io);
    const os = await loadOs();
    const { driverTimeoutMs } = CLIENT_DEFAULTS;
    const termination = requestTermination(
      new MappedFiles(os),
      dir,
      systemClock(os),
      driverTimeoutMs,
      token,
    );
    try {
      const hasEnded = await waitForEnd(termination, timeoutMs, io);
      const { pid } = termination;
      if (flag(given, "json")) io.out(toJson({ dir, pid, hasEnded }));
      else if (hasEnded) io.out(`driver has ended: dir=${dir} pid=${pid}\n`);
      else if (timeoutMs === 0) io.out(`driver was asked to end: dir=${dir} pid=${pid}\n`);
      else {
        io.err(
          `error: driver must end when it is asked to: dir=${dir} pid=${pid} timeoutMs=${timeoutMs}; it may refuse (aeron.driver.termination.validator)\n`,
        );
      }
      return hasEnded || timeoutMs === 0 ? 0 : 1;
    } finally {
      termination.close();
    }
  },
};

/** @throws {UsageError} if the token is given twice, or its file cannot be read */
function tokenOf(given: Arguments): Uint8Array {
  const text = textOption(given, "token");
  const file = textOption(given, "token-file");
  if (file === undefined) return new TextEncoder().encode(text ?? "");
  if (text !== undefined) throw new UsageError("--token and --token-file must not come together");
  try {
    return readFileSync(file);
  } catch {
    throw new UsageError(`--token-file must be readable: path=${file}`);
  }
}

async function waitForEnd(
  termination: DriverTermination,
  timeoutMs: number,
  io: Io,
): Promise<boolean> {
  const stop = new AbortController();
  void io.interrupted.then(() => stop.abort());
  for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += LOOK_INTERVAL_MS) {
    if (termination.hasEnded() || stop.signal.aborted) break;
    await wait(LOOK_INTERVAL_MS);
  }
  return termination.hasEnded();
}
