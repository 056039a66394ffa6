/** Compares what messages and group entries hold: fields, then groups and data in wire order. */
import type { BlockLayout, CompositeLayout, DataLayout, GroupLayout } from "../layout.js";
import { compareCharacterEncoding } from "./character-encoding.js";
import { checkAdded, compareIdentity, compareIds } from "./compare-elements.js";
import { compareFields } from "./compare-fields.js";
import type { Comparison } from "./comparison.js";
import type { Place } from "./finding.js";
import { matchElements, type Identified, type Matched } from "./match.js";
import { sameWire } from "./wire.js";

/** Where a block is, and what goes before it on the wire. */
export interface BlockSite {
  readonly place: Place;
  /** The header or dimension of the new schema whose `blockLength` announces it. */
  readonly announcedBy: CompositeLayout;
  readonly isInGroup: boolean;
}

/** Compares one message or group in both versions. */
export function compareBlock(
  before: BlockLayout,
  now: BlockLayout,
  site: BlockSite,
  comparison: Comparison,
): void {
  const fields = compareFields(before, now, site.announcedBy, site.place, comparison);
  const groups = compareGroups(before, now, site, comparison);
  const data = compareAllData(before, now, site, comparison);
  const removed = new Set<Identified>([...groups.removed, ...data.removed]);
  reportRemoved("group", groups.removed, removed, before, site, comparison);
  reportRemoved("data", data.removed, removed, before, site, comparison);
  const pairs = [...fields.pairs, ...groups.pairs, ...data.pairs];
  compareIds(before, now, pairs, site.place, comparison);
}

/** True when two blocks of other names are likely the same one: they share an element. */
export function shareElements(before: BlockLayout, now: BlockLayout): boolean {
  const names = new Set(elementNames(before));
  const others = elementNames(now);
  return (names.size === 0 && others.length === 0) || others.some((name) => names.has(name));
}

function elementNames(block: BlockLayout): readonly string[] {
  return [...block.fields, ...block.groups, ...block.data].map((element) => element.name);
}

function compareGroups(
  before: BlockLayout,
  now: BlockLayout,
  site: BlockSite,
  comparison: Comparison,
): Matched<GroupLayout> {
  const { findings, versions } = comparison;
  const matched = matchElements(
    before.groups,
    now.groups,
    (old, group) => old.sinceVersion === group.sinceVersion && shareElements(old, group),
  );
  for (const [old, group] of matched.pairs) {
    compareGroup(old, group, placeOf("group", old, group, site), comparison);
  }
  compareOrder("group", matched.pairs, before.groups, site, comparison);
  const order = new Map(now.groups.map((group, index) => [group, index]));
  const lastOld = lastIndexOfPair(matched, order);
  for (const group of matched.added) {
    const place = newPlace("group", group, site);
    checkAdded(group, place, comparison);
    if (site.isInGroup) {
      findings.report(
        "group-added-in-group",
        `new ${place.label} stands inside ${site.place.label}`,
        place,
      );
    } else if ((order.get(group) ?? 0) < lastOld || before.data.length > 0) {
      findings.report(
        "group-added-before-old",
        `new ${place.label} stands in front of groups or data of version ${versions.before}`,
        place,
      );
    }
  }
  return matched;
}

function compareGroup(
  before: GroupLayout,
  now: GroupLayout,
  place: Place,
  comparison: Comparison,
): void {
  compareIdentity("group", before, now, place, comparison);
  if (!sameWire(before.dimension, now.dimension)) {
    comparison.findings.report(
      "dimension-changed",
      `${place.label} had dimension "${before.dimension.typeName}" of ${before.dimension.size} bytes and has "${now.dimension.typeName}" of ${now.dimension.size} bytes and another layout`,
      place,
    );
  } else {
    comparison.types.compareComposite(before.dimension, now.dimension);
  }
  compareBlock(before, now, { place, announcedBy: now.dimension, isInGroup: true }, comparison);
}

function compareAllData(
  before: BlockLayout,
  now: BlockLayout,
  site: BlockSite,
  comparison: Comparison,
): Matched<DataLayout> {
  const { findings, versions } = comparison;
  const matched = matchElements(
    before.data,
    now.data,
    (old, data) => old.sinceVersion === data.sinceVersion,
  );
  for (const [old, data] of matched.pairs) {
    compareData(old, data, placeOf("data", old, data, site), comparison);
  }
  compareOrder("data", matched.pairs, before.data, site, comparison);
  const order = new Map(now.data.map((data, index) => [data, index]));
  const lastOld = lastIndexOfPair(matched, order);
  for (const data of matched.added) {
    const place = newPlace("data", data, site);
    checkAdded(data, place, comparison);
    if (site.isInGroup) {
      findings.report(
        "data-added-in-group",
        `new ${place.label} stands inside ${site.place.label}`,
        place,
      );
    } else if ((order.get(data) ?? 0) < lastOld) {
      findings.report(
        "data-added-before-old",
        `new ${place.label} stands in front of data of version ${versions.before}`,
        place,
      );
    }
  }
  return matched;
}

function compareData(
  before: DataLayout,
  now: DataLayout,
  place: Place,
  comparison: Comparison,
): void {
  compareIdentity("data", before, now, place, comparison);
  if (!sameWire(before.encoding, now.encoding)) {
    comparison.findings.report(
      "data-type-changed",
      `${place.label} had type "${before.encoding.typeName}" and has "${now.encoding.typeName}" of another layout`,
      place,
    );
    return;
  }
  compareCharacterEncoding(
    before.characterEncoding,
    now.characterEncoding,
    place,
    comparison.findings,
  );
}

function compareOrder(
  kind: "group" | "data",
  pairs: readonly (readonly [Identified, Identified])[],
  olds: readonly Identified[],
  site: BlockSite,
  comparison: Comparison,
): void {
  const order = new Map(olds.map((old, index) => [old, index]));
  let last: Identified | undefined;
  let lastIndex = -1;
  for (const [before, now] of pairs) {
    const index = order.get(before) ?? -1;
    if (index < lastIndex) {
      const place = placeOf(kind, before, now, site);
      comparison.findings.report(
        kind === "group" ? "group-order-changed" : "data-order-changed",
        `${place.label} now stands behind "${last?.name}"`,
        place,
      );
    } else {
      lastIndex = index;
      last = now;
    }
  }
}

/**
 * What is gone from the very end of a message leaves old messages with bytes that new readers do
 * not look at; anywhere else they would take them for what comes next.
 */
function reportRemoved(
  kind: "group" | "data",
  removed: readonly Identified[],
  allRemoved: ReadonlySet<Identified>,
  before: BlockLayout,
  site: BlockSite,
  comparison: Comparison,
): void {
  const tail = new Set<Identified>();
  for (const element of [...before.data.toReversed(), ...before.groups.toReversed()]) {
    if (site.isInGroup || !allRemoved.has(element)) break;
    tail.add(element);
  }
  for (const element of removed) {
    comparison.findings.report(
      kind === "group" ? "group-removed" : "data-removed",
      `${kind} "${element.name}" (id ${element.id}) is gone`,
      { ...site.place, oldPath: `${site.place.oldPath}/${element.name}` },
      tail.has(element) ? { breaks: "old-readers" } : {},
    );
  }
}

function lastIndexOfPair<T>({ pairs }: Matched<T>, order: ReadonlyMap<T, number>): number {
  return pairs.reduce((last, [, now]) => Math.max(last, order.get(now) ?? -1), -1);
}

function placeOf(kind: string, before: Identified, now: Identified, { place }: BlockSite): Place {
  return {
    label: `${kind} "${now.name}" (id ${now.id})`,
    oldPath: `${place.oldPath}/${before.name}`,
    newPath: `${place.newPath}/${now.name}`,
  };
}

function newPlace(kind: string, element: Identified, { place }: BlockSite): Place {
  return {
    label: `${kind} "${element.name}" (id ${element.id})`,
    oldPath: undefined,
    newPath: `${place.newPath}/${element.name}`,
  };
}
