export { GenerateError, type GenerateErrorCode } from "./errors.js";
export { generate } from "./generate.js";
export type { CheckFinding, GeneratedFile, GeneratedOutput, GenerateOptions } from "./types.js";
export { GENERATOR_VERSION } from "./version.js";
export { check, emitJs } from "./check.js";
export { writeAll, type WriteResult } from "./write-all.js";
