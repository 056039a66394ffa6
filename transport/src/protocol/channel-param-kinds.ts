/** Reference to the tag of another publication: `tag:7` in a URI. */
export interface TagReference {
  readonly tag: bigint;
}

/** Tags under which a channel and an entity are found again: `tags=channelTag,entityTag`. */
export interface ChannelTags {
  readonly channelTag?: bigint;
  readonly entityTag?: bigint;
}

/** Where in a message a timestamp goes: a byte offset in the payload, or the frame's reserved value. */
export type TimestampOffset = number | "reserved";

/** How the values of one kind of parameter are read, written and checked. */
export interface ParamKind<Value> {
  /** What a value must be, to end the sentence "parameter must be …". */
  readonly expected: string;
  /** The value, or `undefined` if the text is none. */
  parse(text: string): Value | undefined;
  /** The text of a value. */
  format(value: Value): string;
  /** `undefined` if the value is allowed, else what is wrong. */
  check(value: Value): string | undefined;
}

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const TAG_PREFIX = "tag:";
const SIZE_UNITS = new Map([
  ["", 1],
  ["k", 1024],
  ["m", 1024 ** 2],
  ["g", 1024 ** 3],
]);
const DURATION_UNITS = new Map([
  ["", 1],
  ["ns", 1],
  ["us", 1_000],
  ["ms", 1_000_000],
  ["s", 1_000_000_000],
]);

/** Any text; `|` would end it, so the builder refuses that. */
export const textKind: ParamKind<string> = {
  expected: "text without '|'",
  parse: (text) => text,
  format: (value) => value,
  check: (value) => (value.includes("|") ? "holds '|'" : undefined),
};

/** `true`, or anything else for false, as Aeron reads it. */
export const booleanKind: ParamKind<boolean> = {
  expected: "true or false",
  parse: (text) => text === "true",
  format: String,
  check: (value) => (typeof value === "boolean" ? undefined : "not a boolean"),
};

/** One of a few words or booleans. */
export function choiceKind<const Choice extends string | boolean>(
  ...choices: readonly Choice[]
): ParamKind<Choice> {
  const byText = new Map<string, Choice>(choices.map((choice) => [String(choice), choice]));
  return {
    expected: `one of ${choices.join(", ")}`,
    parse: (text) => byText.get(text),
    format: String,
    check: (value) => (byText.get(String(value)) === value ? undefined : "not a choice"),
  };
}

/** A decimal integer, optionally a multiple of something. */
export function integerKind(min: number, max: number, multipleOf: number = 1): ParamKind<number> {
  const multiple = multipleOf === 1 ? "an integer" : `a multiple of ${multipleOf}`;
  return {
    expected: `${multiple} in ${min}..${max}`,
    parse: parseInteger,
    format: String,
    check: (value) =>
      Number.isInteger(value) && value >= min && value <= max && value % multipleOf === 0
        ? undefined
        : "out of range",
  };
}

/** A number of bytes, with an optional suffix k, m or g. */
export function sizeKind(
  min: number,
  max: number,
  shape: number | "power-of-two" = 1,
): ParamKind<number> {
  const isPowerOfTwo = shape === "power-of-two";
  const noun = isPowerOfTwo
    ? "a power of two"
    : shape === 1
      ? "a number of bytes"
      : `a multiple of ${shape}`;
  return {
    expected: `${noun} in ${min}..${max}, k, m or g allowed`,
    parse: parseSize,
    format: formatSize,
    check: (value) =>
      Number.isInteger(value) &&
      value >= min &&
      value <= max &&
      (isPowerOfTwo ? Number.isInteger(Math.log2(value)) : value % shape === 0)
        ? undefined
        : "out of range",
  };
}

/** A time in nanoseconds, with an optional suffix ns, us, ms or s. Exact below 2^53 ns, about 104 days. */
export const durationKind: ParamKind<number> = {
  expected: "a time with suffix ns, us, ms or s",
  parse: parseDurationNs,
  format: formatDurationNs,
  check: (value) => (Number.isSafeInteger(value) && value >= 0 ? undefined : "out of range"),
};

/** A decimal int64. */
export const int64Kind: ParamKind<bigint> = {
  expected: "an int64",
  parse: parseInt64,
  format: String,
  check: (value) => (value >= INT64_MIN && value <= INT64_MAX ? undefined : "out of range"),
};

/** A decimal int64, or `prototype`: only open the port. */
export const responseIdKind: ParamKind<bigint | "prototype"> = {
  expected: "an int64 or prototype",
  parse: (text) => (text === "prototype" ? text : parseInt64(text)),
  format: String,
  check: (value) => (value === "prototype" ? undefined : int64Kind.check(value)),
};

const int32Kind = integerKind(-0x8000_0000, 0x7fff_ffff);

/** A session id, or `tag:` and the tag of the publication whose session is meant. */
export const sessionIdKind: ParamKind<number | TagReference> = {
  expected: "an int32 or tag:<tag>",
  parse(text) {
    if (!text.startsWith(TAG_PREFIX)) return int32Kind.parse(text);
    const tag = parseInt64(text.slice(TAG_PREFIX.length));
    return tag === undefined ? undefined : { tag };
  },
  format: (value) => (typeof value === "number" ? String(value) : `${TAG_PREFIX}${value.tag}`),
  check: (value) =>
    typeof value === "number" ? int32Kind.check(value) : int64Kind.check(value.tag),
};

/** `channelTag,entityTag`; either may be empty. */
export const tagsKind: ParamKind<ChannelTags> = {
  expected: "channelTag,entityTag",
  parse(text) {
    const [channelText = "", entityText = "", ...more] = text.split(",");
    const channelTag = parseInt64(channelText);
    const entityTag = parseInt64(entityText);
    const isWrong =
      more.length > 0 ||
      (channelText !== "" && channelTag === undefined) ||
      (entityText !== "" && entityTag === undefined);
    if (isWrong) return undefined;
    return {
      ...(channelTag === undefined ? {} : { channelTag }),
      ...(entityTag === undefined ? {} : { entityTag }),
    };
  },
  format(value) {
    const channelText = value.channelTag === undefined ? "" : String(value.channelTag);
    return value.entityTag === undefined ? channelText : `${channelText},${value.entityTag}`;
  },
  check: (value) =>
    int64Kind.check(value.channelTag ?? 0n) ?? int64Kind.check(value.entityTag ?? 0n),
};

/** A byte offset into the payload, or `reserved`. */
export const timestampOffsetKind: ParamKind<TimestampOffset> = {
  expected: "a byte offset or reserved",
  parse: (text) => (text === "reserved" ? text : parseInteger(text)),
  format: String,
  check: (value) => (value === "reserved" ? undefined : int32Kind.check(value)),
};

function parseInteger(text: string): number | undefined {
  if (!/^[+-]?\d{1,15}$/.test(text)) return undefined;
  // `-0` is 0: an id is compared by Object.is in maps.
  return Number(text) + 0;
}

function parseInt64(text: string): bigint | undefined {
  if (!/^-?\d{1,19}$/.test(text)) return undefined;
  const value = BigInt(text);
  return value >= INT64_MIN && value <= INT64_MAX ? value : undefined;
}

/** Bytes of a text like `64k`, `16M` or `65536`; `undefined` if it is none. */
export function parseSize(text: string): number | undefined {
  return parseWithUnit(text, SIZE_UNITS);
}

/** Nanoseconds of a text like `5s`, `200ms` or `1000`; `undefined` if it is none. */
export function parseDurationNs(text: string): number | undefined {
  return parseWithUnit(text, DURATION_UNITS);
}

function parseWithUnit(text: string, units: ReadonlyMap<string, number>): number | undefined {
  const match = /^(\d{1,19})([a-z]*)$/i.exec(text);
  if (match === null) return undefined;
  const unit = units.get((match[2] ?? "").toLowerCase());
  if (unit === undefined) return undefined;
  const value = Number(match[1]) * unit;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Bytes as text, with the largest suffix that keeps it exact. */
function formatSize(value: number): string {
  return formatWithUnit(value, SIZE_UNITS);
}

/** Nanoseconds as text, with the largest suffix that keeps it exact. */
export function formatDurationNs(value: number): string {
  return value === 0 ? "0ns" : formatWithUnit(value, DURATION_UNITS);
}

function formatWithUnit(value: number, units: ReadonlyMap<string, number>): string {
  let best = String(value);
  if (value === 0) return best;
  for (const [suffix, unit] of units) {
    if (suffix !== "" && value % unit === 0) best = `${value / unit}${suffix}`;
  }
  return best;
}
