/**
 * The loops around a candidate. Imported anew for each one (`fresh`): a loop shared by all would call a different
 * function each time, which V8 can then no longer inline; the candidate measured first would win by up to two times.
 */
import type { Candidate } from "./candidate.js";

/** Encodes `count` messages and yields the sum of their lengths. */
export function encodeLoop(candidate: Candidate, count: number): number {
  let sum = 0;
  for (let index = 0; index < count; index++) sum = (sum + candidate.encode(index)) | 0;
  return sum;
}

/** Decodes `count` messages and yields the sum over their fields. */
export function decodeLoop(candidate: Candidate, count: number): number {
  let sum = 0;
  for (let index = 0; index < count; index++) sum = (sum + candidate.decode(index)) | 0;
  return sum;
}
