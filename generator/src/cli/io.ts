import { nodeWatchHost } from "../incremental/node-watch-host.js";
import { mayColor } from "./colors.js";

/** The process as the commands see it; tests bring their own. */
export interface CliIo {
  /** Folder that relative paths start from. */
  readonly cwd: string;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Results. Resolves when more may be written. */
  out(data: string | Uint8Array): Promise<void>;
  /** Results from a place that cannot wait; at most a message between two calls of `out`. */
  outNow(data: string): void;
  /** Diagnostics. */
  err(text: string): void;
  /** True where results may be coloured: on a terminal, unless NO_COLOR is set. Default false. */
  readonly hasColors?: boolean;
  /** Is told what each file holds that is looked for, by absolute path; undefined for nothing. */
  readonly onRead?: (path: string, bytes: Uint8Array | undefined) => void;
  /** Waits for files to change; without it there is no `--watch`. */
  readonly watch?: WatchHost;
}

/** What `--watch` needs of the world. */
export interface WatchHost {
  /** Calls back after each change in one of the folders; folders that are not there are left out. */
  watch(folders: readonly string[], onChange: () => void): { close(): void };
  /** Resolves when a burst of changes is likely over: a file is seldom written in one step. */
  settle(): Promise<void>;
  /** Resolves when the user wants to stop. */
  stopped(): Promise<void>;
}

/** Whoever read our output has gone away; there is nothing left to do and nothing wrong. */
export class OutputClosedError extends Error {
  override readonly name: string = "OutputClosedError";
}

/** The io of this process. */
export function processIo(): CliIo {
  const { stdout, stderr } = process;
  let isClosed = false;
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    isClosed = true;
  });
  stderr.on("error", () => {
    // Nobody reads our diagnostics; the exit code still tells.
  });
  const outNow = (data: string | Uint8Array): void => {
    if (isClosed) throw new OutputClosedError();
    stdout.write(data);
  };
  return {
    cwd: process.cwd(),
    // Opening it takes milliseconds, which most commands save.
    get stdin() {
      return process.stdin;
    },
    hasColors: mayColor(stdout.isTTY, process.env["NO_COLOR"]),
    outNow,
    async out(data) {
      outNow(data);
      if (stdout.writableNeedDrain) await drained(stdout);
      // An EPIPE of a pipe is reported on a later turn.
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
      if (isClosed) throw new OutputClosedError();
    },
    err(text) {
      stderr.write(text);
    },
    watch: nodeWatchHost,
  };
}

/** Waits until more may be written, or nobody is there to read it. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of ["drain", "error", "close"]) stream.off(event, done);
      resolve();
    };
    for (const event of ["drain", "error", "close"]) stream.on(event, done);
  });
}
