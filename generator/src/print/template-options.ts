/** Names of the helpers that templates may call; templates.ts defines them. */
const HELPER_NAMES = [
  "use",
  "useType",
  "ref",
  "refType",
  "concat",
  "link",
  "eq",
  "plus",
  "sum",
  "minus",
  "assigned",
  "assignedItem",
  "docLines",
] as const;

/** Name of a helper. */
export type HelperName = (typeof HELPER_NAMES)[number];

/**
 * How templates are compiled, at the build or when first used. Schema text is data to templates,
 * never a template, and the output is not HTML. That the helpers are known saves a look-up at each
 * call, and makes a misspelt one an error.
 */
export const TEMPLATE_OPTIONS = {
  noEscape: true,
  strict: false,
  knownHelpersOnly: true,
  knownHelpers: Object.fromEntries(HELPER_NAMES.map((name) => [name, true])),
};
