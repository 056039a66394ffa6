export {
  DECIMAL_EXPONENT_MAX,
  decimalToNumber,
  decimalToScaled,
  decimalToString,
  scaledFromText,
} from "./decimal.js";
export {
  dateText,
  epochNanos,
  EpochTime,
  instantText,
  TIME_UNITS,
  timeOfDayText,
  timeUnitOf,
} from "./epoch-time.js";
export type { TimeUnit } from "./epoch-time.js";
export { ValueError } from "./value-error.js";
export type { ValueErrorCode } from "./value-error.js";
