import { readFileSync } from "node:fs";

/** A schema that is refused, with the rule that says why. */
export interface ListedRefusal {
  readonly rule: string;
  readonly reason: string;
}

interface ListedChoices {
  readonly inlineAccepted: Readonly<Record<string, string>>;
  readonly realWorldAccepted: Readonly<Record<string, string>>;
  readonly realWorldRefused: Readonly<Record<string, ListedRefusal>>;
}

const listed = JSON.parse(
  readFileSync(new URL("../golden/listed-choices.json", import.meta.url), "utf8"),
) as ListedChoices;

/** Small cases that are accepted though the official tool refuses them, and why. */
export const INLINE_ACCEPTED: ReadonlyMap<string, string> = new Map(
  Object.entries(listed.inlineAccepted),
);

/** Schemas of venues that are accepted though the official tool refuses them without need, and why. */
export const REAL_WORLD_ACCEPTED: ReadonlyMap<string, string> = new Map(
  Object.entries(listed.realWorldAccepted),
);

/** Schemas of venues that are refused, and rightly so. */
export const REAL_WORLD_REFUSED: ReadonlyMap<string, ListedRefusal> = new Map(
  Object.entries(listed.realWorldRefused),
);
