/** Limits of nesting. `layoutOf` allows 256 levels for groups and composites together. */

/** Composites inside composites, by refs or inline. */
export const COMPOSITE_DEPTH_MAX = 100;

/** Groups inside groups. */
export const GROUP_DEPTH_MAX = 100;

/** Tokens of one schema. Refs multiply: thirty composites can stand for a billion. */
export const TOKEN_COUNT_MAX = 250_000;
