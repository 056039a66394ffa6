import { throwBounds, throwGroupCount } from "./errors.js";

/**
 * Checks the dimensions of a group before anything of it is read: all entries must lie before the limit,
 * and entries without bytes must not be more than the message has bytes (otherwise a header of a few
 * bytes could ask for 2^32 - 1 turns of a loop).
 *
 * @param start absolute offset of the first entry
 * @param origin absolute offset of the message
 * @throws {CodecError} OUT_OF_BOUNDS, GROUP_COUNT
 */
export function checkGroup(
  what: string,
  blockLength: number,
  count: number,
  start: number,
  limit: number,
  origin: number,
): void {
  if (blockLength === 0) {
    if (count > limit - origin) throwGroupCount(what, count, 0, limit - origin);
  } else if (!(blockLength * count <= limit - start)) {
    throwBounds(what, start, blockLength * count, limit);
  }
}
