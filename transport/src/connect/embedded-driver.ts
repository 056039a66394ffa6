import { readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { defaultAeronDir } from "../driver/default-dir.js";
import { type DriverOptions, launchDriver, type RunningDriver } from "../driver/launch-driver.js";
import { loadOs } from "../os/load-os.js";
import { NativeUnavailableError } from "../os/os-error.js";

let startedCount = 0;

/**
 * Starts a private driver that ends with the process: in a directory of its own, in files where they can be
 * mapped and in this process's memory otherwise.
 */
export async function launchEmbeddedDriver(options: DriverOptions): Promise<RunningDriver> {
  const base = `${defaultAeronDir()}-embedded-`;
  removeLeftovers(base);
  const dir = options.dir ?? `${base}${process.pid}-${++startedCount}`;
  const driver = await launchDriver({
    dirDeleteOnStart: true,
    dirDeleteOnShutdown: true,
    ...options,
    dir,
    memory: options.memory ?? ((await canMap()) ? "mapped" : "in-process"),
  });
  if (driver.memory === "mapped") {
    // A process that exits without closing leaves no files behind; one that is killed leaves them to the next.
    const onExit = (): void => {
      rmSync(dir, { recursive: true, force: true });
    };
    process.once("exit", onExit);
    void driver.closed.then(() => process.off("exit", onExit));
  }
  return driver;
}

async function canMap(): Promise<boolean> {
  try {
    await loadOs();
    return true;
  } catch (error) {
    if (error instanceof NativeUnavailableError) return false;
    throw error;
  }
}

/** Directories of embedded drivers whose process is no more: it was killed. */
function removeLeftovers(base: string): void {
  const folder = dirname(base);
  const prefix = basename(base);
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return;
  }
  for (const name of names) {
    const pid = name.startsWith(prefix)
      ? Number(/^(\d+)-\d+$/.exec(name.slice(prefix.length))?.[1])
      : 0;
    if (pid > 0 && !isAlive(pid)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
