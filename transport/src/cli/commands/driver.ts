import { type DriverOptions, launchDriver } from "../../driver/launch-driver.js";
import { toJson } from "../io.js";
import {
  type Arguments,
  flag,
  positionals,
  type Subcommand,
  textOption,
  UsageError,
} from "../subcommand.js";

/** `alerion driver`: a media driver for all processes of the machine, until interrupted. */
export const driverCommand: Subcommand = {
  name: "driver",
  summary: "runs a media driver until interrupted",
  usage: `driver [OPTION …]

\`alerion driver terminate\` ends one that runs elsewhere.

  -d, --dir DIRECTORY       Aeron directory; default AERON_DIR, else the user's
  -D, --property NAME=VALUE an aeron.* property, any number of times
  -p, --properties FILE     a properties file; AERON_* of the environment wins over it
      --spin                never park: lowest latency, one core
      --delete              remove the directory at the end
      --print               print all settings first
      --json                machine-readable output`,
  options: {
    dir: { type: "string", short: "d" },
    property: { type: "string", short: "D", multiple: true },
    properties: { type: "string", short: "p" },
    spin: { type: "boolean" },
    delete: { type: "boolean" },
    print: { type: "boolean" },
    json: { type: "boolean" },
  },
  run: async (given, io) => {
    positionals(given);
    const driver = await launchDriver(optionsOf(given));
    const isJson = flag(given, "json");
    if (isJson) {
      io.out(
        toJson({
          dir: driver.dir,
          pid: process.pid,
          ...(flag(given, "print") ? { config: driver.config } : {}),
        }),
      );
    } else {
      if (flag(given, "print")) {
        for (const [name, value] of Object.entries(driver.config)) {
          io.out(`${name}=${String(value)}\n`);
        }
      }
      io.out(`driver ready: dir=${driver.dir} pid=${process.pid}\n`);
    }
    // The driver's thread does not keep the process alive by itself.
    const keepAlive = setInterval(() => {}, 0x7fff_ffff);
    await Promise.race([io.interrupted, driver.closed]);
    clearInterval(keepAlive);
    await driver.close();
    return 0;
  },
};

function optionsOf(given: Arguments): DriverOptions {
  const properties: Record<string, string> = {};
  const list = given.values["property"];
  for (const each of Array.isArray(list) ? list.map(String) : []) {
    const equals = each.indexOf("=");
    if (equals <= 0) throw new UsageError(`--property must be NAME=VALUE: property=${each}`);
    properties[each.slice(0, equals)] = each.slice(equals + 1);
  }
  const dir = textOption(given, "dir");
  const propertiesFile = textOption(given, "properties");
  return {
    properties,
    ...(dir === undefined ? {} : { dir }),
    ...(propertiesFile === undefined ? {} : { propertiesFile }),
    ...(flag(given, "spin") ? { sharedIdleStrategy: "spin" as const } : {}),
    ...(flag(given, "delete") ? { dirDeleteOnShutdown: true } : {}),
  };
}
