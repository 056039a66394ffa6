import { existsSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

const SHARED_MEMORY_FOLDER = "/dev/shm";

/**
 * The directory that drivers and clients meet in unless told otherwise: `/dev/shm/aeron-<user>` where there is
 * a shared memory file system, else the same in the temporary folder. `AERON_DIR` overrides it.
 *
 * Source: Aeron `CommonContext`.
 */
export function defaultAeronDir(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const fromEnvironment = environment["AERON_DIR"];
  if (fromEnvironment !== undefined && fromEnvironment !== "") return fromEnvironment;
  const folder = existsSync(SHARED_MEMORY_FOLDER) ? SHARED_MEMORY_FOLDER : tmpdir();
  return join(folder, `aeron-${userInfo().username}`);
}
