/**
 * The rules of `sbe lint`: what compiles and works today, but will hurt somebody, or reads badly.
 * docs/lint.md shows the same table; each rule has a test that fires and one that does not.
 */

/** How loud a rule is. */
export const LINT_SETTINGS = ["off", "warning", "error"] as const;

/** How loud a rule is. */
export type LintSetting = (typeof LINT_SETTINGS)[number];

/** One rule. */
export interface LintRule {
  /** hazard: it will hurt somebody; style: it reads badly. */
  readonly kind: "hazard" | "style";
  /** Without configuration: hazards warn, style is off unless nearly everybody wants it. */
  readonly setting: LintSetting;
  /** One line for the table in the documentation. */
  readonly summary: string;
  /** The attribute that a finding points at where the element has it; else its name. */
  readonly attribute?: string;
  /** What to do instead. */
  readonly help?: string;
}

/** All rules by name. */
export const LINT_RULES = {
  "unaligned-field": {
    kind: "hazard",
    setting: "warning",
    summary:
      "An 8-byte number does not lie at a multiple of 8 in its block, so some readers are slower",
    attribute: "offset",
    help: "put 8-byte fields first, or give them an offset",
  },
  "block-cannot-grow": {
    kind: "hazard",
    setting: "warning",
    summary:
      "A block takes more than half of what its blockLength member can say, or that is constant",
    help: "use a dimension type with a wider blockLength before the schema is in use",
  },
  "since-version-order": {
    kind: "hazard",
    setting: "warning",
    summary:
      "An element stands behind a newer one, so it cannot have been where it is in its version",
    attribute: "sinceVersion",
    help: "add new elements at the end",
  },
  "since-version-in-composite": {
    kind: "hazard",
    setting: "warning",
    summary:
      "A member of a composite has a sinceVersion, but composites cannot grow and readers ignore it",
    attribute: "sinceVersion",
    help: "make a new composite and a new field of that type",
  },
  "version-without-changes": {
    kind: "hazard",
    setting: "warning",
    summary:
      "No element is new or deprecated in the schema's version: a sinceVersion may be forgotten",
    attribute: "version",
    help: "give what is new in this version its sinceVersion",
  },
  "added-field-required": {
    kind: "hazard",
    setting: "warning",
    summary:
      "A number or enum came with a later version but is required, so it has no null for older messages",
    attribute: "presence",
    help: 'add presence="optional"',
  },
  "enum-without-null": {
    kind: "hazard",
    setting: "warning",
    summary:
      "Optional fields use an enum whose encoding type states no null value; tools differ in the one they take",
    attribute: "encodingType",
    help: 'encode it as a type with presence="optional" and a nullValue',
  },
  "char-array-without-encoding": {
    kind: "hazard",
    setting: "warning",
    summary: "A char array states no characterEncoding, so each reader takes its own",
    help: 'add characterEncoding="US-ASCII", "UTF-8" or whichever it is',
  },
  "name-clash": {
    kind: "hazard",
    setting: "warning",
    summary:
      "Two names of one scope differ only in case or separators, so some target language sees one",
    attribute: "name",
    help: "choose names that differ in their letters",
  },
  "name-reserved": {
    kind: "style",
    setting: "off",
    summary:
      "A name is a reserved word of TypeScript, Rust or Python, where generators must change it",
    attribute: "name",
  },
  "missing-description": {
    kind: "style",
    setting: "warning",
    summary: "A message has no description",
    help: "say in one line what it is for: it becomes the documentation of the generated code",
  },
  "missing-field-description": {
    kind: "style",
    setting: "off",
    summary: "A field, group or data has no description, and neither has its type",
    help: "say what it holds and in which unit",
  },
  "missing-type-description": {
    kind: "style",
    setting: "off",
    summary: "An enum, set or composite has no description",
  },
  "unused-type": {
    kind: "style",
    setting: "off",
    summary: "A type is declared and never used",
    help: "remove it",
  },
  "set-gap": {
    kind: "style",
    setting: "off",
    summary: "The bits of a set leave gaps",
  },
  "id-order": {
    kind: "style",
    setting: "off",
    summary: "Ids do not rise within a block",
    attribute: "id",
  },
} as const satisfies Record<string, LintRule>;

/** Kebab-case name of a rule. */
export type LintRuleName = keyof typeof LINT_RULES;

/** Settings by rule name; `*` stands for all rules that are not named. */
export type LintSettings = { readonly [rule in LintRuleName | "*"]?: LintSetting };

/** What a rule is set to. */
export function lintSettingOf(rule: LintRuleName, settings: LintSettings): LintSetting {
  return settings[rule] ?? settings["*"] ?? LINT_RULES[rule].setting;
}
