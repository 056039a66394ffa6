import type { CommandRun } from "../command.js";
import { Report } from "../report.js";
import { readSchemas } from "./schemas.js";

/** `sbe validate`: reads schemas and prints what is wrong with them. */
export const runValidate: CommandRun = async (options, io) => {
  const report = new Report(options, io, false);
  await readSchemas(options, io, report);
  return report.finish();
};
