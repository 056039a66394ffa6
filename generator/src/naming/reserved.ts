/** Words of the language: no name anywhere, so that whatever holds a value of that name can be destructured. */
const RESERVED_WORDS: readonly string[] = (
  "arguments await break case catch class const continue debugger default delete do else enum eval export " +
  "extends false finally for function if implements import in instanceof interface let new null package " +
  "private protected public return static super switch this throw true try typeof undefined var void while " +
  "with yield"
).split(" ");

/**
 * Words that TypeScript knows in some places only. Members may have them (`symbol`, `type` and `from` are what
 * feeds call their fields); exports may not, as they would hide a type.
 */
const CONTEXTUAL_WORDS: readonly string[] = (
  "abstract accessor any as asserts async bigint boolean declare from get global infer intrinsic is keyof " +
  "module namespace never number object of out override readonly require satisfies set string symbol type " +
  "unique unknown using"
).split(" ");

/** Words that no export may have. */
export const KEYWORDS: readonly string[] = [...RESERVED_WORDS, ...CONTEXTUAL_WORDS];

/** What every object has, and what makes an object something else: an array, an iterator, a promise. */
const OBJECT_MEMBERS: readonly string[] = (
  "constructor length hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf " +
  "toJSON then __proto__ __defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__"
).split(" ");

/** The own methods of flyweights. Keep in step with the templates; a test reads them. */
const FLYWEIGHT_METHODS: readonly string[] = (
  "wrap wrapEmpty wrapAndApplyHeader moveTo actingVersion encodedLength rewind toObject toArray fromObject clear count " +
  "hasNext next resetCountToIndex encode decode decodeAt sizeOf"
).split(" ");

/** Names that no accessor may have. */
export const RESERVED_MEMBERS: readonly string[] = [
  ...RESERVED_WORDS,
  ...OBJECT_MEMBERS,
  ...FLYWEIGHT_METHODS,
];

/** Private fields of flyweights, apart from those of their members. */
export const RESERVED_PRIVATE: readonly string[] = (
  "view start offset limit actingBlockLength actingVersion cursor twin read count index blockLength iterator " +
  "state group result dimension constructor order last"
).split(" ");

/** Constants of flyweight classes. */
export const RESERVED_STATICS: readonly string[] =
  "TEMPLATE_ID SCHEMA_ID SCHEMA_VERSION BLOCK_LENGTH SIZE".split(" ");

/** Globals that generated code relies on, as values or types. */
export const GLOBALS: readonly string[] = (
  "Array ArrayBuffer ArrayLike BigInt Boolean DataView Infinity Iterable Iterator IteratorResult Math NaN Number " +
  "Object Partial Readonly Record String Symbol Int8Array Uint8Array Int16Array Uint16Array Int32Array " +
  "Uint32Array BigInt64Array BigUint64Array Float32Array Float64Array globalThis undefined Function " +
  "Error Promise Date Map Set Buffer Extract Pick Omit Exclude"
).split(" ");

/** Files of a generated folder that are not named after a message or type, and names that Windows keeps. */
export const RESERVED_FILES: readonly string[] = [
  "index",
  "registry",
  "schema",
  "writer",
  "dispatcher",
  "con",
  "prn",
  "aux",
  "nul",
  ...Array.from({ length: 10 }, (_, digit) => [`com${digit}`, `lpt${digit}`]).flat(),
];
