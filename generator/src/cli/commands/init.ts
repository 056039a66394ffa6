import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { CONFIG_FILES } from "../../config/find-config.js";
import { STARTER_CONFIG, STARTER_SCHEMA } from "../../config/starter.js";
import type { CommandRun } from "../command.js";
import type { CliIo } from "../io.js";
import { Report, reported } from "../report.js";
import { InputError, UsageError } from "../usage-error.js";

const SCHEMA_FILE = "schemas/order-entry.xml";

/** `sbe init`: writes a configuration and a first schema; what is there stays. */
export const runInit: CommandRun = async (options, io) => {
  if (options.positionals.length > 0) throw new UsageError("sbe init takes no arguments");
  const report = new Report(options, io, false);
  await reported(report, async () => {
    const present = CONFIG_FILES.find((name) => existsSync(resolve(io.cwd, name)));
    if (present !== undefined) {
      throw new InputError(present, "CONFIG_EXISTS", "there must be no configuration yet");
    }
    const [configFile] = CONFIG_FILES;
    const wrote = [
      write(SCHEMA_FILE, STARTER_SCHEMA, io) ? SCHEMA_FILE : undefined,
      write(configFile, `${JSON.stringify(STARTER_CONFIG, undefined, 2)}\n`, io)
        ? configFile
        : undefined,
    ];
    for (const file of wrote) if (file !== undefined) await io.out(`wrote ${file}\n`);
    await io.out("next: npx sbe generate\n");
  });
  return report.finish();
};

/**
 * Writes a file that is not there yet.
 *
 * @returns false where it is there already
 */
function write(file: string, content: string, io: CliIo): boolean {
  const path = resolve(io.cwd, file);
  try {
    mkdirSync(dirname(path), { recursive: true });
    // `wx`: whoever makes the file between a look and the writing keeps it.
    writeFileSync(path, content, { flag: "wx" });
    return true;
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    if (reason === "EEXIST") return false;
    throw new InputError(
      file,
      "OUTPUT_UNWRITABLE",
      `file must be writable: reason=${reason}`,
      1,
      1,
      {
        cause: error,
      },
    );
  }
}
