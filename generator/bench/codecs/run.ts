import { spawnSync } from "node:child_process";

/** Runs a command in the repository's root and returns its standard output; throws if it fails. */
export function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (error !== undefined) throw error;
  if (status !== 0) {
    throw new Error(`${command} must succeed: status=${status} args=${args.join(" ")}\n${stderr}`);
  }
  return stdout;
}

/** The same, or undefined if it fails. */
export function tryRun(command: string, args: readonly string[]): string | undefined {
  try {
    return run(command, args);
  } catch {
    return undefined;
  }
}
