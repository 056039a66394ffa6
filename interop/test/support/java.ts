import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeEach } from "vitest";

const repository = fileURLToPath(new URL("../../../", import.meta.url));

/** Skips every test of the file, with the reason that tools/interop.mjs found, where there is no Java. */
export function needsJava(): void {
  beforeEach((context) => {
    if (process.env["ALERION_JAVA_CLASSPATH"] === undefined) {
      context.skip(process.env["ALERION_INTEROP_SKIP"] ?? "run by npm run interop");
    }
  });
}

/** Runs a program in the repository's root and returns its standard output; throws if it fails. */
function run(command: string, args: readonly string[], input: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: repository,
    input,
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} must succeed: status=${status} stderr=${stderr}`);
  return stdout;
}

/** What interop/java/SbeOracle.java prints: the official sbe-tool's word. */
export function runOracle(args: readonly string[], input = ""): string {
  return runJava("SbeOracle", args, input);
}

/** What interop/java/SbeCodecs.java prints: codecs that the official sbe-tool generates. */
export function runOfficialCodecs(args: readonly string[], input = ""): string {
  return runJava("SbeCodecs", args, input);
}

function runJava(program: string, args: readonly string[], input: string): string {
  const classpath = process.env["ALERION_JAVA_CLASSPATH"] ?? "";
  // Agrona reads a field of the JDK that its modules close.
  const opens = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED";
  return run("java", [opens, "-cp", classpath, `interop/java/${program}.java`, ...args], input);
}

/** What our own built `sbe` command prints. */
export function runSbe(args: readonly string[], input = ""): string {
  return run(process.execPath, ["generator/bin/sbe.js", ...args], input);
}
