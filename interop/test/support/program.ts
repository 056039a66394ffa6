import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../../", import.meta.url));

/** A program that runs beside the test, in the repository's root; its output is collected line by line. */
export class Program {
  readonly lines: string[] = [];
  readonly ended: Promise<number | null>;
  readonly #command: string;
  readonly #process: ChildProcess;
  readonly #waiting: { pattern: RegExp; resolve: () => void }[] = [];
  #hasEnded: boolean = false;

  constructor(command: string, args: readonly string[]) {
    this.#command = [command, ...args].join(" ");
    this.#process = spawn(command, args, { cwd: repository });
    let rest = "";
    this.#process.stdout?.on("data", (chunk: Buffer) => {
      const parts = (rest + chunk.toString()).split("\n");
      rest = parts.pop() ?? "";
      for (const line of parts) this.#onLine(line);
    });
    this.#process.stderr?.on("data", (chunk: Buffer) => {
      this.lines.push(`stderr: ${chunk.toString()}`);
    });
    // Whoever is killed takes no more input.
    this.#process.stdin?.on("error", () => {});
    this.ended = new Promise((resolve) => {
      this.#process.once("exit", (status) => {
        this.#hasEnded = true;
        resolve(status);
      });
    });
  }

  hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Resolves when a line has matched; rejects when the program ends before. */
  async line(pattern: RegExp): Promise<void> {
    if (this.lines.some((line) => pattern.test(line))) return;
    await Promise.race([
      new Promise<void>((resolve) => this.#waiting.push({ pattern, resolve })),
      this.ended.then((status) => {
        if (this.lines.some((line) => pattern.test(line))) return;
        throw new Error(`no line ${pattern}: status=${status} ${this.#description()}`);
      }),
    ]);
  }

  /** Waits for the end and yields the output; throws unless the program succeeded. */
  async output(): Promise<string> {
    const status = await this.ended;
    if (status !== 0)
      throw new Error(`program must succeed: status=${status} ${this.#description()}`);
    return this.lines.join("\n");
  }

  /** Gives it a line to read. */
  tell(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  #description(): string {
    return `program=${this.#command}\n${this.lines.slice(-40).join("\n")}`;
  }

  #onLine(line: string): void {
    this.lines.push(line);
    for (const each of this.#waiting) if (each.pattern.test(line)) each.resolve();
  }
}

/** Programs of one test, in a directory in shared memory that goes with them. */
export class Programs {
  readonly #programs: Program[] = [];

  start(command: string, args: readonly string[]): Program {
    const program = new Program(command, args);
    this.#programs.push(program);
    return program;
  }

  /** Kills what still runs. */
  async end(): Promise<void> {
    for (const program of this.#programs) program.kill("SIGKILL");
    await Promise.all(this.#programs.splice(0).map((program) => program.ended));
  }
}
