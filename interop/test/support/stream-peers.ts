import { createSocket } from "node:dgram";
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Program, Programs } from "./program.js";

const repository = fileURLToPath(new URL("../../../", import.meta.url));
const classes = join(repository, ".build/interop/classes");
const opens = ["java.base/jdk.internal.misc", "java.base/sun.nio.ch"].map(
  (each) => `--add-opens=${each}=ALL-UNNAMED`,
);

/** In whose client a peer runs, or whose driver serves it. */
export type Language = "java" | "ts";

/** Puts in front of a command line what makes it run elsewhere: in another network namespace. */
export type At = (command: string, ...args: string[]) => readonly [string, ...string[]];

/** Runs it here. */
export const HERE: At = (command, ...args) => [command, ...args];

/** What a peer is told, see stream-peer.mjs. */
export type PeerSettings = Readonly<Record<string, string | number>>;

let hasCompiled = false;

function javaClasspath(): string {
  const jars = process.env["ALERION_JAVA_CLASSPATH"] ?? "";
  if (!hasCompiled) {
    mkdirSync(classes, { recursive: true });
    const source = join(repository, "interop/java/StreamPeer.java");
    const { status, stderr } = spawnSync("javac", ["-cp", jars, "-d", classes, source], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`javac must succeed: status=${status} ${stderr}`);
    hasCompiled = true;
  }
  return `${jars}${delimiter}${classes}`;
}

/** Starts one end of a stream in a process of its own. */
export function startPeer(
  programs: Programs,
  language: Language,
  dir: string,
  role: "consume" | "live" | "publish" | "request" | "serve",
  settings: PeerSettings,
  at: At = HERE,
): Program {
  const start = (command: string, ...given: string[]): Program => {
    const [program, ...line] = at(command, ...given);
    return programs.start(program, line);
  };
  const args = [dir, role, ...Object.entries(settings).map(([name, value]) => `${name}=${value}`)];
  return language === "java"
    ? start(
        "java",
        ...opens,
        // Short lives: what takes long is starting.
        "-XX:TieredStopAtLevel=4",
        "-XX:+UseSerialGC",
        "-cp",
        javaClasspath(),
        "StreamPeer",
        ...args,
      )
    : start(process.execPath, "interop/test/support/stream-peer.mjs", ...args);
}

/** Starts a driver in a process of its own; settings by Aeron's names without `aeron.`. */
export async function startDriver(
  programs: Programs,
  language: Language,
  dir: string,
  settings: PeerSettings,
  at: At = HERE,
): Promise<Program> {
  const start = (command: string, ...args: string[]): Program => {
    const [program, ...line] = at(command, ...args);
    return programs.start(program, line);
  };
  // A driver that was killed a moment ago is taken over from at once.
  const properties = Object.entries({ "dir.delete.on.start": "true", ...settings }).map(
    ([name, value]) => `aeron.${name}=${value}`,
  );
  if (language === "ts") {
    const driver = start(
      process.execPath,
      "transport/bin/alerion.js",
      "driver",
      "--dir",
      dir,
      ...properties.flatMap((each) => ["-D", each]),
    );
    await driver.line(/^driver ready/);
    return driver;
  }
  // Says nothing when it is ready: who connects waits for it.
  return start(
    "java",
    ...opens,
    `-Daeron.dir=${dir}`,
    "-Daeron.threading.mode=SHARED",
    "-Daeron.shared.idle.strategy=backoff",
    ...properties.map((each) => `-D${each}`),
    "-cp",
    javaClasspath(),
    "io.aeron.driver.MediaDriver",
  );
}

/** UDP ports of loopback that are free now. */
export async function freePorts(count: number): Promise<number[]> {
  const sockets = Array.from({ length: count }, () => createSocket("udp4"));
  const ports = await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<number>((resolve) => {
          socket.bind(0, "127.0.0.1", () => resolve(socket.address().port));
        }),
    ),
  );
  for (const socket of sockets) socket.close();
  return ports;
}
