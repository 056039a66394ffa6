/**
 * Copies bytes between views without an object: a `subarray` for `set` costs 190 bytes a call. Four
 * bytes at a time; both ranges lie in their views and do not overlap.
 */
export function copyBytes(
  from: DataView,
  fromOffset: number,
  to: DataView,
  toOffset: number,
  length: number,
): void {
  let done = 0;
  for (; done + 4 <= length; done += 4) {
    to.setInt32(toOffset + done, from.getInt32(fromOffset + done));
  }
  for (; done < length; done++) to.setUint8(toOffset + done, from.getUint8(fromOffset + done));
}
