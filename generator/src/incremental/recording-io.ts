/** A run's io that remembers what the run read and said. */
import type { CliIo } from "../cli/io.js";
import { hashOf, type SeenFile } from "./snapshot.js";

/** No hash of any content. */
const CHANGED = "changed";

/** What was remembered. */
export interface Recording {
  readonly io: CliIo;
  /** All files that were looked for, with the hash of what was read: not of what is there by now. */
  files(): readonly SeenFile[];
  stdout(): string;
  stderr(): string;
}

/** Wraps an io. */
export function recordIo(io: CliIo): Recording {
  const hashes = new Map<string, string | null>();
  let stdout = "";
  let stderr = "";
  const keep = (data: string | Uint8Array): void => {
    stdout += typeof data === "string" ? data : Buffer.from(data).toString("utf8");
  };
  return {
    files: () => [...hashes].map(([path, hash]) => ({ path, hash })),
    stdout: () => stdout,
    stderr: () => stderr,
    io: {
      cwd: io.cwd,
      get stdin() {
        return io.stdin;
      },
      ...(io.hasColors === undefined ? {} : { hasColors: io.hasColors }),
      onRead(path, bytes) {
        const hash = bytes === undefined ? null : hashOf(bytes);
        const before = hashes.get(path);
        // Read twice with another content in between: no later look can find it unchanged.
        hashes.set(path, before === undefined || before === hash ? hash : CHANGED);
        io.onRead?.(path, bytes);
      },
      async out(data) {
        keep(data);
        await io.out(data);
      },
      outNow(data) {
        keep(data);
        io.outNow(data);
      },
      err(text) {
        stderr += text;
        io.err(text);
      },
    },
  };
}
