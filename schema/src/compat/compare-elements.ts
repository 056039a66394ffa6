/** What fields, groups and data have in common: ids, names, sinceVersion. */
import type { BlockLayout, Described } from "../layout.js";
import type { Comparison } from "./comparison.js";
import { SCHEMA_PLACE, type Place } from "./finding.js";
import type { Identified } from "./match.js";

/** An element of a block. */
export interface BlockElement extends Identified {
  readonly semanticType: string | undefined;
}

/** Compares what an element says of itself, but for its id. */
export function compareIdentity(
  kind: string,
  before: BlockElement,
  now: BlockElement,
  place: Place,
  comparison: Comparison,
): void {
  const { findings, versions } = comparison;
  if (before.name !== now.name) {
    findings.report("renamed", `${kind} "${before.name}" is now "${now.name}"`, place);
  }
  if (before.sinceVersion !== now.sinceVersion && versions.isComparable) {
    findings.report(
      "since-version-changed",
      `${kind} "${now.name}" had sinceVersion ${before.sinceVersion} and has ${now.sinceVersion}`,
      place,
    );
  }
  compareSemanticType(kind, before, now, place, comparison);
}

/** Compares the semantic types of a message, field, group or data. */
export function compareSemanticType(
  kind: string,
  before: { readonly semanticType: string | undefined },
  now: Described & { readonly semanticType: string | undefined },
  place: Place,
  comparison: Comparison,
): void {
  if (before.semanticType === now.semanticType) return;
  comparison.findings.report(
    "semantic-type-changed",
    `${kind} "${now.name}" had semanticType ${quotedOr(before.semanticType)} and has ${quotedOr(now.semanticType)}`,
    place,
  );
}

function quotedOr(text: string | undefined): string {
  return text === undefined ? "none" : `"${text}"`;
}

/** Checks the sinceVersion of something that old writers do not send. */
export function checkAdded(element: Described, place: Place, comparison: Comparison): void {
  const { findings, versions } = comparison;
  const { sinceVersion } = element;
  if (versions.isNew(sinceVersion)) return;
  // Else the element is right and the version is not: `version-not-raised`, `version-decreased`.
  if (sinceVersion === 0 && versions.now > 0) {
    findings.report("since-version-missing", `new ${place.label} has no sinceVersion`, place);
  } else if (sinceVersion !== versions.now) {
    findings.report(
      "since-version-wrong",
      `new ${place.label} has sinceVersion ${sinceVersion}; ${versions.text}`,
      place,
    );
  }
  if (versions.now === versions.before && !findings.hasRule("version-not-raised")) {
    findings.report(
      "version-not-raised",
      `schema version is still ${versions.now}, but ${place.label} is new`,
      SCHEMA_PLACE,
    );
  }
}

/**
 * Compares the ids of a block's elements. An id that passed from one element to another is worse
 * than a fresh one; where many did, the block was renumbered, and one finding says it.
 *
 * @param pairs  fields, groups and data that both versions have
 */
export function compareIds(
  before: BlockLayout,
  now: BlockLayout,
  pairs: readonly (readonly [Identified, Identified])[],
  place: Place,
  { findings }: Comparison,
): void {
  const oldOf = new Map(pairs.map(([old, element]) => [element, old]));
  const owners = new Map(elementsOf(before).map((element) => [element.id, element]));
  const reused: (readonly [Identified, Identified])[] = [];
  for (const element of elementsOf(now)) {
    const owner = owners.get(element.id);
    const old = oldOf.get(element);
    if (owner !== undefined && owner !== old) {
      reused.push([owner, element]);
    } else if (old !== undefined && old.id !== element.id) {
      findings.report(
        "field-id-changed",
        `"${element.name}" had id ${old.id} and has ${element.id}`,
        elementPlace(place, old, element),
      );
    }
  }
  const [first, ...others] = reused;
  if (first === undefined) return;
  const [owner, element] = first;
  const more = others.length === 0 ? "" : `; so did ${others.length} more ids`;
  findings.report(
    "field-id-reused",
    `id ${element.id} passed from "${owner.name}" to "${element.name}"${more} of ${place.label}`,
    elementPlace(place, owner, element),
  );
}

function elementPlace(block: Place, before: Identified, now: Identified): Place {
  return {
    label: now.name,
    oldPath: `${block.oldPath}/${before.name}`,
    newPath: `${block.newPath}/${now.name}`,
  };
}

function elementsOf(block: BlockLayout): readonly Identified[] {
  return [...block.fields, ...block.groups, ...block.data];
}
