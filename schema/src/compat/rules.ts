/**
 * The rules of `sbe compat`, each once: what it says, at which level it breaks, and for whom.
 *
 * - wire: bytes are misread, or a reader stops with an error.
 * - meaning: bytes are read alike, but stand for something else.
 * - source: only code written against the generated API must change.
 */
export const COMPAT_LEVELS = ["wire", "meaning", "source"] as const;

export type CompatLevel = (typeof COMPAT_LEVELS)[number];

/** Who is hurt: old readers of new messages, new readers of old messages, both, or no reader. */
export type CompatBreaks = "old-readers" | "new-readers" | "both" | "none";

export interface CompatRule {
  readonly level: CompatLevel;
  readonly breaks: CompatBreaks;
  /** One line for the table in the documentation. */
  readonly summary: string;
  /** What to do instead, where that is known. */
  readonly help?: string;
}

const APPEND = "add new fields at the end of the block with sinceVersion of the new schema version";

export const COMPAT_RULES = {
  "schema-id-changed": {
    level: "wire",
    breaks: "both",
    summary: "The schema id in the message header changed, so readers refuse each other's messages",
    help: "keep the id; raise the version instead",
  },
  "byte-order-changed": {
    level: "wire",
    breaks: "both",
    summary: "The byte order changed, so every number is misread",
  },
  "version-decreased": {
    level: "wire",
    breaks: "both",
    summary: "The schema version went down, so readers take fields as present that are not",
    help: "versions only ever rise",
  },
  "version-not-raised": {
    level: "wire",
    breaks: "new-readers",
    summary: "Something was added, but the schema version is the same, so readers cannot tell",
    help: "raise the version and give what is new that sinceVersion",
  },
  "header-changed": {
    level: "wire",
    breaks: "both",
    summary: "The message header has another layout",
  },
  "message-removed": {
    level: "wire",
    breaks: "new-readers",
    summary: "A message is gone, so new readers meet an unknown template id",
    help: "keep it and mark it deprecated",
  },
  "template-id-changed": {
    level: "wire",
    breaks: "both",
    summary: "A message has another template id",
    help: "keep the id; make another message for the new id",
  },
  "template-id-reused": {
    level: "wire",
    breaks: "both",
    summary: "A template id now belongs to another message",
    help: "never use the id of a removed message again",
  },
  "block-shrunk": {
    level: "wire",
    breaks: "old-readers",
    summary: "The block is shorter, so old readers read beyond it",
    help: "blocks only ever grow; keep removed fields as deprecated",
  },
  "field-removed": {
    level: "wire",
    breaks: "old-readers",
    summary: "A field is gone, so old readers take other bytes for it",
    help: "keep it and mark it deprecated",
  },
  "field-offset-changed": {
    level: "wire",
    breaks: "both",
    summary: "A field moved to another byte",
    help: APPEND,
  },
  "field-type-changed": {
    level: "wire",
    breaks: "both",
    summary: "A field has another type on the wire (size, primitive type, array length, members)",
    help: "add a new field and mark the old one deprecated",
  },
  "field-added-in-old-bytes": {
    level: "wire",
    breaks: "new-readers",
    summary: "A new field lies in bytes that old writers use for something else",
    help: APPEND,
  },
  "since-version-missing": {
    level: "wire",
    breaks: "new-readers",
    summary: "A new field, group or data has no sinceVersion, so new readers take it for present",
    help: "give it the sinceVersion of the new schema version",
  },
  "since-version-wrong": {
    level: "wire",
    breaks: "new-readers",
    summary:
      "A new element says a sinceVersion that old writers have too, or that does not exist yet",
    help: "give it the sinceVersion of the new schema version",
  },
  "since-version-changed": {
    level: "wire",
    breaks: "both",
    summary:
      "An existing element has another sinceVersion, so readers disagree on where it is present",
  },
  "field-id-changed": {
    level: "meaning",
    breaks: "none",
    summary: "A field, group or data has another id",
  },
  "field-id-reused": {
    level: "meaning",
    breaks: "both",
    summary: "The id of a removed element now belongs to another one",
    help: "take an id that was never used",
  },
  "presence-required-to-optional": {
    level: "meaning",
    breaks: "old-readers",
    summary: "A required field became optional, so old readers take null for a value",
  },
  "presence-optional-to-required": {
    level: "meaning",
    breaks: "new-readers",
    summary: "An optional field became required, so new readers take null for a value",
  },
  "presence-constant-changed": {
    level: "wire",
    breaks: "both",
    summary: "A field turned into a constant or back, so it has bytes in one version only",
  },
  "null-value-changed": {
    level: "meaning",
    breaks: "both",
    summary: "Null is another value",
  },
  "constant-value-changed": {
    level: "meaning",
    breaks: "both",
    summary: "A constant has another value; it is not on the wire, so each reader sees its own",
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
  },
  "semantic-type-changed": {
    level: "meaning",
    breaks: "none",
    summary: "The semantic type changed",
  },
  "character-encoding-changed": {
    level: "meaning",
    breaks: "both",
    summary: "Text has another character encoding, so readers decode other characters",
  },
  "enum-value-removed": {
    level: "meaning",
    breaks: "new-readers",
    summary: "An enum value is gone, so new readers meet it as unknown",
    help: "keep it and mark it deprecated",
  },
  "enum-value-changed": {
    level: "meaning",
    breaks: "both",
    summary: "An enum name stands for another value",
  },
  "enum-value-reused": {
    level: "meaning",
    breaks: "both",
    summary: "A value of an enum now has another name",
  },
  "enum-value-added": {
    level: "meaning",
    breaks: "old-readers",
    summary: "An enum has a new value without sinceVersion of the new schema version",
    help: "give it the sinceVersion of the new schema version, so that writers know who reads it",
  },
  "choice-removed": {
    level: "meaning",
    breaks: "new-readers",
    summary: "A choice of a set is gone, so new readers do not see it",
    help: "keep it and mark it deprecated",
  },
  "choice-bit-changed": {
    level: "meaning",
    breaks: "both",
    summary: "A choice of a set is another bit",
  },
  "choice-bit-reused": {
    level: "meaning",
    breaks: "both",
    summary: "A bit of a set now has another name",
  },
  "choice-added": {
    level: "meaning",
    breaks: "old-readers",
    summary: "A set has a new choice without sinceVersion of the new schema version",
    help: "give it the sinceVersion of the new schema version",
  },
  "composite-changed": {
    level: "wire",
    breaks: "both",
    summary: "A composite has members added, removed, moved or resized; a composite cannot grow",
    help: "make a new composite and a new field of that type",
  },
  "dimension-changed": {
    level: "wire",
    breaks: "both",
    summary: "A group has another dimension composite",
  },
  "group-removed": {
    level: "wire",
    breaks: "both",
    summary: "A group is gone, so readers lose their place in what follows",
    help: "keep it and mark it deprecated; writers may send it empty",
  },
  "data-removed": {
    level: "wire",
    breaks: "both",
    summary: "A data element is gone, so readers lose their place in what follows",
    help: "keep it and mark it deprecated; writers may send it empty",
  },
  "group-order-changed": {
    level: "wire",
    breaks: "both",
    summary: "Groups stand in another order",
  },
  "data-order-changed": {
    level: "wire",
    breaks: "both",
    summary: "Data elements stand in another order",
  },
  "group-added-before-old": {
    level: "wire",
    breaks: "both",
    summary: "A group was added in front of groups or data that old versions have",
    help: "add groups after the last group, and only to messages without data",
  },
  "data-added-before-old": {
    level: "wire",
    breaks: "both",
    summary: "A data element was added in front of data that old versions have",
    help: "add data after the last data",
  },
  "group-added-in-group": {
    level: "wire",
    breaks: "old-readers",
    summary: "A group was added inside a group, where old readers cannot step over it",
    help: "entries of a group grow only by fields; add the group to the message",
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
  },
  renamed: {
    level: "source",
    breaks: "none",
    summary: "A message, field, group, data, enum value or choice has another name",
  },
  "type-kind-changed": {
    level: "source",
    breaks: "none",
    summary: "A field of the same bytes is now an enum or set, or no longer one",
  },
  "type-renamed": {
    level: "source",
    breaks: "none",
    summary: "An enum, set or composite has another name",
  },
  "package-changed": {
    level: "source",
    breaks: "none",
    summary: "The package has another name",
  },
} as const satisfies Record<string, CompatRule>;

export type CompatRuleName = keyof typeof COMPAT_RULES;
