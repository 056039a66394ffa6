import { connect, type Aeron } from "@alerion/transport";
import type { Programs } from "./program.js";

const opens = ["java.base/jdk.internal.misc", "java.base/sun.nio.ch"].map(
  (each) => `--add-opens=${each}=ALL-UNNAMED`,
);

/** Settings of both drivers: no thread more than needed, and small logs. */
const COMMON = [
  "aeron.threading.mode=SHARED",
  "aeron.shared.idle.strategy=backoff",
  "aeron.term.buffer.length=64k",
  "aeron.ipc.term.buffer.length=64k",
];

/** A driver, and a client of ours under it. */
export interface DriverUnderTest {
  readonly dir: string;
  readonly aeron: Aeron;
}

/** Starts an unmodified Java driver and ours side by side in `folder`, with `aeron.*` settings of their own. */
export async function startTwoDrivers(
  programs: Programs,
  folder: string,
  settings: { readonly java: readonly string[]; readonly ours: readonly string[] },
): Promise<{ java: DriverUnderTest; ours: DriverUnderTest }> {
  const javaDir = `${folder}/java`;
  const properties = [...COMMON, ...settings.java, `aeron.dir=${javaDir}`];
  programs.start("java", [
    ...opens,
    ...properties.map((each) => `-D${each}`),
    "-cp",
    process.env["ALERION_JAVA_CLASSPATH"] ?? "",
    "io.aeron.driver.MediaDriver",
  ]);
  const ourDir = `${folder}/ours`;
  const ourProperties = [...COMMON, ...settings.ours].flatMap((each) => ["-D", each]);
  const driver = ["transport/bin/alerion.js", "driver", "--dir", ourDir, ...ourProperties];
  programs.start(process.execPath, driver);
  return {
    java: { dir: javaDir, aeron: await connect({ dir: javaDir, connectTimeoutMs: 30_000 }) },
    ours: { dir: ourDir, aeron: await connect({ dir: ourDir, connectTimeoutMs: 30_000 }) },
  };
}
