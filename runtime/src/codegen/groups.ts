import type { Cursor } from "./cursor.js";
import { throwBounds, throwGroupCount } from "./errors.js";

/**
 * Entries that take no bytes which one group may claim to have: a header of a few bytes could otherwise ask for
 * 2^32 - 1 turns of a loop. Entries with groups or data take bytes and need no such limit. Where objects are made
 * of them, all groups of one message together may have no more: groups in groups could multiply it.
 */
export const EMPTY_ENTRIES_MAX = 65_535;

/**
 * Checks the dimensions of a group before anything of it is read: all entry blocks must lie before
 * the limit.
 *
 * @param start absolute offset of the first entry
 * @param isFlat whether entries have no groups and data in the message's version
 * @throws {CodecError} OUT_OF_BOUNDS, GROUP_COUNT
 */
export function checkGroup(
  what: string,
  blockLength: number,
  count: number,
  start: number,
  limit: number,
  isFlat: boolean,
): void {
  if (!(blockLength >= 0 && count >= 0 && blockLength * count <= limit - start)) {
    throwBounds(what, start, blockLength * count, limit);
  }
  if (blockLength === 0 && count > EMPTY_ENTRIES_MAX && isFlat) {
    throwGroupCount(what, count, 0, EMPTY_ENTRIES_MAX);
  }
}

/**
 * Refuses entries that were announced at the cursor.
 *
 * @param end absolute offset behind the blocks of all entries
 * @throws {CodecError} GROUP_COUNT, OUT_OF_BOUNDS; always
 */
export function throwEntries(
  what: string,
  cursor: Cursor,
  count: number,
  end: number,
  min: number,
  max: number,
): never {
  if (count >>> 0 !== count || count < min || count > max) throwGroupCount(what, count, min, max);
  throwBounds(what, cursor.position, end - cursor.position, cursor.limit);
}

/**
 * Counts entries without bytes of one group before objects are made of them.
 *
 * @param cursor of the message, whose `emptyEntries` was 0 at its beginning
 * @throws {CodecError} GROUP_COUNT
 */
export function countEmptyEntries(what: string, cursor: Cursor, count: number): void {
  cursor.emptyEntries += count;
  if (cursor.emptyEntries > EMPTY_ENTRIES_MAX) throwGroupCount(what, count, 0, EMPTY_ENTRIES_MAX);
}

/** What the iterator of a group yields, always the same object. */
export interface GroupResult<Group> {
  done: boolean;
  value: Group;
}
