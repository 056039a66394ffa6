/**
 * Which values are times, by what the schema says: `semanticType`, `timeUnit` and `epoch`, or a composite
 * of `time` and `unit`.
 *
 * Sources: SBE 1.0, date and time encoding: UTCTimestamp counts units since the epoch (nanoseconds where no
 * unit is given, as exchanges use it), LocalMktDate and UTCDateOnly count days in a uint16, UTCTimeOnly counts
 * units since midnight.
 */
import {
  dateText,
  epochNanos,
  instantText,
  timeOfDayText,
  timeUnitOf,
  type TimeUnit,
} from "@alerion/runtime/values";
import type { CompositeLayout, FieldLayout, PrimitiveLayout, ScalarValue } from "../layout.js";

/** What a count of units means. */
export type TimeMeaning =
  | { readonly kind: "instant"; readonly unit: TimeUnit }
  | { readonly kind: "time-of-day"; readonly unit: TimeUnit }
  | { readonly kind: "date" };

/** Years from here on are no dates but other numbers, or nonsense. */
const INSTANT_NANOS_MAX = 253_402_300_800n * 1_000_000_000n;

/** What the schema says of a field or member of that type; undefined when it is no time. */
export function timeMeaningOf(
  type: PrimitiveLayout,
  field?: Pick<FieldLayout, "semanticType" | "timeUnit" | "epoch">,
): TimeMeaning | undefined {
  if (type.isArray || type.primitive === "float" || type.primitive === "double") return undefined;
  const epoch = field?.epoch ?? type.epoch ?? "unix";
  const stated = field?.timeUnit ?? type.timeUnit;
  const unit = stated === undefined ? undefined : timeUnitOf(stated);
  if (stated !== undefined && unit === undefined) return undefined;
  const semanticType = field?.semanticType ?? type.semanticType;
  switch (semanticType) {
    case "LocalMktDate":
    case "UTCDateOnly":
      return type.primitive === "uint16" && isUnix(epoch) ? { kind: "date" } : undefined;
    case "UTCTimeOnly":
      return { kind: "time-of-day", unit: unit ?? "nanosecond" };
    case "UTCTimestamp":
      return isUnix(epoch) && type.elementSize === 8
        ? { kind: "instant", unit: unit ?? "nanosecond" }
        : undefined;
    default:
      return unit !== undefined && isUnix(epoch) ? { kind: "instant", unit } : undefined;
  }
}

function isUnix(epoch: string): boolean {
  return epoch.toLowerCase() === "unix";
}

/** A composite of `time` and `unit`; undefined for any other. */
export function timeMemberOf(composite: CompositeLayout): PrimitiveLayout | undefined {
  const [time, unit] = ["time", "unit"].map(
    (name) => composite.members.find((member) => member.name === name)?.type,
  );
  const isTime = time?.kind === "primitive" && !time.isArray && time.constant === undefined;
  return isTime && unit !== undefined && unit.kind !== "composite" ? time : undefined;
}

/** The unit that the `unit` member of a composite of `time` and `unit` holds: a power of ten. */
export function unitOfPower(power: ScalarValue): TimeUnit | undefined {
  return timeUnitOf(Number(power));
}

/** The text of a time; undefined where it is beyond the year 9999. */
export function timeText(value: ScalarValue, meaning: TimeMeaning): string | undefined {
  switch (meaning.kind) {
    case "date":
      return dateText(value);
    case "time-of-day":
      return timeOfDayText(epochNanos(value, meaning.unit));
    case "instant": {
      const nanos = epochNanos(value, meaning.unit);
      return nanos < INSTANT_NANOS_MAX && nanos > -INSTANT_NANOS_MAX
        ? instantText(nanos)
        : undefined;
    }
  }
}
