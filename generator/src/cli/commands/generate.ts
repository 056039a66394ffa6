/** Starts quickly: what is needed only to generate is loaded only then. */
import { findConfig } from "../../config/find-config.js";
import { generatorIdentity } from "../../incremental/identity.js";
import { recordIo } from "../../incremental/recording-io.js";
import { hashOf } from "../../incremental/snapshot.js";
import {
  isCurrent,
  readStamp,
  STAMP_FORMAT,
  stampFile,
  stampOutputs,
  writeStamp,
} from "../../incremental/stamp.js";
import type { CommandRun, ExitCode } from "../command.js";
import type { CliIo } from "../io.js";
import type { ParsedOptions } from "../option-parser.js";
import { InputError } from "../usage-error.js";

/** `sbe generate`: codecs for schemas; nothing to do where nothing changed since the last time. */
export const runGenerate: CommandRun = async (given, io) => {
  if (given.switches.has("watch")) {
    const { watchGenerate } = await import("../../incremental/watch-generate.js");
    return watchGenerate(given, io);
  }
  return generateIfNeeded(given, io);
};

async function generateIfNeeded(given: ParsedOptions, io: CliIo): Promise<ExitCode> {
  const memory = await memoryOf(given, io);
  const identity = memory === undefined ? "" : generatorIdentity();
  if (memory !== undefined && !given.switches.has("force")) {
    const stamp = readStamp(memory.file);
    if (stamp !== undefined && isCurrent(stamp, identity, memory.request, io.cwd)) {
      if (stamp.stdout !== "") await io.out(stamp.stdout);
      if (stamp.stderr !== "") io.err(stamp.stderr);
      return 0;
    }
  }
  const { generateAll } = await import("./generate-all.js");
  const recording = recordIo(io);
  const { code, patterns, outputs } = await generateAll(given, recording.io);
  const stamped = code === 0 && outputs !== undefined ? stampOutputs(outputs) : undefined;
  if (memory !== undefined && stamped !== undefined) {
    writeStamp(memory.file, {
      format: STAMP_FORMAT,
      identity,
      request: memory.request,
      inputs: { files: recording.files(), patterns },
      outputs: stamped,
      stdout: recording.stdout(),
      stderr: recording.stderr(),
    });
  }
  return code;
}

interface Memory {
  readonly file: string;
  readonly request: string;
}

/** Where this command line is remembered; undefined where it cannot be. */
async function memoryOf(given: ParsedOptions, io: CliIo): Promise<Memory | undefined> {
  // What a commit holds under a name can change without a file that changes.
  if (given.positionals.some((name) => name.startsWith("git:"))) return undefined;
  const options = {
    cwd: io.cwd,
    positionals: given.positionals,
    values: [...given.values].sort(([a], [b]) => (a < b ? -1 : 1)),
    switches: [...given.switches].filter((name) => name !== "force").sort(),
  };
  const file = stampFile(io.cwd, hashOf(JSON.stringify(options)));
  if (file === undefined) return undefined;
  try {
    const usesConfig = given.positionals.length === 0 || given.values.has("config");
    // Not checked here: with the same value as last time it was checked then.
    const config = usesConfig ? await findConfig(given.values.get("config"), io) : undefined;
    return { file, request: hashOf(JSON.stringify([options, config?.file, config?.value])) };
  } catch (error) {
    // The run itself says what is wrong.
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
