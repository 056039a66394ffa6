/** Where a command reads from and writes to, so that tests can stand in for the terminal. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Epoch ms. */
  readonly now: () => number;
  /** Resolves when the user or the system wants the command to end. */
  readonly interrupted: Promise<void>;
}

/** The terminal of this process. */
export function processIo(): Io {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    environment: process.env,
    now: () => Date.now(),
    interrupted: new Promise((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.once(signal, () => {
          resolve();
        });
      }
    }),
  };
}

/** JSON of a value; int64 beyond ±2^53 become strings. */
export function toJson(value: unknown): string {
  const replacer = (_key: string, each: unknown): unknown => {
    if (typeof each !== "bigint") return each;
    const isSafe = each >= Number.MIN_SAFE_INTEGER && each <= Number.MAX_SAFE_INTEGER;
    return isSafe ? Number(each) : String(each);
  };
  return `${JSON.stringify(value, replacer, 2)}\n`;
}
