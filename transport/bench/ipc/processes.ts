/** The processes of the IPC benchmark: drivers, and peers in both languages. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { delimiter } from "node:path";

/** In whose client a peer runs, or whose driver serves it. */
export type Language = "java" | "ts";

/** `name=value` for a peer. */
export type PeerSettings = Readonly<Record<string, number | string>>;

/** What a peer's last line says. */
export type PeerResult = Readonly<Record<string, number>>;

/** One program, in both languages. */
export interface PeerProgram {
  readonly javaSource: string;
  readonly javaClass: string;
  readonly script: string;
}

const CLASSES = ".build/bench/java";
const TIMEOUT_MS = 40_000;
/** Aeron and Agrona read what the JDK's modules close. */
const OPENS = ["java.base/jdk.internal.misc", "java.base/sun.nio.ch"].map(
  (each) => `--add-opens=${each}=ALL-UNNAMED`,
);

let classpath: string | undefined;

/** Compiles the peer in Java; yields why that cannot be, if it cannot. */
export function prepareJavaPeer({ javaSource }: PeerProgram): string | undefined {
  const jars = process.env["ALERION_JAVA_CLASSPATH"];
  if (jars === undefined) return process.env["ALERION_INTEROP_SKIP"] ?? "run by npm run bench:ipc";
  mkdirSync(CLASSES, { recursive: true });
  const { status, stderr } = spawnSync("javac", ["-cp", jars, "-d", CLASSES, javaSource], {
    encoding: "utf8",
  });
  if (status !== 0) return `javac must succeed: status=${status} ${stderr}`;
  classpath = `${jars}${delimiter}${CLASSES}`;
  return undefined;
}

/** `Java 17.0.15`, or nothing. */
export function javaTitle(): string {
  const { stderr } = spawnSync("java", ["-version"], { encoding: "utf8" });
  return `Java ${/version "([^"]+)"/.exec(stderr)?.[1] ?? "?"}`;
}

/** A program, its last line of JSON, and a limit to its time. */
export class Peer {
  readonly #process: ChildProcess;
  readonly #timer: NodeJS.Timeout;
  readonly result: Promise<PeerResult | undefined>;
  readonly ready: Promise<void>;

  constructor(
    program: PeerProgram,
    language: Language,
    dir: string,
    role: string,
    settings: PeerSettings,
  ) {
    const words = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    const [command, args] =
      language === "java"
        ? (["java", [...OPENS, "-cp", classpath ?? "", program.javaClass]] as const)
        : ([process.execPath, [program.script]] as const);
    this.#process = spawn(command, [...args, dir, role, ...words], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#timer = setTimeout(() => this.#process.kill("SIGKILL"), TIMEOUT_MS);
    let output = "";
    let onReady = (): void => {};
    this.ready = new Promise((resolve) => {
      onReady = resolve;
    });
    this.#process.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes("ready")) onReady();
    });
    this.result = new Promise((resolve) => {
      this.#process.once("close", () => {
        clearTimeout(this.#timer);
        onReady();
        const last = output.trim().split("\n").at(-1) ?? "";
        resolve(last.startsWith("{") ? (JSON.parse(last) as PeerResult) : undefined);
      });
    });
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }
}

/** A driver in a process of its own, asleep when there is nothing to do, so that two peers can spin on two cores. */
export function startDriver(
  language: Language,
  dir: string,
  more: Readonly<Record<string, string>> = {},
): ChildProcess {
  const settings = {
    "dir.delete.on.start": "true",
    "threading.mode": "SHARED",
    "shared.idle.strategy": "backoff",
    ...more,
  };
  const properties = Object.entries(settings).map(([name, value]) => `aeron.${name}=${value}`);
  if (language === "ts") {
    const flags = properties.flatMap((each) => ["-D", each]);
    return spawn(process.execPath, ["transport/bin/alerion.js", "driver", "--dir", dir, ...flags], {
      stdio: "ignore",
    });
  }
  return spawn(
    "java",
    [
      ...OPENS,
      `-Daeron.dir=${dir}`,
      ...properties.map((each) => `-D${each}`),
      "-cp",
      classpath ?? "",
      "io.aeron.driver.MediaDriver",
    ],
    { stdio: "ignore" },
  );
}
