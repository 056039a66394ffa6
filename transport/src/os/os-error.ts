import { AlerionError } from "@alerion/runtime";

/**
 * A call to the operating system failed.
 *
 * Code `OS_CALL`. `call` is the function's name, `errno` its number, `errnoName` its name (`ENOSPC`).
 */
export class OsCallError extends AlerionError {
  override readonly name: string = "OsCallError";
  readonly call: string;
  readonly errno: number;
  readonly errnoName: string;

  constructor(call: string, errno: number, errnoName: string) {
    super("OS_CALL", `system call must succeed: call=${call} errno=${errno} name=${errnoName}`);
    this.call = call;
    this.errno = errno;
    this.errnoName = errnoName;
  }
}

/**
 * The native door cannot be used: koffi is not installed or switched off, or the platform is not served.
 *
 * Code `NATIVE_UNAVAILABLE`. The in-process transport needs none of it.
 */
export class NativeUnavailableError extends AlerionError {
  override readonly name: string = "NativeUnavailableError";

  constructor(reason: string, options?: ErrorOptions) {
    super(
      "NATIVE_UNAVAILABLE",
      `shared memory between processes and native sockets need koffi on linux or macos: ${reason}`,
      options,
    );
  }
}
