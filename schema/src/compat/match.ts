/** Pairs the elements of two versions: by name, and by id where an element was only renamed. */
import type { Described } from "../layout.js";

/** What carries a schema id. */
export interface Identified extends Described {
  readonly id: number;
}

/** Both sides of a list. */
export interface Matched<T> {
  /** Old and new form of the same element, in the new order. */
  readonly pairs: readonly (readonly [T, T])[];
  /** In the old order. */
  readonly removed: readonly T[];
  /** In the new order. */
  readonly added: readonly T[];
}

/**
 * Matches by name first. What is left and has an id in common is one renamed element if
 * `isRename` agrees; else it is one element gone and another that took its id.
 */
export function matchElements<T extends Identified>(
  olds: readonly T[],
  news: readonly T[],
  isRename: (before: T, now: T) => boolean,
): Matched<T> {
  const oldByName = new Map(olds.map((old) => [old.name, old]));
  const newNames = new Set(news.map((item) => item.name));
  const oldById = new Map<number, T>();
  for (const old of olds) if (!newNames.has(old.name)) oldById.set(old.id, old);
  const left = new Set(olds);
  const pairs: (readonly [T, T])[] = [];
  const added: T[] = [];
  for (const item of news) {
    const candidate = oldByName.get(item.name) ?? oldById.get(item.id);
    const isSame =
      candidate !== undefined && (candidate.name === item.name || isRename(candidate, item));
    if (isSame && left.delete(candidate)) pairs.push([candidate, item]);
    else added.push(item);
  }
  return { pairs, removed: [...left], added };
}
