import { loadLibc } from "./libc.js";
import { NativeOs } from "./native-os.js";
import { NativeUnavailableError } from "./os-error.js";
import type { Os } from "./os.js";

/** Environment variable that switches the native door off when it is `off`. */
const NATIVE_SWITCH = "ALERION_NATIVE";

let loading: Promise<Os> | undefined;

/**
 * The operating system, loaded on the first call and kept for the thread.
 *
 * @throws {NativeUnavailableError} if koffi is missing or switched off, or the platform is not served
 */
export async function loadOs(): Promise<Os> {
  if (process.env[NATIVE_SWITCH] === "off") {
    throw new NativeUnavailableError(`switched off by ${NATIVE_SWITCH}=off`);
  }
  loading ??= loadLibc().then((libc) => new NativeOs(libc));
  return loading;
}
