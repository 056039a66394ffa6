/**
 * The rules of `sbe compat`, each once: what it says, at which level it breaks, and for whom.
 * docs/compat.md shows the same table, and a test proves each with bytes of one version read by the
 * other.
 *
 * - wire: bytes are misread, or a reader stops with an error.
 * - meaning: bytes are read alike, but stand for something else.
 * - source: only code written against the generated API must change.
 *
 * Source: FIX SBE 1.0 standard, schema extension mechanism; wiki of the official tool, Message
 * Versioning (blocks grow at their end, composites not at all). The standard lets groups and data
 * be added inside groups too, which readers can step over only if the message header counts them;
 * with the header that the official tool knows they cannot.
 */

/** The levels, the deepest first. */
export const COMPAT_LEVELS = ["wire", "meaning", "source"] as const;

/** How deep a change cuts. */
export type CompatLevel = (typeof COMPAT_LEVELS)[number];

/** Who is hurt: old readers of new messages, new readers of old messages, both, or no reader. */
export type CompatBreaks = "old-readers" | "new-readers" | "both" | "none";

/** One rule. */
export interface CompatRule {
  readonly level: CompatLevel;
  /** The most that it can break; a finding may break less. */
  readonly breaks: CompatBreaks;
  /** One line for the table in the documentation. */
  readonly summary: string;
  /** The attribute that a finding points at where the element has it; else its name. */
  readonly attribute?: string;
  /** What to do instead, where that is known. `N` stands for the new schema version. */
  readonly help?: string;
}

const SINCE = 'sinceVersion="N"';
const DEPRECATE = 'keep it and mark it deprecated="N"';

/** All rules by name. */
export const COMPAT_RULES = {
  // The schema as a whole.
  "schema-id-changed": {
    level: "wire",
    breaks: "both",
    summary: "The schema id in the message header changed, so readers refuse each other's messages",
    attribute: "id",
    help: "keep the id; raise the version instead",
  },
  "byte-order-changed": {
    level: "wire",
    breaks: "both",
    summary: "The byte order changed, so every number is misread",
    attribute: "byteOrder",
  },
  "version-decreased": {
    level: "wire",
    breaks: "new-readers",
    summary:
      "The schema version went down, so new readers take for present what older messages lack",
    attribute: "version",
    help: "versions only ever rise; OLD stands before NEW on the command line",
  },
  "version-not-raised": {
    level: "wire",
    breaks: "new-readers",
    summary:
      "A field, group or data was added under the same schema version, so new readers cannot tell",
    attribute: "version",
    help: "raise the version and give what is new that sinceVersion",
  },
  "header-changed": {
    level: "wire",
    breaks: "both",
    summary: "The message header has another layout",
    help: "the header never changes; a new header needs a new schema",
  },
  "package-changed": {
    level: "source",
    breaks: "none",
    summary: "The package has another name",
    attribute: "package",
  },

  // Messages.
  "message-removed": {
    level: "wire",
    breaks: "new-readers",
    summary: "A message is gone, so new readers meet an unknown template id",
    help: DEPRECATE,
  },
  "message-added": {
    level: "wire",
    breaks: "old-readers",
    summary:
      "A message is new under the same schema version, so readers of that version do not know it",
    help: "raise the schema version",
  },
  "template-id-changed": {
    level: "wire",
    breaks: "both",
    summary: "A message has another template id",
    attribute: "id",
    help: "keep the id; make another message for the new id",
  },
  "template-id-reused": {
    level: "wire",
    breaks: "both",
    summary: "A template id now belongs to another message",
    attribute: "id",
    help: "never use the id of another message again, not even of a removed one",
  },

  // Fields and their block.
  "block-shrunk": {
    level: "wire",
    breaks: "old-readers",
    summary: "The block is too short for a field that old readers expect in it",
    attribute: "blockLength",
    help: "blocks only ever grow; keep removed fields as deprecated",
  },
  "block-length-overflow": {
    level: "wire",
    breaks: "old-readers",
    summary: "The block outgrew the blockLength member that announces it, so it cannot be sent",
    help: "put what is new into a new message",
  },
  "field-removed": {
    level: "wire",
    breaks: "old-readers",
    summary: "A field is gone, so old readers take other bytes for it",
    help: DEPRECATE,
  },
  "field-offset-changed": {
    level: "wire",
    breaks: "both",
    summary: "A field moved to another byte",
    attribute: "offset",
    help: `add new fields at the end of the block with ${SINCE}`,
  },
  "field-type-changed": {
    level: "wire",
    breaks: "both",
    summary: "A field or type is other bytes now: size, primitive type or array length",
    attribute: "type",
    help: "add a new field and mark the old one deprecated",
  },
  "field-added-in-old-bytes": {
    level: "wire",
    breaks: "old-readers",
    summary: "A new field lies in bytes that old readers take for something else",
    attribute: "offset",
    help: `add new fields at the end of the block with ${SINCE}`,
  },
  "since-version-missing": {
    level: "wire",
    breaks: "new-readers",
    summary: "A new field, group or data has no sinceVersion, so new readers take it for present",
    help: `give it ${SINCE}`,
  },
  "since-version-wrong": {
    level: "wire",
    breaks: "new-readers",
    summary: "The sinceVersion of something new is one that old writers have too, or none yet",
    attribute: "sinceVersion",
    help: `give it ${SINCE}`,
  },
  "since-version-changed": {
    level: "wire",
    breaks: "new-readers",
    summary: "An old element has another sinceVersion: new readers look for it in other messages",
    attribute: "sinceVersion",
    help: "sinceVersion never changes",
  },
  "field-id-changed": {
    level: "meaning",
    breaks: "none",
    summary: "A field, group or data has another id; ids are not on the wire",
    attribute: "id",
  },
  "field-id-reused": {
    level: "meaning",
    breaks: "both",
    summary:
      "The id of one element now belongs to another: who goes by ids takes it for the old one",
    attribute: "id",
    help: "take an id that was never used",
  },
  "presence-required-to-optional": {
    level: "meaning",
    breaks: "old-readers",
    summary: "A required field became optional, so old readers take null for a value",
    attribute: "presence",
  },
  "presence-optional-to-required": {
    level: "meaning",
    breaks: "new-readers",
    summary: "An optional field became required, so new readers take null for a value",
    attribute: "presence",
  },
  "presence-constant-changed": {
    level: "wire",
    breaks: "both",
    summary: "A field turned into a constant or back, so it has bytes in one version only",
    attribute: "presence",
    help: "add a new field and mark the old one deprecated",
  },
  "constant-value-changed": {
    level: "meaning",
    breaks: "both",
    summary: "A constant has another value; it is not on the wire, so each reader sees its own",
    help: "add a new field with the new constant",
  },
  "constant-removed": {
    level: "source",
    breaks: "none",
    summary: "A constant is gone; it had no bytes",
  },
  "null-value-changed": {
    level: "meaning",
    breaks: "both",
    summary: "Null is another value",
    attribute: "nullValue",
    help: "add a new field of a type with the new null value",
  },
  "range-changed": {
    level: "meaning",
    breaks: "none",
    summary: "The smallest or greatest legal value changed",
  },
  "unit-changed": {
    level: "meaning",
    breaks: "both",
    summary: "The time unit or epoch changed, so readers take the number for another time",
    attribute: "timeUnit",
    help: "add a new field in the new unit",
  },
  "semantic-type-changed": {
    level: "meaning",
    breaks: "none",
    summary: "The semantic type changed",
    attribute: "semanticType",
  },
  "character-encoding-changed": {
    level: "meaning",
    breaks: "both",
    summary: "Text has another character encoding, so readers decode other characters",
    attribute: "characterEncoding",
    help: "add a new field of a type with the new encoding",
  },

  // Enums and sets.
  "enum-encoding-changed": {
    level: "wire",
    breaks: "both",
    summary: "An enum is encoded as another primitive type",
    attribute: "encodingType",
    help: "make a new enum and a new field of that type",
  },
  "enum-value-removed": {
    level: "meaning",
    breaks: "new-readers",
    summary: "An enum value is gone, so new readers meet it as unknown",
    help: DEPRECATE,
  },
  "enum-value-changed": {
    level: "meaning",
    breaks: "both",
    summary: "An enum name stands for another value",
    help: "add a new name for the new value",
  },
  "enum-value-reused": {
    level: "meaning",
    breaks: "both",
    summary: "A value of an enum now belongs to another name",
    help: "take a value that was never used",
  },
  "enum-value-added": {
    level: "meaning",
    breaks: "old-readers",
    summary: "An enum has a new value without sinceVersion of the new schema version",
    attribute: "sinceVersion",
    help: `give it ${SINCE}, so that writers know who reads it`,
  },
  "set-encoding-changed": {
    level: "wire",
    breaks: "both",
    summary: "A set is encoded as another primitive type",
    attribute: "encodingType",
    help: "make a new set and a new field of that type",
  },
  "choice-removed": {
    level: "meaning",
    breaks: "new-readers",
    summary: "A choice of a set is gone, so new readers do not see it",
    help: DEPRECATE,
  },
  "choice-bit-changed": {
    level: "meaning",
    breaks: "both",
    summary: "A choice of a set is another bit",
    help: "add a new choice for the new bit",
  },
  "choice-bit-reused": {
    level: "meaning",
    breaks: "both",
    summary: "A bit of a set now belongs to another name",
    help: "take a bit that was never used",
  },
  "choice-added": {
    level: "meaning",
    breaks: "old-readers",
    summary: "A set has a new choice without sinceVersion of the new schema version",
    attribute: "sinceVersion",
    help: `give it ${SINCE}, so that writers know who reads it`,
  },

  // Composites, groups and data.
  "composite-changed": {
    level: "wire",
    breaks: "both",
    summary: "A composite has members added, removed, moved or resized; a composite cannot grow",
    help: "make a new composite and a new field of that type",
  },
  "dimension-changed": {
    level: "wire",
    breaks: "both",
    summary: "A group has a dimension of another layout",
    attribute: "dimensionType",
    help: "make a new group with the new dimension",
  },
  "group-removed": {
    level: "wire",
    breaks: "both",
    summary: "A group is gone, so readers lose their place in what follows",
    help: `${DEPRECATE}; writers may send it empty`,
  },
  "group-order-changed": {
    level: "wire",
    breaks: "both",
    summary: "Groups stand in another order",
  },
  "group-added-before-old": {
    level: "wire",
    breaks: "old-readers",
    summary: "A group was added in front of groups or data that old readers expect there",
    help: "add groups after the last group, and only to messages without data",
  },
  "group-added-in-group": {
    level: "wire",
    breaks: "old-readers",
    summary: "A group was added inside a group, where old readers cannot step over it",
    help: "entries of a group grow only by fields; add the group to the message",
  },
  "data-removed": {
    level: "wire",
    breaks: "both",
    summary: "A data element is gone, so readers lose their place in what follows",
    help: `${DEPRECATE}; writers may send it empty`,
  },
  "data-order-changed": {
    level: "wire",
    breaks: "both",
    summary: "Data elements stand in another order",
  },
  "data-added-before-old": {
    level: "wire",
    breaks: "old-readers",
    summary: "A data element was added in front of data that old readers expect there",
    help: "add data after the last data",
  },
  "data-added-in-group": {
    level: "wire",
    breaks: "old-readers",
    summary: "A data element was added inside a group, where old readers cannot step over it",
    help: "entries of a group grow only by fields; add the data to the message",
  },
  "data-type-changed": {
    level: "wire",
    breaks: "both",
    summary: "A data element has another length type or layout",
    attribute: "type",
    help: "add a new data element and send the old one empty",
  },

  // Names.
  renamed: {
    level: "source",
    breaks: "none",
    summary: "A message, field, group, data, member, enum value or choice has another name",
  },
  "type-renamed": {
    level: "source",
    breaks: "none",
    summary: "An enum, set or composite has another name",
  },
  "type-kind-changed": {
    level: "source",
    breaks: "none",
    summary: "The same bytes are now an enum, set, number or text, and were another of these",
    attribute: "type",
  },
} as const satisfies Record<string, CompatRule>;

/** Kebab-case name of a rule. */
export type CompatRuleName = keyof typeof COMPAT_RULES;

/** The rule of that name. */
export function compatRule(name: CompatRuleName): CompatRule {
  return COMPAT_RULES[name];
}
