/** `sbe generate --watch`: runs again whenever something changed that the last run looked at. */
import type { ExitCode } from "../cli/command.js";
import { generateAll, type GenerateMemory } from "../cli/commands/generate-all.js";
import type { CliIo } from "../cli/io.js";
import type { ParsedOptions } from "../cli/option-parser.js";
import { UsageError } from "../cli/usage-error.js";
import { recordIo } from "./recording-io.js";
import { foldersOf, isUnchanged, type Snapshot } from "./snapshot.js";

/**
 * Generates, and generates again until the user stops it. A run that fails writes nothing, so the
 * last good output stays.
 *
 * @throws {UsageError} if the command line is wrong, or files cannot be watched here
 */
export async function watchGenerate(given: ParsedOptions, io: CliIo): Promise<ExitCode> {
  const host = io.watch;
  if (host === undefined) throw new UsageError("--watch must run as a process");
  const session = new GenerateSession(given, io);
  await session.run();
  const stopped = host.stopped().then(() => true);
  let isFirst = true;
  for (;;) {
    let wake: (isStopped: boolean) => void = () => undefined;
    const changed = new Promise<boolean>((resolve) => {
      wake = resolve;
    });
    const watcher = host.watch(session.folders(), () => wake(false));
    try {
      // What changed before the watcher was there; then the folders may be others.
      if (await session.runIfChanged()) continue;
      if (isFirst) session.say(`watching ${session.fileCount} files`);
      isFirst = false;
      if (await Promise.race([changed, stopped])) return 0;
    } finally {
      watcher.close();
    }
    await host.settle();
    await session.runIfChanged();
  }
}

/** One run after the other. */
class GenerateSession {
  readonly #given: ParsedOptions;
  readonly #io: CliIo;
  readonly #memory: GenerateMemory = { printed: new Map(), written: new Map() };
  #inputs: Snapshot = { files: [], patterns: [] };

  constructor(given: ParsedOptions, io: CliIo) {
    this.#given = given;
    this.#io = io;
  }

  get fileCount(): number {
    return this.#inputs.files.filter(({ hash }) => hash !== null).length;
  }

  folders(): readonly string[] {
    return foldersOf(this.#inputs, this.#io.cwd);
  }

  /** Runs if an input is not what it was for the last run. */
  async runIfChanged(): Promise<boolean> {
    if (isUnchanged(this.#inputs, this.#io.cwd)) return false;
    const before = this.#inputs;
    try {
      await this.run();
    } catch (error) {
      // The configuration lost what the command line lacks: the next change may bring it back.
      if (!(error instanceof UsageError)) throw error;
      this.#inputs = { ...this.#inputs, patterns: before.patterns };
      this.#io.err(`sbe generate: ${error.message}\n`);
    }
    return true;
  }

  async run(): Promise<void> {
    const recording = recordIo(this.#io);
    try {
      const { code, patterns, writtenCount } = await generateAll(
        this.#given,
        recording.io,
        this.#memory,
      );
      this.#inputs = { files: recording.files(), patterns };
      this.say(code === 0 ? `${writtenCount} files written` : "the last good output stays");
    } finally {
      if (recording.files().length > 0) {
        this.#inputs = { ...this.#inputs, files: recording.files() };
      }
    }
  }

  say(text: string): void {
    if (!this.#given.switches.has("suppress-output")) this.#io.err(`${text}\n`);
  }
}
